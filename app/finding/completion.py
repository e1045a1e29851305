"""What a query can go on with at the cursor: tags, fields, states. Pure functions of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tagger_core.library.query import quoted
from tagger_core.library.query.fields import STATES

FIELDS = ("title", "artist", "album", "genre", "year", "duration", "bpm", "path", "format", "added", "rating")
KEYWORDS = ("tag", "is", "folder", "sort", "similar")
_PLAIN = re.compile(r"""[^\s()"]*$""")
_MOST = 12


@dataclass(frozen=True)
class Completion:
    """A proposal.

    Args:
        start: where the text to be replaced begins; it ends at the cursor.
        text: what to put there.
        label: what the list shows.
        kind: "tag", "field" or "state".
    """

    start: int
    text: str
    label: str
    kind: str


def complete(text: str, cursor: int, tags: Sequence[str]) -> list[Completion]:
    """Return proposals for the word that ends at the cursor; those that begin with it come first.

    Examples:
        >>> [c.text for c in complete("slow pia", 8, ["piano", "pop"])]
        ['piano']
        >>> [c.text for c in complete("-is:an", 6, [])]
        ['is:analysed']
    """
    word = _word_before(text[:cursor])
    start = cursor - len(word)
    while word[:1] == "-":
        word, start = word[1:], start + 1
    if not word.strip('"'):
        return []
    name, colon, rest = word.partition(":")
    if colon:
        return _after_colon(name.casefold(), rest, start, tags)
    plain = word.strip('"').casefold()
    made = [Completion(start, quoted(tag), tag, "tag") for tag in _ranked(plain, tags)]
    names = (*FIELDS, *KEYWORDS)
    made += [Completion(start, f"{field}:", f"{field}:", "field") for field in _ranked(plain, names)]
    return made[:_MOST]


def _word_before(text: str) -> str:
    """Return the word that a text ends with; after an opening quote, all from the quote on.

    Examples:
        >>> _word_before('slow pia'), _word_before('slow "female vo'), _word_before('"female vocal" pia')
        ('pia', '"female vo', 'pia')
    """
    if text.count('"') % 2:
        return text[text.rindex('"') :]
    found = _PLAIN.search(text)
    return found[0] if found else ""


def _after_colon(name: str, rest: str, start: int, tags: Sequence[str]) -> list[Completion]:
    plain = rest.strip('"').casefold()
    if name == "is":
        return [Completion(start, f"is:{state}", state, "state") for state in _ranked(plain, STATES)]
    if name == "tag":
        return [Completion(start, f"tag:{quoted(tag)}", tag, "tag") for tag in _ranked(plain, tags)][:_MOST]
    if name == "sort":
        sign = "-" if plain.startswith("-") else ""
        names = [*FIELDS, *tags]
        ranked = _ranked(plain.lstrip("-"), names)
        return [Completion(start, f"sort:{sign}{quoted(one)}", one, "field") for one in ranked][:_MOST]
    return []


def _ranked(plain: str, names: Sequence[str]) -> list[str]:
    """Return the names that hold the text: those beginning with it, then those with a word beginning so."""
    keyed = [(name, name.casefold()) for name in names]
    first = [name for name, key in keyed if key.startswith(plain)]
    later = [
        name for name, key in keyed if not key.startswith(plain) and f" {plain}" in key.replace("-", " ")
    ]
    exact = [name for name, key in keyed if key == plain]
    return [name for name in [*first, *later] if name not in exact or len(first) + len(later) > 1]
