"""Tables 2 and 4 to 6 of Lee et al. 2018: sampling rates, several networks' features together, transfer."""

from __future__ import annotations

import dataclasses

from tagger_core.models.aggregate_configs import MULTI_SCALE, MULTI_SCALE_AUC
from tagger_core.models.samplecnn_configs import SAMPLE_RATE_AUC, SAMPLE_RATE_TIME, SAMPLE_RATES
from trainer.experiments import lee2017
from trainer.experiments.table import NOTHING, Cell, Measure, Row, Table

LEVELS: dict[str, tuple[int, ...]] = {"3": (-3,), "2": (-2,), "1": (-1,), "last3": (-3, -2, -1)}
"""The layers below the output whose features each of the last rows of Table 6 takes."""

TARGETS: dict[str, str] = {
    "gtzan": "gtzan",
    "mtat": lee2017.SET,
    "tagtraum": "tagtraum",
    "msd": "msd",
}
"""The data sets of Table 6, and the form of each."""

_MEASURES: dict[str, Measure] = {
    "gtzan": "accuracy",
    "mtat": "roc_auc",
    "tagtraum": "accuracy",
    "msd": "roc_auc",
}

_OTHERS: dict[str, tuple[float | None, ...]] = {
    "Bag of multi-scaled features [29]": (None, 0.898, None, None),
    "End-to-end (Dieleman and Schrauwen 2014)": (None, 0.8815, None, None),
    "Transfer learning [30]": (None, 0.8800, None, None),
    "Persistent CNN (Liu et al. 2016)": (None, 0.9013, None, None),
    "Time-frequency CNN [32]": (None, 0.9007, None, None),
    "Timbre CNN [33]": (None, 0.8930, None, None),
    "2-D CNN (Choi et al. 2016)": (None, 0.8940, None, 0.851),
    "CRNN (Choi et al. 2017)": (None, None, None, 0.862),
    "2-D CNN [24]": (0.632, None, None, None),
    "Temporal features [34]": (0.659, None, None, None),
    "CNN using artist labels [35]": (0.7821, 0.8888, None, None),
    "Multi-level and multi-scale, pre-trained with MSD (Lee and Nam 2017)": (0.720, 0.9021, 0.766, 0.8878),
}
"""Others' numbers as the paper quotes them; a number in brackets is the paper's reference."""

_TRANSFER: dict[str, tuple[float, ...]] = {
    "3": (0.778, 0.8988, 0.760, 0.8831),
    "2": (0.811, 0.8998, 0.768, 0.8838),
    "1": (0.821, 0.8976, 0.768, 0.8842),
    "last3": (0.805, 0.9018, 0.768, 0.8842),
}


def rate_run_name(architecture: str) -> str:
    """Return the name of the run at an architecture's sampling rate; at 22,050 Hz it is 2017's best."""
    rate = SAMPLE_RATES[architecture]
    return lee2017.run_name(lee2017.BEST) if rate == lee2017.RATE else f"lee2018-{rate}hz"


def scales_run_name(scales: str) -> str:
    """Return the name of the run on the features of the networks of a row of Table 4."""
    return f"lee2018-scales-{len(MULTI_SCALE[scales])}"


def transfer_run_name(target: str, level: str) -> str:
    """Return the name of the run that takes features of some layers to a data set."""
    return f"lee2018-{target}-{level}" if level == "last3" else f"lee2018-{target}-minus{level}"


def _rate_row(architecture: str) -> Row:
    run = rate_run_name(architecture)
    cells = (
        Cell(run, SAMPLE_RATE_TIME[architecture], "time"),
        Cell(run, SAMPLE_RATE_AUC[architecture]),
    )
    digits, _ = architecture.split("-")
    return Row((f"{SAMPLE_RATES[architecture]} Hz", "-".join(digits)), cells)


def _scales_row(scales: str) -> Row:
    return Row((scales.replace(" ", ", "),), (Cell(scales_run_name(scales), MULTI_SCALE_AUC[scales]),))


def _transfer_row(level: str) -> Row:
    label = "last 3 layers" if level == "last3" else f"-{level} layer"
    cells = (
        Cell(transfer_run_name(target, level), value, measure)
        for (target, measure), value in zip(_MEASURES.items(), _TRANSFER[level], strict=True)
    )
    return Row((f"{label} (pre-trained with MSD)",), tuple(cells))


def _other_row(model: str, values: tuple[float | None, ...]) -> Row:
    cells = (
        NOTHING if value is None else Cell("", value, measure)
        for value, measure in zip(values, _MEASURES.values(), strict=True)
    )
    return Row((model,), tuple(cells))


TABLE_2 = dataclasses.replace(lee2017.TABLE_3, name="lee2018-2", source="Lee et al. 2018, Table 2")

TABLE_4 = Table(
    "lee2018-4",
    "Features of several SampleCNNs together; pre-trained with MTAT, last 3 layers",
    "Lee et al. 2018, Table 4",
    ("networks",),
    ("MTAT (ROC-AUC)",),
    tuple(_scales_row(scales) for scales in MULTI_SCALE),
    "Which networks each row joins is inferred: the text has lost their names. The full-depth ones of 2017 "
    "fit its count of eight and its inputs of 700 ms to 3.5 s.",
)

TABLE_5 = Table(
    "lee2018-5",
    "Sampling rate: time of training and performance",
    "Lee et al. 2018, Table 5",
    ("sampling rate", "filter sizes"),
    ("time of training (share of 22050 Hz)", "MTAT (ROC-AUC)"),
    tuple(_rate_row(architecture) for architecture in SAMPLE_RATES),
    unit_of_time=lee2017.run_name(lee2017.BEST),
)

TABLE_6 = Table(
    "lee2018-6",
    "Transfer learning and prior work",
    "Lee et al. 2018, Table 6",
    ("model",),
    ("GTZAN (accuracy)", "MTAT (ROC-AUC)", "TAGTRAUM (accuracy)", "MSD (ROC-AUC)"),
    (
        *(_other_row(model, values) for model, values in _OTHERS.items()),
        Row(
            ("SampleCNN (3^9 model; Lee et al. 2017)",),
            (
                NOTHING,
                Cell(lee2017.run_name(lee2017.BEST), 0.9055),
                NOTHING,
                Cell(lee2017.MSD_RUN, 0.8812),
            ),
        ),
        *(_transfer_row(level) for level in LEVELS),
    ),
)
