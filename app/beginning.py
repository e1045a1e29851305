"""What a start loads before everything else, so that the window comes sooner."""

from __future__ import annotations

import gc
import importlib


def load_core() -> None:
    """Import what the window needs of the core, with its database.

    Before PySide6, whose hook makes every later import slower; and without looking for garbage among a
    hundred thousand objects that all stay, neither now nor later.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        importlib.import_module("tagger_core.jobs")
    finally:
        gc.freeze()
        if looked:
            gc.enable()
