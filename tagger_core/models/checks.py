"""Checks for values that come out of a file from elsewhere."""

from __future__ import annotations

import math
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


def rows(name: str, value: object, columns: int, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    """Return `value`, a list of at least `low` and at most `high` lists of `columns` items, as tuples.

    Raises:
        ModelError: it is something else.
    """
    if not isinstance(value, (list, tuple)):
        raise refuse(f"{name} is {brief(value)}, not a list")
    integer(f"the number of {name}", len(value), low, high)
    for row in value:
        if not isinstance(row, (list, tuple)) or len(row) != columns:
            raise refuse(f"{name} holds {brief(row)}, not {columns} numbers")
    return tuple(tuple(row) for row in value)


def keys(name: str, value: object, expected: frozenset[str]) -> dict[str, Any]:
    """Return `value` if it is an object with exactly the `expected` keys.

    Raises:
        ModelError: it is no object, a key is missing, or one is unknown.
    """
    if not isinstance(value, dict):
        raise refuse(f"{name} is {brief(value)}, not an object")
    for key in sorted(expected - value.keys()):
        raise refuse(f"{name} lacks {key}")
    for key in value.keys() - expected:
        raise refuse(f"{name} has the unknown key {brief(key)}")
    return value


def brief(value: object) -> str:
    """Return a short printable form of anything, however large."""
    if isinstance(value, (list, tuple, dict)):
        return f"a {type(value).__name__} of {len(value)} items"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a number of more than 38 digits"
    shown = ascii(value[:60] if isinstance(value, (str, bytes)) else value)
    return shown[:80]
