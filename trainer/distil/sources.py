"""The free audio and scores that the bundled model may learn from, and the licence of each piece."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagger_core.errors import EarmarkError, shown

GPL = "GPL-2.0-or-later"
NOT_FREE = re.compile(r"non-?commercial|by-nc|no derivatives|by-nd", re.IGNORECASE)

MADE = ("textures", "composed", "espeak", "outdoors")
"""Sources that a program made."""

NO_MUSIC = {
    "textures": ("noise ", "tones "),
    "outdoors": ("",),
    "sms-tools": ("speech-", "ocean", "rain"),
    "songs": ("198-", "3436-", "5703-"),
}
"""Beginnings of the names of noise and speech in these sources, all names of the one that has nothing else;
LibriSpeech's readers are numbers."""

# General MIDI programs (from 0) for scores whose tracks name none, by the first word of the file name.
PROGRAMS = {
    "piano": 0,
    "harpsichord": 6,
    "organ": 19,
    "guitar": 24,
    "violin": 40,
    "cello": 42,
    "ensemble": 48,
    "voice": 52,
    "flute": 73,
}

# Other programs that scores are played on as well, with a transposition in semitones: the teacher's tags name
# instruments that the scores hardly use.
ALSO_ON = (
    (104, -5), (52, 0), (46, 0), (40, 0), (73, 0), (81, 0), (42, -12), (30, -12), (0, 0), (89, 0),
    (6, 0), (53, 0), (48, 0), (25, -5), (24, 0), (88, 0), (38, -12), (54, 0), (11, 0), (29, -12),
    (41, 0), (56, 0), (80, 0), (105, -5), (4, 0), (91, 0), (71, 0), (68, 0), (107, 0), (62, 0),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One thing to hear.

    Args:
        source: name of the collection.
        name: name within the collection, for people.
        group: pieces of one group (versions of one work, renderings of one score) never part at the split.
        path: a recording, or a score as MIDI.
        licence: SPDX-like name of the licence.
        split: "train", "validation" or "test".
        program: General MIDI program for channels that name none, or None for a recording.
        replace: whether `program` also replaces the programs that the score names.
        transpose: semitones.
        seconds: at most so much is heard.
        soundfont: name of the part that plays a score, "" for the only one there is.
        voice: whether it is speech or singing alone.
        rate: how much faster a voice is heard, at its own pitch; `transpose` shifts the pitch.
    """

    source: str
    name: str
    group: str
    path: Path
    licence: str
    split: str
    program: int | None = None
    replace: bool = False
    transpose: int = 0
    seconds: float = 1800.0
    soundfont: str = ""
    voice: bool = False
    rate: float = 1.0

    @property
    def real(self) -> bool:
        """Whether musicians or a studio made the sound, rather than this program."""
        return self.program is None and self.source not in MADE

    @property
    def music(self) -> bool:
        """Whether it is anything but speech or noise alone."""
        return not (self.voice or self.name.startswith(NO_MUSIC.get(self.source, ())))


def split_of(group: str, *, validation: float, test: float) -> str:
    """Return "test", "validation" or "train" by a hash of the group, so that every run agrees."""
    place = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") / 2**32
    if place < test:
        return "test"
    return "validation" if place < test + validation else "train"


def find_pieces(folders: list[Path], renderings: int = 2) -> list[Piece]:
    """Return every piece below the folders whose collection is known and whose licence is free.

    Args:
        folders: each is searched for the collections that this module knows.
        renderings: how many further instruments each Mutopia score is played on.

    Raises:
        EarmarkError: a folder holds none of the known collections.
    """
    pieces: dict[tuple[Path, int | None, bool], Piece] = {}
    for folder in folders:
        found = [
            *_mutopia(folder, renderings),
            *_freedoom(folder),
            *_wesnoth(folder),
            *_warzone(folder),
            *_recordings(folder),
        ]
        if not found:
            raise EarmarkError(
                "holds none of the known collections",
                path=folder,
                remedy="name a folder with mutopia, freedoom, recordings, wesnoth or warzone2100 music in it",
            )
        pieces.update({(p.path, p.program, p.replace): p for p in found})
    return list(pieces.values())


def _below(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.rglob(pattern))


def _mutopia(folder: Path, renderings: int) -> Iterator[Piece]:
    other = 0
    for index in _below(folder, "INDEX.tsv"):
        with index.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["licence"] != "Public Domain":
                    continue
                path = index.parent / row["file"]
                group = "/".join(row["source"].split("/")[:3])
                split = split_of(group, validation=0.1, test=0.12)
                program = PROGRAMS.get(path.name.split("-")[0], 0)
                name = f"{row['composer']}: {row['title']}"
                yield Piece("mutopia", name, group, path, "public domain", split, program, seconds=48)
                for _ in range(renderings):
                    program, transpose = ALSO_ON[other % len(ALSO_ON)]
                    other += 1
                    yield Piece(
                        "mutopia",
                        name,
                        group,
                        path,
                        "public domain",
                        split,
                        program,
                        True,
                        transpose,
                        seconds=30,
                    )


def _freedoom(folder: Path) -> Iterator[Piece]:
    for copying in _below(folder, "CREDITS-MUSIC"):
        for path in sorted(copying.parent.glob("*.mid")):
            split = split_of(path.stem, validation=0.1, test=0.12)
            yield Piece("freedoom", path.stem, path.stem, path, "BSD-3-Clause", split, 0, seconds=120)


def _stem(path: Path) -> str:
    """Return the name without what tells versions of one piece apart: `frantic-old` and `frantic` are one."""
    return re.sub(r"(-old|_enhanced|(?<=[a-z])\d)$", "", path.stem)


def _wesnoth(folder: Path) -> Iterator[Piece]:
    for path in _below(folder, "*.ogg"):
        if "wesnoth" in str(path) and path.parent.name == "music":
            group = f"wesnoth {_stem(path)}"
            yield Piece("wesnoth", path.stem, group, path, GPL, split_of(group, validation=0.15, test=0.25))


def _warzone(folder: Path) -> Iterator[Piece]:
    for path in _below(folder, "*.opus"):
        if "warzone2100" not in str(path):
            continue
        # "track3_enhanced" of one album is "track3" of another.
        stem = re.sub(r"_enhanced$", "", path.stem)
        group = f"warzone {stem}"
        licence_file = path.parent / "license.txt"
        licence = GPL
        if licence_file.exists() and "enhanced" not in path.stem:
            licence = f"CC-BY-SA-3.0 or {GPL}" if "CC-BY-SA-3.0" in licence_file.read_text("utf-8") else GPL
        name = f"{path.parent.name}/{path.stem}"
        yield Piece("warzone2100", name, group, path, licence, split_of(group, validation=0.15, test=0.25))


def licence_of(text: str) -> str | None:
    """Return the licence that a text beside a recording names, None when it is not free or not known."""
    if NOT_FREE.search(text):
        return None
    for pattern, licence in (
        (r"by-sa/2\.5", "CC-BY-SA-2.5"),
        (r"licenses/by/3\.0", "CC-BY-3.0"),
        (r"licenses/by/4\.0", "CC-BY-4.0"),
        (r"publicdomain", "public domain"),
    ):
        if re.search(pattern, text):
            return licence
    return None


def _recordings(folder: Path) -> Iterator[Piece]:
    """Yield single recordings: songs are for the test alone, single notes and speech also teach."""
    for path in [*_below(folder, "*.ogg"), *_below(folder, "*.wav")]:
        beside, shared = path.with_name(path.name.split(".")[0] + ".txt"), path.parent / "LICENSE"
        text_file = next((p for p in (beside, shared) if p.exists()), None)
        if "recordings" not in path.parts or text_file is None:
            continue
        licence = licence_of(text_file.read_text("utf-8", "replace"))
        if licence is None:
            continue
        if path.parent.name == "sms":
            yield Piece("sms-tools", path.stem, path.stem, path, licence, "train")
        elif "LibriSpeech" in text_file.read_text("utf-8", "replace"):
            split = split_of(path.stem, validation=0.0, test=0.34)
            yield Piece("speech", path.stem, path.stem, path, licence, split)
        else:
            yield Piece("songs", shown(path.stem), path.stem, path, licence, "test")
