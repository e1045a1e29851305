"""Drums: what strikes when, and how it sounds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer.toy.layer import Layer
from trainer.toy.mix import Mix
from trainer.toy.plan import Plan
from trainer.toy.score import Score
from trainer.toy.tone import HIGHEST, SINE, Sound, decay, energy_of, look_up, swell, turning

_KICKS = ((0.0, 2.0), (0.0, 1.5, 2.0), (0.0, 2.5), (0.0, 0.5, 2.5))


def kick(layer: Layer) -> Sound:
    """Return a drum whose pitch falls as it is struck."""
    n = int(0.4 * layer.rate)
    hz = layer.artist.drum * (50.0 + 110.0 * decay(n, 0.03, layer.rate).astype(np.float64))
    shape = decay(n, 0.11, layer.rate) * swell(n, 0.002, 0.1, layer.rate)
    tone = look_up(SINE, turning(hz, n, layer.rate, layer.random)) * np.float32(1.4142)
    return Sound(tone * shape, energy_of(shape, layer.rate))


def snare(layer: Layer) -> Sound:
    """Return a rattle over a short tone."""
    rattle = layer.noise.burst(0.25, 700.0, 5500.0, 0.06, layer.random)
    n = len(rattle.samples)
    shape = decay(n, 0.05, layer.rate)
    tone = look_up(SINE, turning(190.0 * layer.artist.drum, n, layer.rate, layer.random)) * shape
    return Sound(rattle.samples + tone, rattle.energy + 0.5 * energy_of(shape, layer.rate))


def clap(layer: Layer) -> Sound:
    """Return hands that do not quite meet at the same time: three strokes and what they leave."""
    whole = layer.noise.burst(0.25, 900.0, 2400.0, 0.05, layer.random)
    gap = float(layer.random.uniform(0.010, 0.014))
    last = round(3 * gap * layer.rate)
    samples = np.zeros_like(whole.samples)
    samples[last:] = whole.samples[: len(samples) - last] * np.float32(0.6)
    energy = 0.36 * whole.energy
    for k in range(3):
        stroke = layer.noise.burst(0.03, 900.0, 2400.0, 0.004, layer.random)
        start = round(k * gap * layer.rate)
        samples[start : start + len(stroke.samples)] += stroke.samples * np.float32(1.5)
        energy += 2.25 * stroke.energy
    return Sound(samples, energy)


def strokes(score: Score, plan: Plan, random: np.random.Generator) -> Iterator[tuple[str, float]]:
    """Yield (drum, seconds) of every stroke of a clip."""
    heard = plan.heard
    kicks: tuple[float, ...] = _KICKS[int(random.integers(len(_KICKS)))]
    hats = (0.0, 0.5) if random.random() < 0.6 else (0.5,)
    backbeat = "clap" if "claps" in heard else "snare"
    if "four on the floor" in heard:
        kicks = (0.0, 1.0, 2.0, 3.0)
    for first, _ in score.bars():
        if "waltz" in heard:
            struck = [("kick", 0.0), (backbeat, 1.0), (backbeat, 2.0)]
        else:
            struck = [("kick", beat) for beat in kicks] + [(backbeat, 1.0), (backbeat, 3.0)]
        if "swing" in heard:
            struck += [("ghost", beat + 0.5) for beat in range(score.meter)]
        if "cymbals" in heard:
            struck += [("hat", beat + part) for beat in range(score.meter) for part in hats]
        for drum, beat in struck:
            yield drum, score.time(first + beat)


def play(mix: Mix, score: Score, plan: Plan, layer: Layer) -> None:
    """Add the drums of a clip."""
    gain, noise, random = layer.gain(), layer.noise, layer.random
    kit = {
        "kick": (kick(layer), 1.6),
        "snare": (snare(layer), 1.0),
        "ghost": (noise.burst(0.1, 700.0, 5500.0, 0.03, random), 0.6),
        "clap": (clap(layer), 1.2),
        "hat": (noise.burst(0.15, 4600.0, HIGHEST, 0.03, random), 0.6),
    }
    for drum, at in strokes(score, plan, random):
        sound, strength = kit[drum]
        louder = random.uniform(0.8, 1.2)
        if at >= 0:
            mix.add(sound, at, gain * strength * louder)
