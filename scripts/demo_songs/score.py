"""Written music and its performance: text becomes notes, and a hand that is no clock plays them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_TOKEN = re.compile(r"(\[[^\]]+\]|[^\s:]+):?([\d.]*)(!?)")


@dataclass(frozen=True)
class Note:
    """One note: start and length in beats when written, in seconds when performed; pitch as a MIDI number."""

    start: float
    pitch: float
    length: float
    velocity: float = 0.7


def pitch(name: str) -> int:
    """Return the MIDI number of a note: "C4" is 60, "Bb3" 58, "F#5" 78."""
    match = re.fullmatch(r"([A-G])([#b]*)(-?\d)", name)
    if match is None:
        raise ValueError(f"{name!r} is no note")
    step, accidentals, octave = match.groups()
    return 12 * (int(octave) + 1) + _STEPS[step] + accidentals.count("#") - accidentals.count("b")


def hertz(number: float) -> float:
    """Return the frequency of a MIDI number in equal temperament."""
    return 440.0 * 2 ** ((number - 69) / 12)


def words(text: str) -> list[str]:
    """Return what is written with spaces between."""
    return text.split()


def line(text: str, start: float = 0.0, *, length: float = 1.0, velocity: float = 0.7) -> list[Note]:
    """Read a line of music.

    Args:
        text: notes with their length in beats, "A4:1.5 r:.5 [D4 F4 A4]:2 Bb4!": r rests, brackets make a
            chord, a missing length is that of the note before, an exclamation mark accents; bar lines are for
            the eye.
        start: beat of the first note.
        length: of the first note if it tells none.
        velocity: from 0 to 1; an accent adds a fifth.
    """
    notes = []
    for name, beats, accent in _TOKEN.findall(text.replace("|", " ")):
        length = float(beats) if beats else length
        loud = min(1.0, velocity * 1.2) if accent else velocity
        notes += [Note(start, pitch(one), length, loud) for one in words(name.strip("[]")) if one != "r"]
        start += length
    return notes


def shifted(notes: list[Note], *, beats: float = 0.0, semitones: float = 0.0) -> list[Note]:
    """Return the same music later or higher."""
    return [replace(note, start=note.start + beats, pitch=note.pitch + semitones) for note in notes]


def swell(notes: list[Note], *shape: float) -> list[Note]:
    """Return the music with its dynamics following a curve over its length, as .6, 1, .5 for an arch."""
    end = max(note.start + note.length for note in notes)
    places = np.linspace(0, end, len(shape))
    return [
        replace(note, velocity=note.velocity * float(np.interp(note.start, places, shape))) for note in notes
    ]


@dataclass(frozen=True)
class Hand:
    """How a player plays.

    Args:
        bpm: beats a minute.
        timing: how far from the clock, in seconds (standard deviation).
        dynamics: how uneven, as a part of the velocity.
        legato: how long notes are held, as a part of their written length.
        swing: where the off-beat eighth falls within the beat: 0.5 even, 0.67 triplets.
        breath: how much the tempo yields at the end of the piece, as a part of the tempo.
        roll: seconds between the notes of a chord.
    """

    bpm: float
    timing: float = 0.008
    dynamics: float = 0.08
    legato: float = 0.95
    swing: float = 0.5
    breath: float = 0.0
    roll: float = 0.0

    def seconds(self, beat: float, end: float) -> float:
        """Return when a beat falls, in a piece that ends at the beat `end`."""
        whole, part = divmod(beat, 1.0)
        off = self.swing
        part = part / 0.5 * off if part < 0.5 else off + (part - 0.5) / 0.5 * (1 - off)
        beat = whole + part
        # The last quarter of the piece slows down evenly.
        late = max(0.0, beat - 0.75 * end)
        slowing = self.breath * late**2 / (0.5 * end) if end else 0.0
        return (beat + slowing) * 60 / self.bpm

    def play(self, notes: list[Note], rng: np.random.Generator, end: float | None = None) -> list[Note]:
        """Return the notes in seconds, as this hand plays them; `end` in beats where the piece goes on."""
        end = end if end is not None else max(note.start + note.length for note in notes)
        played = []
        before, in_chord = -1.0, 0
        for note in sorted(notes, key=lambda n: (n.start, n.pitch)):
            in_chord = in_chord + 1 if note.start == before else 0
            before = note.start
            start = self.seconds(note.start, end)
            length = (self.seconds(note.start + note.length, end) - start) * self.legato
            start += abs(self.timing * rng.standard_normal()) + in_chord * self.roll
            velocity = note.velocity * (1 + self.dynamics * rng.standard_normal())
            played.append(Note(start, note.pitch, length, float(np.clip(velocity, 0.05, 1.0))))
        return played
