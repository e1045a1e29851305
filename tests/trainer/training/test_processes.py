"""Several processes learn as one does, and a killed one goes on as if nothing had been."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.trainer.training.tiny import SHORT, run
from trainer.data.prepared import Prepared
from trainer.recipes import Recipe
from trainer.training.run import RunFolder, train
from trainer.training.run_folder import LAST, METRICS

PROJECT = Path(__file__).resolve().parents[3]
CHILD = "tests.trainer.training.child"
PATIENCE = 600


def arguments(data: Prepared, folder: Path, recipe: Recipe) -> list[str]:
    return [str(data.folder), str(folder), json.dumps(recipe.to_json())]


def test_a_killed_training_goes_on_to_the_same_curve(tones: Prepared, tmp_path: Path) -> None:
    recipe = dataclasses.replace(SHORT, rounds=10, average=0.9)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen(
        [sys.executable, "-m", CHILD, *arguments(tones, killed, recipe)], cwd=PROJECT, stderr=subprocess.PIPE
    )
    until = time.monotonic() + PATIENCE
    while not (killed / METRICS).exists() or len((killed / METRICS).read_bytes().splitlines()) < 4:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert (killed / LAST).exists()
    went_on = train(run(recipe), tones, killed, 5, device="cpu")
    uninterrupted = train(run(recipe), tones, whole, 5, device="cpu")
    assert len(went_on.metrics()) == 10
    assert _but_for_seconds(killed) == _but_for_seconds(whole)
    assert (killed / "best.safetensors").read_bytes() == (whole / "best.safetensors").read_bytes()
    assert len(json.loads((killed / "environment.json").read_text())["starts"]) == 2
    assert uninterrupted.finished


def _but_for_seconds(folder: Path) -> list[str]:
    return [line.rpartition(",")[0] for line in (folder / METRICS).read_text("utf-8").splitlines()]


def test_two_processes_give_the_curve_of_one(tones: Prepared, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"),
            *("-m", CHILD, *arguments(tones, two, SHORT)),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    train(run(), tones, one, 5, device="cpu")
    for mine, theirs in zip(RunFolder(one).metrics(), RunFolder(two).metrics(), strict=True):
        for name in mine.keys() - {"seconds"}:
            # Areas of ten clips move in steps when two scores that are almost equal change places.
            tolerance = {"abs": 0.05} if name.endswith("auc") else {"rel": 2e-4}
            assert theirs[name] == pytest.approx(mine[name], **tolerance), name
    starts = json.loads((two / "environment.json").read_text())["starts"]
    assert [start["processes"] for start in starts] == [2]
