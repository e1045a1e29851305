"""Reports at a pace that a window can follow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_SECONDS = 0.1

Report = TypeVar("Report")


def paced(report: Callable[[Report], None], seconds: float = _SECONDS) -> Callable[[Report], None]:
    """Return a function that hands on at most one report in so many seconds, and drops the others."""
    told_at = 0.0

    def tell(value: Report) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at >= seconds:
            told_at = now
            report(value)

    return tell
