"""The person's word on tags of songs: kept at once, and taken back step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """Keeps decisions in the library; `decided` comes once they are kept."""

    decided = Signal(list)
    can_undo = Signal(bool)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._steps: list[Step] = []

    def decide(self, track_ids: Sequence[int], tag: str, accepted: bool | None) -> None:
        """Accept or reject a tag of songs, or take the word back with None."""
        ids = tuple(track_ids)
        if not ids or not tag_key(tag):
            return
        # Short, and the person waits for it: not to stand behind a scan or a batch of writing.
        self._services.runner.submit(
            "read", lambda _task: self._keep(ids, tag, accepted), self._kept, failed=self.failed.emit
        )

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
        if not self._steps:
            return
        step = self._steps.pop()
        self.can_undo.emit(bool(self._steps))
        self._services.runner.submit(
            "read", lambda _task: self._restore(step), self.decided.emit, failed=self.failed.emit
        )

    def _keep(self, ids: tuple[int, ...], tag: str, accepted: bool | None) -> Step:
        key = tag_key(tag)
        said = {d.track_id: d.accepted for d in self._services.library.decisions(ids) if d.name == key}
        self._services.library.decide(ids, tag, accepted)
        return Step(ids, tag, accepted, tuple(said.get(track_id) for track_id in ids))

    def _kept(self, step: Step) -> None:
        self._steps = [*self._steps, step][-REMEMBERED:]
        self.can_undo.emit(True)
        self.decided.emit(list(step.track_ids))

    def _restore(self, step: Step) -> list[int]:
        for said in (True, False, None):
            ids = [i for i, before in zip(step.track_ids, step.before, strict=True) if before is said]
            if ids:
                self._services.library.decide(ids, step.tag, said)
        return list(step.track_ids)
