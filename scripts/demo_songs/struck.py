"""What is struck: the piano, the music box, and the drums."""

from __future__ import annotations

import numpy as np

from demo_songs.score import Note, hertz
from demo_songs.sound import RATE, Sound, band, clock, damped, high, low, noise, peak


def piano(note: Note, rng: np.random.Generator) -> Sound:
    """Strike two or three stiff strings with a felt hammer.

    Partials are stretched by the stiffness of the strings (Fletcher, Blackham and Stratton, JASA 34(6),
    1962), die the sooner the higher they are, and first fast, then slow; the strings of a note beat.
    """
    hz = hertz(note.pitch)
    seconds = min(note.length + 0.6, 9.0)
    stiffness = 2.2e-4 * 2 ** ((note.pitch - 60) / 10)
    hardness = 700 + 3800 * note.velocity**1.5 + 3 * hz
    fall = 0.55 * 2 ** ((note.pitch - 60) / 17)
    sound = np.zeros(int(seconds * RATE))
    for k in range(1, 36):
        partial = k * hz * np.sqrt(1 + stiffness * k**2)
        loud = np.abs(np.sin(np.pi * k / 7.8)) / k**0.9 * np.exp(-partial / hardness)
        if partial > 12_000 or loud < 2e-5:
            continue
        rate = fall * (1 + 0.22 * k + 0.00012 * partial)
        n = min(len(sound), int(RATE * min(seconds, 14 / rate)))
        time = np.arange(n) / RATE
        decay = 0.75 * np.exp(-time * rate * 2.6) + 0.25 * np.exp(-time * rate * 0.6)
        beat = rng.uniform(0.12, 0.5) * k**0.3
        tone = np.sin(2 * np.pi * partial * time + rng.uniform(0, 6.28))
        tone += 0.8 * np.sin(2 * np.pi * (partial + beat) * time + rng.uniform(0, 6.28))
        sound[:n] += loud * decay * tone
    sound *= np.clip(np.arange(len(sound)) / (RATE * (0.004 - 0.0025 * note.velocity)), 0, 1)
    knock = low(noise(0.07, rng), 420) * np.exp(-clock(0.07) * 60)
    sound[: len(knock)] += 0.35 * note.velocity * knock
    return damped(peak(sound, 180, 2, 0.8), note.length, 0.11) * (0.25 + 0.75 * note.velocity) * 0.6


def music_box(note: Note, rng: np.random.Generator) -> Sound:
    """Pluck a steel tooth: a clamped bar, whose second mode lies at 6.27 times the first."""
    hz = hertz(note.pitch)
    time = clock(2.4)
    sound = np.zeros_like(time)
    for ratio, loud, rate in (
        (1.0, 1.0, 2.2),
        (2.0, 0.12, 4.0),
        (2.003, 0.1, 5.0),
        (6.27, 0.22, 14.0),
        (17.5, 0.05, 40.0),
    ):
        if ratio * hz < 15_000:
            sound += (
                loud * np.exp(-time * rate) * np.sin(2 * np.pi * hz * ratio * time + rng.uniform(0, 6.28))
            )
    tick = high(noise(0.004, rng), 4000) * 0.06
    sound[: len(tick)] += tick
    return sound * np.clip(time / 0.0008, 0, 1) * note.velocity * 0.5


def rock_kick(velocity: float, rng: np.random.Generator) -> Sound:
    """Beat a bass drum with a wooden beater: short, more knock than tone."""
    time = clock(0.3)
    skin = np.sin(2 * np.pi * np.cumsum(64 + 90 * np.exp(-time * 45)) / RATE) * np.exp(-time * 16)
    return np.tanh(1.5 * (skin + 0.25 * low(noise(0.3, rng), 3500) * np.exp(-time * 70))) * velocity


def loose_hat(velocity: float, rng: np.random.Generator) -> Sound:
    """Beat a hi-hat that is neither open nor closed."""
    return 0.8 * cymbal(velocity, rng, seconds=0.5, fall=6, lowest=5000)


