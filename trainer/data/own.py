"""A person's own songs: a folder of them, and a table of files and tags."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from tagger_core.library.walk import AUDIO_SUFFIXES
from trainer.data import own_table
from trainer.data.catalogue import SPLITS, Catalogue, Clip, LeftOut, Split
from trainer.data.own_table import Entry
from trainer.data.places import NOT_THERE, below, composed, shared
from trainer.errors import DataError

LEAST_CLIPS = 5
"""Of a tag; with fewer there is nothing to learn and nothing to measure."""

SHORTEST_SECONDS = 1.0

_TEST, _VALIDATION = 0.1, 0.1
_DISC = re.compile(r"(cd|dis[ck]|dvd|vinyl|lp)[ ._-]*\d+", re.IGNORECASE)
_NAMED = 5


@dataclass
class _Song:
    """A file, and what all rows that name it tell."""

    path: Path
    split: Split
    group: str
    tags: set[str] = field(default_factory=set)


def read(folder: Path, table: Path, *, least: int = LEAST_CLIPS) -> Catalogue:
    """Return the songs of a folder that a table tags; see `own_table.read` for the table.

    Where the table has no column `split`, groups of songs are shared out by a hash of the group's name, so
    that a song stays where it is whatever is added: about 80 % train, 10 % validate, 10 % test. A group is
    what the column `group` says, else the folder of the artist: the second above the song, or the only one;
    the folder of a disc, such as `CD 1`, is not counted.

    Args:
        folder: that the paths of the table begin in.
        table: a CSV of UTF-8; rows that name the same file add up.
        least: clips that a tag needs; tags with fewer are dropped, with a note.

    Raises:
        DataError: the table makes no sense, a path leaves the folder, a split has no songs, no tag is left.
    """
    told = own_table.read(table)
    disk = _Disk(folder)
    songs, missing = _songs(folder, told.entries, disk)
    if not songs:
        raise DataError("holds none of the table's files", path=folder, remedy=f"mend the paths in {table}")
    _require_every_split(songs, table)
    tags, notes = _tags(songs, told.entries, least, table)
    label_of = {name.casefold(): label for label, (name, _) in enumerate(tags)}
    clips = tuple(
        Clip(key, song.path, tuple(sorted(label_of[tag] for tag in song.tags & label_of.keys())), song.split)
        for key, song in songs.items()
    )
    strangers = disk.others({song.path for song in songs.values()})
    groups: dict[str, set[Split]] = defaultdict(set)
    for song in songs.values():
        groups[song.group].add(song.split)
    if told.unused:
        notes.append(f"columns that are not used: {_some(told.unused)}")
    return Catalogue(
        f"own-{re.sub('[^a-z0-9]+', '-', table.stem.lower()).strip('-') or 'songs'}",
        "tags",
        tags,
        clips,
        (*missing, *strangers),
        shortest=SHORTEST_SECONDS,
        notes=(*notes, *shared("groups", groups)),
    )


def _songs(
    folder: Path, entries: Iterable[Entry], disk: _Disk
) -> tuple[dict[str, _Song], tuple[LeftOut, ...]]:
    songs: dict[str, _Song] = {}
    missing: dict[str, LeftOut] = {}
    for entry in entries:
        path = disk.find(entry)
        key = composed(path.relative_to(folder).as_posix())
        if not path.is_file():
            missing[key] = LeftOut(key, path, NOT_THERE)
            continue
        group = entry.group or _group(key)
        song = songs.setdefault(key, _Song(path, entry.split or split_of(group), group))
        if entry.split not in (None, song.split):
            raise entry.row.refuse(f"{entry.file!r} is in {song.split} too", "give every file one split")
        song.tags.update(name.casefold() for name, _ in entry.tags)
    return songs, tuple(missing.values())


def split_of(group: str) -> Split:
    """Return the split of a group of songs, by a hash of its name."""
    digest = hashlib.sha256(group.encode("utf-8", "surrogateescape")).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < _TEST:
        return "test"
    return "validation" if place < _TEST + _VALIDATION else "train"


def _group(key: str) -> str:
    """Return the folder of the artist: of artist/album/song, album/song or, as there is none, the song.

    The folder of a disc within an album counts for nothing.
    """
    folders = PurePosixPath(key).parts[:-1]
    if len(folders) > 1 and _DISC.fullmatch(folders[-1]):
        folders = folders[:-1]
    return "/".join(folders[:-1] or folders) or key


def _require_every_split(songs: dict[str, _Song], table: Path) -> None:
    counts = Counter(song.split for song in songs.values())
    for split in SPLITS:
        if not counts[split]:
            raise DataError(
                f"leaves no song for {split}",
                path=table,
                remedy="add a column 'split' that says train, validation or test of each song",
            )


def _tags(
    songs: dict[str, _Song], entries: Iterable[Entry], least: int, table: Path
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Return the tags that can be learned, by falling count, and notes on the others."""
    spellings: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for entry in entries:
        for tag in entry.tags:
            spellings[tag[0].casefold()][tag] += 1
    usual = {name: found.most_common(1)[0][0] for name, found in spellings.items()}
    count = {split: Counter[str]() for split in SPLITS}
    for song in songs.values():
        count[song.split].update(song.tags)
    total = sum(count.values(), Counter[str]())
    kept = [name for name in usual if total[name] >= least and count["train"][name]]
    kept.sort(key=lambda name: (-total[name], name))
    if not kept:
        remedy = f"tag more songs, or ask for fewer than {least}"
        raise DataError(
            f"has no tag with {least} songs, some of them for training", path=table, remedy=remedy
        )
    notes = []
    if dropped := sorted(usual.keys() - set(kept)):
        notes.append(
            f"{len(dropped)} tags are dropped, having fewer than {least} songs or none for training: "
            f"{_some([usual[name][0] for name in dropped])}"
        )
    unmeasured = {split: [usual[name][0] for name in kept if not count[split][name]] for split in SPLITS[1:]}
    notes.extend(
        f"no song of {split} has these tags, so they are not measured: {_some(names)}"
        for split, names in unmeasured.items()
        if names
    )
    return tuple(usual[name] for name in kept), notes


