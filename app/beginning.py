"""What a start loads before everything else, and how what stays for good is loaded."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_no_garbage() -> Iterator[None]:
    """Make what stays for good without looking for garbage in it, then or ever after.

    The core and torch make some hundred thousand objects that all live until the end. To visit them takes the
    collector a tenth of a second and more, for which it holds Python's lock: while they are made, and once in
    a while as long as the program runs.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def load_core() -> None:
    """Import what the window needs of the core, with its database.

    Before PySide6, whose hook makes every later import slower.
    """
    with collecting_no_garbage():
        importlib.import_module("tagger_core.jobs")
