"""`earmark scan`: listen to new and changed songs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from typing import Any

from tagger_core.cli import status
from tagger_core.cli.interrupt import Interrupt
from tagger_core.cli.output import counted, fit, print_json, terminal_width
from tagger_core.cli.workspace import open_workspace
from tagger_core.durations import clock
from tagger_core.errors import shown
from tagger_core.library.keys import typed
from tagger_core.library.records import ScanProgress, ScanReport

_PLAIN_SECONDS = 10.0


def run(arguments: argparse.Namespace, interrupt: Interrupt) -> int:
    """Scan the folders named, or all known ones."""
    with open_workspace(arguments) as workspace:
        model = workspace.model(arguments.model)
        tagger = workspace.tagger(model)
        display = ProgressLine(quiet=arguments.quiet or arguments.json)
        report = workspace.scan(
            [typed(path) for path in arguments.paths],
            tagger,
            progress=display,
            cancelled=interrupt.pressed,
            retry_problems=arguments.retry_problems,
        )
        display.clear()
    if arguments.json:
        print_json(as_json(report))
    else:
        _tell(report, model.name)
    return status.INTERRUPTED if report.cancelled else status.DONE


class ProgressLine:
    """Progress as one line that is painted over on a terminal, as a line now and then elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._paints = sys.stderr.isatty()
        self._last = time.monotonic()

    def __call__(self, progress: ScanProgress) -> None:
        """Show how far the scan is."""
        now = time.monotonic()
        if self._quiet or (not self._paints and now - self._last < _PLAIN_SECONDS):
            return
        self._last = now
        text = described(progress)
        if self._paints:
            # One that wraps could not be painted over.
            text = f"\r\033[K{fit(text, terminal_width(sys.stderr) - 1).rstrip()}"
        print(text, end="" if self._paints else "\n", file=sys.stderr)
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the terminal's line empty."""
        if self._paints and not self._quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def described(progress: ScanProgress) -> str:
    """Return progress in words.

    Examples:
        >>> described(ScanProgress("analysing", 120, 4000, songs_per_second=0.6, seconds_left=6130))
        'analysing 120 of 4,000 (3 %)  36 songs/min  1:42:10 left'
    """
    if not progress.total:
        return f"{progress.phase} {counted(progress.done, 'file')}"
    share = 100 * progress.done // progress.total
    parts = [f"{progress.phase} {progress.done:,} of {progress.total:,} ({share} %)"]
    if progress.songs_per_second:
        parts.append(f"{60 * progress.songs_per_second:.0f} songs/min")
    if progress.x_realtime:
        parts.append(f"{progress.x_realtime:.0f} x real time")
    if progress.seconds_left is not None:
        parts.append(f"{clock(progress.seconds_left)} left")
    if progress.problems:
        parts.append(counted(progress.problems, "problem"))
    return "  ".join(parts)


def as_json(report: ScanReport) -> dict[str, Any]:
    """Return a report for scripts."""
    values = dataclasses.asdict(report)
    values["problems"] = [{"path": str(p.path), "message": p.message} for p in report.problems]
    values["unavailable"] = [str(path) for path in report.unavailable]
    return values


def _tell(report: ScanReport, model: str) -> None:
    for problem in report.problems:
        if problem.path in report.unavailable:
            continue
        print(f"  ! {shown(problem.path)}: {problem.message}")
    for path in report.unavailable:
        print(f"  ! {shown(path)} is not there or empty: its songs are kept and marked missing")
    changes = [
        counted(number, noun, noun)
        for number, noun in (
            (report.added, "new"),
            (report.changed, "changed"),
            (report.retagged, "re-tagged"),
            (report.moved, "moved"),
            (report.missing, "missing"),
            (report.returned, "back again"),
            (report.unchanged, "unchanged"),
        )
        if number
    ]
    print(
        ": ".join([f"{counted(report.found, 'song')} found", *([", ".join(changes)] if changes else [])])
        + "."
    )
    if report.analysed:
        rate = report.audio_seconds / max(report.seconds, 1e-3)
        print(
            f"{counted(report.analysed, 'song')} heard by {model}: {clock(report.audio_seconds)} of music in "
            f"{clock(report.seconds)}, {rate:.0f} x real time."
        )
    elif report.found and not report.cancelled:
        print(f"Nothing new to hear for {model}.")
    if report.problems:
        print(
            f"{counted(len(report.problems), 'problem')} now; those of all scans: earmark doctor --problems"
        )
    if report.cancelled:
        print("Stopped. What was finished is kept; scan again to go on.")
