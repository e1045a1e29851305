"""The changes of `augment` for a whole batch at once, on whatever device it lies.

Chances and sizes are those of `augment`, and so is what each change does, but that speeds are a few fixed
ones. An MP3 cannot be made on a GPU; it is heard in rounds made beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

import numpy as np
import torch
from scipy.fft import next_fast_len  # type: ignore[import-untyped]  # scipy has no types
from torch import Tensor
from torch.fft import irfft, rfft
from torchaudio.functional import resample

from trainer.distil import augment, rounds
from trainer.distil.corpus import RATE, SILENCE


class Random:
    """Chance for one change.

    What is chosen, and how large it is, is drawn on the processor: so nobody waits for the device to know how
    many rows a change has, and every device gets the same ones. Only noise is drawn where it is needed.

    Args:
        seed: of all that is drawn.
        device: where it is wanted.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self.chance = torch.Generator().manual_seed(seed)
        self.noise_there = torch.Generator(device).manual_seed(seed)

    def picked(self, count: int, chance: float) -> Tensor:
        """Return the numbers of those of `count` rows that chance picks, int64."""
        return (torch.rand(count, generator=self.chance) < chance).nonzero()[:, 0].to(self.device)

    def one_of(self, count: int, kinds: int) -> list[Tensor]:
        """Return, of each kind, the numbers of those of `count` rows that are of it, int64."""
        kind = torch.randint(kinds, (count,), generator=self.chance)
        return [(kind == k).nonzero()[:, 0].to(self.device) for k in range(kinds)]

    def drawn(self, rows: Tensor, count: int) -> Tensor:
        """Return `count` of some numbers, on the processor as they are."""
        return rows[torch.randint(len(rows), (count,), generator=self.chance)]

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Return float32 of that shape between low and high."""
        return (low + (high - low) * torch.rand(shape, generator=self.chance)).to(self.device)

    def noise(self, *shape: int) -> Tensor:
        """Return white noise, float32 of that shape."""
        return torch.randn(shape, generator=self.noise_there, device=self.device)


Change = Callable[[Random, Tensor], Tensor]
"""(random, sound float32 [n, samples]) -> the same, changed; n is not 0."""


def deviation(sound: Tensor) -> Tensor:
    """Return each row's standard deviation, [n, 1]."""
    return sound.std(dim=1, correction=0, keepdim=True)


def equaliser(random: Random, sound: Tensor) -> Tensor:
    """Return the sound through a smooth response, each row through one of its own."""
    samples, handles = sound.shape[1], len(augment.CORNERS)
    decibels = random.uniform(-augment.DECIBELS, augment.DECIBELS, len(sound), handles)
    heard: Tensor = irfft(rfft(sound) * factor(decibels @ _handles(samples, sound.device)), samples)
    return heard


@cache
def _handles(samples: int, device: torch.device) -> Tensor:
    """Return how much each handle has of each bin, [handles, bins]; to interpolate is linear in them."""
    octaves, corners = np.log2(np.fft.rfftfreq(samples, 1 / RATE) + 20), np.log2(augment.CORNERS)
    shares = np.stack([np.interp(octaves, corners, one) for one in np.eye(len(corners))])
    return torch.from_numpy(shares.astype(np.float32)).to(device)


def factor(decibels: Tensor) -> Tensor:
    """Return what multiplies an amplitude for decibels."""
    return torch.exp(decibels * (np.log(10) / 20))


