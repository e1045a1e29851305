"""What a query says, as small frozen objects.

`at` is the offset in the text where a term begins, for errors that show up later; equality does not see it.
Values of numbers and dates stay as they were typed: what `added:7d` means depends on today.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


def _at() -> int:
    return field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Word:
    """A word or quoted phrase: in the texts of a track, or a tag that holds.

    Args:
        prefix: the last word may go on: `pian*`.
    """

    text: str
    prefix: bool = False
    at: int = _at()


@dataclass(frozen=True)
class HasTag:
    """`tag:piano`: the tag is at or above its threshold, or accepted."""

    name: str
    at: int = _at()


@dataclass(frozen=True)
class Score:
    """`piano>0.6`; an accepted tag counts as 1, a rejected one as 0."""

    name: str
    operator: str
    value: float
    at: int = _at()


@dataclass(frozen=True)
class FieldText:
    """`artist:bach`: the words stand in this field."""

    field: str
    text: str
    prefix: bool = False
    at: int = _at()


@dataclass(frozen=True)
class FieldCompare:
    """`year>=1990`, `duration:3:30` (operator "=")."""

    field: str
    operator: str
    value: str
    at: int = _at()


@dataclass(frozen=True)
class FieldRange:
    """`year:1990..1999`, both ends included; an empty end is open."""

    field: str
    low: str
    high: str
    at: int = _at()


@dataclass(frozen=True)
class FieldMissing:
    """`genre:""`: the field has no value."""

    field: str
    at: int = _at()


@dataclass(frozen=True)
class State:
    """`is:pending` and the like."""

    name: str
    at: int = _at()


@dataclass(frozen=True)
class InFolder:
    """`folder:/music/rock`: the file lies in this folder or below it."""

    folder: str
    at: int = _at()


@dataclass(frozen=True)
class Not:
    """`-vocal`, `NOT vocal`."""

    part: Expression


@dataclass(frozen=True)
class And:
    """All parts hold; without parts it holds for every track."""

    parts: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Or:
    """At least one part holds."""

    parts: tuple[Expression, ...]


Term: TypeAlias = (
    Word | HasTag | Score | FieldText | FieldCompare | FieldRange | FieldMissing | State | InFolder
)
Expression: TypeAlias = Term | Not | And | Or


@dataclass(frozen=True)
class SortKey:
    """`sort:-energy`: a field, or else a tag."""

    name: str
    descending: bool = False
    at: int = _at()


@dataclass(frozen=True)
class Similar:
    """`similar:"path or id"`."""

    to: str
    at: int = _at()


@dataclass(frozen=True)
class Query:
    """A whole query.

    Args:
        where: what a track must fulfil.
        order: what to sort by, the most important first.
        similar: the track that the results sound like.
    """

    where: Expression = And()
    order: tuple[SortKey, ...] = ()
    similar: Similar | None = None


def conjunction(parts: tuple[Expression, ...]) -> Expression:
    """Return all parts joined by AND, without an AND inside an AND."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def disjunction(parts: tuple[Expression, ...]) -> Expression:
    """Return all parts joined by OR, without an OR inside an OR."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def terms(expression: Expression) -> tuple[Term, ...]:
    """Return the terms of an expression from left to right."""
    if isinstance(expression, Not):
        return terms(expression.part)
    if isinstance(expression, And | Or):
        return tuple(term for part in expression.parts for term in terms(part))
    return (expression,)
