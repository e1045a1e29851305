"""Tells how far a scan is: at most ten times a second, never backwards, with the time left."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from tagger_core.library.catalogue import joined
from tagger_core.library.records import Problem, ScanProgress

_SECONDS_BETWEEN = 0.1
_WINDOW_SECONDS = 30.0
_WINDOW_SONGS = 16


class Estimate:
    """Time left for songs, from the audio heard in the last half minute.

    Songs differ in length and formats in size: what is left is counted in bytes for each suffix, and made
    seconds of audio by what the finished songs with this suffix had; failed ones count too.

    Args:
        songs: suffix and size of each song to come.
        clock: seconds that stand still while the scan is paused.
    """

    def __init__(self, songs: Iterable[tuple[str, int]], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bytes_left: dict[str, int] = {}
        for suffix, size in songs:
            self._bytes_left[suffix] = self._bytes_left.get(suffix, 0) + size
        self._done: dict[str, tuple[int, float]] = {}
        self._recent = deque([(clock(), 0, 0.0)])
        self._songs = 0
        self._audio = 0.0

    def finished(self, suffix: str, size: int, audio_seconds: float) -> None:
        """Count one song."""
        self._bytes_left[suffix] -= size
        done = self._done.get(suffix, (0, 0.0))
        self._done[suffix] = (done[0] + size, done[1] + audio_seconds)
        self._songs += 1
        self._audio += audio_seconds
        self._recent.append((self._clock(), self._songs, self._audio))
        while len(self._recent) > _WINDOW_SONGS and self._recent[1][0] < self._clock() - _WINDOW_SECONDS:
            self._recent.popleft()

    def speed(self) -> tuple[float, float]:
        """Return songs per second and seconds of audio per second, of late."""
        start, songs, audio = self._recent[0]
        elapsed = self._clock() - start
        if elapsed <= 0:
            return 0.0, 0.0
        return (self._songs - songs) / elapsed, (self._audio - audio) / elapsed

    def seconds_left(self) -> float | None:
        """Return the time left, or None while one cannot tell."""
        speed = self.speed()[1]
        total_bytes = sum(size for size, _ in self._done.values())
        if not speed or not total_bytes:
            return None
        overall = self._audio / total_bytes
        audio = 0.0
        for suffix, left in self._bytes_left.items():
            size, seconds = self._done.get(suffix, (0, 0.0))
            audio += left * (seconds / size if size else overall)
        return audio / speed


class Reporter:
    """Hands progress to the caller and gathers the problems.

    Args:
        progress: called from the scanning thread.
    """

    def __init__(self, progress: Callable[[ScanProgress], None]) -> None:
        self._progress = progress
        self._told_at = 0.0
        self._phase = "counting"
        self._total = 0
        self._done = 0
        self._path: bytes | None = None
        self.estimate: Estimate | None = None
        self._problems: dict[bytes, Problem] = {}

    def begin(self, phase: str, total: int = 0) -> None:
        """Begin a phase."""
        self._phase, self._total, self._done, self._path, self.estimate = phase, total, 0, None, None
        self.tell(at_once=True)

    def step(self, path: bytes, count: int = 1) -> None:
        """Count files of this phase."""
        self._done += count
        self._path = path
        self.tell(at_once=self._done == self._total)

    def counted(self, path: bytes, files: int) -> None:
        """Note the number of files found so far."""
        self._done, self._path = files, path
        self.tell()

    def problem(self, path: bytes, message: str, track: int | None = None) -> None:
        """Take up a problem; a file has one, in which all is named."""
        before = self._problems.get(path)
        text = joined(before.message if before else "", message)
        self._problems[path] = Problem(track, Path(os.fsdecode(path)), text)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems so far."""
        return tuple(self._problems.values())

    def tell(self, *, at_once: bool = False) -> None:
        """Call the caller, unless that was a moment ago."""
        now = time.monotonic()
        if not at_once and now - self._told_at < _SECONDS_BETWEEN:
            return
        self._told_at = now
        songs, realtime = self.estimate.speed() if self.estimate else (0.0, 0.0)
        self._progress(
            ScanProgress(
                phase=self._phase,
                done=self._done,
                total=self._total,
                path=Path(os.fsdecode(self._path)) if self._path is not None else None,
                songs_per_second=songs,
                x_realtime=realtime,
                seconds_left=self.estimate.seconds_left() if self.estimate else None,
                problems=len(self._problems),
            )
        )
