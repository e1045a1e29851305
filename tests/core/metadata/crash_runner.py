"""Runs one write again and again and kills it dead before its first, second, third ... action.

A process of its own that forks a child for each run: `-m tests.core.metadata.crash_runner FOLDER WHAT SONG`.
FOLDER is empty; WHAT is "apply", "undo" or "fields". Prints one JSON object.

An action is what Python's audit hooks tell of (opening, renaming, removing, changing modes and times), every
fsync, and every statement and commit of the journal. After each kill the parent looks at the file: it must be
the old or the new one; it settles, and undoes what was written: it must be the old one.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tagger_core.library.store import Library
from tagger_core.metadata import journal
from tagger_core.metadata.fields import Field
from tests.core.metadata.writing import leftovers, plan_of

ACTIONS = ("open", "os.", "shutil.", "journal.", "fcntl.")
Work = Callable[[Library, Path], None]


def main() -> None:
    folder, what, song = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    path = folder / "run" / song.name
    path.parent.mkdir()
    shutil.copy(song, path)
    old = path.read_bytes()
    with Library.open(path.parent / "library.sqlite") as library:
        if what != "apply":
            journal.apply(library, plan_of([path]))
        if what == "fields":
            journal.apply(library, plan_of([path], {Field.KEY: ("Am",)}))
    work: Work = _apply if what == "apply" else _undo
    first = path.read_bytes()
    # The journal knows the path: each run happens in a copy that takes the place of the folder.
    path.parent.rename(folder / "template")
    _start_again(path)
    with Library.open(path.parent / "library.sqlite") as library:
        work(library, path)
    final = path.read_bytes()
    kills, states = 0, {"first": 0, "final": 0}
    while _killed(path, work, kills + 1):
        kills += 1
        found = path.read_bytes()
        assert found in (first, final), "neither the file before nor the one after"
        with Library.open(path.parent / "library.sqlite") as library:
            _settled(library, path, found)
            _told(library, what, came_through=found == final)
            _taken_back(library, path, what, final if what == "fields" else old)
        states["final" if found == final else "first"] += 1
    json.dump({"kills": kills, **states, "differ": first != final}, sys.stdout)


def _apply(library: Library, path: Path) -> None:
    report = journal.apply(library, plan_of([path]))
    assert report.written == 1, report


def _undo(library: Library, path: Path) -> None:
    report = journal.undo(library, 1)
    assert report.restored + report.by_field == 1, report


def _start_again(path: Path) -> None:
    shutil.rmtree(path.parent, ignore_errors=True)
    shutil.copytree(path.parent.with_name("template"), path.parent)


def _killed(path: Path, work: Work, at: int) -> bool:
    """Run the work in a child that dies before its action number `at`; return whether it came so far."""
    _start_again(path)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            library = Library.open(path.parent / "library.sqlite")
            _arm(at)
            work(library, path)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert status == 0, f"the run that was not killed ended with {status}"
    return False


def _arm(at: int) -> None:
    left = at

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if name.startswith(ACTIONS):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    fsync = os.fsync

    def told(handle: int) -> None:
        sys.audit("os.fsync", handle)
        fsync(handle)

    os.fsync = told
    event.listen(Engine, "before_cursor_execute", lambda *_: sys.audit("journal.execute"))
    event.listen(Engine, "commit", lambda *_: sys.audit("journal.commit"))
    sys.addaudithook(hook)


def _settled(library: Library, path: Path, found: bytes) -> None:
    journal.settle(library)
    assert path.read_bytes() == found, "settling changed the file"
    assert not leftovers(path.parent), "a copy was left behind"
    rows = journal.history(library)
    assert all(row.finished for row in rows), "a batch was not settled"
    states = {file.state for row in rows for file in journal.batch_files(library, row.id)}
    assert "prepared" not in states, "a file was not settled"


def _told(library: Library, what: str, *, came_through: bool) -> None:
    first = next((row for row in journal.history(library) if row.id == 1), None)
    if what == "apply":
        assert (first is not None and first.files == 1) == came_through, "the journal is wrong"
    else:
        assert first is not None
        assert (first.undone == 1) == came_through, "the journal is wrong about the undo"


def _taken_back(library: Library, path: Path, what: str, expected: bytes) -> None:
    if any(row.id == 1 and row.can_be_undone for row in journal.history(library)):
        journal.undo(library, 1)
    assert path.read_bytes() == expected, "undoing does not bring back what was"
    assert not leftovers(path.parent), "undoing left a copy behind"


if __name__ == "__main__":
    main()
