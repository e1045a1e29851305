"""Sound that is changed and scored as it is taught: what is drawn, what is asked, and what is learned."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.signal import resample_poly
from torch import Tensor, nn

from tagger_core.errors import EarmarkError
from tagger_core.models import model_file
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tagger_core.models.tag_names import TAG_NAMES
from trainer.distil import augment, course, gather, live, live_changes, panel, rounds
from trainer.distil.corpus import RATE, Corpus, collect, to_int16
from trainer.distil.live import Live, Store, store_of
from trainer.distil.panel import Voice
from trainer.distil.sources import Piece
from trainer.distil.textures import MAKERS, make
from trainer.distil.train import Recipe, begun, teach
from trainer.errors import RunError

WINDOW = 24_000
CPU = torch.device("cpu")
SMALL = SampleCNNConfig(
    first_width=81, first_stride=81, first_filters=8, modules=((3, 8),) * 5, last_filters=16, dropout=0.0
)
SLOW = replace(SMALL, modules=((3, 8),) * 4)
"""For half the rate."""
RECIPE = Recipe(minutes=math.inf, steps=60, batch=16, rate=1e-2, average=0.8, workers=1, bfloat16=False)


def ask(sound: Tensor, music: Tensor) -> Tensor:
    """A teacher of two tags: how loud a sound is, and how much of it is high."""
    loud = torch.log(sound.std(1) + 1e-4)
    high = torch.log(sound.diff(dim=1).std(1) + 1e-5)
    return torch.stack([loud, high - loud], 1)


def piece(kind: str, split: str, *, voice: bool = False) -> Piece:
    return Piece("wesnoth", f"{kind} {split}", kind, Path(kind), "GPL-2+", split, voice=voice)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    splits = ("train", "train", "validation", "test")
    pieces = [piece(kind, split, voice=kind == "singing") for kind in sorted(MAKERS) for split in splits]
    pieces.append(replace(piece("noise", "train"), source="textures", name="noise 3"))
    return collect(
        tmp_path_factory.mktemp("corpus"), pieces, lambda p: to_int16(make(p.group, 1, 4.5)).reshape(3, -1)
    )


@pytest.fixture
def store(corpus: Corpus) -> Store:
    music = np.array([each.music for each in corpus.pieces])[corpus.piece_of]
    return store_of(corpus, music, ~music, CPU)


def drawing(
    store: Store, *, recipe: Recipe = RECIPE, rate: int = RATE, names: tuple[str, ...] = live_changes.NAMES
) -> Live:
    everything = torch.arange(len(store.voice))
    targets = ask(store.of(everything), store.music).numpy()
    window = SMALL.window if rate == RATE else SLOW.window
    return Live(store, ask, targets, window=window, sample_rate=rate, recipe=recipe, names=names)


def test_only_the_training_split_is_there_and_what_is_in_it_is_known(corpus: Corpus, store: Store) -> None:
    rows = corpus.indices("train")
    assert np.array_equal(store.sound.numpy(), corpus.windows[rows])
    pieces = [corpus.pieces[k] for k in corpus.piece_of[rows]]
    assert store.voice.tolist() == [each.group == "singing" for each in pieces]
    assert all(store.twice)
    assert store.music.tolist() == [each.group != "singing" and each.source != "textures" for each in pieces]


def test_rounds_are_further_windows(store: Store) -> None:
    more = store.and_rounds([np.full((2, WINDOW), 7, np.int16), np.full((1, WINDOW), 8, np.int16)])
    assert len(more.sound) == len(more.voice) == len(more.music) == len(more.twice) == len(store.voice) + 3
    assert more.sound[-3:, 0].tolist() == [7, 7, 8]
    assert more.music[-3:].all()
    assert not more.voice[-3:].any()
    assert store.and_rounds([]).sound.equal(store.sound)


def test_what_is_recorded_or_has_to_be_heard_more_often_comes_twice_and_all_else_once(corpus: Corpus) -> None:
    synthetic = replace(corpus, pieces=[replace(each, source="textures") for each in corpus.pieces])
    rows, again = corpus.indices("train"), np.zeros(len(corpus.windows), bool)
    again[rows[:2]] = True
    store = store_of(synthetic, ~again, again, CPU)
    assert store.twice.tolist() == [True] * 2 + [False] * (len(rows) - 2)
    source = drawing(store, recipe=replace(RECIPE, batch=1))
    count = len(store.voice) + int(store.twice.sum())
    drawn = torch.cat([source._next() for _ in range(count)])
    assert torch.equal(drawn.bincount(), 1 + store.twice.long())


def test_some_windows_are_as_they_are_and_voices_are_laid_under_something(store: Store) -> None:
    source = drawing(store)
    rows = torch.cat(
        [store.voice.nonzero()[:4, 0], store.music.nonzero()[:8, 0], store.voice.nonzero()[:4, 0]]
    )
    sound, music = source.heard(rows)
    clean = round(live.CLEAN * len(rows))
    assert torch.equal(sound[:clean], store.of(rows[:clean]))
    assert not music[:clean].any()
    assert not any(torch.equal(a, b) for a, b in zip(sound[clean:], store.of(rows[clean:]), strict=True))
    plain, _ = drawing(store, names=("equaliser",)).heard(rows)
    assert any(torch.equal(a, b) for a, b in zip(plain[clean:], store.of(rows[clean:]), strict=True))
    only_mixed, mixed_music = drawing(store, names=(augment.MIX,)).heard(rows)
    alone = store.of(rows[-4:])
    rest = only_mixed[-4:] - alone
    assert (rest.std(1) > 0.2 * alone.std(1) * 10 ** (rounds.BESIDE[0] / 20)).all()
    assert mixed_music[-4:].any()


def test_teachers_hear_the_sound_that_the_student_learns_from(store: Store) -> None:
    for rate in (RATE, RATE // 2):
        heard: list[Tensor] = []

        def listening(sound: Tensor, music: Tensor, kept: list[Tensor] = heard) -> Tensor:
            kept.append(sound)
            return ask(sound, music)

        source = drawing(store, rate=rate)
        source.ask = listening
        waves, targets = source.draw()
        assert waves.shape == (RECIPE.batch, source.window)
        assert torch.equal(targets, ask(heard[0], torch.ones(0)))
        for wave, whole in zip(waves, heard[0], strict=True):
            slow = whole if rate == RATE else torch.from_numpy(resample_poly(whole.numpy(), 1, 2))
            spectrum = torch.fft.rfft(slow, 2 * len(slow)) * torch.fft.rfft(wave, 2 * len(slow)).conj()
            likeness = torch.fft.irfft(spectrum).abs().max() / wave.square().sum()
            assert likeness > 0.9


def test_windows_as_they_are_have_the_targets_of_before_and_rounds_the_teachers(store: Store) -> None:
    taught_windows, recipe = len(store.voice), replace(RECIPE, batch=8)
    more = store.and_rounds([np.full((4, WINDOW), 7, np.int16)])
    given = np.full((taught_windows, 2), 9, np.float32)
    source = Live(more, ask, given, window=SMALL.window, sample_rate=RATE, recipe=recipe)
    rows = torch.tensor([0, taught_windows, 2, 3, 4, 5, 6, 7])
    source.order = rows
    _, targets = source.draw()
    assert round(live.CLEAN * len(rows)) == 2
    assert targets[0].tolist() == [9, 9]
    assert targets[1].tolist() != [9, 9]
    assert (targets[2:] != 9).all()


def loss(network: SampleCNN, store: Store) -> float:
    """Return the squared error of a student on sound that it has not heard yet."""
    waves, targets = drawing(store, recipe=replace(RECIPE, seed=9, batch=64)).draw()
    with torch.no_grad():
        return float(nn.functional.mse_loss(network.eval()(waves), targets))


def taught(store: Store, seed: int, steps: int) -> SampleCNN:
    torch.manual_seed(0)
    recipe = replace(RECIPE, seed=seed, steps=steps)
    source = drawing(store, recipe=recipe)
    seen: list[int] = []
    student, done = teach(
        begun(SampleCNN(SMALL, 2), source), source, recipe, lambda step, _: seen.append(step)
    )
    assert done == steps
    assert len(seen) >= min(steps, 10) - 1
    return student


def test_a_student_learns(store: Store) -> None:
    torch.manual_seed(0)
    before = begun(SampleCNN(SMALL, 2), drawing(store))
    assert loss(taught(store, 1, RECIPE.steps), store) < 0.75 * loss(before, store)


def test_the_same_seed_teaches_the_same(store: Store) -> None:
    weights = [taught(store, seed, 4).state_dict() for seed in (1, 1, 2)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not torch.equal(weights[0]["dense.weight"], weights[2]["dense.weight"])


def test_a_gpu_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert live.device_of("auto") == live.device_of("cpu") == CPU
    with pytest.raises(RunError, match="no device cuda here"):
        live.device_of("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert live.device_of("auto") == torch.device("cuda")


class Teacher(nn.Module):
    """Fifty tags: of a sound's loudness in bands, in an order of its own."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.register_buffer("weights", torch.randn(8, 50, generator=generator) / 2)

    def forward(self, windows: Tensor) -> Tensor:
        bands = torch.fft.rfft(windows).abs()[:, 1:].reshape(len(windows), 8, -1).mean(2)
        return torch.log(bands + 1e-3) @ self.weights - 2

    def logits(self, windows: np.ndarray) -> np.ndarray:
        return self(torch.from_numpy(windows)).numpy()


