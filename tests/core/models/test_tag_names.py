"""The tag lists of the public data sets."""

import pytest

from tagger_core.models.model_info import CATEGORIES
from tagger_core.models.tag_names import JAMENDO, MSD, MTAT, TAG_NAMES, tags


@pytest.mark.parametrize("dataset", ["mtat", "msd", "jamendo"])
def test_each_data_set_has_fifty_tags_of_known_categories(dataset: str) -> None:
    names = [name.casefold() for name, _ in TAG_NAMES[dataset]]
    assert len(names) == len(set(names)) == 50
    assert {category for _, category in TAG_NAMES[dataset]} <= set(CATEGORIES)
    assert [tag.name for tag in tags(dataset, 0.25)] == [name for name, _ in TAG_NAMES[dataset]]
    assert {tag.threshold for tag in tags(dataset, 0.25)} == {0.25}


def test_the_order_is_that_of_the_public_checkpoints() -> None:
    assert [name for name, _ in MTAT[:3]] == ["guitar", "classical", "slow"]
    assert [name for name, _ in MTAT[-4:]] == ["country", "metal", "female voice", "choral"]
    assert [name for name, _ in MSD[:3]] == ["rock", "pop", "alternative"]
    assert [name for name, _ in MSD[-3:]] == ["sad", "House", "happy"]
    assert [name for name, _ in JAMENDO[30:32]] == ["world", "acousticguitar"]
    assert JAMENDO[44:46] == (("voice", "voice"), ("emotional", "mood"))
    for category in ("genre", "instrument", "mood"):
        names = [name for name, kind in JAMENDO if kind == category]
        assert names == sorted(names)


@pytest.mark.parametrize(
    ("dataset", "name", "category"),
    [
        ("mtat", "guitar", "instrument"),
        ("mtat", "slow", "tempo"),
        ("mtat", "no vocals", "voice"),
        ("mtat", "new age", "genre"),
        ("mtat", "loud", "texture"),
        ("msd", "80s", "era"),
        ("msd", "oldies", "era"),
        ("msd", "sad", "mood"),
        ("msd", "female vocalist", "voice"),
        ("jamendo", "easylistening", "genre"),
        ("jamendo", "relaxing", "mood"),
    ],
)
def test_a_tag_has_the_category_that_a_listener_would_say(dataset: str, name: str, category: str) -> None:
    assert dict(TAG_NAMES[dataset])[name] == category
