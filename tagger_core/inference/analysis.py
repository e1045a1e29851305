"""What is known of one song after a model has heard it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tagger_core.audio.decode import AudioInfo


@dataclass(frozen=True, eq=False)
class Analysis:
    """The result of one model over one song.

    Args:
        model_id: identity of the model file (see `tagger_core.models.model_file`).
        scores: track scores, float32 [tags], in the model's tag order; the mean over the windows that sound.
        window_scores: float16 [windows, tags], silent windows included as zeros.
        window_starts: int64 [windows], in samples at the model's rate.
        embedding: float32 [dimensions], the last three hidden layers: max within a window, mean over windows.
        seconds: length of the decoded audio.
        silent: True where no window sounds; the scores are then all zero.
        problem: empty, or why only a part of the song was heard.
    """

    model_id: str
    scores: NDArray[np.float32]
    window_scores: NDArray[np.float16]
    window_starts: NDArray[np.int64]
    embedding: NDArray[np.float32]
    seconds: float
    silent: bool = False
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Heard:
    """Everything that one pass over a file tells.

    Args:
        analysis: what the model makes of the song.
        info: what the file says of itself.
        digest: of the compressed audio, see `tagger_core.audio.decode.AudioStream`.
    """

    analysis: Analysis
    info: AudioInfo
    digest: str
