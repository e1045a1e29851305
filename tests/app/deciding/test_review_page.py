"""The review list: order, answers, undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.deciding import page as page_module
from app.deciding import reading
from app.deciding.page import ReviewPage
from app.deciding.queue import AnswerRole, QuestionRole, Queue
from app.deciding.reading import Asked, Question
from app.services import Services
from tagger_core.library.review import NEAR
from tests.support.library import THRESHOLD, Filled


@pytest.fixture
def page(qtbot: QtBot, services: Services, filled: Filled) -> Iterator[ReviewPage]:
    page = ReviewPage(services)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    # As the window does.
    page.decided.connect(services.library.decide)
    page.start(list(filled.ids))
    qtbot.waitUntil(lambda: page.queue.rowCount() > 0 and page.bar._tags.count() > 1)
    yield page
    page.close_workers()


def questions(page: ReviewPage) -> list[Question]:
    return [page.queue.index(row).data(QuestionRole) for row in range(page.queue.rowCount())]


def current(page: ReviewPage) -> Question:
    found = page.list.currentIndex().data(QuestionRole)
    assert isinstance(found, Question)
    return found


def watched(page: ReviewPage) -> list[list[Any]]:
    heard: list[list[Any]] = []
    page.decided.connect(lambda *told: heard.append(list(told)))
    return heard


def test_the_most_certain_come_first(page: ReviewPage) -> None:
    scores = [question.pair.score for question in questions(page)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= THRESHOLD - NEAR
    assert page.list.currentIndex().row() == 0


def test_the_most_doubtful_come_first_when_asked(qtbot: QtBot, page: ReviewPage) -> None:
    page.bar._order.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.queue.rowCount() > 0)
    distances = [abs(question.pair.score - THRESHOLD) for question in questions(page)]
    assert distances == sorted(distances)


def test_one_tag_alone(qtbot: QtBot, page: ReviewPage) -> None:
    page.bar._tags.setCurrentIndex(page.bar._tags.findText("piano"))
    qtbot.waitUntil(lambda: page.queue.rowCount() > 0)
    assert {question.pair.tag for question in questions(page)} == {"piano"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (Qt.Key.Key_A, True),
        (Qt.Key.Key_Right, True),
        (Qt.Key.Key_R, False),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_S, "skipped"),
        (Qt.Key.Key_Down, "skipped"),
    ],
)
def test_keys_answer_and_go_on(qtbot: QtBot, page: ReviewPage, key: Qt.Key, said: bool | str) -> None:
    active(qtbot, page)
    heard, asked = watched(page), current(page)
    qtbot.keyClick(page.list, key)
    assert page.queue.index(0).data(AnswerRole) == said
    assert page.list.currentIndex().row() == 1
    decided = [] if said == "skipped" else [[[asked.pair.track_id], asked.pair.tag, said]]
    assert heard == decided


def active(qtbot: QtBot, page: ReviewPage) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    page.list.setFocus()


def test_the_timeline_that_has_the_keyboard_moves_and_plays(qtbot: QtBot, page: ReviewPage) -> None:
    active(qtbot, page)
    timeline = page.card.timeline
    qtbot.waitUntil(lambda: timeline._course is not None)
    heard, played = watched(page), list[float]()
    timeline.jumped.connect(played.append)
    timeline.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(timeline, key)
    assert heard == []
    assert played == [timeline._course.starts[1]]
    with qtbot.waitSignal(page.play):
        qtbot.keyClick(timeline, Qt.Key.Key_Space)
    qtbot.keyClick(timeline, "a")
    assert [told[2] for told in heard] == [True]


@pytest.mark.parametrize(("name", "said"), [("reject", False), ("skip", "skipped"), ("accept", True)])
def test_a_button_that_has_the_keyboard_is_pressed_by_space(
    qtbot: QtBot, page: ReviewPage, name: str, said: bool | str
) -> None:
    active(qtbot, page)
    played: list[object] = []
    page.play.connect(lambda *told: played.append(told))
    page.bar._plays.setChecked(False)
    button = getattr(page.card, name)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert page.queue.index(0).data(AnswerRole) == said
    assert played == []
    qtbot.keyClick(button, Qt.Key.Key_Right)
    assert page.queue.index(1).data(AnswerRole) is True
    page.card._undo.setFocus()
    qtbot.keyClick(page.card._undo, Qt.Key.Key_Space)
    assert page.queue.index(1).data(AnswerRole) is None


def test_the_mouse_brings_the_keyboard_to_the_questions(qtbot: QtBot, page: ReviewPage) -> None:
    active(qtbot, page)
    page.bar._plays.setChecked(False)
    for place in (page.card.skip, page.card.timeline, page.card):
        page.bar._tags.setFocus()
        qtbot.mouseClick(place, Qt.MouseButton.LeftButton)
        assert page.list.hasFocus()
    played: list[object] = []
    page.play.connect(lambda *told: played.append(told))
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert len(played) == 1


def test_undo_goes_back_answer_by_answer(qtbot: QtBot, page: ReviewPage) -> None:
    active(qtbot, page)
    first, second = questions(page)[:2]
    heard = watched(page)
    for key in "arzz":
        qtbot.keyClick(page.list, key)
    assert [told[1:] for told in heard] == [
        [first.pair.tag, True],
        [second.pair.tag, False],
        [second.pair.tag, None],
        [first.pair.tag, None],
    ]
    assert page.list.currentIndex().row() == 0
    assert [page.queue.index(row).data(AnswerRole) for row in (0, 1)] == [None, None]
    qtbot.keyClick(page.list, "z")
    assert len(heard) == 4


def test_letters_in_the_bar_answer_nothing(qtbot: QtBot, page: ReviewPage) -> None:
    active(qtbot, page)
    heard = watched(page)
    page.bar._tags.setFocus()
    qtbot.keyClick(page.bar._tags, "a")
    assert heard == []


def test_more_questions_come_before_the_last_is_answered(
    qtbot: QtBot, page: ReviewPage, services: Services, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 8)
    monkeypatch.setattr(page_module, "AHEAD", 4)
    page.start(list(filled.ids))
    qtbot.waitUntil(lambda: page.queue.rowCount() == 8)
    answered = set()
    for _ in range(20):
        question = current(page)
        answered.add((question.pair.track_id, question.pair.tag))
        page.answer(accepted=True)
        qtbot.waitUntil(lambda: page.queue.counts()[1] >= 4)
    assert len(answered) == 20
    assert len({(q.pair.track_id, q.pair.tag) for q in questions(page)}) == page.queue.rowCount()


def test_plays_where_the_tag_is_strongest(qtbot: QtBot, page: ReviewPage, services: Services) -> None:
    question, model = current(page), services.active.model
    assert model is not None
    timeline = services.library.timeline(question.pair.track_id, model.id)
    assert timeline is not None
    column = timeline.scores[:, timeline.names.index(question.pair.tag)]
    with qtbot.waitSignal(page.play) as played:
        pass
    assert model.entry.info is not None
    start = timeline.starts[int(column.argmax())] / model.entry.info.sample_rate
    assert played.args == [question.pair.track_id, pytest.approx(start)]


def test_accepting_all_that_are_sure_asks_first_and_is_undone_at_once(
    qtbot: QtBot, page: ReviewPage, services: Services, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_id = services.active.id
    assert model_id is not None
    tag = current(page).pair.tag
    sure = reading.read_sure(services.library, model_id, tag, page_module.SURE, filled.ids)
    heard, asked = watched(page), list[str]()
    monkeypatch.setattr(page_module, "confirmed", lambda *said: bool(asked.append(said[-1])))
    page.accept_sure()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert heard == []
    monkeypatch.setattr(page_module, "confirmed", lambda *_said: True)
    with qtbot.waitSignal(page.decided):
        page.accept_sure()
    assert heard == [[sure, tag, True]]
    assert tag in asked[0]
    assert reading.read_sure(services.library, model_id, tag, page_module.SURE, filled.ids) == []
    page.undo()
    assert heard[1] == [sure, tag, None]
    assert reading.read_sure(services.library, model_id, tag, page_module.SURE, filled.ids) == sure


def test_nothing_left_is_told(qtbot: QtBot, page: ReviewPage, services: Services, filled: Filled) -> None:
    page.start([filled.pending[0]])
    qtbot.waitUntil(lambda: page._stage.told() == "Nothing is left to decide here.")
    assert not page.card.isVisible()


def test_at_the_end_no_answer_is_overwritten(qtbot: QtBot, page: ReviewPage) -> None:
    page.bar._tags.setCurrentIndex(page.bar._tags.findText("80s"))
    qtbot.waitUntil(lambda: page.queue.rowCount() > 1)
    heard = watched(page)
    page.answer(accepted=None)
    for _ in range(page.queue.rowCount() - 1):
        page.answer(accepted=False)
    assert page._stage.told() == "Nothing is left but what you skipped."
    page.answer(accepted=True)
    assert all(said is False for _, _, said in heard)
    page.undo()
    assert page.card.isVisible()
    assert page.list.currentIndex().row() == page.queue.rowCount() - 1


def test_skipping_over_a_decided_question_leaves_its_answer(page: ReviewPage) -> None:
    page.answer(accepted=True)
    page.list.setCurrentIndex(page.queue.index(0))
    page.answer(accepted=None)
    assert page.queue.index(0).data(AnswerRole) is True
    assert page.list.currentIndex().row() == 1


def test_escape_leads_back(qtbot: QtBot, page: ReviewPage) -> None:
    active(qtbot, page)
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.list, Qt.Key.Key_Escape)


def test_the_queue_keeps_qts_contract(qapp: object, services: Services, filled: Filled) -> None:
    model_id = services.active.id
    assert model_id is not None
    queue = Queue()
    QAbstractItemModelTester(queue, QAbstractItemModelTester.FailureReportingMode.Fatal)
    found = reading.read_page(services.library, model_id, Asked("confident", None, filled.ids), None)
    queue.append(found.questions[:5])
    queue.append(found.questions[5:9])
    queue.answer(2, False)
    queue.answer(0, "skipped")
    assert queue.next_open(0) == 1
    assert queue.counts() == (1, 7)
    assert "rejected" in queue.index(2).data()
    queue.clear()
    assert queue.rowCount() == 0
