"""The stage, the room and the master: sounds get a place, a space and a loudness."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from scipy import ndimage, signal

from demo_songs.score import Note
from demo_songs.sound import RATE, Sound, band, high, low, peak

Instrument = Callable[[Note, np.random.Generator], Sound]
_EDGE = RATE // 200
CEILING = 10 ** (-3.5 / 20)  # room for what lossy codecs add to peaks


class Stage:
    """Two channels and a send to the room.

    Args:
        seconds: length of the piece with its last echo.
        seed: all chance of the piece comes from it.
    """

    def __init__(self, seconds: float, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.seconds = seconds
        self.dry = np.zeros((2, int(seconds * RATE)))
        self.send = np.zeros_like(self.dry)

    def add(
        self, sound: Sound, at: float = 0.0, *, pan: float = 0.0, gain: float = 1.0, room: float = 0.2
    ) -> None:
        """Put a sound, [n] or [2, n], at a second and a place from -1 (left) to 1."""
        angle = (pan + 1) * np.pi / 4
        sides = np.array([[np.cos(angle)], [np.sin(angle)]]) * np.sqrt(2)
        stereo = gain * sides * sound
        stereo[:, -_EDGE:] *= np.linspace(1, 0, min(_EDGE, stereo.shape[1]))  # nothing ends with a click
        start = int(at * RATE)
        if start >= self.dry.shape[1]:
            return
        stereo = stereo[:, : self.dry.shape[1] - start]
        self.dry[:, start : start + stereo.shape[1]] += stereo
        self.send[:, start : start + stereo.shape[1]] += room * stereo

    def play(
        self,
        notes: Iterable[Note],
        instrument: Instrument,
        *,
        pan: float = 0.0,
        gain: float = 1.0,
        room: float = 0.2,
        keyboard: float = 0.0,
    ) -> None:
        """Play notes in seconds; `keyboard` spreads them from low on the left to high on the right."""
        for note in notes:
            place = np.clip(pan + keyboard * (note.pitch - 62) / 30, -1, 1)
            self.add(instrument(note, self.rng), note.start, pan=place, gain=gain, room=room)

    def finish(self, *, room: Sound, loudness: float = -17.0, fade: float = 2.0) -> Sound:
        """Return the mastered piece, float64 [2, n] below full scale.

        Args:
            room: an impulse response, [2, n].
            loudness: of the whole, in LUFS as far as that is gated (ITU-R BS.1770-4).
            fade: seconds of the fade at the end.
        """
        wet = np.stack(
            [
                signal.fftconvolve(side, ir)[: self.dry.shape[1]]
                for side, ir in zip(self.send, room, strict=True)
            ]
        )
        sound = _until_silence(np.stack([high(side, 28) for side in self.dry + wet]))
        time = np.arange(sound.shape[1]) / RATE
        left = time[-1] - time
        sound *= np.clip(time / 0.02, 0, 1) * np.sin(np.pi / 2 * np.clip(left / fade, 0, 1)) ** 2
        for _ in range(3):  # limiting lowers the loudness that it was raised to
            sound = limit(sound * 10 ** ((loudness - measure(sound)) / 20))
        return sound


def _until_silence(sound: Sound) -> Sound:
    """Cut off what follows the last moment that is louder than -50 dB below the loudest."""
    block = RATE // 20
    count = sound.shape[1] // block
    power = (sound[:, : count * block] ** 2).reshape(2, count, block).mean(axis=(0, 2))
    last = np.flatnonzero(power > 1e-5 * power.max())[-1]
    return sound[:, : (last + 1) * block]


def hall(seconds: float, seed: int, *, dark: float = 4500, before: float = 0.02) -> Sound:
    """Return the response of a room, [2, n]: early echoes, then noise that dies from the treble down."""
    rng = np.random.default_rng(seed)
    n = int((seconds * 1.1 + before) * RATE)
    time = np.arange(n) / RATE
    sides = []
    for _ in range(2):
        tail = np.zeros(n)
        for lowest, highest, share in (
            (60, 400, 1.05),
            (400, 1600, 1.0),
            (1600, dark, 0.7),
            (dark, 3 * dark, 0.35),
        ):
            grain = band(rng.standard_normal(n), lowest, min(highest, 20_000))
            tail += grain * 10 ** (-3 * time / (seconds * share))
        tail *= np.clip(time / 0.03, 0, 1)
        for at in rng.uniform(0.004, 0.05, 9):
            tail[int(at * RATE)] += rng.choice([-1, 1]) * 3 * np.exp(-at * 30)
        sides.append(np.concatenate([np.zeros(int(before * RATE)), low(tail, 3 * dark, 1)])[:n])
    response = np.stack(sides)
    return response / np.sqrt((response**2).sum(axis=1, keepdims=True))


def measure(sound: Sound) -> float:
    """Return the loudness of [2, n] in LUFS: K-weighted, over blocks of 400 ms that are not much softer."""
    weighted = np.stack([high(peak(side, 3200, 4, 0.5), 60) for side in sound])
    block = int(0.4 * RATE)
    count = sound.shape[1] // block
    power = (weighted[:, : count * block] ** 2).reshape(2, count, block).mean(axis=2).sum(axis=0)
    loud = power[power > 1e-7]
    loud = loud[loud > 0.1 * loud.mean()] if loud.size else np.array([1e-7])
    return float(-0.691 + 10 * np.log10(loud.mean()))


def limit(sound: Sound) -> Sound:
    """Keep peaks below the ceiling by a gain that looks 4 ms ahead and moves smoothly."""
    reach = int(0.004 * RATE) | 1
    envelope = ndimage.maximum_filter1d(np.abs(sound).max(axis=0), 2 * reach + 1)
    gain = np.minimum(1.0, CEILING / np.maximum(envelope, 1e-9))
    return sound * ndimage.uniform_filter1d(gain, reach)
