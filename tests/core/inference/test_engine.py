"""One engine, many threads, the same scores."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from tagger_core.errors import InferenceError
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.models.model_file import LoadedModel
from tests.core.inference.networks import SMALL, loaded, noise

FAST = Execution("cpu", "fp32", "short", 4)


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return loaded(SMALL, noise(8, SMALL.window))


def test_scores_are_those_of_the_network(model: LoadedModel) -> None:
    windows = noise(11, SMALL.window, seed=3)
    scores, embeddings = Engine(model, FAST).run(windows.numpy())
    with torch.no_grad():
        logits, embedding = model.network.embed(windows)
    assert scores.dtype == embeddings.dtype == np.float32
    np.testing.assert_allclose(scores, torch.sigmoid(logits), atol=1e-4)
    np.testing.assert_allclose(embeddings, embedding, atol=1e-3)


def test_nothing_in_nothing_out(model: LoadedModel) -> None:
    scores, embeddings = Engine(model, FAST).run(np.empty((0, SMALL.window), np.float32))
    assert scores.shape == (0, 8)
    assert embeddings.shape == (0, model.network.dimensions)


def test_songs_heard_at_once_score_as_alone(model: LoadedModel) -> None:
    engine = Engine(model, FAST)
    songs = [noise(6, SMALL.window, seed=seed).numpy() for seed in range(6)]
    alone = [engine.run(song) for song in songs]
    with ThreadPoolExecutor(6) as workers:
        together = list(workers.map(engine.run, songs * 3))
    for (scores, embedding), (scores_alone, embedding_alone) in zip(together, alone * 3, strict=True):
        assert np.array_equal(scores, scores_alone)
        assert np.array_equal(embedding, embedding_alone)


def test_each_thread_computes_with_one_thread_and_leaves_others_alone(model: LoadedModel) -> None:
    engine = Engine(model, FAST)
    window = noise(1, SMALL.window).numpy()
    before, heard = torch.get_num_threads(), threading.Event()
    bystander: list[int] = []

    def compute_before_and_after() -> None:
        torch.set_num_threads(2)
        bystander.append(torch.get_num_threads())
        heard.wait(10)
        bystander.append(torch.get_num_threads())

    other = threading.Thread(target=compute_before_and_after)
    other.start()
    with ThreadPoolExecutor(1) as worker:
        worker.submit(engine.run, window).result()
        assert worker.submit(torch.get_num_threads).result() == 1
    heard.set()
    other.join()
    assert bystander == [2, 2]
    assert torch.get_num_threads() == before


def test_windows_may_lie_in_memory_as_they_like(model: LoadedModel) -> None:
    engine = Engine(model, FAST)
    windows = noise(4, SMALL.window).numpy()
    expected = engine.run(windows)[0]
    read_only = windows.copy()
    read_only.flags.writeable = False
    assert np.array_equal(engine.run(read_only)[0], expected)
    assert np.array_equal(engine.run(np.asfortranarray(windows))[0], expected)


def test_windows_of_another_length_are_a_mistake(model: LoadedModel) -> None:
    with pytest.raises(ValueError, match="windows are"):
        Engine(model, FAST).run(np.zeros((1, SMALL.window + 1), np.float32))


def test_scores_that_are_no_numbers_are_told(model: LoadedModel) -> None:
    windows = np.full((1, SMALL.window), np.nan, np.float32)
    with pytest.raises(InferenceError, match="gives no numbers in fp32"):
        Engine(model, FAST).run(windows)


def test_a_device_that_fails_is_told_with_a_way_out(model: LoadedModel) -> None:
    if torch.cuda.is_available():
        pytest.skip("the device is there")
    with pytest.raises(InferenceError, match="cuda:0 failed") as failure:
        Engine(model, Execution("cuda:0", "fp32", "channels_last", 4))
    assert "cpu" in failure.value.remedy


def test_a_lack_of_memory_is_one_song_s_problem(model: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(model, FAST)

    def full(_: torch.Tensor) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")

    monkeypatch.setattr(engine._pipeline, "embed", full)
    with pytest.raises(MemoryError):
        engine.run(noise(1, SMALL.window).numpy())
