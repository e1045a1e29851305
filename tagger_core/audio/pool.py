"""Decoding in child processes: it uses all cores, and a file that makes FFmpeg crash harms no one else.

PyAV gives up and takes back Python's global lock several times for every packet, so that threads which decode
in one process stand in each other's way. And FFmpeg is a million lines of C: what crashes or hangs there
takes its whole process with it.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from tagger_core.audio import decode, messages
from tagger_core.audio.child import Child, ChildGone, Fate
from tagger_core.audio.streams import ChildStream, SongStream
from tagger_core.errors import Cancelled

PATIENCE_SECONDS = 60.0
_TICKS = 60

_log = logging.getLogger(__name__)


class DecoderPool:
    """Child processes that decode, one song each; may be shared by any number of threads.

    They are started when first needed and go on with the next song, until `close` or the end of the `with`
    block. The pool may be used again after that.

    Args:
        most: children at once; whoever asks for one more waits. So a thread must not hold two streams.
        patience: seconds for which a child may keep its listener waiting before it is given up.
    """

    def __init__(self, most: int, *, patience: float = PATIENCE_SECONDS) -> None:
        self.most = most
        self._tick_seconds = patience / _TICKS
        self._changed = threading.Condition()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closings = 0
        self._is_cancelled = False
        self._is_able = _can_have_children()
        self._watch: _Watch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, path: Path, sample_rate: int) -> AbstractContextManager[SongStream]:
        """Open a file for decoding in a child; as `decode.open_audio`, and with the same blocks.

        Where no child can be started, the file is decoded in this process.

        Raises:
            NoAudioError: there is no audio stream, or none that FFmpeg has a decoder for.
            AudioError: it is no regular file, or cannot be read; or the decoder hangs, or crashes twice.
            Cancelled: the pool was closed meanwhile, or cancelled.
        """
        child = self._take()
        if child is None:
            return decode.open_audio(path, sample_rate)
        return ChildStream(
            child, path, sample_rate, keep=self._keep, drop=self._drop, renew=lambda: self._take(fresh=True)
        )

    def close(self) -> None:
        """End all children at once; streams that are still open raise `Cancelled`."""
        self._end_idle(self._kill_busy())

    def cancel(self) -> None:
        """End the children that decode at once; streams, and whoever opens one, raise `Cancelled`.

        It lasts until `close` or `close_idle`.
        """
        with self._changed:
            self._is_cancelled = True
        self._kill_busy()

    def close_idle(self) -> None:
        """End the children that have nothing to do; songs that are being decoded go on."""
        self._end_idle(set())

    def _kill_busy(self) -> set[Child]:
        with self._changed:
            self._closings += 1
            killed = set(self._busy)
            self._changed.notify_all()
        for child in killed:
            child.kill("closed")
        for child in killed:
            child.reap()
        return killed

    def _end_idle(self, killed: set[Child]) -> None:
        with self._changed:
            idle, self._idle = self._idle, []
            self._is_able = _can_have_children()
            self._is_cancelled = False
            watch = None
            if self._busy <= killed:
                watch, self._watch = self._watch, None
        for child in idle:
            child.dispose("closed")
        if watch is not None:
            watch.stop()

    def _keep(self, child: Child) -> None:
        """Take back a child that has done its song."""
        with self._changed:
            self._busy.discard(child)
            self._idle.append(child)
            self._changed.notify()

    def _drop(self, child: Child, fate: Fate) -> None:
        """End a child in the middle of its song."""
        child.dispose(fate)
        with self._changed:
            self._busy.discard(child)
            self._changed.notify()

    def _take(self, *, fresh: bool = False) -> Child | None:
        """Return a child that waits for a request; None where there can be none.

        Args:
            fresh: it has decoded nothing yet; those that have, and wait, make room for it.
        """
        with self._changed:
            closings = self._closings
            self._changed.wait_for(
                lambda: len(self._busy) < self.most or not self._is_able or self._closings != closings
            )
            if self._closings != closings or self._is_cancelled:
                raise Cancelled
            while self._idle:
                child = self._idle.pop()
                if child.is_alive() and not fresh:
                    self._begin_watch()
                    self._busy.add(child)
                    return child
                child.dispose("crashed")
            if not self._is_able:
                return None
            try:
                child = Child()
            except (OSError, ValueError, MemoryError) as error:
                self._manage_without(error)
                return None
            self._busy.add(child)
            self._begin_watch()
        return child if self._is_up(child) else None

    def _is_up(self, child: Child) -> bool:
        """Wait until a new child has loaded what it needs."""
        try:
            kind, _ = child.hear()
        except ChildGone as error:
            fate = child.fate
            self._drop(child, "crashed")
            if fate == "closed":
                raise Cancelled from error
            with self._changed:
                self._manage_without(error)
            return False
        return kind == messages.READY

    def _manage_without(self, error: Exception) -> None:
        if self._is_able:
            _log.warning("songs are decoded without processes of their own, none can be started: %r", error)
        self._is_able = False
        self._changed.notify_all()

    def _begin_watch(self) -> None:
        if self._watch is None:
            self._watch = _Watch(self._tick_seconds, self._look)

    def _look(self) -> None:
        """Give up the children that keep somebody waiting for too long."""
        with self._changed:
            busy = list(self._busy)
        for child in busy:
            if child.tick() >= _TICKS:
                child.give_up(_TICKS * self._tick_seconds)


class _Watch:
    """Looks again and again, in a thread of its own.

    It counts its looks instead of reading a clock, which also runs while the machine sleeps or the program is
    stopped.
    """

    def __init__(self, seconds: float, look: Callable[[], None]) -> None:
        self._over = threading.Event()
        self._seconds = seconds
        self._look = look
        self._thread = threading.Thread(target=self._run, name="decoders", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._look()


def _can_have_children() -> bool:
    # A frozen program's executable is the program, not Python.
    return bool(sys.executable) and not getattr(sys, "frozen", False)
