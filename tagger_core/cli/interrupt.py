"""Ctrl-C asks for a clean stop; pressed again, it insists."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self


class Interrupt:
    """A context in which the first SIGINT or SIGTERM sets a flag and the second raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._insists = False
        self._previous: dict[signal.Signals, object] = {}

    def pressed(self) -> bool:
        """Return True once a stop was asked for; the core polls this as `cancelled`."""
        return self._event.is_set()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While a person is asked, let the first SIGINT raise KeyboardInterrupt: nothing is under way.

        Raises:
            KeyboardInterrupt: a stop was asked for, also if before.
        """
        self._insists = True
        try:
            if self.pressed():
                raise KeyboardInterrupt
            yield
        finally:
            self._insists = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._previous[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal itself returned

    def _handle(self, number: int, frame: FrameType | None) -> None:
        insists = self._insists or self._event.is_set()
        self._event.set()
        if insists:
            raise KeyboardInterrupt
        # Whoever read what is told may be gone by now, or be told something at this very moment.
        with suppress(OSError, RuntimeError):
            print("\nStopping after what is under way; press Ctrl-C again to stop at once.", file=sys.stderr)
