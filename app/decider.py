"""The person's word on tags of songs: kept at once, and taken back step by step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from app.services import Services
from app.texts import plural
from tagger_core.library.keys import tag_key

REMEMBERED = 100


@dataclass(frozen=True)
class Step:
    """A decision with what was said before it.

    Args:
        track_ids: the songs decided on.
        tag: its name.
        accepted: what was said; None where a word was taken back.
        before: what had been said of each song, None where nothing.
    """

    track_ids: tuple[int, ...]
    tag: str
    accepted: bool | None
    before: tuple[bool | None, ...]


class Decider(QObject):
    """Keeps decisions in the library; `decided` comes once they are kept.

    Signals:
        decided(list[int]): songs of which something else is said now.
        undone(Step): a decision that `undo` took back.
    """

    decided = Signal(list)
    undone = Signal(object)
    can_undo = Signal(bool)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        # Used in the reading lane alone, where one word after the other is kept and taken back.
        self._steps: deque[Step] = deque(maxlen=REMEMBERED)

    def decide(self, track_ids: Sequence[int], tag: str, accepted: bool | None) -> None:
        """Accept or reject a tag of songs, or take the word back with None."""
        ids = tuple(track_ids)
        if not ids or not tag_key(tag):
            return
        self._submit(lambda: self._keep(ids, tag, accepted), self._tell)

    def answer(self, track_ids: Sequence[int], tag: str, accepted: bool | None) -> None:
        """Keep an answer of the review; None takes the one before back, which is no step any more then."""
        if accepted is None:
            ids = tuple(track_ids)
            self._submit(lambda: self._withdraw(ids, tag), self._tell)
        else:
            self.decide(track_ids, tag, accepted)

    def ask(self, parent: QWidget, track_ids: Sequence[int], tags: Sequence[str], *, accepted: bool) -> None:
        """Ask for a tag, one of these or another, and decide on it."""
        if not track_ids:
            return
        title = self.tr("Accept a tag") if accepted else self.tr("Reject a tag")
        label = plural(self.tr("Tag of %n song(s):", "", len(track_ids)), len(track_ids))
        tag, given = QInputDialog.getItem(parent, title, label, list(tags), 0, editable=True)
        if given:
            self.decide(track_ids, tag.strip(), accepted)

    def undo(self) -> None:
        """Take the last decision back."""
        self._submit(self._restore_last, self._tell_undone)

    def _submit(self, work: Callable[[], Any], tell: Callable[[Any], None]) -> None:
        # Short, and the person waits for it: not to stand behind a scan or a batch of writing.
        self._services.runner.submit("read", lambda _task: work(), tell, failed=self.failed.emit)

    def _keep(self, ids: tuple[int, ...], tag: str, accepted: bool | None) -> list[int]:
        key = tag_key(tag)
        said = {d.track_id: d.accepted for d in self._services.library.decisions(ids) if d.name == key}
        self._services.library.decide(ids, tag, accepted)
        self._steps.append(Step(ids, tag, accepted, tuple(said.get(track_id) for track_id in ids)))
        return list(ids)

    def _withdraw(self, ids: tuple[int, ...], tag: str) -> list[int]:
        self._services.library.decide(ids, tag, None)
        for place in reversed(range(len(self._steps))):
            if (self._steps[place].track_ids, self._steps[place].tag) == (ids, tag):
                del self._steps[place]
                break
        return list(ids)

    def _restore_last(self) -> Step | None:
        if not self._steps:
            return None
        step = self._steps.pop()
        for said in (True, False, None):
            ids = [i for i, before in zip(step.track_ids, step.before, strict=True) if before is said]
            if ids:
                self._services.library.decide(ids, step.tag, said)
        return step

    def _tell_undone(self, step: Step | None) -> None:
        if step is not None:
            self.undone.emit(step)
            self._tell(list(step.track_ids))

    def _tell(self, ids: list[int]) -> None:
        self.can_undo.emit(bool(self._steps))
        self.decided.emit(ids)
