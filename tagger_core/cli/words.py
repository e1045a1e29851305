"""Words and options in any order: `earmark search piano --limit 5 -vocal` has one query and one option."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from tagger_core.cli.parser import build_parser

QUERY_COMMANDS = ("search", "export", "write", "decide")
SHORT_OPTIONS = ("-0", "-o", "-h")
# fmt: off
VALUE_OPTIONS = frozenset((
    "--limit", "--save", "--saved", "--forget", "--model", "--output", "-o", "--preset", "--mode",
    "--min-score",
))
# fmt: on


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what a command line says.

    Raises:
        UsageError: it says something else than what there is.
    """
    parser = build_parser()
    # The parser takes positional words from one place alone; those after an option are handed back.
    arguments, rest = parser.parse_known_args(protect_negations(argv))
    if rest and (not hasattr(arguments, "query") or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.query = [*arguments.query, *rest]
    return arguments


def protect_negations(argv: Sequence[str]) -> list[str]:
    """Return the arguments with a space before negated words, which argparse then takes for positionals.

    Examples:
        >>> protect_negations(["search", "piano", "-vocal", "--limit", "5", "-0"])
        ['search', 'piano', ' -vocal', '--limit', '5', '-0']
        >>> protect_negations(["export", "-o", "-song.csv"]), protect_negations(["scan", "-x"])
        (['export', '-o', '-song.csv'], ['scan', '-x'])
    """
    if not argv or argv[0] not in QUERY_COMMANDS:
        return list(argv)
    before = ["", *argv]
    return [
        f" {word}" if _is_negation(word) and last not in VALUE_OPTIONS else word
        for last, word in zip(before, argv, strict=False)
    ]


def query_text(words: Sequence[str]) -> str:
    """Return the query that a list of arguments stands for."""
    return " ".join(word.strip() for word in words)


def _is_negation(word: str) -> bool:
    return word not in SHORT_OPTIONS and re.match(r"-[^-\s]", word) is not None
