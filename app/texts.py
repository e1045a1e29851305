"""Numbers and plurals as the person's language has them."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from tagger_core.errors import EarmarkError


def number(value: int) -> str:
    """Return a number with its digits parted."""
    return QLocale().toString(value)


def plural(text: str, count: int) -> str:
    """Return what `tr(text, "", count)` made of "%n song(s)", its number with its digits parted.

    Qt puts a plain number in, and without a translation leaves "(s)" standing.

    Examples:
        >>> plural("1 song(s)", 1), plural("3 song(s)", 3)
        ('1 song', '3 songs')
    """
    said = text.replace(str(count), number(count), 1)
    return said.replace("(s)", "" if count == 1 else "s")


def moment(milliseconds: int) -> str:
    """Return a time, given in milliseconds since the epoch, as the person's language writes it."""
    when = QDateTime.fromMSecsSinceEpoch(milliseconds)
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def told(error: BaseException) -> str:
    """Return what to tell of an error: the core's own words with the remedy, or else what it is."""
    if isinstance(error, EarmarkError):
        text = str(error)
        return text[:1].upper() + text[1:] if error.path is None else text
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
