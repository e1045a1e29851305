"""Networks that join what several SampleCNNs hear in a whole clip, as data."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_core.models.checks import fields, integer, number, refuse, sequence
from tagger_core.models.module_plan import LONGEST_WINDOW
from tagger_core.models.samplecnn_configs import SampleCNNConfig

CLIP = 641_655
"""29.1 s at 22,050 Hz: what the papers hear of a song."""

# Twice what one network may have: the eight of the paper and their classifier have 73 million.
MOST_AGGREGATE_WEIGHTS = 1 << 27

LEVELS = (-3, -2, -1)
"""The last two modules and the convolution of width 1, counted from the output (Lee et al. 2018, Table 6)."""


@dataclass(frozen=True, kw_only=True)
class AggregateConfig:
    """SampleCNNs that slide over a clip, and a classifier on what they hear (Lee et al. 2018, section 4.1).

    Args:
        sources: the SampleCNNs; their windows follow each other without overlap, and a rest shorter than a
            window is not heard. Their dropout and padding are their own; they have no output layer.
        window: length of the clip in samples.
        levels: hidden layers that are taken of each, lowest first, out of `LEVELS`.
        hidden_units: units of each hidden dense layer of the classifier.
        dropout: probability, after each of them; the paper does not say.

    Raises:
        ModelError: a value is out of range, or the network would be too large to run.
    """

    sources: tuple[SampleCNNConfig, ...]
    window: int = CLIP
    levels: tuple[int, ...] = LEVELS
    hidden_units: tuple[int, ...] = (4096, 4096)
    dropout: float = 0.5

    def __post_init__(self) -> None:
        sources = sequence("sources", self.sources, 1, 16)
        object.__setattr__(self, "sources", tuple(_source(source) for source in sources))
        integer("window", self.window, 1, LONGEST_WINDOW)
        for source in self.sources:
            integer("a source's window", source.window, 1, self.window)
        object.__setattr__(self, "levels", tuple(sequence("levels", self.levels, 1, len(LEVELS))))
        for level in self.levels:
            integer("a level", level, LEVELS[0], LEVELS[-1])
        if sorted(set(self.levels)) != list(self.levels):
            raise refuse("the levels do not rise from the lowest layer to the highest")
        units = tuple(sequence("hidden_units", self.hidden_units, 1, 4))
        object.__setattr__(self, "hidden_units", units)
        for count in units:
            integer("a hidden layer's units", count, 1, 8192)
        number("dropout", self.dropout, 0.0, 0.95)
        integer("the number of weights", self.weights(0), 1, MOST_AGGREGATE_WEIGHTS)

    @property
    def dimensions(self) -> int:
        """Length of the features: all levels of the first source, of the second, and so on."""
        return sum(sum(level_sizes(source)[level] for level in self.levels) for source in self.sources)

    def weights(self, tags: int) -> int:
        """Return the number of weights and biases, without batch normalisation's."""
        count = sum(source.weights(0) for source in self.sources)
        below = self.dimensions
        for units in (*self.hidden_units, tags):
            count += (below + 1) * units
            below = units
        return count


def level_sizes(source: SampleCNNConfig) -> tuple[int, int, int]:
    """Return the filters of the layers that `LEVELS` names."""
    (_, below), (_, top) = source.modules[-2:]
    return below, top, source.last_filters


def _source(value: object) -> SampleCNNConfig:
    if isinstance(value, SampleCNNConfig):
        return value
    return SampleCNNConfig(**fields("a source", value, SampleCNNConfig))


_EIGHT = (
    "2^13-16384", "2^14-32768", "3^8-19683", "3^9-59049", "4^6-16384", "4^7-65536", "5^5-15625", "5^6-78125",
)  # fmt: skip

MULTI_SCALE: dict[str, tuple[str, ...]] = {
    "3^9": ("3^9-59049",),
    "3^8 3^9": ("3^8-19683", "3^9-59049"),
    "2^13 2^14 3^8 3^9": _EIGHT[:4],
    "2^13 2^14 3^8 3^9 4^6 4^7 5^5 5^6": _EIGHT,
}
"""The rows of 2018's Table 4, each as names in `samplecnn_configs.SAMPLECNN`.

The paper prints the models as images, which its text has lost. The eight are inferred: those of 2017's Table
2 that go down to single samples, 0.7 to 3.5 s long as section 4.1 says. So is the row of four: the first half
of the eight, as the rows seem to grow, and it has both of the row of two.
"""

MULTI_SCALE_AUC: dict[str, float] = dict(zip(MULTI_SCALE, (0.9046, 0.9061, 0.9061, 0.9064), strict=True))
"""The authors' ROC-AUC of `MULTI_SCALE` on MagnaTagATune (Lee et al. 2018, Table 4); not ours."""
