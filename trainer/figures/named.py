"""The figures by name: what `earmark-train figure NAME RUNFOLDER... --data FOLDER --out FOLDER` draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger_core.models.aggregate_configs import LEVELS, level_sizes
from tagger_core.models.samplecnn import SampleCNN
from trainer.data.prepared import DESCRIPTION, Prepared
from trainer.errors import RunError
from trainer.evaluation.evaluate import TEST
from trainer.evaluation.report import Evaluation, read_json
from trainer.evaluation.scores import clip_means
from trainer.figures import first_layer, songs
from trainer.figures.curves import LearningCurve, draw_learning_curves
from trainer.figures.filters import draw_examples, draw_spectra, draw_spectra_of_rates
from trainer.figures.quality import draw_calibration, draw_tags
from trainer.training.run import RunFolder


@dataclass(frozen=True)
class Wish:
    """What a figure is drawn from.

    Args:
        runs: trained, one at least.
        data: a prepared set, or the folder of them all, where the figure shows songs.
        stem: of the files to write.
        tags: the two of a figure of songs.
    """

    runs: Sequence[RunFolder]
    data: Path
    stem: Path
    tags: tuple[str, str] = songs.TAGS

    @property
    def run(self) -> RunFolder:
        """The one run of a figure that shows one.

        Raises:
            RunError: there are more.
        """
        if len(self.runs) != 1:
            raise RunError(f"this figure shows one run, not {len(self.runs)}", remedy="name one run folder")
        return self.runs[0]

    def labels(self) -> list[str]:
        """Return what to call each run: its name, and its seed where another is called the same.

        Where runs of one name were made in several ways, they are called by their folders, NAME+VARIANT.
        """
        made = [(folder.run.name, folder.path.resolve().parent.name) for folder in self.runs]
        ways = Counter(name for name, _ in set(made))
        called = [way if ways[name] > 1 else name for name, way in made]
        count = Counter(called)
        return [
            name if count[name] == 1 else f"{name}, seed {folder.seed}"
            for name, folder in zip(called, self.runs, strict=True)
        ]


@dataclass(frozen=True)
class Figure:
    """A figure that can be asked for by name.

    Args:
        title: what it shows, and where the papers have it.
        draw: writes it.
    """

    title: str
    draw: Callable[[Wish], None]


def draw(name: str, wish: Wish) -> tuple[Path, Path]:
    """Draw a figure by name and return its PNG and its SVG.

    Raises:
        RunError: there is no such figure, or it cannot show these runs.
        DataError: the data that it needs are not there.
    """
    if name not in FIGURES:
        raise RunError(f"there is no figure {name!r}", remedy=f"one of {', '.join(FIGURES)}")
    if not wish.runs:
        raise RunError("a figure shows trained networks", remedy="name the folder of a run")
    FIGURES[name].draw(wish)
    return wish.stem.with_name(f"{wish.stem.name}.png"), wish.stem.with_name(f"{wish.stem.name}.svg")


def _filter_spectra(wish: Wish) -> None:
    draw_spectra(_samplecnn(wish.run), wish.run.run.sample_rate, wish.stem)


def _filter_examples(wish: Wish) -> None:
    draw_examples(_samplecnn(wish.run), wish.run.run.sample_rate, wish.stem)


def _spectra_of_rates(wish: Wish) -> None:
    draw_spectra_of_rates([(folder.run.sample_rate, _samplecnn(folder)) for folder in wish.runs], wish.stem)


def _first_layer_spectra(wish: Wish) -> None:
    filters = first_layer.first_layer(wish.run.best())
    first_layer.draw_first_layer_spectra(filters, wish.run.run.sample_rate, wish.stem)


def _first_layer_filters(wish: Wish) -> None:
    filters = first_layer.first_layer(wish.run.best())
    first_layer.draw_first_layer_filters(filters, wish.run.run.sample_rate, wish.stem)


def _pools(wish: Wish) -> None:
    network = wish.run.best()
    pool = first_layer.pool_of(network)
    first_layer.draw_pools(first_layer.first_layer(network), pool, wish.run.run.sample_rate, wish.stem)


def _songs(wish: Wish) -> None:
    network, run = _samplecnn(wish.run), wish.run.run
    whole = (wish.data / DESCRIPTION).exists()
    prepared = Prepared.open(wish.data if whole else wish.data / f"{run.data}-{run.sample_rate}")
    if prepared.sample_rate != run.sample_rate:
        raise RunError(
            f"the network hears {run.sample_rate} Hz, and the songs have {prepared.sample_rate}",
            path=prepared.folder,
            remedy="prepare them at that rate",
        )
    test = prepared.rows("test")
    names = tuple(name for name, _ in prepared.tags)
    rows, which = songs.pair_of(prepared.labels[test], names, wish.tags)
    heard = clip_means(
        network, lambda waves: network.embed(waves)[1], network.dimensions, prepared, test[rows]
    )
    ends = [0]
    for size in level_sizes(network.config):
        ends.append(ends[-1] + size)
    # The lowest and the highest of the hidden layers, as in the paper.
    features = {
        f"{LEVELS[place]} layer".replace("-", "\N{MINUS SIGN}"): heard[:, ends[place] : ends[place + 1]]
        for place in (0, 2)
    }
    songs.draw_songs(features, which, wish.tags, wish.stem)


def _learning_curves(wish: Wish) -> None:
    curves = [
        LearningCurve(label, folder.metrics(), folder.run.recipe.best)
        for label, folder in zip(wish.labels(), wish.runs, strict=True)
    ]
    for curve, folder in zip(curves, wish.runs, strict=True):
        if not curve.rounds:
            raise RunError("the run has not ended a round yet", path=folder.path, remedy="wait for its first")
    draw_learning_curves(curves, wish.stem)


def _tags(wish: Wish) -> None:
    draw_tags(_evaluations(wish), wish.stem)


def _calibration(wish: Wish) -> None:
    draw_calibration(_evaluations(wish), wish.stem)


def _samplecnn(folder: RunFolder) -> SampleCNN:
    network = folder.best()
    if not isinstance(network, SampleCNN):
        raise RunError("this figure is of a SampleCNN", path=folder.path, remedy="name the run of one")
    return network


def _evaluations(wish: Wish) -> list[tuple[str, Evaluation]]:
    for folder in wish.runs:
        if not (folder.path / TEST).exists():
            raise RunError(
                "the run was not measured yet", path=folder.path, remedy="earmark-train evaluate RUNFOLDER"
            )
    return [
        (label, read_json(folder.path / TEST)) for label, folder in zip(wish.labels(), wish.runs, strict=True)
    ]


FIGURES: dict[str, Figure] = {
    "filter-spectra": Figure(
        "spectra of a SampleCNN's estimated filters, layers 1 to 6 (2017, figure 2; 2018, figure 3)",
        _filter_spectra,
    ),
    "filter-examples": Figure(
        "some of these filters as waveforms (2017, figure 3; 2018, figure 2)", _filter_examples
    ),
    "filter-spectra-rates": Figure(
        "spectra of layers 1 to 4, a row a run, by sampling rate (2018, figure 4)", _spectra_of_rates
    ),
    "songs": Figure(
        "t-SNE of songs of two tags at the -3 and -1 layers (2018, figure 5)",
        _songs,
    ),
    "first-layer-spectra": Figure(
        "magnitude spectra of the filters on raw audio (2014, figure 2)", _first_layer_spectra
    ),
    "first-layer-filters": Figure("some of these filters (2014, figure 3)", _first_layer_filters),
    "pools": Figure("groups of filters that are pooled (2014, figure 4)", _pools),
    "learning-curves": Figure("loss and areas round by round, of several runs", _learning_curves),
    "tags": Figure("ROC-AUC and PR-AUC of each tag with intervals, of up to four runs", _tags),
    "calibration": Figure("how often tags were true at each score, of up to four runs", _calibration),
}
"""By name; 2014 is Dieleman and Schrauwen's paper, 2017 and 2018 are Lee et al.'s."""
