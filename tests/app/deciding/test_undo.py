"""The command that takes the last decision back, while the review is shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.deciding import page as page_module
from app.deciding.page import ReviewPage
from app.deciding.queue import AnswerRole
from app.main_window import MainWindow
from app.services import Services
from tests.app.windows import PATIENCE_MS


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, services: Services) -> ReviewPage:
    """The review in its window, with the keyboard."""
    with qtbot.waitActive(window):
        window.activateWindow()
    open_review(qtbot, window, services)
    return window.pages.review


def open_review(qtbot: QtBot, window: MainWindow, services: Services) -> None:
    window.menus.actions["review"].trigger()
    page = window.pages.review
    page.bar._plays.setChecked(False)
    qtbot.waitUntil(lambda: page.queue.rowCount() > 2, timeout=PATIENCE_MS)
    at_rest(qtbot, services)


def at_rest(qtbot: QtBot, services: Services) -> None:
    qtbot.waitUntil(lambda: not services.runner.busy, timeout=PATIENCE_MS)


def take_back(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.menus.actions["undo decision"].isEnabled, timeout=PATIENCE_MS)
    qtbot.keyClick(window.pages.review.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def shows(qtbot: QtBot, page: ReviewPage, services: Services, *answers: bool | None) -> None:
    """Wait until the first questions are answered so, and the library says the same."""
    words = [word for word in answers if word is not None]

    def same() -> bool:
        shown = [page.queue.index(row).data(AnswerRole) for row in range(len(answers))]
        return shown == list(answers) and said(services) == sorted(words)

    qtbot.waitUntil(same, timeout=PATIENCE_MS)


def said(services: Services) -> list[bool]:
    return sorted(decision.accepted for decision in services.library.decisions())


def test_the_question_is_asked_again(
    qtbot: QtBot, window: MainWindow, page: ReviewPage, services: Services
) -> None:
    for key in "ar":
        qtbot.keyClick(page.list, key)
    shows(qtbot, page, services, True, False)
    take_back(qtbot, window)
    shows(qtbot, page, services, True, None)
    assert page.list.currentIndex().row() == 1
    take_back(qtbot, window)
    shows(qtbot, page, services, None, None)
    assert page.list.currentIndex().row() == 0
    assert not page.card._undo.isEnabled()


def test_what_the_review_took_back_stays_so(
    qtbot: QtBot, window: MainWindow, page: ReviewPage, services: Services
) -> None:
    for key in "arz":
        qtbot.keyClick(page.list, key)
    shows(qtbot, page, services, True, None)
    take_back(qtbot, window)
    shows(qtbot, page, services, None, None)


def test_of_an_answer_that_was_changed_the_first_one_comes_back(
    qtbot: QtBot, window: MainWindow, page: ReviewPage, services: Services
) -> None:
    page.answer(accepted=True)
    page.list.setCurrentIndex(page.queue.index(0))
    page.answer(accepted=False)
    shows(qtbot, page, services, False, None)
    take_back(qtbot, window)
    shows(qtbot, page, services, True, None)


def test_all_that_were_accepted_at_once_are_asked_about_again(
    qtbot: QtBot,
    window: MainWindow,
    page: ReviewPage,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page_module, "confirmed", lambda *_said: True)
    with qtbot.waitSignal(page.decided) as decided:
        page.accept_sure()
    ids, tag, _accepted = decided.args or pytest.fail("nothing was decided")
    rows = page.queue.rows_of(ids, tag)
    qtbot.waitUntil(lambda: len(said(services)) == len(ids) > 1, timeout=PATIENCE_MS)
    assert {page.queue.index(row).data(AnswerRole) for row in rows} == {True}
    take_back(qtbot, window)
    qtbot.waitUntil(lambda: page.queue.index(rows[0]).data(AnswerRole) is None, timeout=PATIENCE_MS)
    assert {page.queue.index(row).data(AnswerRole) for row in rows} == {None}
    assert said(services) == []
    assert page.list.currentIndex().row() == rows[0]


def test_a_decision_from_before_the_review_is_shown_as_it_is_then(
    qtbot: QtBot, window: MainWindow, page: ReviewPage, services: Services
) -> None:
    pair = page.queue.question(1).pair
    page.closed.emit()
    for word in (True, None):
        window.decider.decide([pair.track_id], pair.tag, word)
    at_rest(qtbot, services)
    open_review(qtbot, window, services)
    assert page.queue.question(1).pair == pair
    take_back(qtbot, window)
    shows(qtbot, page, services, None, True)
    take_back(qtbot, window)
    shows(qtbot, page, services, None, None)
    assert page.list.currentIndex().row() == 1
