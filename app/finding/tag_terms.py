"""The tag panel's view of a query: which tags it wants or excludes, and the query with that changed.

The panel knows the terms that stand alone at the top of a query and name one tag; whatever else a query says,
it keeps. Pure functions of text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tagger_core.library.keys import tag_key
from tagger_core.library.query import format_query, parse
from tagger_core.library.query.expressions import (
    And,
    Expression,
    HasTag,
    Not,
    Score,
    Word,
    conjunction,
)

_ABOVE = (">", ">=")
_BELOW = ("<", "<=")


@dataclass(frozen=True)
class Choice:
    """What a query says of one tag.

    Args:
        wanted: songs must have it; else they must not.
        threshold: from which score on a song has it; None for the tag's own.
    """

    wanted: bool
    threshold: float | None = None


def choices(text: str, tags: Iterable[str]) -> dict[str, Choice]:
    """Return what a query says of these tags; a tag that it leaves open is not in the answer.

    Raises:
        QueryError: the query does not parse.

    Examples:
        >>> choices("slow piano>=0.6 -vocal (rock OR jazz)", ["Piano", "vocal", "rock"])
        {'Piano': Choice(wanted=True, threshold=0.6), 'vocal': Choice(wanted=False, threshold=None)}
    """
    said = {}
    for part in _parts(parse(text).where):
        known = _choice(part)
        if known is not None:
            said[known[0]] = known[1]
    return {tag: said[tag_key(tag)] for tag in tags if tag_key(tag) in said}


def with_choice(text: str, tag: str, choice: Choice | None) -> str:
    """Return the query with another choice for one tag, None to leave the tag open; the rest is kept.

    Raises:
        QueryError: the query does not parse.

    Examples:
        >>> with_choice("piano year<1990 sort:-year", "piano", Choice(wanted=False))
        '-tag:piano year<1990 sort:-year'
        >>> with_choice("rock OR jazz", "female vocal", Choice(wanted=True, threshold=0.4))
        '(rock OR jazz) "female vocal">=0.4'
    """
    query = parse(text)
    parts: list[Expression] = []
    open_still = choice
    for part in _parts(query.where):
        known = _choice(part)
        if known is None or known[0] != tag_key(tag):
            parts.append(part)
        elif open_still is not None:
            parts.append(_term(tag, open_still))
            open_still = None
    if open_still is not None:
        parts.append(_term(tag, open_still))
    return format_query(replace(query, where=conjunction(tuple(parts))))


def _parts(where: Expression) -> tuple[Expression, ...]:
    return where.parts if isinstance(where, And) else (where,)


def _choice(part: Expression) -> tuple[str, Choice] | None:
    """Return the tag's key and the choice if a part is of the kind that the panel shows."""
    match part:
        case Word(text, False) | HasTag(text):
            return tag_key(text), Choice(wanted=True)
        case Not(Word(text, False)) | Not(HasTag(text)):
            return tag_key(text), Choice(wanted=False)
        case Score(name, operator, value) if operator in _ABOVE:
            return tag_key(name), Choice(wanted=True, threshold=value)
        case Score(name, operator, value) if operator in _BELOW:
            return tag_key(name), Choice(wanted=False, threshold=value)
        case _:
            return None


def _term(tag: str, choice: Choice) -> Expression:
    if choice.threshold is not None:
        return Score(tag, ">=" if choice.wanted else "<", choice.threshold)
    return HasTag(tag) if choice.wanted else Not(HasTag(tag))
