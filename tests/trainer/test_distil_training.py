"""From sound to model file in small: the student learns, what is written is what was taught."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.models import model_file
from tagger_core.models.mel import SpectrogramBlock
from tagger_core.models.mel_configs import MusicnnConfig
from tagger_core.models.musicnn import Musicnn
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tagger_core.models.tag_names import MTAT
from trainer.distil.calibrate import Affine, fold, scores_of
from trainer.distil.card import Edition
from trainer.distil.corpus import RATE, WINDOW, Corpus, collect, cut, to_float
from trainer.distil.export import export
from trainer.distil.sources import Piece
from trainer.distil.tags import Merged
from trainer.distil.teacher import FusedBlock, Teacher, scored
from trainer.distil.textures import MAKERS, make
from trainer.distil.train import Lesson, Recipe, loss_of, schedule, train

SMALL = SampleCNNConfig(
    first_width=243,
    first_stride=81,
    first_filters=8,
    first_padding=81,
    modules=((4, 8), (4, 16), (4, 16), (3, 16), (3, 16)),
    last_filters=16,
    dropout=0.0,
)
TEACHER = MusicnnConfig(
    window=WINDOW,
    vertical=((4, 38, 3), (4, 20, 3)),
    horizontal=((3, 9),),
    block_filters=8,
    block_width=3,
    blocks=3,
    dense_units=16,
)
WORDS = tuple(Merged(name, "genre", (name,)) for name, _ in MTAT[:12])
EDITION = Edition(
    tags=WORDS,
    teacher="a small one",
    sources={"wesnoth": "some", "mutopia": "others"},
    sample_rate=RATE,
    limits=("It is a toy.",),
)


@pytest.fixture(scope="module")
def teacher() -> Musicnn:
    torch.manual_seed(0)
    network = Musicnn(TEACHER, len(MTAT))
    with torch.no_grad():
        for block in network.vertical:
            block.norm.running_mean.normal_(std=0.1)
            block.norm.running_var.uniform_(0.5, 2)
            block.norm.weight.uniform_(-1, 1)
        network.dense.weight.mul_(6)
    return network.eval()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    sounds = {}
    for number in range(36):
        kind = sorted(set(MAKERS) - {"singing"})[number % 7]
        split = ("train", "train", "validation", "test")[number % 4]
        source, program = ("wesnoth", None) if number % 3 else ("mutopia", 0)
        piece = Piece(source, f"{kind} {number}", str(number), Path(), "public domain", split, program)
        sounds[piece] = cut(make(kind, number, 3.0), 3.0, WINDOW)
    return collect(tmp_path_factory.mktemp("corpus"), list(sounds), sounds.__getitem__)


def test_the_fast_teacher_says_what_the_slow_one_says(teacher: Musicnn, corpus: Corpus) -> None:
    windows = to_float(np.asarray(corpus.windows[:4]))
    with torch.inference_mode():
        expected = teacher(torch.from_numpy(windows)).numpy()
    copy = Musicnn(TEACHER, len(MTAT))
    copy.load_state_dict(teacher.state_dict())
    fast = Teacher(copy, torch.float32)
    assert fast.logits(windows) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("pool", [(2, 4), (3, 1), (1, 1), (7, 5)])
@pytest.mark.parametrize("channels", [1, 4])
def test_a_block_of_a_teacher_hears_what_the_slow_one_hears(channels: int, pool: tuple[int, int]) -> None:
    torch.manual_seed(0)
    block = SpectrogramBlock(channels, 6, pool)
    x = torch.randn(2, channels, 15, 23)
    block(x)  # moves the running statistics
    block.eval()
    with torch.no_grad():
        torch.testing.assert_close(FusedBlock(block, torch.float32)(x), block(x), rtol=1e-4, atol=1e-5)


def test_workers_share_the_windows_and_keep_their_order(corpus: Corpus) -> None:
    class First(Teacher):
        def __init__(self) -> None:
            pass

        def logits(self, windows: np.ndarray) -> np.ndarray:
            return windows[:, :2].copy()

    heard = scored(First(), corpus.windows, workers=3, chunk=8)
    assert heard == pytest.approx(to_float(np.asarray(corpus.windows[:, :2])))


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [schedule(k / 100, 0.1) for k in range(101)]
    assert max(rates) == pytest.approx(1.0) == rates[10]
    assert rates[0] < 0.05
    assert rates[100] == pytest.approx(0.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_folding_changes_the_logits_as_said() -> None:
    torch.manual_seed(0)
    network = SampleCNN(SMALL, 2).eval()
    waves = torch.randn(3, network.window)
    affine = Affine(np.array([2.0, 0.5]), np.array([1.0, -1.0]))
    with torch.inference_mode():
        before = network(waves).numpy()
        fold(network, affine)
        assert network(waves).numpy() == pytest.approx(affine(before), abs=1e-5)


def test_the_student_learns_and_its_file_says_the_same(
    teacher: Musicnn, corpus: Corpus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with torch.inference_mode():
        heard = teacher(torch.from_numpy(to_float(np.asarray(corpus.windows)))).numpy()
    targets, rows = heard[:, : len(WORDS)], corpus.indices("train")
    torch.manual_seed(0)
    fresh = SampleCNN(SMALL, len(WORDS))
    wanted = torch.from_numpy(targets[rows])
    deviation = wanted.std(0) + 0.1
    seen: list[int] = []

    def loss(network: SampleCNN) -> float:
        return float(
            loss_of(torch.from_numpy(scores_of(network, corpus.windows[rows])[0]), wanted, deviation, 0.3)
        )

    recipe = Recipe(steps=30, batch=8, rate=1e-2, average=0.8, workers=2, bfloat16=False)
    lesson = Lesson(corpus.windows, rows, targets[rows])
    before = loss(fresh)
    student, steps = train(fresh, [lesson], recipe, lambda step, _: seen.append(step))
    assert steps == 30
    assert len(seen) >= 9
    assert loss(student) < 0.7 * before

    caplog.set_level(logging.INFO)
    path = tmp_path / "tiny.safetensors"
    info = export(student, corpus, targets, path, training="30 steps", command="make it",
                  edition=EDITION, sound=corpus.windows)  # fmt: skip
    loaded = model_file.load(path)
    assert loaded.info == info
    assert [tag.name for tag in loaded.info.tags] == [tag.name for tag in WORDS]
    assert loaded.info.window == student.window
    assert "public domain" in path.with_suffix(".md").read_text("utf-8") == info.card
    assert -1 <= info.quality["Spearman"] <= 1
    again, _ = scores_of(loaded.network, corpus.windows[:4])
    assert again == pytest.approx(scores_of(student, corpus.windows[:4])[0], abs=0.02)
