"""Ctrl-C asks for a clean stop; pressed again, it insists."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupt:
    """A context in which the first SIGINT or SIGTERM sets a flag and the second raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._previous: dict[signal.Signals, object] = {}

    def pressed(self) -> bool:
        """Return True once a stop was asked for; the core polls this as `cancelled`."""
        return self._event.is_set()

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
        if self._event.is_set():
            raise KeyboardInterrupt
        self._event.set()
        print("\nStopping after what is under way; press Ctrl-C again to stop at once.", file=sys.stderr)
