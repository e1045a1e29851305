"""Compares what was found on disk with what the library knows: which track is which file now.

Pure functions; nothing is opened. A track is told from others by its path first, then by device, inode, size
and time (a file renamed on its disk), then by the hash of its compressed audio packets (a file moved to
another disk, or renamed and retagged). So songs that swap names, or move up by one number, keep their own
scores and decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tagger_core.library.walk import FoundFile

_MOST_PAIRS = 10_000  # a thousand copies of one silence are not worth a careful choice


class KnownTrack(NamedTuple):
    """What the library knows of the file of a track; the words are those of `FoundFile`."""

    id: int
    path: bytes
    size: int
    mtime_ns: int
    inode: int
    device: int
    root: int
    missing: bool

    @property
    def identity(self) -> tuple[int, int, int, int]:
        """What stays when a file is renamed on its disk: device, inode, size, time of the last change."""
        return (self.device, self.inode, self.size, self.mtime_ns)


@dataclass
class Comparison:
    """What became of tracks and files.

    Args:
        unchanged: tracks whose file is where it was, with its size and time; returned ones included.
        returned: how many of the unchanged were missing before.
        placed: unchanged tracks of which the row still needs another inode, device, root or state.
        moved: tracks whose file has another path now.
        touched: tracks whose path holds a file with another size or time.
        fresh: files that no track is known for.
        vanished: tracks that were there and are nowhere now.
    """

    unchanged: int = 0
    returned: int = 0
    placed: list[tuple[KnownTrack, FoundFile]] = field(default_factory=list)
    moved: list[tuple[KnownTrack, FoundFile]] = field(default_factory=list)
    touched: list[tuple[KnownTrack, FoundFile]] = field(default_factory=list)
    fresh: list[FoundFile] = field(default_factory=list)
    vanished: list[KnownTrack] = field(default_factory=list)


def compare(
    found: Sequence[FoundFile],
    known: Mapping[bytes, KnownTrack],
    in_scope: Callable[[bytes], bool],
    is_there: Callable[[KnownTrack], bool],
) -> Comparison:
    """Tell which track each found file is.

    Args:
        found: all files of the places looked at, each path once.
        known: all tracks of the library by path.
        in_scope: whether the walk would have come across a file with this path.
        is_there: whether the file of a track outside the scope is still the one known; asked seldom.
    """
    result = Comparison()
    paths = set()
    for file in found:
        paths.add(file.path)
        track = known.get(file.path)
        if track is None:
            result.fresh.append(file)
        elif track.size != file.size or track.mtime_ns != file.mtime_ns:
            result.touched.append((track, file))
        else:
            result.unchanged += 1
            result.returned += track.missing
            if track.missing or track[4:7] != file[3:6]:
                result.placed.append((track, file))
    result.vanished = [track for path, track in known.items() if path not in paths and in_scope(path)]
    if result.fresh or result.touched:
        _recognise(result, known, paths, in_scope, is_there)
    result.vanished = [track for track in result.vanished if not track.missing]
    return result


def _recognise(
    result: Comparison,
    known: Mapping[bytes, KnownTrack],
    paths: Collection[bytes],
    in_scope: Callable[[bytes], bool],
    is_there: Callable[[KnownTrack], bool],
) -> None:
    """Find tracks by device, inode, size and time; drop further links to files whose track stays."""
    touched_paths = {file.path for _, file in result.touched}
    by_identity = {track.identity: track for track in known.values() if track.inode and track.missing}
    by_identity |= {track.identity: track for track in known.values() if track.inode and not track.missing}

    def stays(track: KnownTrack) -> bool:
        """Whether the file of the track is still under its path, so that this one is a link to it."""
        if track.path in paths:
            return track.path not in touched_paths
        return not in_scope(track.path) and is_there(track)

    moved: dict[int, FoundFile] = {}
    fresh: list[FoundFile] = []
    touched: list[tuple[KnownTrack, FoundFile]] = []
    for own, file in [*result.touched, *((None, file) for file in result.fresh)]:
        track = by_identity.get(file.identity)
        if track is not None and track.id not in moved and not stays(track):
            moved[track.id] = file
            result.moved.append((track, file))
        elif own is not None:
            touched.append((own, file))
        elif track is None or track.id in moved:
            fresh.append(file)
    # A file in the old place of a track that moved away belongs to nobody yet.
    result.touched = [(own, file) for own, file in touched if own.id not in moved]
    result.fresh = fresh + [file for own, file in touched if own.id in moved]
    replaced = [known[file.path] for _, file in result.moved if file.path in known]
    result.vanished = [track for track in (*result.vanished, *replaced) if track.id not in moved]


def match(lost: Iterable[tuple[KnownTrack, str]], places: Iterable[tuple[bytes, str]]) -> dict[int, bytes]:
    """Give lost tracks the places that hold their audio.

    Where several tracks have the same audio, the place whose path ends most alike goes first.

    Args:
        lost: tracks without a file, each with the digest of its audio packets.
        places: paths that no track is known for, each with the digest of what it holds.

    Returns:
        the place of each track that was found again, by track id.
    """
    tracks: dict[str, list[KnownTrack]] = {}
    for track, digest in lost:
        if digest:
            tracks.setdefault(digest, []).append(track)
    files: dict[str, list[bytes]] = {}
    for path, digest in places:
        if digest in tracks:
            files.setdefault(digest, []).append(path)
    result: dict[int, bytes] = {}
    for digest, paths in files.items():
        result |= _pair(sorted(tracks[digest], key=lambda track: track.path), sorted(paths))
    return result


def _pair(tracks: Sequence[KnownTrack], paths: Sequence[bytes]) -> dict[int, bytes]:
    if len(tracks) * len(paths) > _MOST_PAIRS:
        return {track.id: path for track, path in zip(tracks, paths, strict=False)}
    pairs = [(-_alike(track.path, path), track.path, path, track.id) for track in tracks for path in paths]
    result: dict[int, bytes] = {}
    taken: set[bytes] = set()
    for _, _, path, track_id in sorted(pairs):
        if track_id not in result and path not in taken:
            result[track_id] = path
            taken.add(path)
    return result


def _alike(one: bytes, other: bytes) -> int:
    """Count the bytes that two paths end with alike."""
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count
