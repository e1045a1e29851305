"""The pages beside the songs: each is imported and built when somebody asks for it first.

A start shows the songs; what reviewing, writing and the history need would only keep them waiting.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.decider import Step
from app.services import Services

if TYPE_CHECKING:
    from app.deciding.page import ReviewPage
    from app.writing.history_page import HistoryPage
    from app.writing.write_page import WritePage

_Page = TypeVar("_Page", bound=QWidget)


class LatePages(QObject):
    """Builds each page once, inside a stack, and tells for it what the window has to hear.

    Signals:
        closed: back to the songs.
        written(int): a batch was written, or taken back.
        decided(list[int], str, bool | None), play(int, float), failed(BaseException): of the review list.
    """

    closed = Signal()
    written = Signal(int)
    decided = Signal(list, str, object)
    play = Signal(int, float)
    failed = Signal(object)

    def __init__(self, services: Services, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._services, self._stack = services, stack

    @cached_property
    def write(self) -> WritePage:
        """The page before writing."""
        from app.writing.write_page import WritePage  # noqa: PLC0415 - see the top

        page = self._taken_in(WritePage(self._services))
        page.closed.connect(self.closed)
        page.written.connect(self.written)
        return page

    @cached_property
    def history(self) -> HistoryPage:
        """What was written and taken back."""
        from app.writing.history_page import HistoryPage  # noqa: PLC0415 - see the top

        page = self._taken_in(HistoryPage(self._services))
        page.closed.connect(self.closed)
        page.undone.connect(self.written)
        return page

    @cached_property
    def review(self) -> ReviewPage:
        """The review list."""
        from app.deciding.page import ReviewPage  # noqa: PLC0415 - see the top

        page = self._taken_in(ReviewPage(self._services))
        page.closed.connect(self.closed)
        page.decided.connect(self.decided)
        page.play.connect(self.play)
        page.failed.connect(self.failed)
        return page

    @property
    def reviewing(self) -> bool:
        """Whether the review list is the page that is shown."""
        return "review" in vars(self) and self._stack.currentWidget() is self.review

    def show_undone(self, step: Step) -> None:
        """Let the review list show what the library says again, if it is the page that is shown."""
        if self.reviewing:
            self.review.show_undone(step)

    def close_workers(self) -> None:
        """Stop the threads of the pages that were built; they are not used after."""
        if "review" in vars(self):
            self.review.close_workers()

    def _taken_in(self, page: _Page) -> _Page:
        self._stack.addWidget(page)
        return page
