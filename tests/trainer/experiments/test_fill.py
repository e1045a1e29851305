"""A table is filled from runs: gone on with after a stop, never from two splits, saying what was not run."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tagger_core.errors import Cancelled
from tests.trainer.experiments.hurried import SECONDS, Hurried, hurried, little
from trainer.data.prepared import AUDIO, CLIPS, DESCRIPTION
from trainer.errors import DataError, RunError
from trainer.evaluation import evaluate as evaluation
from trainer.evaluation.evaluate import TEST
from trainer.experiments.fill import fill
from trainer.experiments.gather import gather
from trainer.experiments.tables import TABLES
from trainer.experiments.variant import Variant
from trainer.recipes import RECIPES
from trainer.toy import write
from trainer.training import loop

TABLE = TABLES["dieleman2014-2"]
RELU, POWER, MAGNITUDE = TABLE.runs


@pytest.fixture
def own(tmp_path: Path) -> Hurried:
    return hurried(tmp_path)


def rows(written: Path) -> dict[str, dict[str, str]]:
    with written.with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        return {row["run"]: row for row in csv.DictReader(stream)}


def test_nothing_is_run_where_it_is_only_to_be_printed(own, tmp_path):
    written = fill(TABLE, own, tmp_path, running=False)
    assert [row["ours"] for row in rows(written).values()] == ["not run"] * 3
    assert written.read_text("utf-8").count("not run") == 3
    assert not own.runs.exists()


def test_a_filled_table_has_our_numbers_and_the_split_they_are_of(own, tmp_path):
    written = fill(TABLE, own, tmp_path)
    found = rows(written)
    checksum = own.prepared(own.run(RELU)).checksum
    for name in TABLE.runs:
        kept = json.loads((own.folder(name, 0) / TEST).read_text("utf-8"))
        assert float(found[name]["ours"]) == pytest.approx(kept["measures"]["roc_auc"]["value"], abs=1e-6)
        assert found[name]["checksum"] == checksum
        assert (found[name]["train"], found[name]["validation"], found[name]["test"]) == ("2", "2", "2")
    text = written.read_text("utf-8")
    assert checksum in text
    assert "**Not as in the paper:** 0.015625 times the filters." in text


def test_one_row_can_be_run_alone(own, tmp_path):
    found = rows(fill(TABLE, own, tmp_path, only=[POWER]))
    assert [name for name, row in found.items() if row["ours"] != "not run"] == [POWER]
    with pytest.raises(RunError, match="has no run 'nobody'"):
        fill(TABLE, own, tmp_path, only=["nobody"])


def test_seeds_are_runs_of_their_own(own, tmp_path):
    first = rows(fill(TABLE, own, tmp_path, only=[RELU]))[RELU]
    both = rows(fill(TABLE, own, tmp_path, seeds=2, only=[RELU]))[RELU]
    assert (first["seeds"], first["sd"]) == ("1", "")
    assert both["seeds"] == "2"
    weights = [(own.folder(RELU, seed) / "best.safetensors").read_bytes() for seed in (0, 1)]
    assert weights[0] != weights[1]


def test_a_stop_in_the_middle_is_gone_on_from(own, tmp_path):
    whole = hurried(tmp_path / "whole")
    expected = rows(fill(TABLE, whole, tmp_path / "whole", only=[RELU, POWER]))
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        fill(TABLE, replace(own, cancelled=lambda: next(asked, True)), tmp_path, only=[RELU, POWER])
    assert rows(tmp_path / f"{TABLE.name}{own.variant.suffix}.md")[POWER]["ours"] == "not run"
    found = rows(fill(TABLE, own, tmp_path, only=[RELU, POWER]))
    assert [found[name]["ours"] for name in TABLE.runs] == [expected[name]["ours"] for name in TABLE.runs]


def test_what_is_there_is_not_run_again(own, tmp_path, monkeypatch):
    fill(TABLE, own, tmp_path, only=[RELU])
    monkeypatch.setattr(loop, "fit", None)
    monkeypatch.setattr("trainer.experiments.fill.evaluate", None)
    assert rows(fill(TABLE, own, tmp_path, only=[RELU]))[RELU]["ours"] != "not run"


def test_a_run_that_fails_does_not_stop_the_others(own, tmp_path):
    broken = own.folder(RELU, 0)
    broken.mkdir(parents=True)
    (broken / "holiday.jpg").touch()
    with pytest.raises(RunError, match=f"1 of 3 runs failed: {RELU}"):
        fill(TABLE, own, tmp_path)
    found = rows(tmp_path / f"{TABLE.name}{own.variant.suffix}.md")
    assert found[RELU]["ours"] == "not run"
    assert found[POWER]["ours"] != "not run"
    assert found[MAGNITUDE]["ours"] != "not run"


def test_a_run_that_is_too_large_for_the_device_does_not_stop_the_others(own, tmp_path, monkeypatch):
    real, begun = loop.fit, []

    def fit(*args: object, **options: object) -> None:
        begun.append(args)
        if len(begun) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        real(*args, **options)

    monkeypatch.setattr(loop, "fit", fit)
    with pytest.raises(RunError, match=rf"1 of 3 runs failed: {RELU}.* not enough memory .*--scale"):
        fill(TABLE, own, tmp_path)
    found = rows(tmp_path / f"{TABLE.name}{own.variant.suffix}.md")
    assert [found[name]["ours"] == "not run" for name in TABLE.runs] == [True, False, False]


def test_a_test_split_that_is_too_much_for_the_device_does_not_stop_the_others(own, tmp_path, monkeypatch):
    real, scored = evaluation.clip_scores, []

    def clip_scores(*args: object, **options: object) -> np.ndarray:
        scored.append(args)
        if len(scored) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(*args, **options)

    monkeypatch.setattr(evaluation, "clip_scores", clip_scores)
    with pytest.raises(RunError, match=rf"1 of 2 runs failed: {RELU}.* not enough memory"):
        fill(TABLE, own, tmp_path, only=[RELU, POWER])
    assert rows(tmp_path / f"{TABLE.name}{own.variant.suffix}.md")[POWER]["ours"] != "not run"


def test_numbers_of_another_split_do_not_count(own, tmp_path, caplog):
    fill(TABLE, own, tmp_path, only=[RELU])
    run = own.run(RELU)
    other = replace(own, data=tmp_path / "other")
    mutate(other.prepared(run).folder, "swap")
    with caplog.at_level(logging.WARNING, "trainer"):
        assert rows(fill(TABLE, other, tmp_path, running=False))[RELU]["ours"] == "not run"
    assert "measured on another split" in caplog.text


def test_numbers_of_other_seconds_of_the_clips_do_not_count(own, tmp_path, caplog):
    fill(TABLE, own, tmp_path, only=[RELU])
    described = own.prepared(own.run(RELU)).folder / DESCRIPTION
    content = json.loads(described.read_text("utf-8"))
    described.write_text(json.dumps({**content, "place": "middle"}), "utf-8")
    with caplog.at_level(logging.WARNING, "trainer"):
        assert rows(fill(TABLE, own, tmp_path, running=False))[RELU]["ours"] == "not run"
    assert "its clips differ in their place in the songs; not counted" in caplog.text


def test_numbers_of_two_splits_never_stand_in_one_table(own, tmp_path):
    fill(TABLE, own, tmp_path, only=[RELU])
    other = replace(own, data=tmp_path / "other")
    mutate(other.prepared(own.run(POWER)).folder, "swap")
    fill(TABLE, other, tmp_path / "second", only=[POWER])
    nowhere = replace(own, data=tmp_path / "nowhere", variant=own.variant)
    nowhere = type("Elsewhere", (Hurried,), {"prepared": _missing})(**vars(nowhere))
    with pytest.raises(RunError, match="different splits of mtat-all"):
        gather(nowhere, TABLE.runs, 1)


def test_the_claims_are_filled_from_two_sizes_of_the_toy_corpus(own, tmp_path):
    for clips, rate in ((16, 4000), (16, 8000), (32, 22050)):
        write.prepare(own.data / f"toy-{rate}", clips, 0, rate, seconds=SECONDS)
    wanted = ["claims-m3n9", "claims-8000hz", "claims-4000hz"]
    found = rows(fill(TABLES["claims"], own, tmp_path, only=wanted))
    assert "not run" not in [found[name]["ours"] for name in wanted]
    checksums = [found[name]["checksum"] for name in wanted]
    assert checksums[0] != checksums[1] == checksums[2]


def test_a_claim_never_compares_two_splits(own, tmp_path):
    for clips, rate in ((32, 4000), (16, 8000)):
        write.prepare(own.data / f"toy-{rate}", clips, 0, rate, seconds=SECONDS)
    with pytest.raises(RunError, match="claims-8000hz and claims-4000hz were measured on different splits"):
        fill(TABLES["claims"], own, tmp_path, only=["claims-8000hz", "claims-4000hz"])


def _missing(self: Hurried, run: object) -> None:
    raise DataError("there is no prepared data here")


def mutate(folder: Path, how: str) -> None:
    """Change prepared data as a mistake would, with a description that is true of the change."""
    described = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    with (folder / CLIPS).open(encoding="utf-8", newline="") as stream:
        clips = list(csv.DictReader(stream))
    if how == "swap":
        other = {"train": "test", "test": "train", "validation": "validation"}
        clips = [{**clip, "split": other[clip["split"]]} for clip in clips]
    elif how == "drop a tag":
        described["tags"] = described["tags"][:-1]
        last = str(len(described["tags"]))
        clips = [
            {**clip, "labels": " ".join(label for label in clip["labels"].split() if label != last)}
            for clip in clips
        ]
    elif how == "shuffle the labels":
        labels = [clip["labels"] for clip in clips]
        clips = [
            {**clip, "labels": label} for clip, label in zip(clips, labels[1:] + labels[:1], strict=True)
        ]
    with (folder / CLIPS).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(clips[0]))
        writer.writeheader()
        writer.writerows(clips)
    described["checksum"] = checksum_of(described["tags"], clips)
    (folder / DESCRIPTION).write_text(json.dumps(described), "utf-8")


def checksum_of(tags: list[list[str]], clips: list[dict[str, str]]) -> str:
    from trainer.data.catalogue import checksum

    rows = [
        (clip["split"], clip["key"], tuple(int(label) for label in clip["labels"].split())) for clip in clips
    ]
    return checksum(tuple((name, kind) for name, kind in tags), rows)


@pytest.mark.parametrize("how", ["swap", "drop a tag", "shuffle the labels"])
def test_data_that_changed_under_a_run_are_noticed(own, tmp_path, how):
    run = own.run(RELU)
    fill(TABLE, own, tmp_path, only=[RELU])
    folder = own.prepared(run).folder
    mutate(folder, how)
    with pytest.raises(RunError, match=r"runs failed.*(checksum|tags|split)"):
        fill(TABLE, own, tmp_path, only=[RELU])
    assert rows(tmp_path / f"{TABLE.name}{own.variant.suffix}.md")[RELU]["ours"] == "not run"


@pytest.mark.parametrize("how", ["swap", "drop a tag", "shuffle the labels"])
def test_data_that_changed_without_their_description_cannot_be_opened(tmp_path, how):
    prepared = little(tmp_path / "mtat-all-16000", "mtat-all", 16000)
    before = (prepared.folder / DESCRIPTION).read_text("utf-8")
    mutate(prepared.folder, how)
    if how != "drop a tag":
        (prepared.folder / DESCRIPTION).write_text(before, "utf-8")
    else:
        described = json.loads(before)
        (prepared.folder / DESCRIPTION).write_text(
            json.dumps({**described, "tags": described["tags"][:-1]}), "utf-8"
        )
    with pytest.raises(DataError, match="the clips are not those of the description"):
        type(prepared).open(prepared.folder)


def test_audio_is_not_part_of_a_split(tmp_path):
    prepared = little(tmp_path / "a", "mtat-all", 16000)
    audio = np.fromfile(prepared.folder / AUDIO, "<i2")
    (audio[::-1]).tofile(prepared.folder / AUDIO)
    assert type(prepared).open(prepared.folder).checksum == prepared.checksum


def test_departures_are_named_in_folders_heads_and_options():
    variant = Variant("toy", 0.25, "modern", 3, "fp32")
    assert variant.suffix == "+toy+x0.25+modern+e3+fp32"
    assert variant.options == "--on toy --scale 0.25 --recipe modern --epochs 3 --precision fp32"
    assert len(variant.differences) == 5
    assert (Variant().suffix, Variant().options, Variant().differences) == ("", "", ())


def test_epochs_are_epochs_whatever_the_recipe_calls_a_round():
    learning = Variant(epochs=3, precision="bf16").learning(RECIPES["dieleman2014"])
    assert (learning.rounds, learning.round_steps, learning.precision) == (3, None, "bf16")
    assert Variant().learning(RECIPES["dieleman2014"]) == RECIPES["dieleman2014"]


@pytest.mark.parametrize(
    "values", [{"on": "../elsewhere"}, {"scale": 0.0}, {"recipe": "nobody's"}, {"epochs": 0}]
)
def test_departures_out_of_range_are_refused(values):
    with pytest.raises(RunError):
        Variant(**values)
