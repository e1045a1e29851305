"""What makes inference fast leaves a song's scores and its best tags as they are, on real music.

Tried with every bundled model, a public checkpoint, and random weights. Random weights pass rounding errors
on that a trained network hears past, so their scores are kept closer together than a trained model's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tagger_core.audio.decode import open_audio
from tagger_core.audio.windows import cut
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.inference.machine import precisions
from tagger_core.inference.pipeline import layouts
from tagger_core.models import model_file
from tagger_core.models.importer import import_checkpoint
from tagger_core.models.model_file import LoadedModel
from tagger_core.models.samplecnn_configs import SAMPLECNN
from tests.core.inference.networks import loaded
from tests.support.audio import encode, song
from tests.support.shared import SHARED

BUNDLED = sorted((Path(__file__).resolve().parents[3] / "resources" / "models").glob("*.safetensors"))
CLOSE = 0.01
WINDOWS = 6
Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Real recordings where there are some, sound made by code where not."""
    if SHARED is not None:
        return sorted((SHARED / "corpus" / "recordings").glob("*.ogg"))[::2]
    folder = tmp_path_factory.mktemp("songs")
    return [encode(folder / f"{seed}.flac", song(20, 22050, seed), 22050) for seed in range(4)]


@pytest.fixture(scope="module", params=[*(path.name for path in BUNDLED), "musicnn", "random"])
def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, songs: list[Path]
) -> LoadedModel:
    if request.param == "random":
        config = SAMPLECNN["3333222422-4000hz"]
        heard = torch.cat([torch.from_numpy(beginning(path, 4000, config.window)) for path in songs])
        return loaded(config, heard, tags=50, rate=4000, spread=0.2)
    if request.param == "musicnn":
        if SHARED is None:
            pytest.skip("needs the folder shared/ beside the project")
        path = tmp_path_factory.mktemp("models") / "musicnn.safetensors"
        import_checkpoint(SHARED / "weights" / "mtat-musicnn.pth", path)
        return model_file.load(path)
    return model_file.load(next(path for path in BUNDLED if path.name == request.param))


def beginning(path: Path, rate: int, window: int) -> Floats:
    """Return the first windows of a song, [n, window]."""
    with open_audio(path, rate) as stream, closing(_blocks(stream)) as blocks:
        return np.stack([one.samples for one in islice(cut(blocks, window, window), WINDOWS)])


def _blocks(stream: object) -> Iterator[Floats]:
    yield from stream  # type: ignore[misc]  # an AudioStream


@pytest.fixture(scope="module")
def windows(model: LoadedModel, songs: list[Path]) -> list[Floats]:
    return [beginning(path, model.info.sample_rate, model.info.window) for path in songs]


@pytest.fixture(scope="module")
def expected(model: LoadedModel, windows: list[Floats]) -> list[Floats]:
    with torch.no_grad():
        return [torch.sigmoid(model.network(torch.from_numpy(song))).numpy() for song in windows]


def test_in_float32_every_window_scores_as_the_network_does(
    model: LoadedModel, windows: list[Floats], expected: list[Floats]
) -> None:
    for layout in layouts(model.network, "cpu"):
        engine = Engine(model, Execution("cpu", "fp32", layout, 4))
        for song_windows, scores in zip(windows, expected, strict=True):
            np.testing.assert_allclose(engine.run(song_windows)[0], scores, atol=1e-4)


@pytest.mark.skipif("bf16" not in precisions("cpu"), reason="this processor does not multiply bfloat16")
def test_in_bfloat16_a_song_keeps_its_scores_and_its_five_best_tags(
    model: LoadedModel, windows: list[Floats], expected: list[Floats]
) -> None:
    for layout in layouts(model.network, "cpu"):
        engine = Engine(model, Execution("cpu", "bf16", layout, 4))
        for song_windows, scores in zip(windows, expected, strict=True):
            plain, fast = scores.mean(0), engine.run(song_windows)[0].mean(0)
            assert np.abs(fast - plain).max() <= CLOSE
            # A tag may leave the five best only for one that was as good within the tolerance.
            fifth = np.sort(plain)[-5]
            assert plain[np.argsort(fast)[-5:]].min() >= fifth - CLOSE
