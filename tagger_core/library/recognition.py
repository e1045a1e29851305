"""Recognises by their compressed audio the tracks that name, place, size or time no longer tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tagger_core.audio.decode import packet_digest
from tagger_core.errors import AudioError, Cancelled, ReadError
from tagger_core.library import catalogue
from tagger_core.library.catalogue import Move
from tagger_core.library.changes import KnownTrack, match
from tagger_core.library.outside import Outside
from tagger_core.library.records import FileTags
from tagger_core.library.scan_context import ScanContext, as_path, reason
from tagger_core.library.walk import FoundFile

_MOVES_AT_ONCE = 100


class _Touched(NamedTuple):
    """A track whose file has another size or time.

    Args:
        digest: what its packets hash to, "" if nothing.
        tags: what it says of itself.
        is_unread: the disk kept it from being read.
    """

    track: KnownTrack
    file: FoundFile
    digest: str
    tags: FileTags
    is_unread: bool = False


def recognise(
    context: ScanContext,
    touched: Sequence[tuple[KnownTrack, FoundFile]],
    found: Sequence[FoundFile],
    vanished: Collection[int],
    outside: Outside,
) -> None:
    """Tell retagged files from changed ones, and find the lost tracks among the files not heard yet.

    Lost are the missing tracks, and those outside the scope whose file is gone while one of its size and time
    was found. A missing track of which the disk is away keeps what belongs to it, and its copy gets the same.

    Args:
        context: of the scan.
        touched: tracks whose path holds a file with another size or time.
        found: all files of the places looked at.
        vanished: the tracks that this scan has counted as missing.
        outside: tells of the tracks that the scan does not come across.

    Raises:
        Cancelled: the person stopped the scan; what was not decided will be by the next one.
        LibraryError: the database cannot be written.
    """
    with context.library.read() as connection:
        candidates = catalogue.unheard(connection)
        files = {file.path: file for file in found if file.path in candidates}
        stamped = catalogue.stamped(connection, {_stamp(file) for file in files.values()})
        someone_lost = bool(catalogue.lost(connection)) or bool(touched)
    gone = [(track, digest) for track, digest in stamped if outside.is_gone(track)]
    if not someone_lost:
        stamps = {_stamp(track) for track, _ in gone}
        files = {path: file for path, file in files.items() if _stamp(file) in stamps}
    if not touched and not files:
        return
    context.reporter.begin("recognising", len(touched) + len(files))
    changed = _settle_retagged(context, touched)
    with context.library.read() as connection:
        lost = catalogue.lost(connection) + gone
        own = catalogue.digests(connection, [item.track.id for item in changed])
    lost += [
        (item.track, own[item.track.id])
        for item in changed
        if item.track.id in own and not item.track.missing
    ]
    places = [(item.file.path, item.digest) for item in changed if item.digest]
    if lost:
        places += _digests(context, {path: candidates[path] for path in files})
    else:
        context.reporter.step(b"", len(files))
    seen = {digest for _, digest in places}
    lost = [(track, digest) for track, digest in lost if digest in seen and not outside.is_back(track)]
    again = match([pair for pair in lost if not outside.is_away(pair[0])], places)
    _settle_moved(context, again, changed, files, candidates)
    taken = {*again.values(), *(item.file.path for item in changed)}
    fresh = [(path, digest) for path, digest in places if path not in taken]
    copies = match([pair for pair in lost if outside.is_away(pair[0])], fresh)
    _settle_copies(context, [(candidates[path][0], track) for track, path in copies.items()])
    context.tally["missing"] -= len(again.keys() & set(vanished))
    _settle_changed(context, again, changed)


def _stamp(file: FoundFile | KnownTrack) -> tuple[int, int]:
    """Return what a copy on another disk keeps: size and time."""
    return (file.size, file.mtime_ns)


def _settle_retagged(context: ScanContext, touched: Sequence[tuple[KnownTrack, FoundFile]]) -> list[_Touched]:
    """Take over new tags where the audio is the same, and return the rest.

    Of a file that the disk does not give it is not known what it holds: it is left to the next scan.
    """
    with context.library.read() as connection:
        known = catalogue.digests(connection, [track.id for track, _ in touched])

    def look(pair: tuple[KnownTrack, FoundFile]) -> _Touched:
        track, file = pair
        try:
            return _Touched(track, file, _digest(context, file.path), context.tags_of(file.path))
        except ReadError as error:
            return _Touched(track, file, "", FileTags(problem=reason(error)), is_unread=True)

    changed: list[_Touched] = []
    with context.working(look, touched, in_order=True) as looking:
        for outcomes in looking:
            items = [outcome.get() for outcome in outcomes]
            same = [item for item in items if item.digest and item.digest == known.get(item.track.id)]
            with context.library.write() as connection:
                for item in same:
                    catalogue.retag(connection, item.track.id, item.file, item.tags)
            changed += [item for item in items if item not in same and not item.is_unread]
            context.tally["retagged"] += len(same)
            for item in items:
                if item.tags.problem:
                    context.reporter.problem(item.file.path, item.tags.problem, item.track.id)
                context.reporter.step(item.file.path)
    context.stop_if_asked()
    return changed


def _digests(context: ScanContext, candidates: dict[bytes, tuple[int, str]]) -> list[tuple[bytes, str]]:
    """Return what the packets of tracks not heard yet hash to, by path; it is kept for the next scan too."""
    places = [(path, digest) for path, (_, digest) in candidates.items() if digest]
    context.reporter.step(b"", len(places))
    unknown = [path for path, (_, digest) in candidates.items() if not digest]

    def look(path: bytes) -> str:
        try:
            return _digest(context, path)
        except ReadError:
            return ""

    with context.working(look, unknown) as looking:
        for outcomes in looking:
            digests = {outcome.item: outcome.get() for outcome in outcomes}
            with context.library.write() as connection:
                catalogue.note_digests(connection, {candidates[path][0]: digests[path] for path in digests})
            places += digests.items()
            for path in digests:
                context.reporter.step(path)
    context.stop_if_asked()
    return places


def _digest(context: ScanContext, path: bytes) -> str:
    if context.control.hold():
        return ""
    try:
        return packet_digest(as_path(path), context.control.hold)
    except ReadError:
        raise
    except (AudioError, Cancelled):
        return ""


def _settle_moved(
    context: ScanContext,
    again: dict[int, bytes],
    changed: Sequence[_Touched],
    files: dict[bytes, FoundFile],
    candidates: dict[bytes, tuple[int, str]],
) -> None:
    there = {item.file.path: item for item in changed}
    moves = []
    for track, path in again.items():
        if path in there:
            moves.append(Move(track, there[path].file))
        else:
            moves.append(Move(track, files[path], candidates[path][0]))
    for start in range(0, len(moves), _MOVES_AT_ONCE):
        some = moves[start : start + _MOVES_AT_ONCE]
        with context.library.write() as connection:
            catalogue.move(connection, some)
            for move in some:
                if move.file.path in there:
                    catalogue.retag(connection, move.track, move.file, there[move.file.path].tags)
    context.tally["moved"] += len(moves)
    context.tally["added"] -= sum(move.copy is not None for move in moves)
    replaced = (item.track for item in changed if item.file.path in set(again.values()))
    context.tally["missing"] += sum(track.id not in again and not track.missing for track in replaced)


def _settle_copies(context: ScanContext, pairs: Sequence[tuple[int, int]]) -> None:
    """Let new tracks inherit from those that they are copies of."""
    for start in range(0, len(pairs), _MOVES_AT_ONCE):
        with context.library.write() as connection:
            for heir, track in pairs[start : start + _MOVES_AT_ONCE]:
                catalogue.inherit(connection, heir, track)


def _settle_changed(context: ScanContext, again: dict[int, bytes], changed: Sequence[_Touched]) -> None:
    placed = set(again.values())
    for item in changed:
        if item.file.path in placed:
            continue
        with context.library.write() as connection:
            if item.track.id in again:
                catalogue.add(connection, item.file, item.tags)
            else:
                catalogue.replace_audio(connection, item.track.id, item.file, item.tags)
        context.tally["added" if item.track.id in again else "changed"] += 1
