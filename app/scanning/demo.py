"""The songs that come with Earmark, to try it on."""

from __future__ import annotations

import importlib.resources
import shutil
from pathlib import Path

from tagger_core.errors import LibraryError
from tagger_core.library.walk import AUDIO_SUFFIXES
from tagger_core.settings import Places


def bundled_songs() -> list[Path]:
    """Return the demo songs that were installed with Earmark; none where it was built without them."""
    folder = Path(str(importlib.resources.files("resources") / "demo"))
    return sorted(path for path in folder.glob("*") if path.suffix[1:].lower() in AUDIO_SUFFIXES)


def copy_songs(places: Places) -> Path:
    """Copy the demo songs into a folder of the person's, where tags may be written; return the folder.

    A song that is there already stays as it is.

    Raises:
        LibraryError: they cannot be copied.
    """
    folder = places.data / "demo songs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for song in bundled_songs():
            if not (folder / song.name).exists():
                shutil.copyfile(song, folder / song.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryError(
            f"the demo songs cannot be copied: {reason}", path=folder, remedy="make room, or add a folder"
        ) from error
    return folder
