"""One tree of errors: every message names the file or the setting, and the remedy."""

from __future__ import annotations

from pathlib import Path


def shown(path: Path | str) -> str:
    r"""Return a path as text that any terminal prints: undecodable bytes and control characters are escaped.

    Examples:
        >>> shown("song\n.mp3") == r"song\n.mp3"
        True
        >>> shown(b"caf\xe9.mp3".decode(errors="surrogateescape")) == r"caf\xe9.mp3"
        True
    """
    text = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class EarmarkError(Exception):
    """Something a person can act upon.

    Args:
        message: what went wrong, in one clause.
        path: the file, folder or database concerned, if there is one.
        remedy: what the person can do about it, in one clause.
    """

    def __init__(self, message: str, *, path: Path | None = None, remedy: str = "") -> None:
        self.message = message
        self.path = path
        self.remedy = remedy
        super().__init__(message)

    def __str__(self) -> str:
        where = f"{shown(self.path)}: " if self.path is not None else ""
        what_next = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{self.message}{what_next}"


class SettingsError(EarmarkError):
    """The settings file cannot be read, or holds a value out of range."""


class AudioError(EarmarkError):
    """A file cannot be opened or decoded as audio."""


class NoAudioError(AudioError):
    """A file holds no audio stream, or none of it decodes."""


class ReadError(AudioError):
    """A disk, a network or a right kept a file from being read; the file itself may be well."""


class ModelError(EarmarkError):
    """A model file or a public checkpoint is refused."""


class InferenceError(EarmarkError):
    """A device or precision that was asked for is not there, or fails."""


class LibraryError(EarmarkError):
    """The library database cannot do what was asked."""


class DatabaseTooNewError(LibraryError):
    """The database was made by a newer Earmark."""


class BusyError(LibraryError):
    """Another Earmark is already scanning or writing with this library."""


class QueryError(LibraryError):
    """A query does not parse, or names what is not there.

    Args:
        message: what is wrong.
        query: the whole text.
        position: offset of the first character that is wrong, counted in characters from 0.
        expected: what could stand there.
    """

    def __init__(self, message: str, *, query: str, position: int, expected: str = "") -> None:
        self.query = query
        self.position = position
        self.expected = expected
        remedy = f"expected {expected}" if expected else ""
        super().__init__(f"{message} at character {position + 1}", remedy=remedy)


class MetadataError(EarmarkError):
    """The tags of a file cannot be read or written."""


class UnsupportedFormatError(MetadataError):
    """Tags cannot be written into this kind of file."""


class TagsUnreadableError(MetadataError):
    """The tags are there but do not parse, so writing would lose them."""


class ChangedSincePlanError(MetadataError):
    """The file changed or vanished after the plan was made."""


class ReadOnlyError(MetadataError):
    """The file or its folder does not allow writing."""


class NoSpaceError(MetadataError):
    """The disk has no room for the new copy."""


class UnsettledError(MetadataError):
    """The disk went away at a moment that leaves open what became of a file; the journal finds out later."""


class PayloadChangedError(MetadataError):
    """A write would have changed the audio itself, so it was refused."""


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """Work was stopped because the person asked for it; what was finished stays."""
