"""Where the papers' runs are made: their data, their folders, what is done otherwise."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tagger_core.models.model_file import write_whole
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.experiments.models import rate_of
from trainer.experiments.runs import RUNS
from trainer.experiments.scale import scaled
from trainer.experiments.variant import AS_PUBLISHED, Variant
from trainer.training.run import Run, RunFolder, never, train
from trainer.transfer.run import TransferRun, train_transfer

FEATURES = "features"
REMAKE = "remake.txt"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workshop:
    """Where runs lie and how they are made.

    Args:
        data: folder of the prepared sets.
        runs: folder of the runs.
        variant: what is done otherwise than in the papers.
        model: the name of the architecture where what is made is no run of the papers.
        device: "auto", "cpu", "cuda" or "cuda:1".
        cancelled: asked between steps.
        progress: whether bars show how each round goes.
        board: whether files for TensorBoard are written as well.
        command: the command line, kept beside the numbers.
    """

    data: Path
    runs: Path
    variant: Variant = AS_PUBLISHED
    model: str = ""
    device: str = "auto"
    cancelled: Callable[[], bool] = never
    progress: bool = False
    board: bool = False
    command: str = ""

    def run(self, name: str) -> Run:
        """Return a run of the papers as it is made here.

        Raises:
            RunError: there is none of that name, or it cannot be scaled.
        """
        if name not in RUNS:
            raise RunError(f"there is no run {name!r}", remedy="earmark-train list runs")
        return self.changed(RUNS[name])

    def changed(self, run: Run) -> Run:
        """Return a run with the workshop's departures.

        Raises:
            RunError: it cannot be scaled.
        """
        return replace(
            run,
            data=self.variant.on or run.data,
            config=scaled(run.config, self.variant.scale),
            recipe=self.variant.learning(run.recipe),
        )

    def folder(self, name: str, seed: int) -> Path:
        """Return where a run with a seed lies."""
        return self.runs / f"{name}{self.variant.suffix}" / f"seed-{seed}"

    def prepared(self, run: Run) -> Prepared:
        """Return the data of a run.

        Raises:
            DataError: they are not prepared.
        """
        return Prepared.open(self.data / f"{run.data}-{run.sample_rate}")

    def train(self, run: Run, seed: int) -> RunFolder:
        """Train a run to its end or go on with it, and before it the runs whose layers it takes.

        Args:
            run: as `run` returns it.
            seed: of it, and of those before.

        Raises:
            DataError: the data are not prepared.
            RunError: the folder holds something else, or training fails.
            Cancelled: the person asked for it; the same call goes on from there.
        """
        sources = [self.train(self.run(name), seed) for name in getattr(run, "sources", ())]
        folder = self.folder(run.name, seed)
        prepared = self.prepared(run)
        began = time.monotonic()
        if isinstance(run, TransferRun):
            trained = train_transfer(
                run,
                prepared,
                folder,
                sources,
                self.runs / FEATURES,
                seed=seed,
                device=self.device,
                cancelled=self.cancelled,
                progress=self.progress,
                board=self.board,
            )
        else:
            trained = train(
                run,
                prepared,
                folder,
                seed,
                device=self.device,
                cancelled=self.cancelled,
                progress=self.progress,
                board=self.board,
            )
        _log.info("%s, seed %d: trained; %.0f s now", run.name, seed, time.monotonic() - began)
        write_whole(folder / REMAKE, f"{self.remake(run, seed)}\n".encode())
        return trained

    def remake(self, run: Run, seed: int) -> str:
        """Return the command that makes a run anew, wherever data and runs lie."""
        what = run.name
        if self.model:
            what = f"--model {self.model} --on {run.data}"
            if run.sample_rate != rate_of(self.model):
                what = f"{what} --rate {run.sample_rate}"
        words = ["earmark-train train", what, self.variant.options, f"--seed {seed}"]
        return " ".join(word for word in words if word)


def remake_of(folder: RunFolder) -> str:
    """Return the command that made a run, empty where none is noted."""
    path = folder.path / REMAKE
    return path.read_text("utf-8").strip() if path.exists() else ""
