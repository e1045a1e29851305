"""What a clip will sound like, decided before a sample is computed: so its true tags are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from trainer.toy.styles import ARTISTS, FOLDERS, STYLES, TEXTURES, VOICES, Style
from trainer.toy.tags import INDEX

SUSTAINED = frozenset(("bowed", "organ", "flute", "reed", "brass", "saw wave", "square wave", "distorted"))
_ARTIST, _PLAN = 1, 2
_FAITHFUL = 0.75  # how often an artist takes one of the two instruments that are the artist's own


@dataclass(frozen=True)
class Artist:
    """What the clips of one artist share.

    Args:
        style: the kind of music.
        instruments: the two that are played most.
        tilt: added to the steepness of every spectrum.
        attack: factor of every attack.
        decay: factor of every decay.
        detune: between unison strings or oscillators, as a ratio above one.
        tract: factor of every formant.
        sway: of vibrato and tremolo, in Hz.
        delay: of the echo, in seconds.
        drum: factor of the pitch of the drums.
        floor: the strength of the recording's own noise, as a share of the music's.
        level: factor of the loudness.
    """

    style: Style
    instruments: tuple[str, str]
    tilt: float
    attack: float
    decay: float
    detune: float
    tract: float
    sway: float
    delay: float
    drum: float
    floor: float
    level: float


@dataclass(frozen=True)
class Plan:
    """One clip.

    Args:
        artist: who plays.
        heard: the names of all tags that are true.
        lead: the instrument of the melody.
        accompaniment: the instrument beneath it.
        voice: who sings, one of `VOICES`.
        manner: how the melody is played: "vibrato", "tremolo", "trill", "staccato" or "".
        beats: a minute.
        root: MIDI pitch of the key, from 48 to 59.
        mode: "major", "minor" or "open", which has no third.
    """

    artist: Artist
    heard: frozenset[str]
    lead: str | None
    accompaniment: str | None
    voice: str | None
    manner: str
    beats: float
    root: int
    mode: str

    @property
    def labels(self) -> tuple[int, ...]:
        """The indices of the true tags, ascending."""
        return tuple(sorted(INDEX[name] for name in self.heard))


def place(number: int) -> tuple[int, int]:
    """Return the folder of a clip and its artist there; near clips have different ones of both."""
    folder = number % FOLDERS
    return folder, (number // FOLDERS + 5 * folder) % ARTISTS


def _weighted(random: np.random.Generator, weights: dict[str, float]) -> str:
    at = random.random() * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return next(iter(weights))


@cache
def artist(seed: int, folder: int, number: int) -> Artist:
    """Return one of the artists of a folder."""
    random = np.random.default_rng([seed, _ARTIST, folder, number])
    styles = [style for style in STYLES for _ in range(style.artists)]
    style = styles[number]
    first = _weighted(random, style.instruments)
    others = {name: weight for name, weight in style.instruments.items() if name != first}
    return Artist(
        style,
        (first, _weighted(random, others)),
        tilt=random.uniform(-0.25, 0.25),
        attack=random.uniform(0.6, 1.5),
        decay=random.uniform(0.65, 1.5),
        detune=random.uniform(1.001, 1.006),
        tract=random.uniform(0.93, 1.07),
        sway=random.uniform(4.8, 7.2),
        delay=random.uniform(0.24, 0.45),
        drum=random.uniform(0.8, 1.25),
        floor=random.uniform(0.002, 0.01),
        level=random.uniform(0.75, 1.3),
    )


def plan(seed: int, number: int) -> Plan:
    """Return the plan of a clip: the same for a seed and a number, whatever else is made."""
    player = artist(seed, *place(number))
    return _Draw(player, np.random.default_rng([seed, _PLAN, number])).plan()


class _Draw:
    """The choices of one clip, in an order in which each can see what it needs."""

    def __init__(self, player: Artist, random: np.random.Generator) -> None:
        self.artist = player
        self.random = random
        self.heard: set[str] = set()

    def happens(self, choice: str) -> bool:
        return float(self.random.random()) < self.artist.style.chance(choice)

    def tag(self, name: str, *, possible: bool = True) -> bool:
        """Let a tag happen, or not; a number is drawn in either case."""
        happens = self.happens(name) and possible
        if happens:
            self.heard.add(name)
        return happens

    def one_of(self, names: tuple[str, ...], otherwise: str = "") -> str:
        """Return at most one of several choices, each with its chance."""
        at = float(self.random.random())
        for name in names:
            at -= self.artist.style.chance(name)
            if at < 0:
                return name
        return otherwise

    def instrument(self) -> str:
        favourite = self.artist.instruments[int(self.random.random() * 1.5)]
        other = _weighted(self.random, self.artist.style.instruments)
        return favourite if self.random.random() < _FAITHFUL else other

    def plan(self) -> Plan:
        voice = self.one_of(VOICES) or None
        lead = self.instrument() if self.happens("melody") else None
        accompaniment = self.instrument() if self.happens("accompaniment") else None
        for name in TEXTURES:
            self.tag(name)
        if not (voice or lead or accompaniment):
            lead = self.instrument()
        self.heard.update(name for name in (lead, accompaniment) if name)
        if voice:
            self.heard.update(("vocal", voice))
        self.tag("humming", possible=bool(voice))
        self._rhythm(accompaniment)
        mode = self._harmony(accompaniment)
        self._register(lead)
        manner = self._manner(lead, voice)
        self.heard.update({self.one_of(("loud", "quiet"))} - {""})
        self.tag("echo")
        self.tag("pauses")
        beats, root = self._tempo(), int(self.random.integers(48, 60))
        heard = frozenset(self.heard)
        return Plan(self.artist, heard, lead, accompaniment, voice, manner, beats, root, mode)

    def _rhythm(self, accompaniment: str | None) -> None:
        drums = self.tag("drums")
        self.tag("bass")
        self.tag("cymbals", possible=drums)
        self.tag("claps", possible=drums)
        waltz = self.tag("waltz", possible=drums or bool(accompaniment))
        four = self.tag("four on the floor", possible=drums and not waltz)
        self.tag("swing", possible=drums and not waltz and not four)
        self.tag("offbeat", possible=bool(accompaniment) and not waltz)

    def _harmony(self, accompaniment: str | None) -> str:
        arpeggio = self.tag(
            "arpeggio", possible=bool(accompaniment) and not self.heard & {"waltz", "offbeat"}
        )
        if accompaniment and not arpeggio:
            self.heard.add("chords")
        mode = self.one_of(("major", "minor"), "open")
        if accompaniment and mode != "open":
            self.heard.add(mode)
        return mode

    def _register(self, lead: str | None) -> None:
        register = self.one_of(("high", "low"))
        if lead and register:
            self.heard.add(register)

    def _manner(self, lead: str | None, voice: str | None) -> str:
        manner = self.one_of(("vibrato", "tremolo", "trill", "staccato"))
        possible = {
            "vibrato": voice is not None or lead in SUSTAINED,
            "tremolo": lead in SUSTAINED,
            "trill": lead is not None and lead != "bell",
            "staccato": lead in SUSTAINED or lead == "piano",
            "": False,
        }
        if not possible[manner]:
            return ""
        self.heard.add(manner)
        return manner

    def _tempo(self) -> float:
        tempo = self.one_of(("fast", "slow"), "medium")
        if tempo != "medium":
            self.heard.add(tempo)
        low, high = {"fast": (150.0, 190.0), "medium": (88.0, 126.0), "slow": (44.0, 66.0)}[tempo]
        return float(self.random.uniform(low, high))
