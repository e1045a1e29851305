"""A person's own table of songs: a CSV with a column `file` and one or more columns of tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagger_core.models.model_info import CATEGORIES
from tagger_core.models.tag_names import TAG_NAMES
from trainer.data import tables
from trainer.data.catalogue import Split
from trainer.data.places import composed
from trainer.errors import DataError

_REMEDY = "mend the table; docs/data.md shows one"
_SEPARATORS = re.compile(r"[;|]")
_TAG_COLUMN = re.compile(r"tags?\s*\d*")
_LONGEST_TAG = 200
_SPLITS: dict[str, Split] = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "test": "test",
}
_KNOWN = {name.casefold(): category for tags in TAG_NAMES.values() for name, category in tags}


@dataclass(frozen=True)
class Entry:
    """What one row tells of a file.

    Args:
        row: that tells it, for errors.
        file: the path as it is written.
        tags: (name, category) of each, composed, without spaces around.
        split: None where the table has no such column.
        group: empty where the table has no such column.
    """

    row: tables.Row
    file: str
    tags: tuple[tuple[str, str], ...]
    split: Split | None
    group: str


@dataclass(frozen=True)
class OwnTable:
    """The rows of a table, and the columns that were not understood."""

    entries: tuple[Entry, ...]
    unused: tuple[str, ...]


def read(path: Path) -> OwnTable:
    """Return what a table tells; its columns are separated by commas, semicolons or tabs.

    Columns are `file`; `tags` (also `tag`, `tag 1`, ...), or one named like a category, such as `genre`, for
    the tags of that category; and, where wanted, `split` and `group`. A cell of tags may hold several with
    ";" or "|" between; further cells of a row are further tags. A tag of the column `tags` has the category
    that the well-known data sets give it, else it is a genre.

    Raises:
        DataError: it cannot be read, lacks a column, or a row makes no sense.
    """
    table = tables.read(path, _delimiter(path), last_repeats=True)
    names = [name.casefold() for name in table.head]
    if names.count("file") != 1:
        raise DataError("has no column 'file', or more than one", path=path, remedy=_REMEDY)
    kinds = {place: _category(name) for place, name in enumerate(names) if _is_tags(name)}
    if not kinds:
        raise DataError("has no column 'tags'", path=path, remedy=_REMEDY)
    single: dict[str, int] = {name: names.index(name) for name in ("file", "split", "group") if name in names}
    used = {*kinds, *single.values()}
    return OwnTable(
        tuple(_entry(row, single, kinds, len(names)) for row in table.rows),
        tuple(name for place, name in enumerate(table.head) if place not in used),
    )


def _delimiter(path: Path) -> str:
    head = next(tables.lines(path, "\x1f", quoted=False), None)
    text = head.cells[0] if head else ""
    return max(",;\t", key=text.count)


def _is_tags(name: str) -> bool:
    return name in CATEGORIES or _TAG_COLUMN.fullmatch(name) is not None


def _category(name: str) -> str:
    return name if name in CATEGORIES else ""


def _entry(row: tables.Row, single: dict[str, int], kinds: dict[int, str], columns: int) -> Entry:
    split = None
    if "split" in single:
        split = _SPLITS.get(row.cells[single["split"]].strip().casefold())
        if split is None:
            said = row.cells[single["split"]][:40]
            raise row.refuse(f"the split {said!r} is none of train, validation, test", _REMEDY)
    group = composed(row.cells[single["group"]].strip()) if "group" in single else ""
    if "group" in single and not group:
        raise row.refuse("its group is empty", _REMEDY)
    further = range(columns, len(row.cells))
    if further and columns - 1 not in kinds:
        raise row.refuse(f"has {len(row.cells)} cells, not {columns}", _REMEDY)
    places = {**kinds, **dict.fromkeys(further, kinds.get(columns - 1, ""))}
    tags = [tag for place, category in places.items() for tag in _tags(row, row.cells[place], category)]
    return Entry(row, row.cells[single["file"]].strip(), tuple(dict.fromkeys(tags)), split, group)


def _tags(row: tables.Row, cell: str, category: str) -> Iterator[tuple[str, str]]:
    for part in _SEPARATORS.split(cell):
        name = composed(" ".join(part.split()))
        if not name:
            continue
        if not name.isprintable():
            raise row.refuse(f"the tag {name[:40]!r} is no text of UTF-8", "save the table as UTF-8")
        if len(name) > _LONGEST_TAG:
            raise row.refuse(f"the tag {name[:40]!r}... is longer than {_LONGEST_TAG} characters", _REMEDY)
        yield name, category or _KNOWN.get(name.casefold(), "genre")
