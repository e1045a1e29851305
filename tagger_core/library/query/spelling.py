"""What a query that found nothing may have meant: words that are nearly the names of tags."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from tagger_core.errors import QueryError
from tagger_core.library import keys
from tagger_core.library.query.expressions import Word, terms
from tagger_core.library.query.parser import parse

_LIKE = 0.75
_SHORTEST = 4
"""Letters below which nearly every word is like some tag."""


def respelled(text: str, tags: Iterable[str]) -> str | None:
    """Return the query with such words as their tags, None where there are none or it does not parse.

    Args:
        text: the query.
        tags: names of the model's tags.

    Examples:
        >>> respelled("slow piaon -vocal", ["slow", "piano", "vocal"])
        'slow piano -vocal'
        >>> respelled("nocturne", ["slow", "piano"])
    """
    try:
        where = parse(text).where
    except QueryError:
        return None
    by_key = {keys.tag_key(name): name for name in tags}
    words = [term for term in terms(where) if isinstance(term, Word)]
    out = text
    for word in sorted(words, key=lambda word: -word.at):
        key = keys.tag_key(word.text)
        if key in by_key or len(key) < _SHORTEST or not out.startswith(word.text, word.at):
            continue
        near = difflib.get_close_matches(key, by_key, n=1, cutoff=_LIKE)
        if near:
            out = out[: word.at] + _written(by_key[near[0]]) + out[word.at + len(word.text) :]
    return out if out != text and _parses(out) else None


def _written(name: str) -> str:
    """Return a tag's name as a query has it."""
    return name if name.replace("-", "").isalnum() else f'"{name}"'


def _parses(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True
