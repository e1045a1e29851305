"""Opening the library with what the command line says on top of the settings."""

from __future__ import annotations

import argparse
import dataclasses
import sys

from tagger_core.jobs import Workspace
from tagger_core.settings import Places, Settings

_OVERRIDES = ("device", "precision", "hop", "workers")


def open_workspace(arguments: argparse.Namespace) -> Workspace:
    """Return the person's workspace; what a crash left of an earlier write is brought in order first."""
    from tagger_core.metadata.settle import settle

    places = Places.default()
    said = {name: getattr(arguments, name, None) for name in _OVERRIDES}
    settings = dataclasses.replace(
        Settings.load(places.settings_file),
        **{name: value for name, value in said.items() if value is not None},
    )
    workspace = Workspace(places, settings)
    settled = settle(workspace.library)
    if settled.completed or settled.dropped:
        print(
            "An earlier write was interrupted. Of the files under way then, "
            f"{settled.completed:,} had been written, {settled.dropped:,} stayed as before.",
            file=sys.stderr,
        )
    return workspace
