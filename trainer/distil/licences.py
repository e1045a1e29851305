"""Which licence a file is under, read out of what its package says, and whether that licence is free.

Debian packages say it in `copyright`, most of them in a form for machines: stanzas of file patterns, of which
the last that fits a file counts (Debian, Machine-readable debian/copyright file, version 1.0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FREE = re.compile(
    r"(a?gpl|lgpl)(-[\d.]+\+?)?|gfdl-1\.[23]\+?|mit|expat|bsd-[234]-clause|zlib|isc|cc0(-1\.0)?|"
    r"public[- ]domain|cc-by(-sa)?-[1-4]\.\d(-[a-z]{2})?"
)
"""Licences that allow any use, whole names in lower case."""

MACHINE_READABLE = re.compile(r"^Format:.*copyright-format", re.MULTILINE)


@dataclass(frozen=True)
class Stanza:
    """What one stanza says: patterns of files, as regular expressions, and the licence's name."""

    patterns: tuple[str, ...]
    licence: str


def is_free(licence: str) -> bool:
    """Return whether a licence, or one of several to choose from, allows any use, commercial use included."""
    choices = re.split(r"\s+or\s+|\s*\|\s*", licence.strip().lower())
    return any(_all_free(choice) for choice in choices)


def _all_free(choice: str) -> bool:
    parts = re.split(r"\s+and\s+|,\s*", re.sub(r"\s+with .*exception.*$", "", choice))
    return all(FREE.fullmatch(part.strip()) is not None for part in parts)


def stanzas(text: str) -> list[Stanza] | None:
    """Return the stanzas of a machine-readable copyright file, None if it is written for people alone."""
    if not MACHINE_READABLE.search(text):
        return None
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if "files" in fields and fields.get("license"):
            patterns = tuple(_pattern(word) for word in fields["files"].split())
            found.append(Stanza(patterns, fields["license"].splitlines()[0].strip()))
    return found


def _fields(paragraph: str) -> dict[str, str]:
    """Return the fields of a stanza by their names in lower case; what is indented continues a field."""
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if match := re.match(r"([A-Za-z-]+):\s*(.*)", line):
            name = match[1].lower()
            fields[name] = match[2]
        elif name:
            fields[name] = f"{fields[name]}\n{line.strip()}".strip()
    return fields


def _pattern(glob: str) -> str:
    """Return a regular expression for a pattern: there `*` stands for slashes too."""
    return "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in glob)


def licence_in(found: list[Stanza], path: str) -> str | None:
    """Return the licence of a file of the source package, None if no stanza names it.

    Args:
        found: of `stanzas`.
        path: in the source package.
    """
    fits = [stanza.licence for stanza in found if any(re.fullmatch(p, path) for p in stanza.patterns)]
    return fits[-1] if fits else None
