"""Windows -> scores and embeddings, from many threads at once.

On a processor every thread that calls `Engine.run` computes by itself with one compute thread: songs are the
unit of parallel work, so cores never wait for each other. torch keeps the number of compute threads for each
thread (an OpenMP setting), and a thread that meets torch for the first time starts with the number that was
set last anywhere in the process. So the engine sets it once in each thread that calls it; that thread keeps
the setting, and threads that computed before keep theirs. Within its operations torch lets go of the
interpreter lock.

On a GPU the callers take turns.
"""

from __future__ import annotations

import threading

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tagger_core.errors import InferenceError
from tagger_core.inference.execution import Execution, failed
from tagger_core.inference.pipeline import prepare
from tagger_core.models.model_file import LoadedModel

Floats = NDArray[np.float32]


class Engine:
    """A model made ready for this machine; may be shared by any number of threads.

    Args:
        model: as `tagger_core.models.model_file.load` returns it; it is not changed.
        execution: as `tagger_core.inference.execution.choose` returns it.

    Raises:
        InferenceError: the device has no room for the model, or fails.
    """

    def __init__(self, model: LoadedModel, execution: Execution) -> None:
        self.model = model
        self.execution = execution
        try:
            self._pipeline = prepare(model.network, execution.device, execution.precision, execution.layout)
        except RuntimeError as error:
            raise _failure(execution, error) from error
        self._on_processor = execution.device == "cpu"
        self._own = threading.local()
        self._turn = threading.Lock()

    def run(self, windows: Floats) -> tuple[Floats, Floats]:
        """Return scores [n, tags] in 0 to 1 and embeddings [n, dimensions] of windows [n, samples], float32.

        A window's scores depend on its neighbours in the same call only by rounding.

        Raises:
            InferenceError: the device fails, or the scores are no numbers.
            MemoryError: there is no room for the activations.
        """
        network = self.model.network
        if windows.ndim != 2 or windows.shape[1] != network.window:
            raise ValueError(f"windows are {windows.shape}, not [n, {network.window}]")
        scores = np.empty((len(windows), network.tags), np.float32)
        embeddings = np.empty((len(windows), network.dimensions), np.float32)
        size = self.execution.micro_batch
        for start in range(0, len(windows), size):
            rows = slice(start, start + size)
            # torch does not take memory that may not be written to.
            batch = np.require(windows[rows], np.float32, ("C", "W"))
            scores[rows], embeddings[rows] = self._scored(torch.from_numpy(batch))
        if not (np.isfinite(scores).all() and np.isfinite(embeddings).all()):
            raise InferenceError(
                f"the model {self.model.info.name!r} gives no numbers in {self.execution.precision}",
                remedy="choose the precision fp32, or another model",
            )
        return scores, embeddings

    def _scored(self, batch: Tensor) -> tuple[Floats, Floats]:
        try:
            with torch.inference_mode():
                if self._on_processor:
                    self._set_threads()
                    logits, embedding = self._pipeline.embed(batch)
                    return torch.sigmoid(logits).numpy(), embedding.numpy()
                with self._turn:
                    logits, embedding = self._pipeline.embed(self._sent(batch))
                    return torch.sigmoid(logits).cpu().numpy(), embedding.cpu().numpy()
        except RuntimeError as error:
            raise _failure(self.execution, error) from error

    def _set_threads(self) -> None:
        if not getattr(self._own, "is_set", False):
            torch.set_num_threads(1)
            self._own.is_set = True

    def _sent(self, batch: Tensor) -> Tensor:
        if self.execution.device.startswith("cuda"):
            return batch.pin_memory().to(self.execution.device, non_blocking=True)
        return batch.to(self.execution.device)


def _failure(execution: Execution, error: RuntimeError) -> Exception:
    """Return what a person can act upon; torch tells a lack of memory by its text alone."""
    text = str(error)
    if execution.device == "cpu" and "memory" in text:
        return MemoryError("no memory left for the model's activations")
    return failed(execution.device, error)
