"""The person's word is kept at once and can be taken back."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.decider import Decider
from app.services import Services
from tagger_core.errors import LibraryError
from tests.support.library import Filled


def said(services: Services) -> dict[tuple[int, str], bool]:
    return {(d.track_id, d.name): d.accepted for d in services.library.decisions()}


def test_undo_restores_what_was_said_before_song_by_song(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    one, two, three = filled.ids[:3]
    services.library.decide([one], "Piano", True)
    services.library.decide([two], "Piano", False)
    before = said(services)
    decider = Decider(services)
    with qtbot.waitSignal(decider.decided) as decided:
        decider.decide([one, two, three], "piano", False)
    assert decided.args == [[one, two, three]]
    assert set(said(services).values()) == {False}
    with qtbot.waitSignal(decider.decided):
        decider.undo()
    assert said(services) == before


def test_undo_goes_back_step_by_step_and_then_stops(qtbot: QtBot, services: Services, filled: Filled) -> None:
    decider = Decider(services)
    can: list[bool] = []
    decider.can_undo.connect(can.append)
    for tag in ("piano", "jazz"):
        with qtbot.waitSignal(decider.decided):
            decider.decide(filled.ids[:1], tag, True)
    for _ in range(2):
        with qtbot.waitSignal(decider.decided):
            decider.undo()
    decider.undo()
    assert said(services) == {}
    assert can == [True, True, True, False]


def test_undo_takes_back_a_decision_that_is_still_being_kept(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    decider = Decider(services)
    decider.decide(filled.ids[:1], "piano", True)
    decider.decide(filled.ids[:1], "jazz", True)
    with qtbot.waitSignal(decider.undone):
        decider.undo()
    assert said(services) == {(filled.ids[0], "piano"): True}


def test_an_answer_that_was_taken_back_is_no_step(qtbot: QtBot, services: Services, filled: Filled) -> None:
    decider = Decider(services)
    decider.decide(filled.ids[:1], "jazz", True)
    decider.answer(filled.ids[:1], "piano", True)
    decider.answer(filled.ids[:1], "piano", None)
    with qtbot.waitSignal(decider.undone) as undone:
        decider.undo()
    assert undone.args is not None
    assert undone.args[0].tag == "jazz"
    assert said(services) == {}


def test_a_decision_on_nothing_is_none(services: Services, filled: Filled) -> None:
    decider = Decider(services)
    decider.decide([], "piano", True)
    decider.decide(filled.ids[:1], " - ", True)
    assert not services.runner.busy


def test_a_name_that_begins_with_a_minus_is_refused_rather_than_accepted_without_it(
    qtbot: QtBot, services: Services, filled: Filled
) -> None:
    decider = Decider(services)
    with qtbot.waitSignal(decider.failed) as refused:
        decider.decide([filled.ids[0]], "-vocal", accepted=True)
    assert isinstance(refused.args[0], LibraryError)
    assert services.library.decisions([filled.ids[0]]) == []
