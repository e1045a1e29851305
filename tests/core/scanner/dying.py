"""Scans that are killed: `python -m tests.core.scanner.dying`, a request a line on standard input.

One process with everything imported forks for each scan, so a kill costs no second start of Python. A request
is JSON: `database`; `statement`, before which statement of the database the scan kills itself; or `seconds`,
after which it is killed. It answers with the number of statements, or "killed".
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tagger_core.library.store import Library
from tests.core.scanner.fakes import FakeTagger, rescan


def scan_and_die(request: dict[str, Any]) -> int:
    """Scan, and kill this process before a statement; return the number of statements."""
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1
        if statements == request.get("statement"):
            os.kill(os.getpid(), signal.SIGKILL)

    with Library.open(Path(request["database"])) as library:
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, count)
        rescan(library, FakeTagger(seconds_each=request.get("seconds_each", 0.0)))
    return statements


def answer(request: dict[str, Any]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writer, str(scan_and_die(request)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    if "seconds" in request:
        time.sleep(request["seconds"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    said = os.read(reader, 100).decode()
    os.close(reader)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return said if os.waitstatus_to_exitcode(status) == 0 else "failed"


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(answer(json.loads(line)) + "\n")
        sys.stdout.flush()
