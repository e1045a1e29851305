"""`Query` -> text that parses to the same query again."""

from __future__ import annotations

import re
from decimal import Decimal

from tagger_core.library.query.expressions import (
    And,
    Expression,
    FieldCompare,
    FieldMissing,
    FieldRange,
    FieldText,
    HasTag,
    InFolder,
    Not,
    Or,
    Query,
    Score,
    State,
    Term,
    Word,
)
from tagger_core.library.query.fields import FIELDS

_PLAIN = re.compile(r'[^\s()":<>=*-][^\s()":<>=*]*')


def quoted(text: str) -> str:
    """Return a name or text as a query has it: in quotes where it needs them.

    Examples:
        >>> quoted("female vocal"), quoted("hip-hop"), quoted('12" mix')
        ('"female vocal"', 'hip-hop', '"12"" mix"')
    """
    if _PLAIN.fullmatch(text) and text not in ("AND", "OR", "NOT"):
        return text
    return '"' + text.replace('"', '""') + '"'


def format_query(query: Query | Expression) -> str:
    """Return the text of a query.

    Examples:
        >>> from tagger_core.library.query import parse
        >>> format_query(parse('piano   AND (year>=1990 or) -vocal sort:-"female vocal"'))
        'piano year>=1990 or -vocal sort:-"female vocal"'
    """
    if not isinstance(query, Query):
        return _expression(query)
    parts = [_expression(query.where)] if query.where != And() else []
    if parts and isinstance(query.where, Or) and (query.order or query.similar):
        parts = [f"({parts[0]})"]
    if query.similar is not None:
        parts.append(f"similar:{quoted(query.similar.to)}")
    parts += [f"sort:{'-' if key.descending else ''}{quoted(key.name)}" for key in query.order]
    return " ".join(parts)


def _expression(expression: Expression) -> str:
    if isinstance(expression, And):
        return " ".join(_inner(part) for part in expression.parts) if expression.parts else "*"
    if isinstance(expression, Or):
        return " OR ".join(_inner(part) for part in expression.parts)
    return _inner(expression)


def _inner(expression: Expression) -> str:
    if isinstance(expression, Not):
        return f"-{_inner(expression.part)}"
    if isinstance(expression, Or | And):
        text = _expression(expression)
        return text if text == "*" else f"({text})"
    return _term(expression)


def _term(term: Term) -> str:
    match term:
        case Word(text, prefix):
            return quoted(text) + "*" * prefix
        case HasTag(name):
            return f"tag:{quoted(name)}"
        case Score(name, comparison, value):
            # A quoted name is a tag also where a field has that name.
            safe = f'"{name}"' if name.casefold() in FIELDS else quoted(name)
            return f"{safe}{comparison}{format(Decimal(repr(value)), 'f')}"
        case State(name):
            return f"is:{name}"
        case InFolder(folder):
            return f"folder:{quoted(folder)}"
        case _:
            return f"{term.field}{_value(term)}"


def _value(term: FieldText | FieldCompare | FieldRange | FieldMissing) -> str:
    match term:
        case FieldText(_, text, prefix):
            return f":{quoted(text)}{'*' * prefix}"
        case FieldCompare(_, comparison, value):
            return f"{':' if comparison == '=' else comparison}{value}"
        case FieldRange(_, low, high):
            return f":{low}..{high}"
        case FieldMissing():
            return ':""'
