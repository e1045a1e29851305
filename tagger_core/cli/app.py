"""`earmark app`: start the window as a program of its own, since the core does not know it."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import EarmarkError

_WINDOW = "app"


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Open the window and return its exit status once it is closed."""
    if importlib.util.find_spec(_WINDOW) is None:
        raise EarmarkError("the window is not installed", remedy="install Earmark as a whole again")
    command = [sys.executable, "-m", _WINDOW, *([arguments.folder] if arguments.folder else [])]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own module, no shell
