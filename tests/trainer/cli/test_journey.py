"""From a folder of songs and a table of tags to a model that the app has; tables; figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagger_core.cli.main import main as earmark
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.models import model_file
from tests.trainer.cli.conftest import Train
from trainer.data.prepared import Prepared


def test_a_persons_own_songs_become_a_model_of_the_app(
    earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EARMARK_HOME", str(tmp_path / "home"))
    laid = earmark_train("toy", "--clips", 48, "--seconds", 3, "--lay-out", "songs", "--workers", 1)
    assert laid.status == 0, laid.err

    prepared = earmark_train(
        "prepare", "own", "songs", "--table", "songs/clips.csv", "--seconds", 3, "--rate", 8000,
        "--workers", 1, "--json",
    )  # fmt: skip
    assert prepared.status == 0, prepared.err
    assert sum(prepared.json["sizes"].values()) == 48
    assert prepared.json["left_out"] == []
    listed = earmark_train("list", "data", "--json").json
    assert [(row["name"], row["checksum"]) for row in listed] == [
        ("own-clips-8000", prepared.json["checksum"])
    ]

    trained = earmark_train(
        "train", "--model", "3^8-19683", "--on", "own-clips", "--rate", 8000, "--scale", 0.02,
        "--epochs", 1, "--precision", "fp32", "--device", "cpu",
    )  # fmt: skip
    assert trained.status == 0, trained.err
    (folder,) = (tmp_path / "runs").glob("*/seed-0")

    measured = earmark_train("evaluate", folder, "--device", "cpu", "--json").json
    assert measured["checksum"] == prepared.json["checksum"]
    assert 0 < measured["measures"]["roc_auc"]["value"] < 1
    assert "finished" in earmark_train("info", folder).out

    refused = earmark_train("export", folder, "mine.safetensors")
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert "--name" in refused.err
    exported = earmark_train("export", folder, "mine.safetensors", "--name", "mine", "--licence", "CC0-1.0")
    assert exported.status == 0, exported.err
    assert "earmark models import mine.safetensors" in exported.out
    remade = "earmark-train train --model 3^8-19683 --on own-clips --rate 8000 --scale 0.02 --epochs 1"
    assert remade in model_file.read_info(Path("mine.safetensors")).card

    assert earmark(["models", "import", "mine.safetensors"]) == 0
    assert earmark(["models", "info", "mine"]) == 0
    data = Prepared.open(tmp_path / "data" / "own-clips-8000")
    model = model_file.load(Path("mine.safetensors"))
    assert tuple(tag.name for tag in model.info.tags) == tuple(name for name, _ in data.tags)
    windows = data.audio[:2, : model.info.window].astype(np.float32) / 32768
    scores, _ = Engine(model, Execution()).run(windows)
    assert np.isfinite(scores).all()


def test_a_table_says_how_it_was_made_and_is_gone_on_with(
    earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert earmark_train("toy", "--clips", 32, "--rate", 16000, "--seconds", 4, "--workers", 1).status == 0
    options = ("--on", "toy", "--scale", 0.02, "--epochs", 1, "--device", "cpu")
    printed = earmark_train("table", "dieleman2014-2", *options, "--print")
    assert printed.status == 0, printed.err
    assert printed.out.count("not run") == 3

    filled = earmark_train("table", "dieleman2014-2", *options, "--only", "dieleman2014-raw-1024-1024")
    assert filled.status == 0, filled.err
    assert filled.out.count("not run") == 2
    head, _, numbers = filled.out.partition("| nonlinearity")
    assert "trained and tested on toy; 0.02 times the filters; at most 1 epochs" in head
    assert "0.7508" in numbers
    assert "earmark-train table dieleman2014-2 --on toy --scale 0.02 --epochs 1 --device cpu" in numbers
    assert earmark_train("table", "dieleman2014-2", *options, "--print").out.count("not run") == 2


def test_a_run_of_the_papers_is_drawn(earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    earmark_train("toy", "--clips", 32, "--rate", 16000, "--seconds", 4, "--workers", 1)
    name = "dieleman2014-raw-1024-1024"
    options = ("--on", "toy", "--scale", 0.02, "--epochs", 2, "--device", "cpu")
    assert earmark_train("train", name, *options).status == 0
    (folder,) = (tmp_path / "runs").glob("*/seed-0")
    drawn = earmark_train("figure", "learning-curves", folder, "--out", "figures")
    assert drawn.status == 0, drawn.err
    assert sorted(path.suffix for path in (tmp_path / "figures").iterdir()) == [".png", ".svg"]
