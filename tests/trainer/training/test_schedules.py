"""The rate falls when the papers' does, and training ends when theirs does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from trainer.recipes import RECIPES
from trainer.training.schedules import Progress, cosine

LEE = RECIPES["lee2017"]


def test_the_fourth_round_without_improvement_ends_a_plateau() -> None:
    at = Progress(LEE, steps=10)
    verdicts = [at.judge(loss) for loss in (0.5, 0.4, 0.4, 0.45, 0.41, 0.39, 0.5, 0.5, 0.5, 0.39)]
    assert verdicts == ["go on"] * 9 + ["fall"]
    assert at.rate() == pytest.approx(0.002)


def test_training_ends_with_the_fifth_plateau_at_the_last_rate() -> None:
    at, rates, verdicts = Progress(LEE, steps=10), [], []
    while not at.over:
        rates.append(at.rate())
        verdicts.append(at.judge(1.0))
    assert verdicts.count("fall") == 4
    assert sorted(set(rates), reverse=True) == pytest.approx([0.01, 0.002, 0.0004, 0.00008, 0.000016])
    # One round that sets the mark and four that miss it; then four at each of the other rates.
    assert len(rates) == 5 + 4 * 4


def test_a_new_stage_of_the_authors_code_has_a_mark_of_its_own() -> None:
    at = Progress(RECIPES["lee2017-code"], steps=10)
    for loss in (0.4, 0.5, 0.5, 0.5, 0.5):
        at.step += 10
        verdict = at.judge(loss)
    assert verdict == "fall"
    assert at.rate() == 0.002
    at.step += 10
    assert at.rate() == pytest.approx(0.002 / (1 + 1e-6 * 10))
    assert at.judge(0.9) == "go on"
    assert (at.lowest, at.waited) == (0.9, 0)


def test_a_recipe_with_fewer_rounds_ends_earlier() -> None:
    at = Progress(replace(LEE, rounds=2), steps=10)
    assert [at.judge(0.5), at.judge(0.4)] == ["go on", "end"]


def test_a_cosine_rises_then_falls_to_nothing() -> None:
    factors = [cosine(progress / 100, 0.1) for progress in range(101)]
    assert factors[0] < 0.02
    assert factors[10] == max(factors) == 1
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[100] == pytest.approx(0)


def test_progress_goes_on_from_its_state() -> None:
    at, again = Progress(LEE, steps=10), Progress(LEE, steps=10)
    at.step = 20
    at.judge(0.3)
    again.restore(at.state())
    assert again == at
    assert at.lowest == 0.3
    assert not math.isinf(again.lowest)
