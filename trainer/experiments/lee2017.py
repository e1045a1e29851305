"""Tables 2 to 4 of Lee et al. 2017: how deep, how small the first filter, and against spectrograms.

The paper does not say which form of MagnaTagATune it used. Its 2018 sequel repeats the numbers and gives the
sizes of the form with a top-50 tag and whole clips (15,244 for training), which is therefore used here.
"""

from __future__ import annotations

from tagger_core.models.framemel_configs import FRAME_MEL, FRAME_MEL_AUC
from tagger_core.models.samplecnn_configs import FRAME_RAW, FRAME_RAW_AUC, PUBLISHED_AUC, SAMPLECNN
from trainer.experiments.table import NOTHING, Cell, Row, Table

RATE = 22050
SET = "mtat-filtered"
BEST = "3^9-59049"

_SHARED = {"raw-729-729": "3^4-59049", "raw-243-243": "3^5-59049", "raw-81-81": "3^6-59049"}
"""Rows of Table 3 that Table 2 has too: a frame-level network whose filter is as long as its stride."""


def run_name(architecture: str) -> str:
    """Return the name of the run of an architecture, fit for a file.

    Examples:
        >>> run_name("3^9-59049"), run_name("raw-729-243"), run_name("raw-81-81")
        ('lee2017-m3n9-59049', 'lee2017-raw-729-243', 'lee2017-m3n6-59049')
    """
    return f"lee2017-{file_name(_SHARED.get(architecture, architecture))}"


def file_name(architecture: str) -> str:
    """Return the name of an architecture as it may stand in the name of a file.

    Examples:
        >>> file_name("3^9-59049")
        'm3n9-59049'
    """
    return f"{'m' if '^' in architecture else ''}{architecture.replace('^', 'n')}"


def _depth_row(architecture: str) -> Row:
    config = SAMPLECNN[architecture]
    milliseconds = round(1000 * config.window / RATE)
    labels = (
        f"{config.modules[0][0]}^n",
        f"{config.window} ({milliseconds} ms)",
        str(config.frames),
        str(len(config.modules)),
        str(config.first_width),
    )
    return Row(labels, (Cell(run_name(architecture), PUBLISHED_AUC[architecture]),))


def _frame_rows() -> tuple[Row, ...]:
    rows = []
    for kind, networks, areas in (
        ("frame-level, mel spectrogram", FRAME_MEL, FRAME_MEL_AUC),
        ("frame-level, raw waveform", FRAME_RAW, FRAME_RAW_AUC),
    ):
        for architecture, config in networks.items():
            _, window, hop = architecture.split("-")
            labels = (kind, str(len(config.modules)), window, hop)
            rows.append(Row(labels, (Cell(run_name(architecture), areas[architecture]),)))
    for n, width in ((7, 27), (8, 9), (9, 3)):
        architecture = f"3^{n}-59049"
        labels = ("sample-level, raw waveform", str(n), str(width), str(width))
        rows.append(Row(labels, (Cell(run_name(architecture), PUBLISHED_AUC[architecture]),)))
    return tuple(rows)


def _others(kind: str, model: str, mtat: float | None, msd: float | None = None) -> Row:
    return Row((kind, model), tuple(Cell("", value) if value else NOTHING for value in (mtat, msd)))


MSD_RUN = f"{run_name(BEST)}-msd"

TABLE_2 = Table(
    "lee2017-2",
    "m^n-DCNN models with different input sizes",
    "Lee et al. 2017, Table 2",
    ("model", "input (samples)", "frames", "n", "filter length and stride"),
    ("MTAT (ROC-AUC)",),
    tuple(_depth_row(architecture) for architecture in PUBLISHED_AUC),
)

TABLE_3 = Table(
    "lee2017-3",
    "Mel spectrogram, frame-level and sample-level raw waveform; 3^n models of 59049 samples",
    "Lee et al. 2017, Table 3",
    ("input", "n", "window (filter length)", "hop (stride)"),
    ("MTAT (ROC-AUC)",),
    _frame_rows(),
)

_BEST_MEL = "mel-243-81"

TABLE_4 = Table(
    "lee2017-4",
    "Against prior work",
    "Lee et al. 2017, Table 4",
    ("input", "model"),
    ("MTAT (ROC-AUC)", "MSD (ROC-AUC)"),
    (
        _others("frame-level, mel spectrogram", "Persistent CNN (Liu et al. 2016)", 0.9013),
        _others("frame-level, mel spectrogram", "2D CNN (Choi et al. 2016)", 0.894, 0.851),
        _others("frame-level, mel spectrogram", "CRNN (Choi et al. 2017)", None, 0.862),
        Row(
            ("frame-level, mel spectrogram", "proposed"),
            (Cell(run_name(_BEST_MEL), FRAME_MEL_AUC[_BEST_MEL]), NOTHING),
        ),
        _others("frame-level, raw waveform", "1D CNN (Dieleman and Schrauwen 2014)", 0.8487),
        Row(
            ("sample-level, raw waveform", "proposed"),
            (Cell(run_name(BEST), PUBLISHED_AUC[BEST]), Cell(MSD_RUN, 0.8812)),
        ),
    ),
)
