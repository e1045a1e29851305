"""Every figure can be asked for by name, of runs as they lie on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from tagger_core.models.dieleman_configs import DielemanConfig
from tests.trainer.evaluation.prepared_data import RATE, prepared_data
from tests.trainer.evaluation.trained import RECIPE, trained
from trainer.errors import RunError
from trainer.evaluation.evaluate import TEST, evaluate
from trainer.evaluation.report import read_json
from trainer.figures.named import FIGURES, Wish, draw
from trainer.figures.sheet import STYLE
from trainer.training.run import Run, RunFolder, train


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunFolder]:
    """Two seeds of a SampleCNN, measured, and a network with L2 pooling; the data lie in `data`."""
    folder = tmp_path_factory.mktemp("runs")
    data = prepared_data(folder / "data" / f"tones-{RATE}", 80, lengths=(2048,))
    small = [trained(folder / f"seed-{seed}", data, seed=seed) for seed in (0, 1)]
    for run in small:
        evaluate(run, data)
    config = DielemanConfig(
        input="raw", length=64, stride=64, channels=16, nonlinearity="none", pooling="l2", pool=4,
        layers=((4, 8, 4), (4, 8, 4)), dense_units=8, window=2048, sample_rate=RATE, fft=64,
    )  # fmt: skip
    pooled = train(Run("pooled", data.name, RATE, config, RECIPE), data, folder / "pooled", 0, device="cpu")
    return [*small, pooled]


CHOICE = {
    "filter-spectra": [0],
    "filter-examples": [0],
    "filter-spectra-rates": [0, 1],
    "songs": [0],
    "first-layer-spectra": [2],
    "first-layer-filters": [2],
    "pools": [2],
    "learning-curves": [0, 1, 2],
    "tags": [0, 1],
    "calibration": [0, 1],
}
"""Which of the runs each figure is drawn of."""


def wish(runs: list[RunFolder], name: str, folder: Path) -> Wish:
    chosen = [runs[place] for place in CHOICE[name]]
    return Wish(chosen, runs[0].path.parent / "data", folder / name, ("low", "high"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_by_its_name(
    runs: list[RunFolder], tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STYLE, "savefig.dpi", 60)  # the drawing is looked at elsewhere
    png, svg = draw(name, wish(runs, name, tmp_path))
    assert png.stat().st_size > 5000
    assert svg.read_text("utf-8").lstrip().startswith("<?xml")
    assert png.stem == svg.stem == name


def test_curves_are_the_runs_and_their_best_rounds(
    runs: list[RunFolder], tmp_path: Path, drawn: list[Figure]
) -> None:
    draw("learning-curves", wish(runs, "learning-curves", tmp_path))
    roc = drawn[0].axes[1]
    curve, kept = roc.lines[0], roc.lines[1]
    rows = runs[0].metrics()
    assert curve.get_ydata() == pytest.approx([row["validation_roc_auc"] for row in rows])
    assert curve.get_xdata() == pytest.approx([row["segments"] / 1000 for row in rows])
    low, high = roc.get_xlim()
    assert low == 0 < rows[-1]["segments"] / 1000 < high
    ticks = roc.xaxis.get_major_formatter()
    assert [ticks(x, 0) for x in (0, 2.5, 4000)] == ["0", "2.5", "4,000"]
    best = min(rows, key=lambda row: row["validation_loss"])
    assert kept.get_ydata()[0] == pytest.approx(best["validation_roc_auc"])
    labels = {text.get_text() for text in drawn[0].legends[0].get_texts()}
    assert {"small, seed 0", "small, seed 1", "pooled"} <= labels


def test_runs_of_one_name_are_told_apart_by_how_they_were_made_and_by_seed(
    runs: list[RunFolder], tmp_path: Path
) -> None:
    def folder(source: RunFolder, way: str) -> RunFolder:
        return RunFolder(Path(shutil.copytree(source.path, tmp_path / way / source.path.name)))

    def labels(*chosen: RunFolder) -> list[str]:
        return Wish(chosen, tmp_path, tmp_path / "x").labels()

    first, second, pooled = runs
    plain, modern = folder(first, "small"), folder(first, "small+modern")
    assert labels(plain, modern, pooled) == ["small", "small+modern", "pooled"]
    again = folder(second, "small+modern")
    assert labels(plain, modern, again) == ["small", "small+modern, seed 0", "small+modern, seed 1"]
    assert labels(modern, again) == ["small, seed 0", "small, seed 1"]


def test_tags_are_sorted_by_area_and_intervals_are_those_of_the_evaluation(
    runs: list[RunFolder], tmp_path: Path, drawn: list[Figure]
) -> None:
    draw("tags", wish(runs, "tags", tmp_path))
    left = drawn[0].axes[0]
    tags = sorted(read_json(runs[0].path / TEST).tags, key=lambda tag: tag.roc_auc.value)
    assert [text.get_text() for text in left.get_yticklabels()] == [tag.name for tag in tags]
    points = left.containers[0]
    assert points[0].get_xdata() == pytest.approx([tag.roc_auc.value for tag in tags])
    segments = points[2][0].get_segments()
    assert segments[0][:, 0] == pytest.approx([tags[0].roc_auc.low, tags[0].roc_auc.high])


def test_calibration_is_the_table(runs: list[RunFolder], tmp_path: Path, drawn: list[Figure]) -> None:
    draw("calibration", wish(runs, "calibration", tmp_path))
    above, below = drawn[0].axes
    table = read_json(runs[0].path / TEST).reliability
    shown = above.containers[0][0]
    assert shown.get_ydata() == pytest.approx(table.share[table.count > 0])
    assert np.asarray(below.patches[0].get_data().values).tolist() == table.count.tolist()


def test_what_cannot_be_drawn_is_told(runs: list[RunFolder], tmp_path: Path) -> None:
    small, _, pooled = runs
    data = small.path.parent / "data"
    with pytest.raises(RunError, match=r"no figure 'spectrogram' .*filter-spectra"):
        draw("spectrogram", Wish([small], data, tmp_path / "x"))
    with pytest.raises(RunError, match="name the folder of a run"):
        draw("tags", Wish([], data, tmp_path / "x"))
    with pytest.raises(RunError, match="shows one run, not 2"):
        draw("pools", Wish([pooled, pooled], data, tmp_path / "x"))
    with pytest.raises(RunError, match="is of a SampleCNN"):
        draw("filter-spectra", Wish([pooled], data, tmp_path / "x"))
    with pytest.raises(RunError, match="not measured yet"):
        draw("calibration", Wish([pooled], data, tmp_path / "x"))
    with pytest.raises(RunError, match="cannot be told apart"):
        draw("calibration", Wish([small] * 5, data, tmp_path / "x"))
    assert not list(tmp_path.iterdir())
