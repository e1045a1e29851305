"""Take the pictures of the documentation: docs/pictures/*.png, light and dark.

    python scripts/screenshots.py [--library HOME] [--out FOLDER] [--only NAME ...]

Without --library the demo songs are copied to a temporary home, scanned by the bundled model, and tags are
written into the copies for the history. With it, the library of that EARMARK_HOME is shown as it is;
nothing is decided on or written there.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app import main as start
from app.main_window import MainWindow
from app.runner import TaskRunner
from app.services import ActiveModel, Preferences, Services
from tagger_core.jobs import Workspace
from tagger_core.settings import Places, Settings

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = QSize(1440, 900)
PAGES = ["empty", "main", "search", "write", "history", "review"]
_PATIENCE_S = 300
_TAGS_ACCEPTED = 2  # of each demo song, so that there is something to write


class Photographer:
    """One window and the pictures of it.

    Args:
        application: of the window.
        workspace: the library to show.
        out: for the pictures.
        own: whether the library is one of its own, that may be changed.
    """

    def __init__(self, application: QApplication, workspace: Workspace, out: Path, *, own: bool) -> None:
        self.out, self.own = out, own
        preferences = Preferences(workspace)
        start.follow_theme(application, preferences)
        self.services = Services(workspace, TaskRunner(), preferences, ActiveModel())
        self.window = MainWindow(self.services)
        self.window.resize(SIZE)
        self.window.open()
        self.window.show()

    def empty(self, name: str) -> None:
        """Show the window without songs."""
        self.take(name)

    def fill(self) -> None:
        """Scan the demo songs, or show what is there."""
        self.window.find_model()
        until(lambda: self.services.active.model is not None)
        if self.own:
            finished: list[object] = []
            self.window.scanning.finished.connect(finished.append)
            self.window.folders.add_demo()
            until(finished.__len__)
        until(lambda: self.window.library.table.ids() != [])

    def main(self, name: str) -> None:
        """Show the songs with one chosen."""
        library = self.window.library
        self.window.library.show_query("")
        self.settle()
        library.table.selectRow(self._telling_row())
        self.take(name)

    def search(self, name: str) -> None:
        """Show a query of two tags, the panel, what it found."""
        library = self.window.library
        counts = self.services.library.tag_counts(self._model_id(), library.table.ids())
        tags = [count.name for count in sorted(counts, key=lambda count: -count.count)]
        quoted = [f'"{tag}"' if " " in tag else tag for tag in tags]
        library.show_query(f"{quoted[0]} -{quoted[2]} sort:-{quoted[0]}")
        self.settle()
        library.table.selectRow(0)
        self.take(name)
        library.show_query("")
        self.settle()

    def write(self, name: str) -> None:
        """Show the changes before writing; with a library of its own, write them."""
        if self.own:
            for row in self.services.library.rows(self.window.library.table.ids(), self._model_id()):
                for tag in (*row.tags, *row.nearest)[:_TAGS_ACCEPTED]:
                    self.services.library.decide([row.id], tag.name, True)
        page = self.window.pages.write
        self.window._write(list(self.window.library.table.ids()))
        until(lambda: page._diff.diff.plan is not None)
        self.take(name)
        if self.own and page._write.isEnabled():
            page._write.click()
            until(page._done.isVisible)
            self.take(f"{name}-report")
        page._close()

    def history(self, name: str) -> None:
        """Show what was written."""
        self.window._show_history()
        self.take(name)
        self.window.pages.history.closed.emit()

    def review(self, name: str) -> None:
        """Show the first tag to decide on."""
        page = self.window.pages.review
        self.window._review()
        self.take(name)
        page.closed.emit()

    def take(self, name: str) -> None:
        """Take a picture in both themes."""
        for theme in ("dark", "light"):
            self.services.preferences.set_theme(theme)
            self.settle()
            save(self.window, self.out / f"{name}-{theme}.png")

    def settle(self) -> None:
        """Wait until the workers rest and what they told is painted."""
        quiet_since = time.monotonic()

        def quiet() -> bool:
            nonlocal quiet_since
            if self.services.runner.busy:
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > 1.2  # outlines and covers come from workers of their own

        until(quiet)

    def close(self) -> None:
        """Put everything down."""
        self.window.close()

    def _model_id(self) -> int:
        return self.services.workspace.model().id

    def _telling_row(self) -> int:
        """Return the row of a song with many tags from the table's first screen."""
        rows = self.services.library.rows(self.window.library.table.ids()[:20], self._model_id())
        return max(range(len(rows)), key=lambda n: (len(rows[n].tags), rows[n].seconds or 0))


def until(ready: Callable[[], object]) -> None:
    """Let the window go on until this holds.

    Raises:
        TimeoutError: it does not.
    """
    loop = QEventLoop()
    deadline = time.monotonic() + _PATIENCE_S
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if ready() or time.monotonic() > deadline else None)
    look.start()
    loop.exec()
    if not ready():
        raise TimeoutError("the window does not get where the picture is to be taken")


def save(widget: QWidget, path: Path) -> None:
    """Save a picture, packed as tightly as PNG goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    image.save(str(path), "PNG", 0)  # type: ignore[call-overload] # a name as bytes is what the stubs know


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation.")
    parser.add_argument("--library", type=Path, metavar="HOME", help="an EARMARK_HOME to show")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--only", nargs="*", default=PAGES)
    asked = parser.parse_args()
    application = QApplication(["earmark"])
    start.name_application(application)
    with tempfile.TemporaryDirectory(prefix="earmark-pictures-") as temporary:
        home = asked.library or Path(temporary)
        os.environ["EARMARK_HOME"] = str(home)
        places = Places.default()
        with Workspace(places, Settings.load(places.settings_file)) as workspace:
            photographer = Photographer(application, workspace, asked.out, own=asked.library is None)
            if asked.library is None and "empty" in asked.only:
                photographer.empty("empty")
            photographer.fill()
            for name in asked.only:
                if name != "empty":
                    getattr(photographer, name)(name)
            photographer.close()


if __name__ == "__main__":
    main()