def band(random: Random, sound: Tensor) -> Tensor:
    """Return the sound through a Butterworth band-pass of second order, by its response."""
    samples, count = sound.shape[1], len(sound)
    # What still sounds at the end must not come in again at the beginning.
    size = next_fast_len(samples + RATE // 2, real=True)
    low, high = (
        torch.tan(torch.pi / RATE * torch.exp(random.uniform(*np.log(edge), count)))[:, None]
        for edge in (augment.LOW, augment.HIGH)
    )
    bins = torch.arange(size // 2 + 1, device=sound.device, dtype=torch.float32)
    hz = torch.tan(torch.pi / size * bins.clamp(0.01, size / 2 - 0.01))
    # The bilinear transform of the analogue filter: its low-pass at p, which is 1 at both edges.
    p = (hz**2 - low * high) / ((high - low) * hz)
    response = 1 / torch.complex(1 - p**2, 2**0.5 * p)
    filtered: Tensor = irfft(rfft(sound, size) * response, size)
    return filtered[:, :samples]


SPEEDS = tuple(
    Fraction(2 ** (augment.FASTER * step / 4)).limit_denominator(60) for step in (-4, -3, -2, -1, 1, 2, 3, 4)
)
"""How much faster sound may be."""


def speed(random: Random, sound: Tensor) -> Tensor:
    """Return the sound at one of the speeds, as a turntable does it; it begins again at its end."""
    out = torch.empty_like(sound)
    for ratio, rows in zip(SPEEDS, random.one_of(len(sound), len(SPEEDS)), strict=True):
        if len(rows):
            faster = resample(sound[rows], ratio.numerator, ratio.denominator)
            places = torch.arange(sound.shape[1], device=sound.device) % faster.shape[1]
            out[rows] = faster[:, places]
    return out


def pitch(random: Random, sound: Tensor) -> Tensor:
    """Return the sound higher or lower at its own pace: grains, four of which overlap."""
    (count, samples), hop = sound.shape, augment.GRAIN // 4
    ratio = 2 ** random.uniform(-augment.HIGHER, augment.HIGHER, count, 1, 1)
    starts = torch.arange(0, samples, hop, device=sound.device)[:, None]
    within = torch.arange(augment.GRAIN, device=sound.device) * ratio
    whole = within.long()
    places = (starts + whole).flatten(1)
    longer = torch.nn.functional.pad(sound, (0, 2 * augment.GRAIN))
    left, right = (longer.gather(1, places + k).view(count, len(starts), -1) for k in (0, 1))
    window = torch.hann_window(augment.GRAIN, periodic=False, device=sound.device)
    grains = (window * torch.lerp(left, right, within - whole)).view(count, len(starts), 4, hop)
    out = sound.new_zeros(count, len(starts) + 3, hop)
    weight = sound.new_zeros(len(starts) + 3, hop)
    for k in range(4):
        out[:, k : k + len(starts)] += grains[:, :, k]
        weight[k : k + len(starts)] += window.view(4, hop)[k]
    return (out / (weight + 1e-3)).flatten(1)[:, :samples]


def reverb(random: Random, sound: Tensor) -> Tensor:
    """Return the sound in rooms of decaying noise, each row in one of its own."""
    (count, samples), longest = sound.shape, int(RATE * augment.SECONDS[1])
    time = torch.arange(longest, device=sound.device) / (RATE * random.uniform(*augment.SECONDS, count, 1))
    tail = random.noise(count, longest) * torch.exp(-augment.DECAY * time) * (time < 1)
    size = next_fast_len(samples + longest, real=True)
    wet: Tensor = irfft(rfft(sound, size) * rfft(tail, size), size)[:, :samples]
    level = random.uniform(*augment.WET, count, 1) * deviation(sound) / (deviation(wet) + 1e-9)
    return sound + level * wet


def gain(random: Random, sound: Tensor) -> Tensor:
    """Return the sound with its peak somewhere below full scale."""
    level = factor(random.uniform(augment.PEAK, 0, len(sound), 1))
    return sound / (sound.abs().amax(1, keepdim=True) + 1e-6) * level


CHANGES: dict[str, Change] = {
    "speed": speed,
    "pitch": pitch,
    "reverb": reverb,
    "equaliser": equaliser,
    "band": band,
    "gain": gain,
}
"""By the names of `augment`, in its order."""
NAMES = (augment.MIX, *CHANGES)


def randoms(seed: int, device: torch.device) -> dict[str, Random]:
    """Return a chance of its own for each change: one that is left out leaves the others as they were."""
    return {name: Random(1000 * seed + number, device) for number, name in enumerate(augment.NAMES)}


Others = Callable[[Random, int], tuple[Tensor, Tensor]]
"""(random, n) -> sound float32 [n, samples] to mix in, whether it is music, bool [n]."""


def mixed(random: Random, sound: Tensor, music: Tensor, others: Others) -> tuple[Tensor, Tensor]:
    """Return the sound, some rows with one or two others in it, and whether there is music in it now."""
    sound, music, loud = sound.clone(), music.clone(), deviation(sound)
    rows = random.picked(len(sound), augment.MIXED)
    for some in (rows, rows[random.picked(len(rows), augment.THIRD)]):
        if not len(some):
            continue
        other, is_music = others(random, len(some))
        theirs = deviation(other)
        level = factor(random.uniform(augment.BELOW, 0, len(some), 1)) * loud[some] / theirs
        sound[some] += torch.where(theirs > SILENCE, level * other, 0.0)
        music[some] |= is_music & (theirs[:, 0] > SILENCE)
    return sound, music


def beside(random: Random, voices: Tensor, music: Tensor) -> Tensor:
    """Return voices with music laid over them, both float32 [n, samples]."""
    level = factor(random.uniform(*rounds.BESIDE, len(voices), 1))
    return voices + level * deviation(voices) / (deviation(music) + 1e-4) * music


def changed(chances: Mapping[str, Random], sound: Tensor, names: tuple[str, ...] = NAMES) -> Tensor:
    """Return the sound after those of the named changes that chance picks for a row, within full scale.

    Args:
        chances: what `randoms` returns.
        sound: float32 [n, samples], mixed already.
        names: of `NAMES`.
    """
    sound = sound.clone()
    for name, change in CHANGES.items():
        rows = chances[name].picked(len(sound), augment.CHANGES[name][0])
        if name in names and len(rows):
            sound[rows] = change(chances[name], sound[rows])
    return sound / sound.abs().amax(1, keepdim=True).clamp(min=1.0)
