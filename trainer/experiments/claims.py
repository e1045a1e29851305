"""The papers' claims on the toy corpus: a table of ours that two processor cores fill in about two hours.

The networks have an eighth of the filters and most hear 8 kHz, where the papers heard 22,050 Hz, so that as
much of a clip is heard in a third of the work. All but one learn from the same number of windows, and the
windows of one claim are of the same length; only what the claim is about differs between its runs. The one is
3^9 as the papers have it, which is to show that training works at all: it has a quarter of the filters and
learns for longer, and no other claim is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tagger_core.models.samplecnn_configs import SAMPLE_RATES, SAMPLECNN
from trainer.experiments.table import Cell, Claim, Row, Table
from trainer.recipes import RECIPES, Recipe
from trainer.training.run import Run

SET, RATE, SCALE, WIDER = "toy", 8000, 0.125, 0.25

SHORT = replace(
    RECIPES["modern"],
    batch=12,
    crops_per_clip=3,
    gain=0.0,
    polarity=False,
    rate=4e-3,
    rounds=8,
    average=0.995,
    precision="fp32",
)
"""The modern recipe in a hurry: small batches, few epochs, nothing to guard against learning by heart."""

LONGER = replace(SHORT, rounds=20)
"""More than twice as many epochs; of four times the clips, as docs/reproduction.md has it."""

_SGD = replace(
    RECIPES["lee2017"],
    batch=SHORT.batch,
    crops="random",
    crops_per_clip=SHORT.crops_per_clip,
    rounds=SHORT.rounds,
    patience=0,
)
"""The paper's recipe on as many windows; it would take hours to wait for three epochs without improvement."""


@dataclass(frozen=True)
class _Trial:
    """One run of the table, by what it differs in from the deepest network at 8 kHz."""

    name: str
    text: str
    architecture: str = "3^8-19683"
    rate: int = RATE
    recipe: Recipe = SHORT
    batch_norm: bool = True
    scale: float = SCALE

    @property
    def run_name(self) -> str:
        return f"claims-{self.name}"

    def run(self) -> Run:
        config = replace(SAMPLECNN[self.architecture].scaled(self.scale), batch_norm=self.batch_norm)
        return Run(self.run_name, SET, self.rate, config, self.recipe)

    def row(self) -> Row:
        return Row((self.text, self.architecture.split("-")[0], f"{self.rate} Hz"), (Cell(self.run_name),))


_RATES = {rate: architecture for architecture, rate in SAMPLE_RATES.items() if rate in (2000, 4000, 8000)}

_TRIALS = (
    _Trial("m3n9", "sample-level, wider, for longer, of more clips", "3^9-59049", 22050, LONGER, scale=WIDER),
    *(_Trial(f"{rate}hz", "sampling rate", _RATES[rate], rate) for rate in sorted(_RATES, reverse=True)),
    _Trial("m3n8", "sample-level"),
    _Trial("m3n5", "between", "3^5-19683"),
    _Trial("m3n3", "frame-level", "3^3-19683"),
    _Trial("no-norm", "without batch norm", batch_norm=False),
    _Trial("in-out", "initialisation he-in-out", recipe=replace(SHORT, initialisation="he-in-out")),
    _Trial("sgd", "the paper's recipe", recipe=_SGD),
    _Trial("sgd-in-out", "the paper's recipe, he-in-out", recipe=replace(_SGD, initialisation="he-in-out")),
    _Trial(
        "sgd-code",
        "the authors' code's recipe",
        recipe=replace(_SGD, initialisation="he-in-out", slowing=1e-6, restart=True),
    ),
)


def runs() -> Iterator[Run]:
    """Yield the runs of the table."""
    return (trial.run() for trial in _TRIALS)


TABLE = Table(
    "claims",
    "The papers' claims on the toy corpus",
    "",
    ("network", "layers", "sampling rate"),
    ("ROC-AUC",),
    tuple(trial.row() for trial in _TRIALS),
    f"All networks have {SCALE:g} times the papers' filters, the first {WIDER:g} times; "
    "all but the first learn from as many windows.",
    claims=(
        Claim("training works: 3^9 passes .90", "claims-m3n9", 0.90),
        Claim("sample-level beats frame-level on raw audio", "claims-m3n8", "claims-m3n3"),
        Claim("deeper beats shallower: 3^8 and 3^5", "claims-m3n8", "claims-m3n5"),
        Claim("deeper beats shallower: 3^5 and 3^3", "claims-m3n5", "claims-m3n3"),
        Claim("batch normalisation is vital", "claims-m3n8", "claims-no-norm"),
        Claim("8000 Hz beat 4000 Hz", "claims-8000hz", "claims-4000hz"),
        Claim("4000 Hz beat 2000 Hz", "claims-4000hz", "claims-2000hz"),
        Claim("he-in-out beats he with AdamW", "claims-in-out", "claims-m3n8"),
        Claim("he-in-out beats he with the paper's SGD", "claims-sgd-in-out", "claims-sgd"),
        Claim("AdamW beats the paper's SGD on as many windows", "claims-m3n8", "claims-sgd"),
        Claim("AdamW beats the authors' code's SGD on as many windows", "claims-m3n8", "claims-sgd-code"),
    ),
    one_split=False,
)
