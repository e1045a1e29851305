"""Durations as people write them."""

from __future__ import annotations


def clock(seconds: float | None) -> str:
    """Return a duration as people write it, empty where unknown.

    Examples:
        >>> clock(83), clock(3723.4), clock(None)
        ('1:23', '1:02:03', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
