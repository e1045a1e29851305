import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_core.metadata.fields import READ_ONLY, WRITABLE, Field, clean


@pytest.mark.parametrize("name", [*WRITABLE, *READ_ONLY, "custom:EARMARK", "custom:My tags: 1"])
def test_a_field_is_found_again_by_its_text(name: str) -> None:
    assert Field(str(Field(name))) == Field(name)
    assert hash(Field(name)) == hash(Field(name))


def test_only_what_earmark_is_for_is_written() -> None:
    assert Field.GENRE.writable
    assert Field.custom("MY").writable
    assert not Field.TITLE.writable


@pytest.mark.parametrize("name", ["", " A", "A ", "a=b", "a~b", "ä", "x" * 65, "a\nb", "\0"])
def test_a_custom_name_that_some_format_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a field"):
        Field.custom(name)


@pytest.mark.parametrize("name", ["TITLE", "genre", "Comment", "METADATA_BLOCK_PICTURE", "rating"])
def test_a_custom_field_never_shadows_a_common_one(name: str) -> None:
    with pytest.raises(ValueError, match="meaning of its own"):
        Field.custom(name)


@pytest.mark.parametrize("name", ["", "GENRE", "lyrics", "custom"])
def test_an_unknown_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a field"):
        Field(name)


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_be_encoded_and_stays(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode("utf-8").decode("utf-8")
    assert clean(cleaned) == cleaned
