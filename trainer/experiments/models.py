"""Every architecture of the papers by name, for data of one's own."""

from __future__ import annotations

from tagger_core.models.dieleman_configs import DIELEMAN, DielemanConfig
from tagger_core.models.framemel_configs import FRAME_MEL, FrameMelConfig
from tagger_core.models.samplecnn_configs import FRAME_RAW, SAMPLE_RATES, SAMPLECNN, SampleCNNConfig
from trainer.experiments.lee2017 import RATE

MODELS: dict[str, SampleCNNConfig | FrameMelConfig | DielemanConfig] = {
    **SAMPLECNN,
    **FRAME_MEL,
    **FRAME_RAW,
    **{f"dieleman-{name}": config for name, config in DIELEMAN.items()},
}
"""By their names in the core; those of 2014 begin with their author, as 2017 has some of the same names."""


def rate_of(name: str) -> int:
    """Return the sample rate in Hz at which the papers have an architecture hear."""
    rate: int = getattr(MODELS[name], "sample_rate", SAMPLE_RATES.get(name, RATE))
    return rate
