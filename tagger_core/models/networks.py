"""From a configuration to its network: the one place that knows every family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagger_core.models.crnn import CRNN
from tagger_core.models.dieleman import Dieleman
from tagger_core.models.dieleman_configs import DielemanConfig
from tagger_core.models.fcn import FCN
from tagger_core.models.framemel import FrameMel
from tagger_core.models.framemel_configs import FrameMelConfig
from tagger_core.models.mel_configs import CRNNConfig, FCNConfig, MusicnnConfig
from tagger_core.models.musicnn import Musicnn
from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SampleCNNConfig

if TYPE_CHECKING:
    from tagger_core.models.architectures import Config
    from tagger_core.models.network import TaggingNetwork


def construct(config: Config, tags: int) -> TaggingNetwork:
    """Return a network with fresh weights for `tags` outputs."""
    match config:
        case SampleCNNConfig():
            return SampleCNN(config, tags)
        case FrameMelConfig():
            return FrameMel(config, tags)
        case DielemanConfig():
            return Dieleman(config, tags)
        case FCNConfig():
            return FCN(config, tags)
        case CRNNConfig():
            return CRNN(config, tags)
        case MusicnnConfig():
            return Musicnn(config, tags)
