"""All data sets by name, each read from its folder the same way."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

from trainer.data import gtzan, jamendo, msd, mtat, own, tagtraum
from trainer.data.catalogue import Catalogue
from trainer.errors import DataError

SETS: dict[str, Callable[..., Catalogue]] = {
    "mtat": mtat.read,
    "msd": msd.read,
    "gtzan": gtzan.read,
    "tagtraum": tagtraum.read,
    "jamendo": jamendo.read,
    "own": own.read,
}
"""Name -> reader: first the folder, then the set's own options, such as form, audio, seed, table, least."""


def read(name: str, folder: Path, **options: object) -> Catalogue:
    """Return a data set as it lies in a folder.

    Args:
        name: one of `SETS`.
        folder: where it lies.
        options: of the set's own reader; what is None is as if it were not given.

    Raises:
        DataError: there is no such set or option, one is missing, or as the reader.
    """
    if name not in SETS:
        raise DataError(f"there is no data set {name!r}", remedy=f"one of {', '.join(SETS)}")
    if not folder.is_dir():
        raise DataError("is no folder", path=folder, remedy=f"name the folder that {name} lies in")
    given = {option: value for option, value in options.items() if value is not None}
    try:
        inspect.signature(SETS[name]).bind(folder, **given)
    except TypeError as error:
        raise DataError(f"{name} is read with other options: {error}", remedy="see docs/data.md") from error
    return SETS[name](folder, **given)
