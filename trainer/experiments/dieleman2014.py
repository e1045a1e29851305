"""Tables 1 to 3 of Dieleman and Schrauwen 2014: spectrograms or raw audio, compression, feature pooling.

All 25,863 clips of MagnaTagATune at their own 16 kHz, 12 folders for training, one for validation, three for
the test (section 4).
"""

from __future__ import annotations

from tagger_core.models.dieleman_configs import DIELEMAN_AUC
from trainer.experiments.table import Cell, Row, Table

RATE = 16000
SET = "mtat-all"

_PLAIN = "raw-1024-1024"
_NOTE = (
    "The paper leaves open learning rate, initialisation, padding, the number of strided filters and C for "
    "raw audio; what is taken here stands with `DielemanConfig` and with the recipe."
)


def run_name(architecture: str) -> str:
    """Return the name of the run of an architecture, fit for a file."""
    return f"dieleman2014-{architecture}"


def _cell(architecture: str) -> Cell:
    return Cell(run_name(architecture), DIELEMAN_AUC[architecture])


def _rows(labels: dict[str, tuple[str, ...]]) -> tuple[Row, ...]:
    return tuple(Row(texts, (_cell(architecture),)) for architecture, texts in labels.items())


_LENGTHS = ((1024, 1024), (1024, 512), (512, 512), (512, 256), (256, 256))

TABLE_1 = Table(
    "dieleman2014-1",
    "Spectrograms and raw audio, by filter length and stride",
    "Dieleman and Schrauwen 2014, Table 1",
    ("length", "stride"),
    ("spectrograms (ROC-AUC)", "raw audio (ROC-AUC)"),
    tuple(
        Row((str(length), str(stride)), tuple(_cell(f"{kind}-{length}-{stride}") for kind in ("mel", "raw")))
        for length, stride in _LENGTHS
    ),
    _NOTE,
)

TABLE_2 = Table(
    "dieleman2014-2",
    "Nonlinearity of the strided convolution on raw audio; length and stride 1024",
    "Dieleman and Schrauwen 2014, Table 2",
    ("nonlinearity", "f(x)"),
    ("MTAT (ROC-AUC)",),
    _rows(
        {
            _PLAIN: ("rectified linear", "max(0, x)"),
            f"{_PLAIN}-log-power": ("logarithmic", "log(1 + C x^2)"),
            f"{_PLAIN}-log-magnitude": ("logarithmic", "log(1 + C |x|)"),
        }
    ),
    _NOTE,
)

TABLE_3 = Table(
    "dieleman2014-3",
    "Feature pooling after the strided convolution on raw audio; length and stride 1024",
    "Dieleman and Schrauwen 2014, Table 3",
    ("pooling", "pool size"),
    ("MTAT (ROC-AUC)",),
    _rows(
        {
            _PLAIN: ("no pooling", "1"),
            f"{_PLAIN}-l2-2": ("L2 pooling", "2"),
            f"{_PLAIN}-l2-4": ("L2 pooling", "4"),
            f"{_PLAIN}-max-2": ("max-pooling", "2"),
            f"{_PLAIN}-max-4": ("max-pooling", "4"),
        }
    ),
    _NOTE,
)
