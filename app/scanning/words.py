"""What a scan is doing, in words for the status bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.texts import number, plural
from tagger_core.library.records import ScanProgress, ScanReport, Stats

translate = QCoreApplication.translate


def phase(progress: ScanProgress) -> str:
    """Return what is being done, such as "Listening: 120 of 4,000"."""
    names = {
        "counting": translate("ScanWords", "Looking for music"),
        "checking": translate("ScanWords", "Comparing with the library"),
        "reading tags": translate("ScanWords", "Reading tags"),
        "recognising": translate("ScanWords", "Recognising moved songs"),
        "analysing": translate("ScanWords", "Listening"),
    }
    name = names.get(progress.phase, progress.phase)
    if not progress.total:
        return f"{name}: {number(progress.done)}"
    said = translate("ScanWords", "%1: %2 of %3").replace("%1", name)
    return said.replace("%2", number(progress.done)).replace("%3", number(progress.total))


def pace(progress: ScanProgress) -> str:
    """Return how fast it goes and how long it takes, such as "36 songs a minute · 1 h 42 min left"."""
    parts = []
    if progress.songs_per_second:
        a_minute = max(1, round(60 * progress.songs_per_second))
        parts.append(plural(translate("ScanWords", "%n song(s) a minute", None, a_minute), a_minute))
    if progress.seconds_left is not None:
        parts.append(translate("ScanWords", "%1 left").replace("%1", span(progress.seconds_left)))
    return " · ".join(parts)


def ended(report: ScanReport) -> str:
    """Return what a scan did, in one line; empty where nothing was new."""
    parts = []
    if (n := report.analysed) > 0:
        parts.append(plural(translate("ScanWords", "%n song(s) heard", None, n), n))
    if (n := report.added) > 0:
        parts.append(plural(translate("ScanWords", "%n new", None, n), n))
    if (n := report.missing) > 0:
        parts.append(plural(translate("ScanWords", "%n missing", None, n), n))
    if (n := report.returned) > 0:
        parts.append(plural(translate("ScanWords", "%n back again", None, n), n))
    said = ", ".join(parts)
    if report.cancelled:
        stopped = translate("ScanWords", "Stopped; what was finished is kept.")
        return f"{stopped} {said}" if said else stopped
    return said


def library(stats: Stats) -> str:
    """Return the library in a line, such as "12,345 songs, 3 not heard yet"."""
    n = stats.tracks
    parts = [plural(translate("ScanWords", "%n song(s)", None, n), n)]
    if (n := stats.pending) > 0:
        parts.append(plural(translate("ScanWords", "%n not heard yet", None, n), n))
    if (n := stats.missing) > 0:
        parts.append(plural(translate("ScanWords", "%n missing", None, n), n))
    return ", ".join(parts)


def span(seconds: float) -> str:
    """Return a time to wait, no more exact than one can tell.

    Examples:
        >>> [span(s) for s in (4, 75, 3600, 6130, 200_000)]
        ['less than a minute', '2 min', '1 h', '1 h 43 min', '55 h']
    """
    minutes = -(-int(seconds) // 60)
    if seconds < 50:
        return translate("ScanWords", "less than a minute")
    if minutes < 60:
        return translate("ScanWords", "%1 min").replace("%1", str(minutes))
    hours, rest = divmod(minutes, 60)
    if not rest or hours >= 10:
        return translate("ScanWords", "%1 h").replace("%1", number(hours))
    return translate("ScanWords", "%1 h %2 min").replace("%1", str(hours)).replace("%2", str(rest))
