"""Checks for values that come out of a file from elsewhere."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from tagger_core.errors import ModelError

_REMEDY = "fetch or make the model file anew: it is damaged, or not made for Earmark"


def refuse(message: str) -> ModelError:
    """Return the error for a model whose data cannot be true."""
    return ModelError(message, remedy=_REMEDY)


def integer(name: str, value: object, low: int, high: int) -> int:
    """Return `value` if it is a whole number from `low` to `high`.

    Raises:
        ModelError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse(f"{name} is {brief(value)}, not a whole number")
    if not low <= value <= high:
        raise refuse(f"{name} is {brief(value)}, not from {low} to {high}")
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a float if it is a finite number from `low` to `high`.

    Raises:
        ModelError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refuse(f"{name} is {brief(value)}, not a number")
    if not low <= value <= high or not math.isfinite(value):
        raise refuse(f"{name} is {brief(value)}, not from {low} to {high}")
    return float(value)


def flag(name: str, value: object) -> bool:
    """Return `value` if it is true or false.

    Raises:
        ModelError: it is neither.
    """
    if not isinstance(value, bool):
        raise refuse(f"{name} is {brief(value)}, neither true nor false")
    return value


def choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Check that `value` is one of some words.

    Raises:
        ModelError: it is not.
    """
    if not isinstance(value, str) or value not in choices:
        raise refuse(f"{name} is {brief(value)}, not one of {', '.join(choices)}")


def text(name: str, value: object, longest: int, *, empty: bool = True) -> str:
    """Return `value` if it is text of at most `longest` characters that UTF-8 can hold.

    Raises:
        ModelError: it is not, or is empty where that is not allowed.
    """
    if not isinstance(value, str):
        raise refuse(f"{name} is {brief(value)}, not text")
    if len(value) > longest:
        raise refuse(f"{name} has {len(value)} characters, more than {longest}")
    if not empty and not value.strip():
        raise refuse(f"{name} is empty")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise refuse(f"{name} holds half a character")
    return value


def sequence(name: str, value: object, low: int, high: int) -> Sequence[Any]:
    """Return `value` if it is a list of at least `low` and at most `high` items.

    Raises:
        ModelError: it is not.
    """
    if not isinstance(value, (list, tuple)):
        raise refuse(f"{name} is {brief(value)}, not a list")
    integer(f"the number of {name}", len(value), low, high)
    return value


def rows(name: str, value: object, columns: int, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    """Return `value`, a list of at least `low` and at most `high` lists of `columns` items, as tuples.

    Raises:
        ModelError: it is something else.
    """
    found = sequence(name, value, low, high)
    for row in found:
        if not isinstance(row, (list, tuple)) or len(row) != columns:
            raise refuse(f"{name} holds {brief(row)}, not {columns} numbers")
    return tuple(tuple(row) for row in found)


def keys(
    name: str, value: object, expected: frozenset[str], optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return `value` if it is an object with exactly the `expected` keys; `optional` ones may be absent.

    Raises:
        ModelError: it is no object, a key is missing, or one is unknown.
    """
    if not isinstance(value, dict):
        raise refuse(f"{name} is {brief(value)}, not an object")
    for key in sorted(expected - value.keys()):
        raise refuse(f"{name} lacks {key}")
    for key in value.keys() - expected - optional:
        raise refuse(f"{name} has the unknown key {brief(key)}")
    return value


def fields(name: str, value: object, kind: type[Any], *more: str) -> dict[str, Any]:
    """Return `value` if it is an object with a dataclass's fields; those with a default may be absent.

    Args:
        name: what it is called in errors.
        value: anything.
        kind: the dataclass.
        more: keys that the object has beside the fields.

    Raises:
        ModelError: as `keys`.
    """
    known = dataclasses.fields(kind)
    optional = frozenset(field.name for field in known if field.default is not dataclasses.MISSING)
    needed = frozenset(field.name for field in known) - optional
    return keys(name, value, needed.union(more), optional)


def brief(value: object) -> str:
    """Return a short printable form of anything, however large."""
    if isinstance(value, (list, tuple, dict)):
        return f"a {type(value).__name__} of {len(value)} items"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number of more than 38 digits"
    shown = ascii(value[:60] if isinstance(value, (str, bytes)) else value)
    return shown[:80]
