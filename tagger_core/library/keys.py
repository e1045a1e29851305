"""The forms of text that comparing and sorting go by, so that every part of the library makes them alike."""

from __future__ import annotations

import os
import re
import time
import unicodedata
from pathlib import Path

from tagger_core.errors import shown

_ARTICLE = re.compile(r"(?:the|a|an) (?=\S)")
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_SPACES = re.compile(r"[\s_-]+")


def now_ms() -> int:
    """Return the time in milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def clean(text: str) -> str:
    """Return text as the database takes it: NFC, without lone surrogates and NUL."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return unicodedata.normalize("NFC", text)


def path_text(path: Path) -> str:
    r"""Return a path as the NFC text that is searched: undecodable bytes and control characters are escaped.

    Spaces and marks that are not printed stay, since people type or paste them.

    Examples:
        >>> path_text(Path("東京\u3000事変\n.mp3")) == "東京\u3000事変\\n.mp3"
        True
    """
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    escaped = "".join(shown(c) if unicodedata.category(c) == "Cc" else c for c in text)
    return unicodedata.normalize("NFC", escaped)


def path_key(path: Path) -> str:
    """Return the form that tells paths apart where a file system folds case and composes accents."""
    return unicodedata.normalize("NFC", path_text(path).casefold())


def absolute(path: Path) -> Path:
    """Return a path as the library keeps it: absolute, without "..", links left as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links, Path.absolute keeps ".."


def typed(text: str) -> Path:
    """Return the path that a person typed: `~` is their home and `~name` that of a user, where there is one.

    Examples:
        >>> typed("~nobody of this name.mp3").name
        '~nobody of this name.mp3'
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def path_bytes(path: Path) -> bytes:
    """Return the exact bytes of an absolute path, as the tables keep it."""
    return os.fsencode(path)


def sort_key(text: str) -> str:
    """Return what a name is sorted by: without case, accents and an English article, numbers by size.

    Examples:
        >>> sort_key("The Átomic 9") < sort_key("Atomic 10")
        True
    """
    folded = unicodedata.normalize("NFKD", clean(text).casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c)).strip()
    plain = _ARTICLE.sub("", plain, count=1) if _ARTICLE.match(plain) else plain
    # A number is led by the count of its digits, so that text order is the order of the numbers.
    return _DIGITS.sub(lambda m: f"{len(m[0].lstrip('0')):02d}{m[0].lstrip('0')}", plain)


def tag_key(name: str) -> str:
    """Return what the names of tags are compared by: without case, with "-" and "_" as spaces.

    Examples:
        >>> tag_key("Hip-Hop")
        'hip hop'
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", clean(name).casefold())).strip()
