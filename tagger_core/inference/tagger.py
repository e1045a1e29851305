"""One song -> what a model hears in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.audio import decode
from tagger_core.audio.streams import SongStream
from tagger_core.audio.windows import Window, cut
from tagger_core.errors import Cancelled
from tagger_core.inference.analysis import Analysis, Heard
from tagger_core.inference.engine import Engine
from tagger_core.models.model_info import ModelInfo

Block = NDArray[np.float32]
OpenAudio = Callable[[Path, int], AbstractContextManager[SongStream]]


def never() -> bool:
    """Return False: nobody wants to stop."""
    return False


class Tagger:
    """Hears songs with one model; may be shared by any number of threads, one song each.

    Args:
        engine: the model on this machine.
        hop: from one window's start to the next one's, in windows.
        open_audio: opens a file at a sample rate: `decode.open_audio`, or `pool.DecoderPool.open`.

    Attributes:
        hop: the same in samples.
    """

    def __init__(
        self, engine: Engine, hop: float = 1.0, *, open_audio: OpenAudio = decode.open_audio
    ) -> None:
        self.engine = engine
        self._open_audio = open_audio
        self.hop = max(1, round(hop * engine.model.info.window))

    @property
    def info(self) -> ModelInfo:
        """What the model's file says of itself."""
        return self.engine.model.info

    @property
    def identity(self) -> str:
        """The sha256 of the model's file."""
        return self.engine.model.identity

    def analyse(self, path: Path, cancelled: Callable[[], bool] = never) -> Heard:
        """Decode and hear one song, in an amount of memory that does not depend on its length.

        All windows that sound count alike in the means, also the last one, which ends with the song and so
        overlaps the one before.

        Args:
            path: the file.
            cancelled: asked before every window.

        Raises:
            AudioError: the file cannot be decoded.
            InferenceError: the device fails.
            Cancelled: once `cancelled` says so.
        """
        collected = _Collected(self.engine)
        with self._open_audio(path, self.info.sample_rate) as stream:
            blocks = _until(cancelled, stream)
            for window in cut(blocks, self.info.window, self.hop):
                if cancelled():
                    raise Cancelled
                collected.add(window)
            analysis = collected.analysis(self.identity, stream.seconds, stream.problem)
            return Heard(analysis, stream.info, stream.digest)


def _until(cancelled: Callable[[], bool], blocks: Iterable[Block]) -> Iterator[Block]:
    # Windows may be half a minute long, and a stream may decode slowly.
    for block in blocks:
        if cancelled():
            raise Cancelled
        yield block


class _Collected:
    """Windows on their way through the engine, and the means of what came out."""

    def __init__(self, engine: Engine) -> None:
        network, self.engine = engine.model.network, engine
        self.waiting = np.empty((engine.execution.micro_batch, network.window), np.float32)
        self.rows: list[int] = []
        self.starts: list[int] = []
        self.window_scores: list[NDArray[np.float16]] = []
        self.score_sum = np.zeros(network.tags)
        self.embedding_sum = np.zeros(network.dimensions)
        self.sounding = 0

    def add(self, window: Window) -> None:
        """Take one window; a silent one is not computed."""
        if not window.silent:
            self.waiting[len(self.rows)] = window.samples
            self.rows.append(len(self.starts))
        self.starts.append(window.start)
        self.window_scores.append(np.zeros(len(self.score_sum), np.float16))
        if len(self.rows) == len(self.waiting):
            self._run()

    def _run(self) -> None:
        scores, embeddings = self.engine.run(self.waiting[: len(self.rows)])
        for row, score in zip(self.rows, scores, strict=True):
            self.window_scores[row] = score.astype(np.float16)
        self.score_sum += scores.sum(0, dtype=np.float64)
        self.embedding_sum += embeddings.sum(0, dtype=np.float64)
        self.sounding += len(self.rows)
        self.rows = []

    def analysis(self, model_id: str, seconds: float, problem: str) -> Analysis:
        """Return the result, after the last window."""
        if self.rows:
            self._run()
        count = max(1, self.sounding)
        return Analysis(
            model_id=model_id,
            scores=(self.score_sum / count).astype(np.float32),
            window_scores=np.array(self.window_scores, np.float16).reshape(-1, len(self.score_sum)),
            window_starts=np.array(self.starts, np.int64),
            embedding=(self.embedding_sum / count).astype(np.float32),
            seconds=seconds,
            silent=self.sounding == 0,
            problem=problem,
        )
