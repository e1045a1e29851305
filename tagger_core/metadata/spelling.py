"""How the names of tags stand in files: spelled as music stores do, or as the person has said."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from tagger_core.library.keys import tag_key
from tagger_core.library.records import TagScore
from tagger_core.settings import LONGEST_NAME

_KNOWN = {
    "r&b": "R&B",
    "rnb": "R&B",
    "edm": "EDM",
    "idm": "IDM",
    "ebm": "EBM",
    "uk": "UK",
    "us": "US",
    "dj": "DJ",
}
_KNOWN |= {"dnb": "Drum & Bass", "lo-fi": "Lo-Fi", "mpb": "MPB"}
_SMALL = frozenset(("and", "of", "the", "in", "on", "n", "for", "with"))


def written_name(tag: TagScore, names: Mapping[str, str]) -> str:
    """Return what a tag is written as: the person's name for it, else `display_name`; empty for not at all.

    Args:
        tag: that a track has.
        names: what the person said, by `keys.tag_key` of the tag's name.
    """
    said = names.get(tag_key(tag.name))
    return display_name(tag.name, tag.category) if said is None else said


def cleaned_name(text: str) -> str:
    r"""Return a name that a person typed as it can stand in a file: one line, no longer than settings take.

    Examples:
        >>> cleaned_name("  Hip\tHop "), cleaned_name("\n")
        ('Hip Hop', '')
    """
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(unicodedata.normalize("NFC", plain).split())[:LONGEST_NAME].rstrip()


def display_name(name: str, category: str) -> str:
    """Return a tag's name as it stands in files; capitals that are there already stay.

    Genres are titles, as music stores write them; all others begin with one capital.

    Examples:
        >>> [display_name(name, "genre") for name in ("hip-hop", "drum and bass", "rnb")]
        ['Hip-Hop', 'Drum and Bass', 'R&B']
        >>> display_name("female vocal", "voice"), display_name("80s", "era"), display_name("IDM", "genre")
        ('Female vocal', '80s', 'IDM')
    """
    name = " ".join(name.split())
    if name.casefold() in _KNOWN:
        return _KNOWN[name.casefold()]
    if name != name.lower():
        return name
    if category != "genre":
        return name[:1].upper() + name[1:]
    words = name.split(" ")
    return " ".join(word if at and word in _SMALL else _titled(word) for at, word in enumerate(words))


def _titled(word: str) -> str:
    return "-".join(_KNOWN.get(part) or part[:1].upper() + part[1:] for part in word.split("-"))
