"""A tagger that is made when the first song needs it: a scan that finds nothing new never loads torch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.beginning import collecting_no_garbage
from app.scanning.courtesy import give_way, load_torch
from tagger_core.errors import EarmarkError, InferenceError, ModelError
from tagger_core.jobs import Model, Workspace
from tagger_core.models.model_info import ModelInfo

if TYPE_CHECKING:
    from tagger_core.inference.analysis import Heard
    from tagger_core.inference.tagger import Tagger


class LateTagger:
    """Hears songs with a model as `Workspace.tagger` does; may be shared by any number of threads.

    Args:
        workspace: makes the tagger.
        model: what hears.

    Attributes:
        failure: why the tagger could not be made, None while it could.
    """

    def __init__(self, workspace: Workspace, model: Model) -> None:
        if model.entry.info is None:
            raise ModelError(model.entry.problem, path=model.entry.path, remedy="choose another model")
        self._workspace = workspace
        self._model = model
        self._making = threading.Lock()
        self._tagger: Tagger | None = None
        self.info: ModelInfo = model.entry.info
        self.identity = model.identity
        self.hop = max(1, round(workspace.settings.hop * self.info.window))
        self.failure: Exception | None = None

    def analyse(self, path: Path, cancelled: Callable[[], bool]) -> Heard:
        """Decode and hear one song.

        Raises:
            ModelError, InferenceError: the tagger cannot be made; the same error for every song.
            AudioError, Cancelled: as the tagger's own.
        """
        tagger = self._made()
        give_way()  # not before: an import that waits for the processor keeps Python's lock from the window
        return tagger.analyse(path, cancelled)

    def _made(self) -> Tagger:
        with self._making:
            if self.failure is not None:
                raise self.failure
            if self._tagger is None:
                try:
                    with collecting_no_garbage():
                        load_torch()
                        self._tagger = self._workspace.tagger(self._model)
                except (EarmarkError, MemoryError) as error:
                    self.failure = error
                    raise
                except Exception as error:
                    # The machine's failure, whatever it is: no song may be blamed for it.
                    said = str(error).splitlines()[0] if str(error) else type(error).__name__
                    self.failure = InferenceError(f"no song can be heard: {said}", remedy="earmark doctor")
                    raise self.failure from error
            return self._tagger
