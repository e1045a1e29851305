"""Instruments by their harmonics and their envelopes: one note at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.toy.layer import Layer
from trainer.toy.tone import (
    HIGHEST,
    SINE,
    Signal,
    Sound,
    decay,
    energy_of,
    look_up,
    period,
    steady,
    sway,
    swell,
    turning,
)

Spectrum = NDArray[np.float64]
Bend = float | NDArray[np.float64]
"""The frequency of a note: fixed, or of every sample."""

_MOST = 240  # harmonics, enough for 32 Hz


@dataclass(frozen=True)
class Timbre:
    """How an instrument sounds.

    Args:
        tilt: the amplitude of the harmonic k is k to the power of minus this.
        even: the factor of the even harmonics.
        only: if not empty, the harmonics that there are, with their amplitudes.
        attack: in seconds.
        decay: seconds in which a struck or plucked note falls by e; 0 for one that is held.
        dull: how much steeper the spectrum is that the note ends in, or, if it is held, begins with.
        body: resonances in Hz that lift the harmonics near them.
        rolloff: in Hz, from where the harmonics fall steeply.
        unison: whether two strings or oscillators sound, slightly apart.
        breath: the share of noise, and its band in Hz.
        knock: the share of noise in the first hundredth of a second.
    """

    tilt: float = 1.0
    even: float = 1.0
    only: tuple[tuple[int, float], ...] = ()
    attack: float = 0.004
    decay: float = 0.0
    dull: float = 0.0
    body: tuple[float, ...] = ()
    rolloff: float = HIGHEST
    unison: bool = False
    breath: float = 0.0
    knock: float = 0.0


TIMBRES: dict[str, Timbre] = {
    "plucked": Timbre(tilt=1.1, decay=0.42, dull=1.2, body=(110.0, 420.0), knock=0.15),
    "bowed": Timbre(tilt=0.95, attack=0.11, body=(480.0, 1150.0, 2700.0), rolloff=4200.0, breath=0.06),
    "organ": Timbre(
        only=((1, 1.0), (2, 0.8), (3, 0.55), (4, 0.5), (6, 0.3), (8, 0.35)), attack=0.012, unison=True
    ),
    "flute": Timbre(only=((1, 1.0), (2, 0.3), (3, 0.1), (4, 0.03)), attack=0.06, breath=0.22),
    "reed": Timbre(tilt=0.55, even=0.06, attack=0.03, rolloff=2300.0, body=(1500.0,)),
    "brass": Timbre(tilt=0.45, attack=0.05, dull=1.3, rolloff=2000.0, body=(700.0, 1300.0)),
    "piano": Timbre(tilt=1.35, decay=0.95, dull=0.7, rolloff=3800.0, unison=True, knock=0.35),
    "harpsichord": Timbre(tilt=0.35, attack=0.001, decay=0.33, dull=0.45, body=(2400.0, 4200.0), knock=0.2),
    "saw wave": Timbre(tilt=1.0, attack=0.003, unison=True),
    "square wave": Timbre(tilt=1.0, even=0.0, attack=0.002),
    "bass": Timbre(tilt=1.5, attack=0.006, decay=0.6, dull=0.8, rolloff=600.0),
}
"""Those with harmonics; the bell, the FM tone and the distorted chord have ways of their own below."""

_BELL = (
    (0.5, 0.4, 2.2),
    (1.0, 1.0, 1.5),
    (1.19, 0.8, 1.1),
    (1.5, 0.4, 0.8),
    (2.0, 0.9, 0.9),
    (2.67, 0.5, 0.5),
    (3.01, 0.35, 0.4),
    (4.17, 0.35, 0.3),
    (5.43, 0.25, 0.2),
    (6.8, 0.15, 0.12),
)
"""A bell's partials: ratio to the pitch, amplitude, seconds in which it falls by e."""

_RINGING = {"bell": 1.6, "plucked": 0.25, "piano": 0.25, "harpsichord": 0.15}
"""Seconds for which a note is heard after its time; 0.06 for the others."""

_ROOT = np.float32(1.4142135)  # gives a sine a root mean square of one


_TRILL = 1.122462  # a whole tone, as a ratio


def note(instrument: str, hz: float, seconds: float, layer: Layer, manner: str = "") -> Sound:
    """Return one note; it rings on a little after its time.

    Args:
        instrument: one of `styles.INSTRUMENTS`, or "bass".
        hz: its fundamental.
        seconds: until the next note.
        layer: gives the artist, breath, knocks and every phase.
        manner: how it is played: "vibrato", "tremolo", "trill", "staccato" or "".
    """
    timbre, noise = TIMBRES.get(instrument, Timbre()), layer.noise
    if manner == "staccato":
        seconds = min(0.35 * seconds, 0.14)
    ringing = _RINGING.get(instrument, 0.06)
    n = max(1, int((seconds + ringing) * layer.rate))
    bend = _bend(hz, n, layer, manner)
    if instrument == "bell":
        return _bell(bend, n, layer)
    shape = _shape(timbre, n, ringing, layer)
    if manner == "tremolo":
        shape = shape * (1 - np.float32(0.42) * (1 + sway(layer.artist.sway, n, layer.rate, layer.random)))
    if instrument == "fm":
        samples = _fm(bend, n, layer)
    elif instrument == "distorted":
        samples = _distorted(bend, hz, n, layer)
    else:
        samples = _harmonics(timbre, bend, hz, n, layer)
    samples = samples * shape
    if timbre.breath:
        samples += noise.cut(n, 900.0, 4500.0, layer.random) * shape * np.float32(timbre.breath)
    if timbre.knock:
        knock = noise.burst(0.03, 250.0, 2500.0, 0.007, layer.random).samples[:n]
        samples[: len(knock)] += knock * np.float32(timbre.knock)
    return Sound(samples, energy_of(shape, layer.rate))


