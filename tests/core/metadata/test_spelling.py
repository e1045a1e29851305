from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_core.library.records import TagScore
from tagger_core.metadata.spelling import cleaned_name, display_name, written_name
from tagger_core.settings import LONGEST_NAME, Settings


@pytest.mark.parametrize(
    ("name", "category", "shown"),
    [
        ("hip-hop", "genre", "Hip-Hop"),
        ("drum and bass", "genre", "Drum and Bass"),
        ("r&b", "genre", "R&B"),
        ("rnb soul", "genre", "R&B Soul"),
        ("the blues", "genre", "The Blues"),
        ("UK Garage", "genre", "UK Garage"),
        ("uk-garage", "genre", "UK-Garage"),
        ("80s", "era", "80s"),
        ("female  vocal", "voice", "Female vocal"),
        ("élan", "mood", "Élan"),
    ],
)
def test_names_are_shown_as_people_write_them(name: str, category: str, shown: str) -> None:
    assert display_name(name, category) == shown


def test_the_persons_name_beats_the_usual_spelling() -> None:
    tag = TagScore("Hip-Hop", "genre", 0.9, 0.5)
    assert written_name(tag, {}) == "Hip-Hop"
    assert written_name(tag, {"hip hop": "Rap"}) == "Rap"
    assert written_name(tag, {"hip hop": ""}) == ""


@given(st.text(max_size=300))
def test_a_cleaned_name_can_be_kept(text: str) -> None:
    name = cleaned_name(text)
    Settings(tag_names={"tag": name})
    assert cleaned_name(name) == name
    assert len(name) <= LONGEST_NAME
