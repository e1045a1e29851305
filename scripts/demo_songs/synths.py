"""Oscillators, filters that move, delays and amplifiers."""

from __future__ import annotations

import numpy as np
from scipy import signal

from demo_songs.score import Note, hertz
from demo_songs.sound import RATE, Sound, clock, envelope, high, low, peak


def saw(hz: Sound, phase: float = 0.0) -> Sound:
    """Return a sawtooth with corners rounded by a polynomial (Välimäki and Huovilainen, CMJ 30(2), 2006)."""
    step = hz / RATE
    place = (np.cumsum(step) + phase) % 1.0
    wave = 2 * place - 1
    begin, end = place < step, place > 1 - step
    after = place / step
    before = (place - 1) / step
    wave -= np.where(begin, 2 * after - after**2 - 1, 0) + np.where(end, before**2 + 2 * before + 1, 0)
    return wave


def moving_low(sound: Sound, cutoff: Sound, resonance: float, block: int = 64) -> Sound:
    """Filter by a resonant low-pass whose cutoff moves: a biquad that is set anew every `block` samples.

    Args:
        sound: [n].
        cutoff: [n] in Hz.
        resonance: Q; 0.7 is flat, 8 sings.
        block: samples between two settings.
    """
    out = np.empty_like(sound)
    state = np.zeros(2)
    for at in range(0, len(sound), block):
        angle = 2 * np.pi * min(cutoff[at], 0.4 * RATE) / RATE
        alpha = np.sin(angle) / (2 * resonance)
        cosine = np.cos(angle)
        forward = np.array([(1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2]) / (1 + alpha)
        backward = np.array([1.0, -2 * cosine / (1 + alpha), (1 - alpha) / (1 + alpha)])
        out[at : at + block], state = signal.lfilter(forward, backward, sound[at : at + block], zi=state)
    return out


def acid(notes: list[Note], seconds: float, opening: Sound, *, resonance: float = 9.0) -> Sound:
    """Play a line on one oscillator that glides, under a filter that every note opens.

    Args:
        notes: in seconds, one at a time.
        seconds: length of the whole.
        opening: [n] in Hz, how far a note opens the filter.
        resonance: of the filter.
    """
    n = int(seconds * RATE)
    pitch, gate, sweep = np.zeros(n), np.zeros(n), np.zeros(n)
    for note in notes:
        start, end = int(note.start * RATE), min(n, int((note.start + note.length) * RATE))
        pitch[start:] = note.pitch
        time = np.arange(end - start) / RATE
        gate[start:end] = (
            np.clip(time / 0.003, 0, 1) * np.clip((time[-1] - time) / 0.008, 0, 1) * note.velocity
        )
        sweep[start:end] = np.exp(-time * 9) * note.velocity
    pitch = signal.lfilter([0.004], [1, -0.996], pitch - pitch[0]) + pitch[0]
    wave = saw(440.0 * 2 ** ((pitch - 69) / 12))
    return np.tanh(2.2 * moving_low(wave, 140 + opening * sweep, resonance)) * gate


def chord(
    note: Note, rng: np.random.Generator, *, voices: int = 5, cents: float = 11, attack: float = 0.01
) -> Sound:
    """Return several saws around one pitch as stereo [2, n]; bright, to be filtered."""
    seconds = note.length + 0.3
    sides = []
    for _ in range(2):
        tunes = 2 ** (rng.normal(0, cents, voices) / 1200)
        flat = np.ones(int(seconds * RATE))
        sides.append(sum(saw(hertz(note.pitch) * tune * flat, rng.uniform()) for tune in tunes) / voices)
    return np.stack(sides) * envelope(seconds, attack, 0.28) * note.velocity


def pad(note: Note, rng: np.random.Generator, *, cutoff: tuple[float, float], attack: float = 1.5) -> Sound:
    """Play a soft chord tone that opens and closes, stereo [2, n]."""
    seconds = note.length + 2.0
    time = clock(seconds)
    sides = []
    for _ in range(2):
        tunes = 2 ** (rng.normal(0, 7, 4) / 1200)
        drift = [
            2 ** (4 * np.sin(2 * np.pi * rng.uniform(0.1, 0.3) * time + rng.uniform(0, 6)) / 1200)
            for _ in tunes
        ]
        sides.append(
            sum(
                saw(hertz(note.pitch) * tune * move, rng.uniform())
                for tune, move in zip(tunes, drift, strict=True)
            )
        )
    shape = cutoff[0] + (cutoff[1] - cutoff[0]) * np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 2
    filtered = np.stack([moving_low(moving_low(side, shape, 0.8, 256), shape, 0.7, 256) for side in sides])
    return filtered * envelope(seconds, attack, 2.0) * note.velocity * 0.12


def bell(note: Note, rng: np.random.Generator) -> Sound:
    """Modulate one sine by another: glass."""
    time = clock(3.0)
    hz = hertz(note.pitch)
    inner = 1.6 * np.exp(-time * 3) * np.sin(2 * np.pi * 3.51 * hz * time)
    tone = np.sin(2 * np.pi * hz * time + inner + rng.uniform(0, 6.28))
    return tone * np.exp(-time * 1.6) * np.clip(time / 0.01, 0, 1) * note.velocity * 0.4


def echo(sound: Sound, seconds: float, feedback: float, *, dark: float = 3000) -> Sound:
    """Return the echoes of a sound alone, from side to side: [2, n] for [n] or [2, n]."""
    stereo = np.stack([sound, sound]) if sound.ndim == 1 else sound.copy()
    wet = np.zeros_like(stereo)
    step, gain = int(seconds * RATE), feedback
    turn = stereo.mean(axis=0)
    for count in range(1, 9):
        turn = low(turn, dark, 1)
        if count * step >= stereo.shape[1]:
            break
        wet[count % 2, count * step :] += gain * turn[: stereo.shape[1] - count * step]
        gain *= feedback
    return wet


def amplifier(sound: Sound, drive: float) -> Sound:
    """Overdrive an amplifier and its loudspeaker."""
    pushed = peak(high(sound, 110, 1), 800, 5, 0.7) * drive
    driven = np.tanh(pushed + 0.25) - np.tanh(0.25)
    driven = np.tanh(1.8 * high(driven, 70, 1))
    box = peak(peak(high(driven, 85), 2400, 3, 1.1), 3500, 2, 0.7)
    return peak(low(box, 4600, 4), 220, 8, 0.8)


def duck(length: int, beats: list[float], depth: float, recover: float) -> Sound:
    """Return a gain that makes room for every kick, [n]."""
    gain = np.ones(length)
    time = np.arange(int(recover * RATE)) / RATE
    dip = 1 - depth * np.exp(-time / recover * 4)
    for beat in beats:
        at = int(beat * RATE)
        part = gain[at : at + len(dip)]
        part[:] = np.minimum(part, dip[: len(part)])
    return gain
