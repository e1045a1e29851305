"""The one query of the window and its result; what the panels say to it and hear from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.runner import Task
from app.services import Services
from tagger_core.errors import QueryError
from tagger_core.library.query import Query, format_query, parse
from tagger_core.library.records import TagCount, TrackRow

COUNT_MS = 120  # after the rows: counting at once would keep them from the processor
RECOUNT_MS = 2000
IDLE_MS = 400  # without another result: the library is at rest and so is the person


@dataclass(frozen=True)
class Result:
    """What a query found.

    Args:
        text: the query, as the person wrote it.
        ids: the songs, in the query's order.
        first: the first of them as the table shows them, read in the same breath.
    """

    text: str
    ids: list[int]
    first: tuple[TrackRow, ...] = ()


class Finder(QObject):
    """Runs the query in the reading lane; of two that overlap only the later one answers.

    Args:
        services: the window's.
        parent: as Qt has it.
        first: how many rows come with a result.
    """

    found = Signal(object)
    wrong = Signal(object)
    failed = Signal(object)
    counted = Signal(list)
    text_changed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None, *, first: int = 0) -> None:
        super().__init__(parent)
        self._services = services
        self._first = first
        self._text = ""
        self._task: Task | None = None
        self._counting: Task | None = None
        self._counted_text: str | None = None
        self._to_count: Result | None = None
        self._soon = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._soon.timeout.connect(self._count_now)
        self._rest = QTimer(self, singleShot=True, interval=RECOUNT_MS)
        self._rest.timeout.connect(self._count_now)
        self._preparing: Task | None = None
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._prepare_orders)
        services.active.changed.connect(lambda _model: self.refresh())

    def text(self) -> str:
        """Return the query."""
        return self._text

    def set_text(self, text: str) -> None:
        """Ask another question; a query that does not parse leaves the last result standing."""
        if text != self._text:
            self._text = text
            self._drop_count()
            self.text_changed.emit(text)
            self.refresh()

    def set_sort(self, sort: str) -> None:
        """Sort by a term such as "sort:-year" instead of what the query sorts by now; empty for no order."""
        try:
            plain = parse(self._text)
        except QueryError as error:
            self.wrong.emit(error)
            return
        unsorted = format_query(Query(plain.where, (), plain.similar))
        self.set_text(f"{unsorted} {sort}".strip())

    def refresh(self) -> None:
        """Ask again: the library has changed."""
        text, model_id = self._text, self._services.active.id
        if self._task is not None:
            self._task.cancel()
        self._task = self._services.runner.submit(
            "read",
            lambda task: self._ask(task, text, model_id),
            self._found,
            failed=self._failed,
        )

    def _ask(self, task: Task, text: str, model_id: int | None) -> Result:
        """Search, off the window's thread; nobody waits for the rows of a question that is over."""
        ids = self._services.library.search(text, model_id)
        first = () if task.cancelled() else self._services.library.rows(ids[: self._first], model_id)
        return Result(text, ids, tuple(first))

    def _drop_count(self) -> None:
        """Count no longer for a question that is over: the next one needs the processor."""
        self._soon.stop()
        self._idle.stop()
        if self._preparing is not None:
            self._preparing.cancel()
        if self._counting is not None:
            self._counting.cancel()
            self._counted_text = None

    def _found(self, result: Result) -> None:
        if result.text != self._text:
            return
        self.found.emit(result)
        self._to_count = result
        self._idle.start()
        if result.text != self._counted_text or not self._rest.isActive():
            self._soon.start()

    def _failed(self, error: BaseException) -> None:
        (self.wrong if isinstance(error, QueryError) else self.failed).emit(error)

    def _count_now(self) -> None:
        """Count the tags of the newest result; while a scan changes it all the time, only now and then."""
        model_id, result = self._services.active.id, self._to_count
        if model_id is None or result is None:
            return
        if self._counting is not None:
            self._counting.cancel()
        self._to_count, self._counted_text = None, result.text
        self._rest.start()

        def count(task: Task) -> tuple[str, list[TagCount]]:
            ids = result.ids if result.text.strip() else None
            return result.text, self._services.library.tag_counts(model_id, ids, task.cancelled)

        self._counting = self._services.runner.submit("count", count, self._counted, failed=self.failed.emit)

    def _prepare_orders(self) -> None:
        """Get ready for the next sort while nothing happens; a scan forgets the orders with each song."""
        if self._services.runner.busy:
            self._idle.start()
            return
        self._preparing = self._services.runner.submit(
            "count",
            lambda task: self._services.library.prepare_orders(task.cancelled),
            lambda _: None,
            failed=self.failed.emit,
        )

    def _counted(self, answer: tuple[str, list[TagCount]]) -> None:
        text, counts = answer
        if text == self._text:
            self.counted.emit(counts)
