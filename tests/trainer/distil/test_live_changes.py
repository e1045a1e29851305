"""Changes of a batch: each does what its namesake of `augment` does, as often, as much, and by its seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.distil import augment, live_changes
from trainer.distil.corpus import RATE, WINDOW
from trainer.distil.live_changes import CHANGES, NAMES, Random, changed, randoms
from trainer.distil.textures import make

CPU = torch.device("cpu")
SOUND = np.stack([make("plucked", 1, 3.0), make("singing", 2, 3.0)])
BATCH = torch.from_numpy(SOUND)


class Sized(Random):
    """Draws what it is told, where chance would."""

    def __init__(self, *sizes: float) -> None:
        super().__init__(0, CPU)
        self.sizes = list(sizes)

    def uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        value = self.sizes.pop(0)
        assert low <= value <= high
        return torch.full(shape, value)


class SizedNumbers:
    """The same for `augment`."""

    def __init__(self, *sizes: float) -> None:
        self.sizes = list(sizes)

    def uniform(self, low: float, high: float, count: int | None = None) -> float | np.ndarray:
        value = self.sizes.pop(0)
        assert low <= value <= high
        return value if count is None else np.full(count, value)


def apart(heard: torch.Tensor, expected: np.ndarray) -> float:
    """Return the difference's deviation over that of what is expected."""
    return float(np.std(heard.numpy() - expected) / np.std(expected))


@pytest.mark.parametrize(
    ("name", "sizes", "most"),
    [
        ("equaliser", (6.5,), 1e-5),
        ("band", (float(np.log(90)), float(np.log(3100))), 1e-3),
        ("pitch", (0.11,), 1e-3),
        ("pitch", (-0.15,), 1e-3),
        ("gain", (-13.0,), 1e-5),
    ],
)
def test_a_change_of_one_size_is_that_of_the_processor(
    name: str, sizes: tuple[float, ...], most: float
) -> None:
    expected = np.stack([augment.CHANGES[name][1](SizedNumbers(*sizes), sound) for sound in SOUND])
    heard = CHANGES[name](Sized(*sizes), BATCH)
    assert heard.shape == BATCH.shape
    assert apart(heard, expected) < most


def test_an_equaliser_has_a_handle_for_each_corner() -> None:
    class Numbers(SizedNumbers):
        def uniform(self, low: float, high: float, count: int | None = None) -> np.ndarray:
            return np.array([-9, 3, -4, 8, 0, 5])

    class Tensors(Sized):
        def uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
            return torch.tensor([-9.0, 3, -4, 8, 0, 5]).expand(shape)

    expected = np.stack([augment.equaliser(Numbers(), sound) for sound in SOUND])
    assert apart(live_changes.equaliser(Tensors(), BATCH), expected) < 1e-5


def test_speeds_lie_within_those_of_the_processor_and_move_the_pitch() -> None:
    assert all(abs(np.log2(float(ratio))) <= augment.FASTER + 0.01 for ratio in live_changes.SPEEDS)
    assert len(set(live_changes.SPEEDS)) == 8
    tone = torch.sin(2 * torch.pi * 1000 * torch.arange(WINDOW) / RATE).expand(40, -1)
    heard = live_changes.speed(Random(1, CPU), tone)
    hz = torch.fft.rfft(heard[:, RATE : 2 * RATE] * torch.hann_window(RATE)).abs().argmax(1)
    assert set(hz.tolist()) == {round(1000 * ratio) for ratio in live_changes.SPEEDS}
    # Where the sound is over it begins again.
    assert (heard[:, -500:].std(dim=1) > 0.5).all()


def test_a_room_goes_on_sounding_where_a_sound_is_over() -> None:
    click = torch.zeros(2, WINDOW)
    click[:, 1000:1400] = torch.sin(torch.arange(400) / 4)
    heard = live_changes.reverb(Sized(1.0, 0.5), click)
    loudness = [float(heard[:, at : at + 2000].std()) for at in (1400, 5000, 9000, 13000)]
    assert heard[:, :1000].abs().max() < 1e-5
    assert loudness == sorted(loudness, reverse=True)
    assert loudness[2] / loudness[1] == pytest.approx(np.exp(-augment.DECAY * 4000 / RATE), rel=0.3)
    assert float((heard - click).std() / click.std()) == pytest.approx(0.5, rel=0.01)
    assert not torch.allclose(heard[0], heard[1])


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_is_its_seed_and_differs_from_row_to_row(name: str) -> None:
    same = BATCH[:1].expand(6, -1)
    first, again, other = (CHANGES[name](Random(seed, CPU), same) for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.isfinite(first).all()
    assert not all(torch.allclose(first[0], row) for row in first[1:])


def test_all_but_the_mp3_can_be_made_here() -> None:
    assert set(augment.NAMES) - set(NAMES) == {"mp3"}


def test_changes_come_as_often_as_on_the_processor_and_each_can_be_left_out() -> None:
    sounds = BATCH[:1, :6000].expand(400, -1)
    for name in CHANGES:
        heard = changed(randoms(1, CPU), sounds, (name,))
        share = (heard - sounds).abs().amax(1).gt(1e-6).double().mean()
        assert float(share) == pytest.approx(augment.CHANGES[name][0], abs=0.07), name
    assert torch.equal(changed(randoms(1, CPU), sounds, ()), sounds)
    everything = changed(randoms(1, CPU), sounds)
    assert everything.abs().max() <= 1
    # Leaving out the last one leaves what came before it as it was, up to the level.
    without = changed(randoms(1, CPU), sounds, tuple(name for name in NAMES if name != "gain"))
    level = everything.abs().amax(1, keepdim=True) / without.abs().amax(1, keepdim=True)
    assert torch.allclose(everything, without * level, atol=1e-4)


def test_mixes_hold_other_sounds_and_music_if_those_are_music() -> None:
    sounds, other = BATCH[:1].expand(300, -1), BATCH[1]
    drawn: list[int] = []

    def others(_: Random, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        drawn.append(count)
        return other.expand(count, -1), torch.arange(count) % 2 == 0

    heard, music = live_changes.mixed(Random(0, CPU), sounds, torch.zeros(300, dtype=torch.bool), others)
    rest = heard - sounds
    mixed = rest.abs().amax(1) > 0
    assert float(mixed.double().mean()) == pytest.approx(augment.MIXED, abs=0.07)
    assert drawn[1] / drawn[0] == pytest.approx(augment.THIRD, abs=0.12)
    assert (music <= mixed).all()
    assert music.any()
    assert not music[mixed].all()
    levels = 20 * torch.log10(rest[mixed].std(1) / sounds[0].std())
    # Twice the same sound may be louder than the loudest of two.
    assert levels.min() > augment.BELOW - 0.1
    assert levels.max() < 6.1
    silent, still = live_changes.mixed(
        Random(0, CPU), sounds, ~music, lambda _, n: (0 * other.expand(n, -1), torch.ones(n) > 0)
    )
    assert torch.equal(silent, sounds)
    assert torch.equal(still, ~music)


def test_a_voice_is_laid_under_music() -> None:
    heard = live_changes.beside(Sized(-10.0), BATCH, BATCH.flip(0)) - BATCH
    assert heard.std(1) == pytest.approx(BATCH.std(1) * 10**-0.5, rel=0.01)
