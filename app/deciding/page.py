"""The review list: one question after the other, answered by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame, QVBoxLayout, QWidget

from app.decider import Step
from app.deciding import reading
from app.deciding.bar import ReviewBar
from app.deciding.queue import AnswerRole, Queue
from app.deciding.reading import Asked, Look, Questions
from app.deciding.stage import Stage, confirmed
from app.runner import Task
from app.services import Services
from app.song.waveform import WaveformLoader
from app.texts import number, plural
from tagger_core.audio.peaks import Peaks
from tagger_core.library.records import ModelTag
from tagger_core.library.review import Place, Walk

SURE = 0.9
AHEAD = 15  # with fewer open questions the next page is fetched
_SETTLED_MS = 250


class ReviewPage(QFrame):
    """Asks about tags near or above their thresholds that nobody has decided on.

    Signals:
        decided(list[int], str, bool | None): songs, a tag, the person's word; None takes it back.
        play(int, float): a song, from so many seconds on.
        closed: back to the songs.
        failed(BaseException): something could not be read.
    """

    decided = Signal(list, str, object)
    play = Signal(int, float)
    closed = Signal()
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._among: frozenset[int] = frozenset()
        self._round = 0
        self._after: dict[Walk, Place] | None = None
        self._fetching: Task | None = None
        self._history: list[tuple[list[int], str]] = []
        self._start = 0.0
        self.setProperty("role", "panel")
        self.queue, self.bar = Queue(self), ReviewBar(services)
        self._stage = Stage(self.queue)
        self.list, self.card = self._stage.list, self._stage.card
        self._waveforms = WaveformLoader(self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._stage, 1)
        self.setFocusProxy(self.list)
        self._join()

    def start(self, ids: list[int]) -> None:
        """Ask about the tags of some songs; what was answered before can not be taken back here any more."""
        self._among = frozenset(ids)
        self._history = []
        self._begin()
        model_id = self._services.active.id
        if model_id is not None:
            self._submit(lambda: self._services.library.tags(model_id), self._show_tags)
        self.list.setFocus()

    def answer(self, accepted: bool | None) -> None:
        """Accept or reject the current question's tag, or with None skip it; go on to the next open one."""
        row = self.list.currentIndex().row()
        question = self.queue.question(row)
        if question is None:
            return
        if accepted is not None:
            self.queue.answer(row, accepted)
            self._decide([question.pair.track_id], question.pair.tag, accepted=accepted)
        elif self.list.currentIndex().data(AnswerRole) is None:
            self.queue.answer(row, "skipped")
        self._go_on(row + 1)

    def undo(self) -> None:
        """Take the last answer back and show its question again."""
        if not self._history:
            return
        ids, tag = self._history.pop()
        self.decided.emit(ids, tag, None)
        self._answer_again(tag, dict.fromkeys(ids))

    def show_undone(self, step: Step) -> None:
        """Show what is said again after a decision, of this list or not, was taken back by the window."""
        entry = (list(step.track_ids), step.tag)
        if entry in self._history:
            del self._history[-1 - self._history[::-1].index(entry)]
        self._answer_again(step.tag, dict(zip(step.track_ids, step.before, strict=True)))

    def accept_sure(self) -> None:
        """Accept one tag of all songs whose score is high, once the person has seen how many."""
        tag, model_id = self.bar.tag() or self._current_tag(), self._services.active.id
        if tag is None or model_id is None:
            return
        self._submit(
            lambda: reading.read_sure(self._services.library, model_id, tag, SURE, self._among),
            lambda ids: self._accept_all(tag, ids),
        )

    def close_workers(self) -> None:
        """Stop the thread that makes outlines; the page is not used after."""
        self._waveforms.close()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Read and play nothing while out of sight."""
        self._settled.stop()
        self._waveforms.cancel()
        super().hideEvent(event)

    def _join(self) -> None:
        self.bar.closed.connect(self.closed)
        self.bar.changed.connect(self._begin)
        self.bar.accept_sure.connect(self.accept_sure)
        self._stage.answered.connect(self.answer)
        self._stage.undone.connect(self.undo)
        self._stage.play.connect(self._play)
        self._stage.play_strongest.connect(lambda: self._play(self._start))
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self._waveforms.loaded.connect(self._show_outline)
        self._services.active.changed.connect(self._restart)

    def _restart(self) -> None:
        if self._among:
            self.start(list(self._among))

    def _begin(self) -> None:
        self._round += 1
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching, self._after = None, None
        self.queue.clear()
        self._stage.tell("")
        self._show_current(QModelIndex())
        self._fetch()

    def _fetch(self) -> None:
        model_id = self._services.active.id
        asked, after = Asked(self.bar.order(), self.bar.tag(), self._among), self._after
        if model_id is not None:
            self._fetching = self._submit(
                lambda: reading.read_page(self._services.library, model_id, asked, after), self._show_page
            )

    def _fetch_if_few(self) -> None:
        if self._fetching is None and self._after is not None and self.queue.counts()[1] < AHEAD:
            self._fetch()

    def _show_tags(self, tags: list[ModelTag]) -> None:
        self.bar.set_tags([tag.name for tag in tags])

    def _show_page(self, page: Questions) -> None:
        self._fetching, self._after = None, page.after
        was_open = self.queue.next_open(0) is not None
        self.queue.append(page.questions)
        following = self.queue.next_open(0)
        if following is not None and not was_open:
            self._go_to(following)
        self._tell()

    def _show_current(self, index: QModelIndex) -> None:
        question = self.queue.question(index.row())
        self._stage.show_question(question)
        self._waveforms.cancel()
        self._start = 0.0
        if question is not None:
            self._settled.start()

    def _look(self) -> None:
        question, model = self.queue.question(self.list.currentIndex().row()), self._services.active.model
        if question is not None and model is not None:
            self._submit(lambda: reading.read_look(self._services.library, model, question), self._show_look)

    def _show_look(self, look: Look) -> None:
        if look.question != self.queue.question(self.list.currentIndex().row()) or not self.isVisible():
            return
        self._start = look.start
        self.card.show_look(look)
        self._waveforms.ask(look.question.row.id, look.question.row.path)
        if self.bar.plays():
            self._play(look.start)

    def _show_outline(self, track_id: int, peaks: Peaks | None) -> None:
        question = self.queue.question(self.list.currentIndex().row())
        if question is not None and question.row.id == track_id:
            self.card.timeline.set_peaks(peaks)

    def _accept_all(self, tag: str, ids: list[int]) -> None:
        score = str(round(SURE * 100))
        if not ids:
            self.bar.tell(self.tr("No open “%1” from %2 on").replace("%1", tag).replace("%2", score))
            return
        songs = plural(self.tr("%n song(s)", "", len(ids)), len(ids))
        asked = self.tr("Accept “%1” for %2 that were heard with %3 or more?")
        if not confirmed(
            self, self.tr("Accept all"), asked.replace("%1", tag).replace("%2", songs).replace("%3", score)
        ):
            return
        for row in self.queue.rows_of(ids, tag):
            self.queue.answer(row, True)
        self._decide(ids, tag, accepted=True)
        self._go_on(self.list.currentIndex().row())

    def _decide(self, ids: list[int], tag: str, *, accepted: bool) -> None:
        self._history.append((ids, tag))
        self.decided.emit(ids, tag, accepted)

    def _answer_again(self, tag: str, said: dict[int, bool | None]) -> None:
        """Show the questions on a tag of songs with what is said of each; None asks it again."""
        rows = self.queue.rows_of(list(said), tag)
        for row in rows:
            question = self.queue.question(row)
            self.queue.answer(row, said[question.pair.track_id] if question is not None else None)
        if rows:
            self._go_to(rows[0])
        self._tell()

    def _current_tag(self) -> str | None:
        question = self.queue.question(self.list.currentIndex().row())
        return question.pair.tag if question else None

    def _go_on(self, row: int) -> None:
        """Show the first open question from a row on, or else one left open before; fetch more in time."""
        following = self.queue.next_open(row)
        following = self.queue.next_open(0) if following is None else following
        if following is None:
            self.list.setCurrentIndex(QModelIndex())
        else:
            self._go_to(following)
        self._tell()
        self._fetch_if_few()

    def _go_to(self, row: int) -> None:
        self.list.setCurrentIndex(self.queue.index(row))
        self.list.scrollTo(self.queue.index(row), QAbstractItemView.ScrollHint.EnsureVisible)

    def _play(self, seconds: float) -> None:
        question = self.queue.question(self.list.currentIndex().row())
        if question is not None:
            self.play.emit(question.row.id, seconds)

    def _tell(self) -> None:
        decided, waiting = self.queue.counts()
        more = "+" if self._after is not None else ""
        told = self.tr("%1 decided  ·  %2 to go")
        self.bar.tell(told.replace("%1", number(decided)).replace("%2", number(waiting) + more))
        self.card.can_undo(possible=bool(self._history))
        if not waiting and self._after is None:
            skipped = self.queue.rowCount() > decided
            only_skipped = self.tr("Nothing is left but what you skipped.")
            self._stage.tell(only_skipped if skipped else self.tr("Nothing is left to decide here."))

    def _submit(self, work: Callable[[], Any], show: Callable[[Any], None]) -> Task:
        round_ = self._round

        def done(result: Any) -> None:
            if round_ == self._round:
                show(result)

        return self._services.runner.submit("read", lambda _task: work(), done, failed=self.failed.emit)
