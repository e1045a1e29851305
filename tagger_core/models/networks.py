"""From a configuration to its network: the one place that knows every family."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tagger_core.models.aggregate import Aggregate
from tagger_core.models.aggregate_configs import AggregateConfig
from tagger_core.models.crnn import CRNN
from tagger_core.models.dieleman import Dieleman
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.fcn import FCN
from tagger_core.models.framemel import FrameMel
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.mel_configs import CRNNConfig, FCNConfig, MusicnnConfig
from tagger_core.models.musicnn import Musicnn
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig

if TYPE_CHECKING:
    from tagger_core.models.architectures import Config


_NETWORKS: dict[type[Config], Callable[[Any, int], TaggingNetwork]] = {
    SampleCNNConfig: SampleCNN,
    FrameMelConfig: FrameMel,
    DielemanConfig: Dieleman,
    AggregateConfig: Aggregate,
    FCNConfig: FCN,
    CRNNConfig: CRNN,
    MusicnnConfig: Musicnn,
}


def construct(config: Config, tags: int) -> TaggingNetwork:
    """Return a network with fresh weights for `tags` outputs."""
    return _NETWORKS[type(config)](config, tags)
