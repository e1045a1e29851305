"""Negated words on a command line: `earmark search piano -vocal` is a query, not an option."""

from __future__ import annotations

import re
from collections.abc import Sequence

QUERY_COMMANDS = ("search", "export", "write", "decide")
SHORT_OPTIONS = ("-0", "-o", "-h")


def protect_negations(argv: Sequence[str]) -> list[str]:
    """Return the arguments with a space before negated words, which argparse then takes for positionals.

    Examples:
        >>> protect_negations(["search", "piano", "-vocal", "--limit", "5", "-0"])
        ['search', 'piano', ' -vocal', '--limit', '5', '-0']
        >>> protect_negations(["scan", "-x"])
        ['scan', '-x']
    """
    if not argv or argv[0] not in QUERY_COMMANDS:
        return list(argv)
    return [f" {word}" if _is_negation(word) else word for word in argv]


def query_text(words: Sequence[str]) -> str:
    """Return the query that a list of arguments stands for."""
    return " ".join(word.strip() for word in words)


def _is_negation(word: str) -> bool:
    return word not in SHORT_OPTIONS and re.match(r"-[^-\s]", word) is not None
