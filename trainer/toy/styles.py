"""Styles: which sounds go together, and how often; the reason why the tags of a clip depend on each other."""

from __future__ import annotations

from dataclasses import dataclass, field

INSTRUMENTS = (
    "plucked",
    "bowed",
    "organ",
    "bell",
    "flute",
    "reed",
    "brass",
    "piano",
    "harpsichord",
    "saw wave",
    "square wave",
    "fm",
    "distorted",
)
VOICES = ("male voice", "female voice", "choir")
TEXTURES = ("drone", "hiss", "rumble", "wind", "chirps", "ticking", "sweep", "crackle")
FOLDERS = 16
ARTISTS = 24
"""Artists of a folder; the shares of the styles add up to it."""

CHANCES: dict[str, float] = {
    "melody": 0.8,
    "accompaniment": 0.36,
    "bass": 0.05,
    "drums": 0.05,
    "four on the floor": 0.0,
    "offbeat": 0.03,
    "swing": 0.05,
    "waltz": 0.05,
    "claps": 0.05,
    "cymbals": 0.3,
    "male voice": 0.04,
    "female voice": 0.04,
    "choir": 0.015,
    "humming": 0.12,
    "fast": 0.15,
    "slow": 0.15,
    "major": 0.4,
    "minor": 0.3,
    "high": 0.08,
    "low": 0.06,
    "arpeggio": 0.2,
    "vibrato": 0.12,
    "tremolo": 0.06,
    "trill": 0.025,
    "staccato": 0.07,
    "drone": 0.02,
    "hiss": 0.02,
    "rumble": 0.015,
    "wind": 0.01,
    "chirps": 0.012,
    "ticking": 0.014,
    "sweep": 0.01,
    "crackle": 0.012,
    "loud": 0.06,
    "quiet": 0.06,
    "echo": 0.04,
    "pauses": 0.025,
}
"""The chance of each choice where a style says nothing else. Some need others: no swing without drums."""


@dataclass(frozen=True)
class Style:
    """A kind of music.

    Args:
        name: for people; it is no tag.
        artists: of the `ARTISTS` of every folder.
        instruments: how likely each is, as a weight.
        chances: where they differ from `CHANCES`.
    """

    name: str
    artists: int
    instruments: dict[str, float]
    chances: dict[str, float] = field(default_factory=dict)

    def chance(self, choice: str) -> float:
        """Return how likely a choice is."""
        return self.chances.get(choice, CHANCES[choice])


STYLES: tuple[Style, ...] = (
    Style(
        "chamber",
        5,
        {"bowed": 5, "piano": 3, "flute": 2, "harpsichord": 2.5, "reed": 1.5, "organ": 0.5},
        {"melody": 0.95, "slow": 0.25, "vibrato": 0.3, "trill": 0.08, "waltz": 0.12, "quiet": 0.15},
    ),
    Style(
        "strings alone",
        4,
        {"plucked": 8, "harpsichord": 0.7, "flute": 0.6, "bowed": 0.6},
        {"arpeggio": 0.45, "male voice": 0.12, "female voice": 0.1, "crackle": 0.04, "tremolo": 0.1},
    ),
    Style(
        "machines",
        4,
        {"saw wave": 4, "square wave": 3, "fm": 2.5, "organ": 0.7},
        {
            "drums": 0.7,
            "four on the floor": 0.65,
            "bass": 0.5,
            "fast": 0.35,
            "slow": 0.02,
            "cymbals": 0.45,
            "claps": 0.2,
            "loud": 0.2,
            "sweep": 0.08,
            "echo": 0.12,
            "staccato": 0.18,
            "female voice": 0.08,
        },
    ),
    Style(
        "loud band",
        3,
        {"distorted": 6, "plucked": 2, "organ": 1},
        {
            "drums": 0.65,
            "bass": 0.5,
            "cymbals": 0.5,
            "loud": 0.4,
            "male voice": 0.35,
            "female voice": 0.1,
            "fast": 0.3,
            "minor": 0.45,
            "quiet": 0.01,
        },
    ),
    Style(
        "stillness",
        3,
        {"organ": 2, "bell": 3, "fm": 2, "flute": 2, "bowed": 1},
        {
            "melody": 0.6,
            "drone": 0.55,
            "wind": 0.14,
            "rumble": 0.1,
            "hiss": 0.1,
            "slow": 0.7,
            "fast": 0.01,
            "quiet": 0.3,
            "echo": 0.2,
            "pauses": 0.05,
            "high": 0.15,
        },
    ),
    Style(
        "songs",
        2,
        {"piano": 4, "plucked": 4, "bowed": 1, "square wave": 0.6},
        {
            "drums": 0.5,
            "bass": 0.45,
            "male voice": 0.3,
            "female voice": 0.45,
            "claps": 0.15,
            "major": 0.6,
            "accompaniment": 0.6,
            "melody": 0.5,
            "offbeat": 0.12,
        },
    ),
    Style(
        "old dances",
        2,
        {"brass": 4, "reed": 3, "piano": 3, "plucked": 1},
        {
            "drums": 0.5,
            "bass": 0.4,
            "swing": 0.6,
            "offbeat": 0.2,
            "waltz": 0.15,
            "crackle": 0.15,
            "major": 0.6,
            "accompaniment": 0.6,
        },
    ),
    Style(
        "outdoors and choirs",
        1,
        {"flute": 3, "bell": 2, "organ": 3, "brass": 1},
        {
            "choir": 0.45,
            "chirps": 0.3,
            "wind": 0.15,
            "rumble": 0.1,
            "ticking": 0.12,
            "hiss": 0.1,
            "melody": 0.6,
            "slow": 0.5,
            "humming": 0.3,
        },
    ),
)
