"""A thread for what opens the files of songs: a sleeping disk or a hung share may hold it for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

PATIENCE_SECONDS = 1.0


class FileThread:
    """Does one thing after the other, beside everything else; begins with the first.

    Python waits at its end for the threads of its own executors; this one is left behind where it hangs.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, work: Callable[..., object], *arguments: object) -> None:
        """Call this when its turn comes; after `close`, never."""
        if self._closed:
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._waiting.put(partial(work, *arguments))

    def close(self) -> None:
        """Give up what waits; what is under way is waited for, but only a moment."""
        if self._closed:
            return
        self._closed = True
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None:
            if not self._closed:
                work()
