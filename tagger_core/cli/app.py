"""`earmark app`: start the window as a program of its own, since the core does not know it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import EarmarkError

_WINDOW = "app"


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Open the window and return its exit status once it is closed."""
    spec = importlib.util.find_spec(_WINDOW)
    if spec is None or spec.origin is None:
        raise EarmarkError("the window is not installed", remedy="install Earmark as a whole again")
    # Nothing of the folder where the person happens to be is run (-P); ours is named in its place.
    command = [sys.executable, "-P", "-m", _WINDOW, *([arguments.folder] if arguments.folder else [])]
    places = [str(Path(spec.origin).resolve().parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - ours, no shell
