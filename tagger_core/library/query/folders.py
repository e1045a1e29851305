"""Folders as a query names them: by their path, or by a file URI where the path is no text."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from urllib.parse import unquote_to_bytes
from urllib.request import url2pathname

from tagger_core.library.keys import absolute, path_text, typed
from tagger_core.library.query.expressions import InFolder
from tagger_core.library.query.formatting import format_query

_SCHEME = "file:"


def folder_term(folder: Path) -> str:
    """Return the query for the songs in a folder and below it.

    Examples:
        >>> folder_term(Path("/music/rock")), folder_term(Path("/music (old)"))
        ('folder:/music/rock', 'folder:"/music (old)"')
    """
    is_text = path_text(folder) == unicodedata.normalize("NFC", str(folder))
    return format_query(InFolder(str(folder) if is_text else folder.as_uri()))


def folder_meant(text: str) -> Path:
    """Return the absolute path of the folder that a query names; a relative one counts from where we are.

    Raises:
        OSError: it is a relative one, and where we are is gone.
        ValueError: no folder can have this name.
    """
    if text[: len(_SCHEME)].casefold() == _SCHEME:
        return absolute(_located(text[len(_SCHEME) :]))
    return absolute(typed(text))


def _located(uri: str) -> Path:
    """Return the path in a URI, byte by byte where a path is bytes."""
    if os.name == "nt":
        return Path(url2pathname(uri))
    return Path(os.fsdecode(unquote_to_bytes(uri.removeprefix("//"))))
