"""One query, and of two answers only the later one."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.finding.finder import IDLE_MS, Finder
from app.services import Services
from tagger_core.library.query import parse
from tests.support.library import Filled


def test_a_query_is_answered_and_counted(qtbot: QtBot, services: Services, filled: Filled) -> None:
    finder = Finder(services)
    results: list[Any] = []
    finder.found.connect(results.append)
    with qtbot.waitSignal(finder.counted) as counted:
        finder.set_text("tag:piano")
    assert [result.ids for result in results] == [services.library.search("tag:piano", services.active.id)]
    counts = {count.name: count.count for count in counted.args[0]}
    assert counts["piano"] == len(results[0].ids) > 0


def test_an_answer_to_an_older_question_is_dropped(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(services)
    answers: list[str] = []
    finder.found.connect(lambda result: answers.append(result.text))
    go_on, search = threading.Event(), services.library.search

    def slow(text: str, *rest: Any) -> list[int]:
        go_on.wait(5)
        return search(text, *rest)

    monkeypatch.setattr(services.library, "search", slow)
    finder.set_text("piano")
    finder.set_text("jazz")
    with qtbot.waitSignal(finder.counted):
        go_on.set()
    assert answers == ["jazz"]


def test_orders_are_prepared_once_the_person_rests_and_not_before(
    qtbot: QtBot, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(services)
    prepared: list[str] = []
    monkeypatch.setattr(services.library, "prepare_orders", lambda cancelled: prepared.append(finder.text()))
    for text in ("p", "pi", "pia"):
        with qtbot.waitSignal(finder.found):
            finder.set_text(text)
    over = threading.Event()
    scan = services.runner.submit("work", lambda task: over.wait(5), lambda _: None, failed=lambda _: None)
    qtbot.wait(IDLE_MS * 2)
    assert prepared == []
    over.set()
    qtbot.waitUntil(lambda: prepared == ["pia"])
    assert not scan.cancelled()


def test_a_bad_query_keeps_the_last_result(qtbot: QtBot, services: Services) -> None:
    finder = Finder(services)
    with qtbot.waitSignal(finder.counted):
        finder.set_text("piano")
    results: list[Any] = []
    finder.found.connect(results.append)
    with qtbot.waitSignal(finder.wrong) as wrong:
        finder.set_text("piano (")
    assert wrong.args[0].position == 7
    assert not results


def test_sorting_rewrites_the_query_and_nothing_else(qtbot: QtBot, services: Services) -> None:
    finder = Finder(services)
    with qtbot.waitSignal(finder.counted):
        finder.set_text("piano OR jazz sort:title")
    with qtbot.waitSignal(finder.counted):
        finder.set_sort("sort:-year")
    assert parse(finder.text()) == parse("(piano OR jazz) sort:-year")
    with qtbot.waitSignal(finder.counted):
        finder.set_sort("")
    assert parse(finder.text()) == parse("piano OR jazz")
