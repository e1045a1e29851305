"""What the commands print: tables that fit the terminal, JSON, questions."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TextIO

from tagger_core.cli.interrupt import Interrupt
from tagger_core.errors import shown

_NARROWEST = 12
_ROWS_AT_ONCE = 1000


def print_json(value: object) -> None:
    """Print a value as JSON; odd bytes in paths are escaped, so that every reader takes it."""
    print(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def print_nowhere() -> None:
    """Let nobody miss what is still printed after the reader (head, less) has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, stretch: int) -> None:
    """Print rows below headings; where the terminal is too narrow, column `stretch` is cut first.

    Columns are as wide as the next thousand rows need, so a long table is never held as a whole.
    """
    top, coming = [list(headings)], iter(rows)
    while block := [[shown(cell) for cell in row] for row in islice(coming, _ROWS_AT_ONCE)]:
        _print_block(headings, top + block, stretch)
        top = []
    if top:
        _print_block(headings, top, stretch)


def _print_block(headings: Sequence[str], rows: list[list[str]], stretch: int) -> None:
    widths = [max(width_of(row[i]) for row in [list(headings), *rows]) for i in range(len(headings))]
    least = [max(width_of(heading), _NARROWEST) for heading in headings]
    for column in [stretch, *sorted(range(len(widths)), key=lambda i: -widths[i])]:
        excess = sum(widths) + 2 * (len(widths) - 1) - terminal_width()
        widths[column] = min(widths[column], max(least[column], widths[column] - max(0, excess)))
    for row in rows:
        print("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def terminal_width(stream: TextIO | None = None) -> int:
    """Return the columns of the terminal that a stream (else the output) goes to; of a file 10,000."""
    return shutil.get_terminal_size((100, 24)).columns if (stream or sys.stdout).isatty() else 10_000


def width_of(text: str) -> int:
    """Return the columns that a text takes in a terminal.

    Examples:
        >>> width_of("song"), width_of("歌"), width_of("e\u0301")
        (4, 2, 1)
    """
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)


def fit(text: str, width: int) -> str:
    """Return the text padded, or cut with an ellipsis, to a width in columns.

    Examples:
        >>> fit("Nocturne", 5), fit("Aria", 6)
        ('Noct…', 'Aria  ')
    """
    if width_of(text) <= width:
        return text + " " * (width - width_of(text))
    while width_of(text) > width - 1:
        text = text[:-1]
    return text + "…" + " " * (width - 1 - width_of(text))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    Examples:
        >>> counted(1, "song"), counted(12000, "song"), counted(2, "match", "matches")
        ('1 song', '12,000 songs', '2 matches')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def excerpt(text: str, position: int, *, around: int = 60) -> tuple[str, str]:
    """Return the part of a text around a place, and a line with a mark below that place.

    Examples:
        >>> excerpt("rock (calm", 5)
        ('rock (calm', '     ^')
        >>> excerpt("a" * 500, 400, around=4)
        ('…aaaaaaaa…', '     ^')
    """
    start, end = max(0, position - around), position + around
    before = ("…" if start else "") + shown(text[start:position])
    return before + shown(text[position:end]) + ("…" if end < len(text) else ""), " " * width_of(before) + "^"


def confirmed(question: str, interrupt: Interrupt) -> bool:
    """Ask on the terminal; anything but yes is no, and so is a closed or redirected input.

    Raises:
        KeyboardInterrupt: the person pressed Ctrl-C instead of an answer.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    with interrupt.at_once():
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")
