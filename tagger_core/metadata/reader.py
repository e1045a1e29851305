"""What a file says of itself, for the library; files are only ever read here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tagger_core.errors import EarmarkError, TagsUnreadableError
from tagger_core.library.records import FileTags
from tagger_core.metadata.fields import READ_ONLY, WRITABLE, Field, clean
from tagger_core.metadata.formats import open_tags

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d+)?", re.ASCII)
_LONGEST = 1 << 16
_Result = TypeVar("_Result")


def read_tags(path: Path) -> FileTags:
    """Return the tags that a library shows; a file without any gives an empty record.

    A field that cannot be read is left empty, and `problem` says why.

    Raises:
        TagsUnreadableError: the file cannot be opened, or its tags cannot be found in it at all.
    """
    return _only_our_errors(path, lambda: _file_tags(path))


def read_fields(path: Path, fields: Iterable[Field] = ()) -> dict[Field, tuple[str, ...]]:
    """Return the values of the fields that a file has.

    Args:
        path: the file.
        fields: which to look for; all but custom ones unless told.

    Raises:
        TagsUnreadableError: the file cannot be opened, or one of these fields cannot be read.
    """
    wanted = tuple(fields) or tuple(Field(name) for name in (*WRITABLE, *READ_ONLY))

    def read() -> dict[Field, tuple[str, ...]]:
        tags = open_tags(path)
        return {field: values for field in wanted if (values := tags.get(field))}

    return _only_our_errors(path, read)


def _file_tags(path: Path) -> FileTags:
    tags = open_tags(path)
    problems: list[str] = []

    def values(field: Field) -> tuple[str, ...]:
        try:
            found = tags.get(field)
        except TagsUnreadableError as error:
            problems.append(error.message)
            return ()
        texts = (clean(value).strip()[:_LONGEST] for value in found)
        return tuple(dict.fromkeys(text for text in texts if text))

    def text(field: Field) -> str:
        return "; ".join(values(field))

    def first(field: Field) -> str:
        return next(iter(values(field)), "")

    return FileTags(
        title=first(Field.TITLE),
        artist=text(Field.ARTIST),
        album=first(Field.ALBUM),
        album_artist=text(Field.ALBUM_ARTIST),
        date=first(Field.DATE),
        genres=values(Field.GENRE),
        moods=values(Field.MOOD),
        bpm=_tempo(first(Field.BPM)),
        rating=float(rating) if (rating := first(Field.RATING)) else None,
        key=first(Field.KEY),
        comment=first(Field.COMMENT),
        grouping=text(Field.GROUPING) or text(Field.ITUNES_GROUPING),
        problem=problems[0] if problems else "",
    )


def _tempo(text: str) -> float | None:
    found = _NUMBER.search(text)
    tempo = float(found[0].replace(",", ".")) if found else 0.0
    return tempo or None


def _only_our_errors(path: Path, work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except EarmarkError as error:
        error.path = error.path or path
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TagsUnreadableError(f"cannot be read: {reason}", path=path) from error
    except Exception as error:  # one hostile file must cost no more than itself
        raise TagsUnreadableError(
            f"tags cannot be read: {error or type(error).__name__}", path=path
        ) from error