def test_one_command_makes_a_model_live(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    for dataset, network in panel.PUBLISHED:
        (weights / f"{dataset}-{network}.pth").touch()

    def teacher_of(_: Path, voice: Voice, __: torch.device = CPU) -> Teacher:
        assert len(TAG_NAMES[voice.dataset]) == 50
        return Teacher(panel.PUBLISHED.index((voice.dataset, voice.network)))

    monkeypatch.setattr(gather, "gathered", lambda *_: corpus)
    monkeypatch.setattr(panel, "teacher_of", teacher_of)
    monkeypatch.setitem(course.STUDENTS, "quick", course.Student(SLOW, 8000))
    monkeypatch.setattr(course, "ON_A_GPU", replace(RECIPE, steps=3, bfloat16=True))
    out = tmp_path / "made.safetensors"
    course.main(
        f"--parts {tmp_path} --teachers {weights} --work {tmp_path} --out {out} "
        "--student quick --minutes 5 --device cpu --live".split()
    )
    info = model_file.load(out).info
    assert (info.sample_rate, info.window) == (8000, SLOW.window)
    assert "3 steps of 16 windows" in info.provenance
    assert "changed anew at every step" in info.provenance
    assert "--student quick --live" in info.card
    assert not list(tmp_path.glob("round*"))
    # At home it is measured again, on sound that was not carried.
    home = tmp_path / "home.safetensors"
    again = (
        f"--parts {tmp_path} --teachers {weights} --work {tmp_path} --out {home} --taught {out} --device cpu"
    )
    course.main(f"{again} --student quick".split())
    measured = model_file.load(home).info
    assert measured.provenance == info.provenance
    assert measured.quality["Spearman"] == pytest.approx(info.quality["Spearman"], abs=0.02)
    assert "--student quick --live" in measured.card
    with pytest.raises(EarmarkError, match="not this student"):
        course.main(f"{again} --student main".split())