def _bend(hz: float, n: int, layer: Layer, manner: str) -> Bend:
    if manner == "vibrato":
        return hz * (1 + 0.028 * sway(layer.artist.sway, n, layer.rate, layer.random).astype(np.float64))
    if manner == "trill":
        upper = sway(1.7 * layer.artist.sway, n, layer.rate, layer.random) > 0
        return np.where(upper, hz * _TRILL, hz)
    return hz


def _shape(timbre: Timbre, n: int, ringing: float, layer: Layer) -> Signal:
    shape = swell(n, timbre.attack * layer.artist.attack, ringing, layer.rate)
    return shape * decay(n, timbre.decay * layer.artist.decay, layer.rate) if timbre.decay else shape


def spectrum(timbre: Timbre, hz: float, tilt: float) -> Spectrum:
    """Return the amplitudes of the harmonics of a note."""
    k = np.arange(1.0, _MOST + 1)
    if timbre.only:
        amplitudes: Spectrum = np.zeros(_MOST)
        for harmonic, amplitude in timbre.only:
            amplitudes[harmonic - 1] = amplitude
    else:
        amplitudes = k ** -max(0.1, timbre.tilt + tilt)
    amplitudes[1::2] *= timbre.even
    for centre in timbre.body:
        amplitudes *= 1 + 2.5 / (1 + ((k * hz - centre) / (0.2 * centre)) ** 2)
    over = (k * hz / timbre.rolloff) ** 2
    return amplitudes / (1 + over * over) if timbre.rolloff < HIGHEST else amplitudes


def _harmonics(timbre: Timbre, bend: Bend, hz: float, n: int, layer: Layer) -> Signal:
    artist, rate, random = layer.artist, layer.rate, layer.random
    highest = float(np.max(bend))
    phase = turning(bend, n, rate, random)
    bright = period(spectrum(timbre, hz, artist.tilt), highest, rate, random)
    samples = look_up(bright, phase)
    if timbre.dull:
        dull = look_up(period(spectrum(timbre, hz, artist.tilt + timbre.dull), highest, rate, random), phase)
        share = decay(n, (0.3 * timbre.decay) or 0.06, rate)
        if not timbre.decay:  # a held note brightens, a struck one darkens
            samples, dull = dull, samples
        samples = dull + share * (samples - dull)
    if timbre.unison:
        other = turning(bend * artist.detune, n, rate, random)
        samples = (samples + look_up(bright, other)) * np.float32(0.7071)
    return samples


def _bell(bend: Bend, n: int, layer: Layer) -> Sound:
    """Return partials of which each falls in a time of its own."""
    rate = layer.rate
    samples, energy = np.zeros(n, np.float32), 0.0
    for ratio, amplitude, seconds in _BELL:
        shape = decay(n, seconds * layer.artist.decay, rate) * np.float32(amplitude)
        energy += energy_of(shape, rate)
        tone = look_up(SINE, turning(bend * ratio, n, rate, layer.random))
        if float(np.max(bend)) * ratio < min(0.49 * rate, HIGHEST):
            samples += shape * tone * _ROOT
    return Sound(samples * swell(n, 0.001, 0.3, rate), energy)


def _fm(bend: Bend, n: int, layer: Layer) -> Signal:
    """Return a tone whose phase is moved by another at an odd ratio (Chowning, 1973)."""
    rate = layer.rate
    ratio = 1.4142 if layer.artist.tilt < 0 else 2.7639
    carrier = turning(bend, n, rate, layer.random)
    mover = turning(bend * ratio, n, rate, layer.random)
    highest = float(np.max(bend))
    widest = (min(HIGHEST, 0.49 * rate) - highest) / (highest * ratio) - 1.5  # Carson's rule: no aliases
    index = max(0.0, min(3.5, widest)) * decay(n, 0.35 * layer.artist.decay, rate)
    moved = index * look_up(SINE, mover) * np.float32((1 << 32) / 6.2832)
    audible = float(highest < 0.49 * rate)
    return look_up(SINE, carrier + moved.astype(np.int64)) * np.float32(audible) * _ROOT


def _distorted(bend: Bend, hz: float, n: int, layer: Layer) -> Signal:
    """Return a fifth driven into a hard limit; its period is that of the octave below."""
    turns = np.arange(4096) * (2 * np.pi / 4096)
    first, second = layer.random.uniform(0.0, 6.28, size=2)
    driven = np.clip(4.0 * (np.sin(2 * turns + first) + np.sin(3 * turns + second)), -1.0, 1.0)
    made = np.abs(np.fft.rfft(steady(driven)))[1 : _MOST + 1]
    over = (np.arange(1, _MOST + 1) * (0.5 * hz) / (3600.0 * (1 - layer.artist.tilt))) ** 2
    amplitudes = steady(made / 1024.0).astype(np.float64) / (1 + over * over)
    table = period(amplitudes, 0.5 * float(np.max(bend)), layer.rate, layer.random)
    return look_up(table, turning(bend * 0.5, n, layer.rate, layer.random))
