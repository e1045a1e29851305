"""A tagger that is made when the first song needs it: a scan that finds nothing new never loads torch."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tagger_core.errors import ModelError
from tagger_core.jobs import Model, Workspace
from tagger_core.models.model_info import ModelInfo

if TYPE_CHECKING:
    from tagger_core.inference.analysis import Heard
    from tagger_core.inference.tagger import Tagger

_LIBRARIES = ("libc10", "libtorch_cpu", "libtorch", "libtorch_python")


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
        return self._made().analyse(path, cancelled)

    def _made(self) -> Tagger:
        with self._making:
            if self.failure is not None:
                raise self.failure
            if self._tagger is None:
                try:
                    with collecting_no_garbage():
                        load_torch()
                        self._tagger = self._workspace.tagger(self._model)
                except Exception as error:
                    self.failure = error
                    raise
            return self._tagger


@contextmanager
def collecting_no_garbage() -> Iterator[None]:
    """Make what stays for good without looking for garbage in it, then or ever after.

    torch makes some hundred thousand objects that all live until the end. To visit them takes the collector
    a tenth of a second and more, for which it holds Python's lock: while they are made, and once in a while
    as long as the program runs.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def load_torch() -> None:
    """Import torch on this thread without stopping the window for long.

    Python holds its global lock while it loads an extension's shared libraries, and those of torch take most
    of a second. A function called through ctypes holds no lock; libraries that are loaded already cost the
    import nothing.
    """
    if "torch" in sys.modules or os.name != "posix":
        return
    found = importlib.util.find_spec("torch")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent / "lib"
        suffix = ".dylib" if sys.platform == "darwin" else ".so"
        load = ctypes.CDLL(None).dlopen
        load.restype = ctypes.c_void_p
        for name in _LIBRARIES:
            # One that does not load here is told of by the import itself.
            load(os.fsencode(folder / f"{name}{suffix}"), os.RTLD_LAZY | os.RTLD_LOCAL)
    import torch  # noqa: F401, PLC0415 - the purpose of this function