def _some(names: list[str] | tuple[str, ...]) -> str:
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest


class _Disk:
    """The audio files below a folder, found by paths that are spelled in any of Unicode's ways."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataError("is no folder", path=folder, remedy="name the folder of the songs")
        self.folder = folder
        self._walked = {path: path for path in self._walk()}
        self._by_composed = {composed(path.relative_to(folder).as_posix()): path for path in self._walked}
        self._by_caseless = {key.casefold(): path for key, path in self._by_composed.items()}

    def _walk(self) -> Iterator[Path]:
        for place, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                if name.rpartition(".")[2].lower() in AUDIO_SUFFIXES:
                    yield Path(place, name)

    def find(self, entry: Entry) -> Path:
        """Return the file that a row names, or where it should lie.

        Raises:
            DataError: that is not in the folder.
        """
        text, absolute = entry.file, self.folder.absolute()
        if Path(text).is_absolute() and Path(text).is_relative_to(absolute):
            text = Path(text).relative_to(absolute).as_posix()
        if isinstance(self.folder, PureWindowsPath):
            text = text.replace("\\", "/")
        row = entry.row
        path = below(self.folder, text, table=row.path, line=row.line)
        if path.is_file():
            return self._as_walked(path)
        for spelling in (text, text.replace("\\", "/")):
            if found := self._by_composed.get(composed(PurePosixPath(spelling).as_posix())):
                return found
        return path

    def _as_walked(self, path: Path) -> Path:
        """Return a file under the name that the disk gives it, which may be another where case is ignored."""
        if path in self._walked:
            return self._walked[path]
        key = composed(path.relative_to(self.folder).as_posix())
        found = self._by_caseless.get(key.casefold())
        return found if found is not None and found.samefile(path) else path

    def others(self, known: set[Path]) -> tuple[LeftOut, ...]:
        """Return the audio files that are not among the known ones."""
        return tuple(
            LeftOut(key, path, "is not in the table")
            for key, path in self._by_composed.items()
            if path not in known
        )