def kick(velocity: float, rng: np.random.Generator, *, deep: float = 46, click: float = 0.3) -> Sound:
    """Beat a bass drum: a tone that falls to `deep` Hz."""
    time = clock(0.42)
    fall = deep + 130 * np.exp(-time * 38)
    sound = np.sin(2 * np.pi * np.cumsum(fall) / RATE) * np.exp(-time * 8)
    sound[: int(0.006 * RATE)] += click * high(noise(0.006, rng), 1500)[: int(0.006 * RATE)]
    return np.tanh(1.6 * sound) * velocity * np.clip((0.42 - time) / 0.05, 0, 1)


def snare(velocity: float, rng: np.random.Generator, *, tone: float = 190, ring: float = 14) -> Sound:
    """Beat a snare drum: two modes of the skin and the rattle of the wires."""
    time = clock(0.4)
    skin = (np.sin(2 * np.pi * tone * time) + 0.6 * np.sin(2 * np.pi * 1.78 * tone * time)) * np.exp(
        -time * 26
    )
    wires = band(noise(0.4, rng), 1200, 9500) * np.exp(-time * ring)
    return np.tanh(1.2 * (0.6 * skin + 0.55 * wires)) * velocity * np.clip((0.4 - time) / 0.05, 0, 1)


def cymbal(velocity: float, rng: np.random.Generator, *, seconds: float, fall: float, lowest: float) -> Sound:
    """Beat thin metal: many modes that are no harmonics, and hiss."""
    time = clock(seconds)
    modes = rng.uniform(lowest * 0.45, 11_000, 28)
    metal = sum(np.sin(2 * np.pi * hz * time + rng.uniform(0, 6.28)) for hz in modes) / 14
    sound = high(0.5 * metal + 0.7 * noise(seconds, rng), lowest)
    return sound * np.exp(-time * fall) * np.clip((seconds - time) / 0.03, 0, 1) * velocity * 0.5


def hat(velocity: float, rng: np.random.Generator, *, open_: bool = False) -> Sound:
    """Beat the hi-hat, closed or open."""
    return cymbal(velocity, rng, seconds=0.45 if open_ else 0.12, fall=7 if open_ else 42, lowest=6500)


def ride(velocity: float, rng: np.random.Generator) -> Sound:
    """Touch the ride cymbal with the tip of the stick."""
    sound = cymbal(velocity * 0.5, rng, seconds=0.9, fall=5, lowest=3800)
    ping = np.sin(2 * np.pi * 3150 * clock(0.25)) + np.sin(2 * np.pi * 4720 * clock(0.25))
    sound[: len(ping)] += 0.07 * velocity * ping * np.exp(-clock(0.25) * 28)
    return sound


def crash(velocity: float, rng: np.random.Generator) -> Sound:
    """Beat the large cymbal at its rim."""
    return cymbal(velocity, rng, seconds=2.4, fall=1.9, lowest=2600)


def tom(velocity: float, rng: np.random.Generator, *, hz: float) -> Sound:
    """Beat a tom-tom."""
    time = clock(0.5)
    sound = np.sin(2 * np.pi * np.cumsum(hz * (1 + 0.4 * np.exp(-time * 25))) / RATE) * np.exp(-time * 9)
    return (
        (sound + 0.1 * low(noise(0.5, rng), 3000) * np.exp(-time * 30))
        * velocity
        * np.clip((0.5 - time) / 0.05, 0, 1)
    )


def clap(velocity: float, rng: np.random.Generator) -> Sound:
    """Clap hands, which never come together at once."""
    sound = np.zeros(int(0.35 * RATE))
    for at, fall in ((0.0, 160), (0.011, 160), (0.022, 160), (0.032, 16)):
        start = int(at * RATE)
        burst = band(noise(0.35 - at, rng), 900, 4200)
        burst *= np.exp(-np.arange(len(burst)) / RATE * fall)
        sound[start : start + len(burst)] += burst[: len(sound) - start]
    return sound * velocity * 0.6
