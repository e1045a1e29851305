"""Values that formats write in more than one way: ratings, old numbered genres, joined lists."""

from __future__ import annotations

import math
import re

from mutagen.id3 import TCON

JOIN = "; "
"""Between values where a format holds one text; read back at every semicolon for genre and mood only, so that
`R&B/Soul` and `Folk, World, & Country` stay whole."""

_GENRES: tuple[str, ...] = tuple(TCON.GENRES)
_SHORT = {"RX": "Remix", "CR": "Cover"}
_REFERENCES = re.compile(r"((?:\((?:[0-9]{1,3}|RX|CR)\))+)(.*)", re.DOTALL)


def split(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that `JOIN` put together."""
    return tuple(part.strip() for text in texts for part in text.split(";") if part.strip())


def numbered_genre(number: int) -> str:
    """Return the name of one of ID3v1's genres, or the number as text where there is none."""
    return _GENRES[number] if 0 <= number < len(_GENRES) else str(number)


def named_genres(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Resolve the numbers of a TCON frame.

    Examples:
        >>> named_genres(("(17)(4)Eurodisco", "80", "80s"))
        ('Rock', 'Disco', 'Eurodisco', 'Folk', '80s')
    """
    names: list[str] = []
    for text in texts:
        refinement = text
        found = _REFERENCES.fullmatch(text)
        if found:
            names += [_reference(part) for part in found[1][1:-1].split(")(")]
            refinement = found[2] if found[2] not in names else ""
        elif is_reference(text):
            names.append(_reference(text))
            refinement = ""
        if refinement:
            names.append(refinement[1:] if refinement.startswith("((") else refinement)
    return tuple(names)


def is_reference(text: str) -> bool:
    """Tell whether a reader of ID3 sees a number of the old list in this text: "80" is Folk, "(17)" Rock."""
    if text in _SHORT or _REFERENCES.fullmatch(text):
        return True
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < len(_GENRES)


def stars(text: str, highest: float) -> tuple[str, ...]:
    """Return a rating as stars from 0 to 5, or nothing where it is no number from 0 to `highest`."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return ()
    if not math.isfinite(value) or not 0 <= value <= highest:
        return ()
    return (f"{value / highest * 5:g}",)


def loose_stars(text: str) -> tuple[str, ...]:
    """Return stars for a RATING field whose scale nobody wrote down: up to 5, to 10, or to 100."""
    for highest in (5, 10, 100):
        found = stars(text, highest)
        if found:
            return found
    return ()


def byte_stars(value: int) -> tuple[str, ...]:
    """Return stars for a POPM byte, by the ranges that Windows uses; 0 means not rated."""
    if value <= 0:
        return ()
    return (str(1 + sum(value >= limit for limit in (32, 96, 160, 224))),)


def _reference(text: str) -> str:
    return _SHORT.get(text) or numbered_genre(int(text))
