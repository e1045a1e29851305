"""Help comes up at once, errors are one line, and Ctrl-C keeps what was done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.cli.conftest import Train
from tests.trainer.evaluation.prepared_data import RATE, prepared_data
from tests.trainer.evaluation.trained import trained
from trainer.data.catalogue import SPLITS
from trainer.experiments.tables import TABLES
from trainer.toy import write
from trainer.training.learner import Learner

COMMANDS = ("list", "info", "prepare", "toy", "train", "evaluate", "export", "table", "figure")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(earmark_train: Train, command: str):
    said = earmark_train(command, "--help")
    assert said.status == 0
    assert f"usage: earmark-train {command}" in said.out


def test_help_loads_nothing_heavy():
    heavy = ("torch", "numpy", "av", "lightning", "matplotlib", "sklearn", "scipy", "appdirs")
    code = (
        "import sys; from trainer.cli.main import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: print([name for name in {heavy} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"
    assert all(command in said.stdout for command in COMMANDS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train", "nobody"), "there is no run 'nobody'"),
        (("train", "lee2017-m3n9-59049"), "earmark-train prepare"),
        (("train", "lee2017-m3n9-59049", "--scale", "0"), "0.0 times the filters"),
        (("train", "lee2017-m3n9-59049", "--recipe", "mine"), "there is no recipe 'mine'"),
        (("train", "--model", "4^9", "--on", "toy"), "there is no architecture '4^9'"),
        (("train", "--model", "3^9-59049"), "--on"),
        (("table", "lee2017-9"), "there is no table 'lee2017-9'"),
        (("table", "lee2017-2", "--only", "nobody"), "has no run 'nobody'"),
        (("table", "lee2017-2", "--seeds", "0"), "0 seeds"),
        (("table", "lee2017-2", "--on", "../x"), "no name of a data set"),
        (("info", "nobody"), "neither a run nor a folder"),
        (("evaluate", "nowhere"), "there is no run here"),
        (("figure", "learning-curves", "nowhere"), "there is no run here"),
        (("prepare", "mtat", "nowhere"), "is no folder"),
        (("prepare", "gtzan", ".", "--form", "all"), "docs/data.md"),
    ],
)
def test_an_error_is_one_line_with_the_remedy(
    earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
):
    monkeypatch.chdir(tmp_path)
    said = earmark_train(*words)
    assert said.status == 2
    assert said.out == ""
    assert said.err.startswith("earmark-train: ")
    assert said.err.count("\n") == 1
    assert told in said.err


@pytest.fixture(scope="module")
def trained_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with prepared tones, a trained run, and songs of one's own that are not heard."""
    folder = tmp_path_factory.mktemp("work")
    trained(
        folder / "trained" / "seed-0", prepared_data(folder / "data" / f"tones-{RATE}", 80, lengths=(2048,))
    )
    (folder / "songs").mkdir()
    lines = ["file,split,tags"]
    for number in range(12):
        (folder / "songs" / f"{number}.mp3").touch()
        lines.append(f"{number}.mp3,{SPLITS[number % 3]},piano")
    (folder / "songs.csv").write_text("\n".join(lines), "utf-8")
    return folder


TRAIN = ("train", "--model", "3^8-19683", "--on", "tones", "--rate", str(RATE), "--scale", "0.02")
EVALUATE = ("evaluate", "trained/seed-0")
PREPARE = ("prepare", "own", "songs", "--table", "songs.csv")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        *(((*command, "--device", device), f"there is no device {device} here (choose one of auto, cpu")
          for command in (TRAIN, EVALUATE)
          for device in ("gpu", "cpu:1", "cuda:99", "cuda:x", "cuda:")),
        ((*TRAIN, "--seed", "-1"), "--seed: '-1' is no whole number from 0 to "),
        ((*TRAIN, "--seed", str(2**64)), "is no whole number from 0 to "),
        (("train", "lee2018-2000hz", "--on", "tones", "--rate", "8000"), "leave out --rate"),
        ((*PREPARE, "--workers", "-1"), "--workers: '-1' is no whole number from 0 on"),
        ((*PREPARE, "--seconds", "nan"), "nan seconds from the start: that is nothing to prepare"),
        ((*PREPARE, "--rate", "0"), "--rate: '0' is no whole number from 1 on"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_before_anything_is_made(
    earmark_train: Train,
    trained_run: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: str,
):
    monkeypatch.chdir(trained_run)
    before = sorted(trained_run.rglob("*"))
    said = earmark_train(*words)
    assert said.status == 2
    assert told in said.err
    assert "Traceback" not in said.err
    assert sorted(trained_run.rglob("*")) == before


@pytest.mark.parametrize(
    "words", [(), ("dance",), ("train",), ("train", "a", "--model", "b"), ("toy", "--clips", "x")]
)
def test_wrong_usage_says_what_can_be_said(earmark_train: Train, words: tuple[str, ...]):
    said = earmark_train(*words)
    assert said.status == 2
    assert said.err.startswith("usage: earmark-train")


def test_lists_are_for_people_and_for_scripts(earmark_train: Train):
    assert {row["name"] for row in earmark_train("list", "--json").json} == set(TABLES)
    for kind, name in (("runs", "lee2018-mtat-last3"), ("models", "3^9-59049"), ("recipes", "lee2017-code"),
                       ("figures", "learning-curves")):  # fmt: skip
        said = earmark_train("list", kind)
        assert name in said.out
        assert name in [row["name"] for row in earmark_train("list", kind, "--json").json]


def test_a_reader_that_has_seen_enough_is_no_error():
    code = "import sys; from trainer.cli.main import main; sys.exit(main(['list', 'runs']))"
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as output:
        said = subprocess.run([sys.executable, "-c", code], stdout=output, stderr=subprocess.PIPE, check=True)
    assert said.stderr == b""


def test_info_names_the_runs_whose_layers_a_run_takes(earmark_train: Train):
    told = earmark_train("info", "lee2018-gtzan-minus2", "--json").json
    assert told["takes layers of"] == "lee2017-m3n9-59049-msd"
    assert told["data"] == "gtzan-22050"


def test_a_toy_corpus_that_is_stopped_is_not_said_to_be_kept(
    earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    real = write.prepare

    def pressed(*arguments: Any, **options: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        real(*arguments, **options)

    monkeypatch.setattr(write, "prepare", pressed)
    stopped = earmark_train("toy", "--clips", 16, "--rate", 2000, "--seconds", 1, "--workers", 1)
    assert stopped.status == 130
    assert "counts for nothing, and the same command begins it anew" in stopped.err
    assert earmark_train("list", "data", "--json").json == []


def test_ctrl_c_saves_and_the_same_command_goes_on(
    earmark_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    earmark_train("toy", "--clips", 32, "--rate", 2000, "--seconds", 3, "--workers", 1)
    command = ("train", "lee2018-2000hz", "--on", "toy", "--scale", 0.02, "--epochs", 1, "--device", "cpu")
    real, taken = Learner.take_step, []

    def pressed(self: Learner, *batch: object) -> None:
        taken.append(self.at.step)
        if len(taken) == 1:
            signal.raise_signal(signal.SIGINT)
        real(self, *batch)

    monkeypatch.setattr(Learner, "take_step", pressed)
    stopped = earmark_train(*command)
    assert stopped.status == 130
    assert "the same command goes on" in stopped.err
    assert earmark_train(*command).status == 0
    assert taken == list(range(len(taken)))
    assert len(taken) > 1
