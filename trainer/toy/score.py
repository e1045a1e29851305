"""Which notes are played when: chords, melodies, bass lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.toy.plan import Plan

_TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7), "open": (0, 7, 12)}
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "open": (0, 2, 5, 7, 9)}
_PROGRESSIONS = ((0, 5, 7, 0), (0, 7, 5, 0), (0, 0, 5, 7), (0, 5, 0, 7))


@dataclass(frozen=True)
class Event:
    """A note.

    Args:
        at: when it begins, in seconds.
        seconds: until the next.
        pitch: MIDI.
    """

    at: float
    seconds: float
    pitch: int


class Score:
    """The time and the harmony of one clip.

    Args:
        plan: of the clip.
        seconds: its length.
        random: gives the progression and the moment in which the clip begins.
    """

    def __init__(self, plan: Plan, seconds: float, random: np.random.Generator) -> None:
        self.plan = plan
        self.seconds = seconds
        self.beat = 60.0 / plan.beats
        self.meter = 3 if "waltz" in plan.heard else 4
        self.begin = -float(random.random()) * self.beat * self.meter  # a clip is cut anywhere out of a song
        self._roots = _PROGRESSIONS[int(random.integers(len(_PROGRESSIONS)))]
        self._swing = "swing" in plan.heard

    def time(self, beats: float) -> float:
        """Return when a beat comes, in seconds; with swing, half a beat is two thirds long."""
        whole, part = divmod(beats, 1.0)
        if self._swing:
            part = part * 4 / 3 if part <= 0.5 else 1 - (1 - part) * 2 / 3
        return self.begin + (whole + part) * self.beat

    def bars(self) -> Iterator[tuple[int, int]]:
        """Yield (first beat, root of the chord) of every bar that begins before the end."""
        first = 0
        while self.time(first) < self.seconds:
            yield first, self._roots[first // self.meter % len(self._roots)]
            first += self.meter

    def _event(self, start: float, stop: float, pitch: int) -> Event:
        return Event(self.time(start), self.time(stop) - self.time(start), pitch)

    def chords(self) -> Iterator[Event]:
        """Yield the chords of the accompaniment: held for two beats, after the beat, or on two and three."""
        heard = self.plan.heard
        for first, root in self.bars():
            if "waltz" in heard:
                places = [(1.0, 1.6), (2.0, 2.6)]
            elif "offbeat" in heard:
                places = [(k + 0.5, k + 0.8) for k in range(self.meter)]
            else:
                places = [(0.0, 2.0), (2.0, 4.0)]
            for start, stop in places:
                for interval in _TRIADS[self.plan.mode]:
                    yield self._event(first + start, first + stop, self._fold(root) + interval)

    def arpeggio(self) -> Iterator[Event]:
        """Yield the notes of the chords one by one, up and down, four or (when fast) two a beat."""
        step = {True: 0.5, False: 0.25}[self.plan.beats > 130]
        triad = _TRIADS[self.plan.mode]
        turn = (*triad, 12 + triad[0], triad[2], triad[1]) if self.plan.mode != "open" else (0, 7, 12, 7)
        for first, root in self.bars():
            for k in range(int(self.meter / step)):
                pitch = self._fold(root) + turn[k % len(turn)]
                yield self._event(first + k * step, first + (k + 1) * step, pitch)

    def bass(self) -> Iterator[Event]:
        """Yield the root of every chord, low, on each beat or (in a waltz) on the first."""
        for first, root in self.bars():
            for k in range(1 if "waltz" in self.plan.heard else self.meter):
                yield self._event(first + k, first + k + 0.9, self._fold(root) - 19)

    def _fold(self, root: int) -> int:
        """Return the pitch of a chord's root between 50 and 61, so that registers stay apart."""
        return 50 + (self.plan.root + root - 50) % 12

    def melody(self, centre: int, random: np.random.Generator) -> Iterator[Event]:
        """Yield a walk on the scale about a pitch.

        Args:
            centre: MIDI; it stays within nine semitones of it.
            random: chooses steps, lengths and rests.
        """
        scale = _SCALES[self.plan.mode]
        notes = [p for p in range(centre - 9, centre + 10) if (p - self.plan.root) % 12 in scale]
        place, beats = len(notes) // 2, 0.0
        lengths = {"fast": (0.5, 0.5, 1.0), "slow": (1.0, 1.0, 2.0)}
        tempo = next((name for name in lengths if name in self.plan.heard), "")
        choices = lengths.get(tempo, (0.5, 1.0, 1.0))
        while self.time(beats) < self.seconds:
            length = choices[int(random.integers(3))] if beats % 1 == 0 else 0.5
            place = min(max(place + int(random.integers(-2, 3)), 0), len(notes) - 1)
            if random.random() > 0.1:
                yield self._event(beats, beats + length, notes[place])
            beats += length
