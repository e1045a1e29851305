"""A run becomes a model file that scores in the app as the network did, with a card that tells the truth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagger_core.errors import ModelError
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.models import model_file
from tests.trainer.evaluation.prepared_data import RATE, prepared_data
from tests.trainer.evaluation.trained import trained
from trainer import card
from trainer.data.prepared import DESCRIPTION, Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import evaluate
from trainer.evaluation.metrics import Interval
from trainer.evaluation.scores import clip_scores
from trainer.export import export
from trainer.recipes import RECIPES
from trainer.training.run import RunFolder

Trained = tuple[RunFolder, Prepared]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A run on a person's own songs."""
    folder = tmp_path_factory.mktemp("own")
    data = prepared_data(folder / "data", 120, lengths=(1024,))
    return trained(folder / "run", data), data


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A run on a public set."""
    folder = tmp_path_factory.mktemp("public")
    data = _renamed(prepared_data(folder / "data", 40, lengths=(600,)), "mtat-filtered")
    return trained(folder / "run", data, name="3^9"), data


def _renamed(data: Prepared, name: str) -> Prepared:
    told = json.loads((data.folder / DESCRIPTION).read_text())
    (data.folder / DESCRIPTION).write_text(json.dumps({**told, "name": name}))
    return Prepared.open(data.folder)


@pytest.mark.parametrize(("half", "near"), [(False, 1e-5), (True, 5e-3)])
def test_the_apps_engine_scores_as_the_network_did(
    own: Trained, tmp_path: Path, half: bool, near: float
) -> None:
    folder, data = own
    export(folder, data, tmp_path / "mine.safetensors", name="mine", licence="CC0-1.0", half=half)
    model = model_file.load(tmp_path / "mine.safetensors")
    engine = Engine(model, Execution())
    rows = data.rows("test")
    windows = data.audio[rows].reshape(-1, model.info.window).astype(np.float32) / 32768
    scores, _ = engine.run(windows)
    expected = clip_scores(folder.best(), data, rows)
    assert scores.reshape(len(rows), -1, 3).mean(axis=1) == pytest.approx(expected, abs=near)
    assert np.ptp(expected, axis=0).max() > 0.3


def test_half_precision_halves_the_file(own: Trained, tmp_path: Path) -> None:
    folder, data = own
    for name, half in (("whole", False), ("half", True)):
        export(folder, data, tmp_path / f"{name}.safetensors", name=name, licence="CC0-1.0", half=half)
    sizes = {
        name: (tmp_path / f"{name}.safetensors").stat().st_size - len(_card(tmp_path / f"{name}.md"))
        for name in ("whole", "half")
    }
    assert sizes["half"] < sizes["whole"]
    assert "half precision" in _card(tmp_path / "half.md")
    assert "half precision" not in _card(tmp_path / "whole.md")


def _card(path: Path) -> str:
    return path.read_text("utf-8")


def test_the_file_says_what_it_is(public: Trained, tmp_path: Path) -> None:
    folder, data = public
    out = tmp_path / "3-9.safetensors"
    export(folder, data, out, remake="earmark-train train 3^9 --seed 0\nearmark-train export runs/3^9 out")
    info = model_file.read_info(out)
    evaluation = evaluate(folder, data)
    assert info.name == "3^9"
    assert info.sample_rate == RATE
    assert [(tag.name, tag.category) for tag in info.tags] == list(data.tags)
    assert [tag.threshold for tag in info.tags] == [tag.threshold for tag in evaluation.tags]
    assert info.quality["ROC-AUC"] == round(evaluation.measures["roc_auc"].value, 4)
    assert info.quality["ROC-AUC low"] == round(evaluation.measures["roc_auc"].low, 4)
    assert "mtat-filtered" in info.provenance
    assert "seed 0" in info.provenance
    assert "CC BY-NC-SA" in info.licence


def test_the_card_tells_what_a_person_should_know(public: Trained, tmp_path: Path) -> None:
    folder, data = public
    info = export(folder, data, tmp_path / "m.safetensors", remake="first command\nsecond command")
    text = _card(tmp_path / "m.md")
    assert info.card == text
    evaluation = evaluate(folder, data)
    for told in (
        "MagnaTagATune (mtat-filtered): 20 clips for training, 10 for validation, 10 for the test",
        data.checksum,
        "seed 0; 3 rounds",
        json.dumps(folder.run.recipe.to_json()),
        f"| ROC-AUC | {card.number(evaluation.measures['roc_auc'])} |",
        "    first command\n    second command",
        card.calibration_sentence(evaluation),
        "Tags with fewer than 20 test clips, whose numbers say little: low, high, loud.",
    ):
        assert told in text
    for tag in evaluation.tags:
        assert f"| {tag.name} | {tag.category} | {tag.test_clips} | {card.number(tag.roc_auc)} |" in text


def test_own_songs_need_a_name_and_a_licence_before_anything_is_measured(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 40, lengths=(600,))
    folder = trained(tmp_path / "run", data)
    with pytest.raises(RunError, match="--name"):
        export(folder, data, tmp_path / "mine.safetensors", licence="CC0-1.0")
    with pytest.raises(RunError, match="--licence"):
        export(folder, data, tmp_path / "mine.safetensors", name="mine")
    assert not (folder.path / "test.json").exists()
    assert not list(tmp_path.glob("mine*"))


def test_a_category_that_the_app_does_not_know_is_told(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 40, lengths=(600,), tags=(("low", "colour"), ("high", "mood")))
    with pytest.raises(ModelError, match="unknown category 'colour'"):
        export(trained(tmp_path / "run", data), data, tmp_path / "m.safetensors", name="m", licence="MIT")


def test_the_card_of_genres_tells_the_two_scores_apart(tmp_path: Path) -> None:
    data = prepared_data(tmp_path / "data", 40, lengths=(600,), task="genre")
    info = export(trained(tmp_path / "run", data), data, tmp_path / "m.safetensors", name="m", licence="MIT")
    assert "one genre" in info.card
    assert "| Accuracy |" in info.card
    assert "Accuracy" in info.quality


def test_the_calibration_sentence_counts(own: Trained) -> None:
    evaluation = evaluate(*own)
    table = replace(
        evaluation.reliability,
        count=np.array([900, 0, 0, 0, 0, 100, 0, 0, 0, 0]),
        score=np.array([0.05, *[np.nan] * 4, 0.55, *[np.nan] * 4]),
        share=np.array([0.05, *[np.nan] * 4, 0.25, *[np.nan] * 4]),
    )
    said = card.calibration_sentence(replace(evaluation, reliability=table))
    assert "by 0.030 on average" in said
    assert "of those about 0.55, 25 % were right" in said


def test_numbers_and_recipes_are_named() -> None:
    assert card.number(Interval(0.9049, 0.9, 0.91)) == "0.905 (0.900-0.910)"
    assert card.number(Interval(float("nan"), float("nan"), float("nan"))) == "-"
    assert card.recipe_name(RECIPES["modern"]) == "modern"
    assert card.recipe_name(replace(RECIPES["modern"], precision="fp32")) == "modern"
    assert card.recipe_name(replace(RECIPES["modern"], rounds=3)) == "its own"
