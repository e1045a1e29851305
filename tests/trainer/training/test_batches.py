"""Every window once an epoch, the same batches for one process and for several, wherever the audio lies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.evaluation.prepared_data import prepared_data
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.training.audio_store import ResidentAudio
from trainer.training.batches import Batches
from trainer.training.order import Choice, order_of

CPU = torch.device("cpu")

LENGTHS = st.lists(st.integers(1, 400), min_size=1, max_size=30)


@given(LENGTHS, st.integers(1, 90), st.integers(1, 20), st.integers(0, 3))
def test_an_epoch_hears_every_window_once_but_for_those_that_fill_the_last_batch(
    lengths: list[int], window: int, batch: int, epoch: int
) -> None:
    samples = np.array(lengths)
    order = order_of(samples, window, Choice(), batch=batch, seed=3, epoch=epoch)
    heard = Counter(zip(order.clips.ravel().tolist(), order.starts.ravel().tolist(), strict=True))
    expected = {
        (clip, number * window)
        for clip, length in enumerate(lengths)
        for number in range(max(1, length // window))
    }
    assert heard.keys() == expected
    assert order.clips.shape == (-(-len(expected) // batch), batch)
    assert max(heard.values()) - min(heard.values()) <= 1
    assert np.all(order.factors == 1)


@given(LENGTHS, st.integers(1, 90), st.integers(1, 4))
def test_random_crops_lie_within_their_clips(lengths: list[int], window: int, crops: int) -> None:
    samples = np.array(lengths)
    order = order_of(samples, window, Choice("random", crops), batch=len(lengths), seed=0, epoch=0)
    assert Counter(order.clips.ravel().tolist()) == dict.fromkeys(range(len(lengths)), crops)
    ends = order.starts + np.minimum(window, samples[order.clips])
    assert np.all((order.starts >= 0) & (ends <= samples[order.clips]))


def test_an_epoch_is_a_function_of_seed_and_number() -> None:
    def clips(seed: int, epoch: int) -> list[int]:
        samples = np.full(50, 10)
        return order_of(samples, 10, Choice(), batch=50, seed=seed, epoch=epoch).clips[0].tolist()

    assert clips(1, 0) == clips(1, 0)
    assert len({tuple(clips(seed, epoch)) for seed in (1, 2) for epoch in (0, 1)}) == 4


def test_gain_and_polarity_are_within_what_was_asked() -> None:
    choice = Choice(gain=6.0, polarity=True)
    factors = order_of(np.full(400, 10), 10, choice, batch=400, seed=0, epoch=0).factors
    decibels = 20 * np.log10(np.abs(factors))
    assert 5 < decibels.max() <= 6
    assert -6 <= decibels.min() < -5
    assert 100 < (factors < 0).sum() < 300


def test_batches_hold_the_samples_and_labels_of_their_windows(tones: Prepared) -> None:
    rows = tones.rows("train")
    batches = Batches(tones, rows, 700, batch=6, seed=2, choice=Choice(polarity=True))
    order = batches.order(1)
    heard = list(batches.epoch(1))
    assert len(heard) == batches.steps == len(order.clips)
    for step, (waves, labels) in enumerate(heard):
        for place, (clip, start) in enumerate(zip(order.clips[step], order.starts[step], strict=True)):
            samples = tones.audio[rows[clip], start : start + 700] * order.factors[step, place] / 32768
            assert np.array_equal(waves[place].numpy(), samples)
            assert np.array_equal(labels[place].numpy(), tones.labels[rows[clip]])


def test_an_epoch_can_be_entered_anywhere(tones: Prepared) -> None:
    batches = Batches(tones, tones.rows("train"), 700, batch=6)
    whole, rest = list(batches.epoch(0)), list(batches.epoch(0, 4))
    assert len(rest) == len(whole) - 4
    assert torch.equal(rest[0][0], whole[4][0])


@pytest.mark.parametrize("choice", [Choice(), Choice("random", 2, 3.0, True)])
def test_processes_share_the_batches_of_one(tones: Prepared, choice: Choice) -> None:
    def epoch(rank: int, ranks: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        rows = tones.rows("train")
        return list(Batches(tones, rows, 700, batch=7, choice=choice, rank=rank, ranks=ranks).epoch(0))

    for (waves, labels), *parts in zip(epoch(0, 1), *(epoch(rank, 3) for rank in range(3)), strict=True):
        assert [len(part[0]) for part in parts] == [3, 2, 2]
        assert torch.equal(torch.cat([part[0] for part in parts]), waves)
        assert torch.equal(torch.cat([part[1] for part in parts]), labels)


@pytest.mark.parametrize("lengths", [(4000, 500, 1700), (4000, 1700)])
def test_audio_on_the_device_is_what_is_read_from_disk(lengths: tuple[int, ...], tmp_path: Path) -> None:
    data = prepared_data(tmp_path, lengths=lengths)
    rows = data.rows("train")
    mapped = Batches(data, rows, 900, batch=5)
    resident = Batches(data, rows, 900, batch=5, store=ResidentAudio(data, rows, 900, CPU))
    for (mine, _), (its, _) in zip(mapped.epoch(0), resident.epoch(0), strict=True):
        assert torch.equal(mine, its)


def test_a_clip_shorter_than_a_window_is_repeated(tmp_path: Path) -> None:
    data = prepared_data(tmp_path, 8, lengths=(300,))
    batches = Batches(data, data.rows("train")[:1], 700, batch=1)
    (waves, _), *more = batches.epoch(0)
    assert not more
    assert np.array_equal(waves[0].numpy() * 32768, np.resize(data.audio[data.rows("train")[0]], 700))


def test_what_cannot_be_shared_is_refused(tones: Prepared) -> None:
    with pytest.raises(RunError, match="shared by 3 processes"):
        Batches(tones, tones.rows("train"), 700, batch=2, ranks=3)
    with pytest.raises(RunError, match="no clip"):
        Batches(tones, tones.rows("train")[:0], 700, batch=2)
