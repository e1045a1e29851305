"""What the commands print: results to the output, progress to where errors go."""

from __future__ import annotations

import logging
import sys
import time

from tagger_core.cli.output import print_json, print_table

__all__ = ["Progress", "print_json", "print_table", "say"]

_log = logging.getLogger(__name__)


def say(text: str) -> None:
    """Print a line of the result."""
    sys.stdout.write(f"{text}\n")


class Progress:
    """Tells how much is done, now and then.

    Args:
        what: is done, a plural.
        every: seconds between two lines.
    """

    def __init__(self, what: str, every: float = 5.0) -> None:
        self._what = what
        self._every = every
        self._next = time.monotonic() + every

    def __call__(self, done: int, total: int) -> None:
        """Take note that so many of so many are done."""
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + self._every
            _log.info("%d of %d %s", done, total, self._what)
