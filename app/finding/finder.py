"""The one query of the window and its result; what the panels say to it and hear from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.runner import Task
from app.services import Services
from tagger_core.errors import QueryError
from tagger_core.library.query import Query, format_query, parse
from tagger_core.library.records import TagCount


@dataclass(frozen=True)
class Result:
    """What a query found.

    Args:
        text: the query, as the person wrote it.
        ids: the songs, in the query's order.
    """

    text: str
    ids: list[int]


class Finder(QObject):
    """Runs the query in the reading lane; of two that overlap only the later one answers."""

    found = Signal(object)
    wrong = Signal(object)
    failed = Signal(object)
    counted = Signal(list)
    text_changed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._text = ""
        self._task: Task | None = None
        self._counting: Task | None = None
        services.active.changed.connect(lambda _model: self.refresh())

    def text(self) -> str:
        """Return the query."""
        return self._text

    def set_text(self, text: str) -> None:
        """Ask another question; a query that does not parse leaves the last result standing."""
        if text != self._text:
            self._text = text
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
            lambda _task: Result(text, self._services.library.search(text, model_id)),
            self._found,
            failed=self._failed,
        )

    def _found(self, result: Result) -> None:
        if result.text != self._text:
            return
        self.found.emit(result)
        self._count(result)

    def _failed(self, error: BaseException) -> None:
        (self.wrong if isinstance(error, QueryError) else self.failed).emit(error)

    def _count(self, result: Result) -> None:
        model_id = self._services.active.id
        if self._counting is not None:
            self._counting.cancel()
        if model_id is None:
            return

        def count(_task: Task) -> tuple[str, list[TagCount]]:
            ids = result.ids if result.text.strip() else None
            return result.text, self._services.library.tag_counts(model_id, ids)

        self._counting = self._services.runner.submit("read", count, self._counted, failed=self.failed.emit)

    def _counted(self, answer: tuple[str, list[TagCount]]) -> None:
        text, counts = answer
        if text == self._text:
            self.counted.emit(counts)
