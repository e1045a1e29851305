"""What a query with a slip of the finger may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_core.library.query.parser import parse
from tagger_core.library.query.spelling import respelled

TAGS = ["piano", "slow", "vocal", "female vocal", "electronic", "Hip-Hop"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("piaon", "piano"),
        ("slow piaon -vocl year<1990", "slow piano -vocal year<1990"),
        ("(elektronic OR pianno) bach", "(electronic OR piano) bach"),
        ("hiphop", "Hip-Hop"),
        ("femalevocal", '"female vocal"'),
    ],
)
def test_a_slip_becomes_the_tag_and_the_rest_stays(text: str, meant: str) -> None:
    assert respelled(text, TAGS) == meant
    parse(meant)


@pytest.mark.parametrize(
    "text", ["", "piano", "nocturne", "slo", "piaon (", 'title:"piaon"', '"a piaon"', "is:missing"]
)
def test_what_is_no_slip_is_left_alone(text: str) -> None:
    assert respelled(text, TAGS) is None


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=12), max_size=5))
def test_any_text_gets_an_answer(text: str, tags: list[str]) -> None:
    meant = respelled(text, tags)
    if meant is not None:
        assert meant != text
        parse(meant)
