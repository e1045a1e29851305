"""Ways to change a window of sound, each by a name, so that an ablation can try with and without it.

Every change is a function of its random generator alone. Whatever is done here is done before the teachers
hear the window, so that they score exactly what the student learns from.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt  # type: ignore[import-untyped]  # no types

from trainer.distil.corpus import RATE, SILENCE

Signal = NDArray[np.float32]
Random = np.random.Generator
Change = Callable[[Random, Signal], Signal]

CORNERS = (20, 100, 300, 1000, 3000, 8000)
"""Hz at which an equaliser has its handles."""
DECIBELS = 9
"""How far either way each of them moves."""
LOW, HIGH = (40, 400), (2500, 7500)
"""Hz between which the edges of a band lie, evenly on a logarithmic scale."""
FASTER, HIGHER = 1 / 12, 2 / 12
"""Octaves either way that speed and pitch change."""
GRAIN = 1024
"""Samples of a grain of the pitch's change, four of which overlap."""
SECONDS, WET = (0.5, 3.0), (0.1, 0.7)
"""Seconds until a room is 60 dB down, and how loud it is against the sound itself."""
DECAY = 6.9
"""What the logarithm of a room falls by in that time."""
PEAK = -26
"""dB below full scale of the quietest peak."""
BELOW = -16
"""dB below a window of the quietest that is mixed into it."""


def _single(sound: NDArray[np.floating]) -> Signal:
    return np.asarray(sound, np.float32)


def equaliser(random: Random, sound: Signal) -> Signal:
    """Return the sound through a smooth response of up to 9 dB either way at six corners."""
    spectrum, hz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE)
    corners = np.log2(CORNERS)
    decibels = np.interp(np.log2(hz + 20), corners, random.uniform(-DECIBELS, DECIBELS, len(corners)))
    return _single(np.fft.irfft(spectrum * 10 ** (decibels / 20), len(sound)))


def band(random: Random, sound: Signal) -> Signal:
    """Return the sound as an old record, a telephone or a small loudspeaker lets it through."""
    low = float(np.exp(random.uniform(*np.log(LOW))))
    high = float(np.exp(random.uniform(*np.log(HIGH))))
    return _single(sosfilt(butter(2, [low, high], "band", fs=RATE, output="sos"), sound))


def speed(random: Random, sound: Signal) -> Signal:
    """Return the sound up to 6 % faster or slower, as a turntable does it; it begins again at its end."""
    ratio = Fraction(2 ** random.uniform(-FASTER, FASTER)).limit_denominator(60)
    out = resample_poly(sound, ratio.denominator, ratio.numerator)
    return np.resize(_single(out), len(sound))


def pitch(random: Random, sound: Signal) -> Signal:
    """Return the sound up to two semitones higher or lower at its own pace: grains of 64 ms, overlapped."""
    ratio, grain = float(2 ** random.uniform(-HIGHER, HIGHER)), GRAIN
    hop, window = grain // 4, np.hanning(grain)
    out, weight = np.zeros(len(sound) + 2 * grain), np.zeros(len(sound) + 2 * grain)
    places = np.arange(grain) * ratio
    for at in range(0, len(sound), hop):
        piece = np.interp(at + places, np.arange(len(sound)), sound, right=0.0)
        out[at : at + grain] += window * piece
        weight[at : at + grain] += window
    return _single(out[: len(sound)] / (weight[: len(sound)] + 1e-3))


def reverb(random: Random, sound: Signal) -> Signal:
    """Return the sound in a room of half a second to three."""
    n = int(RATE * random.uniform(*SECONDS))
    tail = random.standard_normal(n) * np.exp(-DECAY * np.arange(n) / n)
    wet = fftconvolve(sound, tail)[: len(sound)]
    return _single(sound + random.uniform(*WET) * wet * np.std(sound) / (np.std(wet) + 1e-9))


def mp3(random: Random, sound: Signal) -> Signal:
    """Return the sound after an MP3 of 16 to 40 kbit/s."""
    import av  # noqa: PLC0415 - a host that only teaches has none

    rate = int(random.choice([16_000, 24_000, 32_000, 40_000]))
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono", bit_rate=rate, format="s16p")
        # Full scale is kept out of the encoder's way; a lossy codec overshoots.
        frame = av.AudioFrame.from_ndarray(
            (np.clip(sound, -1, 1)[None] * 32000).astype(np.int16), format="s16p", layout="mono"
        )
        frame.rate = RATE
        for part in (frame, None):
            container.mux(stream.encode(part))
    file.seek(0)
    with av.open(file, "r") as encoded:
        decoded = [frame.to_ndarray()[0] for frame in encoded.decode(audio=0)]
    out = np.concatenate(decoded).astype(np.float32)
    # Decoders give what the encoder puts before the first sample, 1105 samples at most.
    start = max(0, min(1105, len(out) - len(sound)))
    return np.resize(_single(out[start : start + len(sound)]), len(sound))


def gain(random: Random, sound: Signal) -> Signal:
    """Return the sound with its peak between -26 and 0 dB: how loud a record is, is a tag of its own."""
    level = 10 ** (random.uniform(PEAK, 0) / 20)
    return _single(sound / (np.abs(sound).max() + 1e-6) * level)


CHANGES: dict[str, tuple[float, Change]] = {
    "speed": (0.3, speed),
    "pitch": (0.15, pitch),
    "reverb": (0.15, reverb),
    "equaliser": (0.4, equaliser),
    "band": (0.15, band),
    "mp3": (0.15, mp3),
    "gain": (1.0, gain),
}
"""(chance, change) by name, in the order in which sound meets them between a stage and a loudspeaker."""

MIX = "mix"
"""Name of the mixing of two or three windows, which comes before all changes."""
NAMES = (MIX, *CHANGES)
KEPT = (MIX, "speed", "reverb", "equaliser", "gain")
"""The changes that a model is taught with: those that helped when each was tried alone, see `ablation`."""
MIXED, THIRD = 0.4, 0.3


def mixed(random: Random, sound: Signal, others: Callable[[], Signal]) -> Signal:
    """Return the sound with another or two others, drawn by `others`, 0 to 16 dB below it."""
    out = sound.copy()
    for _ in range(2 if random.random() < THIRD else 1):
        other = others()
        if (deviation := float(np.std(other))) > SILENCE:
            level = 10 ** (random.uniform(BELOW, 0) / 20) * float(np.std(sound)) / deviation
            out += np.float32(level) * other
    return out


def alone(name: str, random: Random, sound: Signal, others: Callable[[], Signal]) -> Signal:
    """Return the sound after one change of `NAMES`, made for certain and by itself, within full scale."""
    out = mixed(random, sound, others) if name == MIX else CHANGES[name][1](random, sound)
    return _within_full_scale(out)


def changed(
    random: Random, sound: Signal, others: Callable[[], Signal], names: tuple[str, ...] = NAMES
) -> Signal:
    """Return the sound after those of the named changes that chance picks, within full scale.

    A change that is not named leaves the others as they would have been: each has a generator of its own.
    """
    generators = dict(zip(NAMES, random.spawn(len(NAMES)), strict=True))
    if MIX in names and (own := generators[MIX]).random() < MIXED:
        sound = mixed(own, sound, others)
    for name, (chance, change) in CHANGES.items():
        own = generators[name]
        if name in names and own.random() < chance:
            sound = change(own, sound)
    return _within_full_scale(sound)


def _within_full_scale(sound: Signal) -> Signal:
    peak = float(np.abs(sound).max(initial=0.0))
    return sound if peak <= 1 else _single(sound / peak)
