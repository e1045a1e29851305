"""One decoding process, as its parent sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tagger_core.audio import messages

# Why a process was ended: by itself, for keeping its listener waiting, with its pool, amid a song.
Fate = Literal["crashed", "silent", "closed", "left"]

# Of a core, while a child keeps somebody waiting: with less it waits for a disk; in a loop it takes all that
# a busy machine leaves it.
IDLE_SHARE = 0.05
# How far a child decodes ahead: some 15 seconds of sound.
PIPE_BYTES = 1 << 20
# The child finds the packages where this process does, and nothing else: -I keeps the current directory and
# the environment out.
_BEGIN = "import sys; sys.path[:] = sys.argv[1:]; from tagger_core.audio.worker import main; main()"
_ROOT = str(Path(__file__).parents[2])


class ChildGone(Exception):  # noqa: N818 - what it means depends on when: the caller turns it into an error
    """The process has ended, or does not keep to the protocol."""


class Child:
    """A process that decodes one file after the other; used by one thread at a time.

    `kill`, `tick`, `give_up` and `reap` may be called from other threads.

    Attributes:
        fate: why the process was ended, None while it was not.
        is_idle: it was given up while it waited itself, as for a disk that does not answer.

    Raises:
        OSError: it cannot be started; also ValueError and MemoryError, as `subprocess.Popen`.
    """

    def __init__(self) -> None:
        self._killing = threading.Lock()
        self._waiting = False
        self._ticks = 0
        self._worked_before: float | None = None
        self.fate: Fate | None = None
        self.is_idle = False
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with a constant program
            [sys.executable, "-I", "-c", _BEGIN, *search_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # Decoding does no linear algebra; its threads would only cost memory.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert isinstance(self._process.stdin, FileIO)  # noqa: S101 - tells the types what bufsize=0 means
        assert isinstance(self._process.stdout, FileIO)  # noqa: S101
        self._requests: FileIO = self._process.stdin
        self._answers: FileIO = self._process.stdout
        _widen(self._answers)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the process is there and nobody killed it."""
        return not self.fate and self._process.poll() is None

    def ask(self, path: Path, sample_rate: int) -> None:
        """Ask for a file; the answers follow.

        Raises:
            ChildGone: nobody is there to ask.
        """
        rest = memoryview(messages.request(path, sample_rate))
        try:
            while rest:
                rest = rest[self._requests.write(rest) :]
        except OSError as error:
            raise ChildGone from error

    def hear(self) -> tuple[bytes, Any]:
        """Wait for a message and return its kind and content: float32 [n] of a BLOCK, else a dict.

        Raises:
            ChildGone: none came, or none that can be.
        """
        self._ticks = 0
        self._waiting = True
        try:
            header = np.empty(messages.HEADER_BYTES, np.uint8)
            self._fill(header)
            kind, length = messages.parsed_header(header.tobytes())
            content = np.empty(length, np.uint8)
            self._fill(content)
            if kind == messages.BLOCK:
                return kind, content.view(messages.SAMPLE).astype(np.float32, copy=False)
            values = json.loads(content.tobytes() or b"{}")
            if not isinstance(values, dict):
                raise ChildGone
        except (OSError, ValueError) as error:
            raise ChildGone from error
        else:
            return kind, values
        finally:
            self._waiting = False

    def _fill(self, buffer: NDArray[np.uint8]) -> None:
        """Read exactly as much as the buffer holds; Python's global lock is free meanwhile."""
        rest = buffer.data
        while rest:
            count = self._answers.readinto(rest)
            if not count:
                raise ChildGone
            rest = rest[count:]

    def tick(self) -> int:
        """Count a tick of the clock, and return for how many this process has kept somebody waiting."""
        self._ticks = self._ticks + 1 if self._waiting else 0
        if self._ticks == 1:
            self._worked_before = processor_seconds(self.pid)
        return self._ticks

    def give_up(self, waited: float) -> None:
        """End the process for keeping somebody waiting, for so many seconds."""
        before, now = self._worked_before, processor_seconds(self.pid)
        self.is_idle = before is not None and now is not None and now - before < IDLE_SHARE * waited
        self.kill("silent")

    def kill(self, fate: Fate) -> None:
        """End the process at once; whoever waits for it gets `ChildGone`.

        Args:
            fate: why; the first reason is kept.
        """
        with self._killing:
            self.fate = self.fate or fate
            with suppress(OSError):
                self._process.kill()

    def reap(self) -> int:
        """Wait for the end of a killed process and return its exit status."""
        return self._process.wait()

    def dispose(self, fate: Fate) -> int:
        """End the process, free what it held here, and return its exit status; by the thread that uses it."""
        self.kill(fate)
        status = self.reap()
        self._requests.close()
        self._answers.close()
        return status


def processor_seconds(pid: int) -> float | None:
    """Return how long a process has used processors, None where the system does not tell."""
    if sys.platform != "linux":
        return None
    try:
        # The second field is a name, which may hold anything; fields 14 and 15 are clock ticks.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def search_path() -> list[str]:
    """Return where this process finds its modules, without what depends on the current directory."""
    there = [entry for entry in sys.path if Path(entry).is_absolute()]
    return there if _ROOT in there else [_ROOT, *there]


def _widen(pipe: FileIO) -> None:
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - there on POSIX only

        with suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
