"""The free audio and scores that the bundled models may learn from, and the licence of each piece."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

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

# Other programs that scores are played on as well, with a transposition in semitones: the words name
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
        soundfont: name of the part that plays a score, "" for a recording.
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
