import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_core.library.records import TagScore
from tagger_core.metadata.fields import Field
from tagger_core.metadata.presets import (
    PRESETS,
    FieldRule,
    Preset,
    chosen,
    provenance_text,
    wanted,
    with_options,
)
from tagger_core.models.model_info import CATEGORIES

ROCK = TagScore("rock", "genre", 0.9, 0.5)
JAZZ = TagScore("jazz", "genre", 0.7, 0.5)
POP = TagScore("pop", "genre", 0.1, 0.5, accepted=True)
FOLK = TagScore("folk", "genre", 0.99, 0.5, accepted=False)
SOUL = TagScore("soul", "genre", 0.4, 0.5)
CALM = TagScore("calm", "mood", 0.8, 0.5)
ALL = (ROCK, JAZZ, POP, FOLK, SOUL, CALM)


def rule(mode: str, **more: object) -> FieldRule:
    return FieldRule(Field.GENRE, ("genre",), mode, **more)  # type: ignore[arg-type]


def test_accepted_tags_come_first_and_rejected_ones_never() -> None:
    assert chosen(ALL) == [POP, ROCK, CALM, JAZZ]
    assert chosen(ALL, accepted_only=True) == [POP]


@pytest.mark.parametrize(
    ("mode", "present", "after"),
    [
        ("fill", (), ("Pop", "Rock", "Jazz")),
        ("fill", ("Old",), ("Old",)),
        ("merge", ("Old", "ROCK"), ("Old", "ROCK", "Pop", "Jazz")),
        ("merge", ("Old; pop / Jazz",), ("Old; pop / Jazz", "Rock")),
        ("replace", ("Old",), ("Pop", "Rock", "Jazz")),
    ],
)
def test_modes(mode: str, present: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert wanted(rule(mode), chosen(ALL), present) == after


@pytest.mark.parametrize("mode", ["fill", "merge", "replace", "append"])
def test_what_a_person_wrote_stays_when_no_tag_holds(mode: str) -> None:
    assert wanted(rule(mode), [], ("Old",)) == ("Old",)


def test_a_custom_field_is_emptied_when_no_tag_holds() -> None:
    own = FieldRule(Field.custom("MY"), ("genre",), "replace")
    assert wanted(own, [], ("Rock",)) == ()


def test_the_limit_takes_the_best() -> None:
    assert wanted(rule("fill", limit=2), chosen(ALL), ()) == ("Pop", "Rock")


def test_a_separator_makes_one_value() -> None:
    assert wanted(rule("replace", separator=", "), chosen(ALL), ("Old",)) == ("Pop, Rock, Jazz",)
    assert wanted(rule("merge", separator=", "), chosen(ALL), ("Old, Rock",)) == ("Old, Rock, Pop, Jazz",)


def test_a_dj_comment_keeps_the_persons_words_and_replaces_its_own_part() -> None:
    (dj,) = PRESETS["dj"].rules
    first = wanted(dj, [CALM, ROCK], ("My [own] words", "second"))
    assert first == ("My [own] words [Earmark: Calm, Rock]", "second")
    assert wanted(dj, [JAZZ], first) == ("My [own] words [Earmark: Jazz]", "second")
    assert wanted(dj, [], first) == ("My [own] words", "second")
    assert wanted(dj, [CALM], ()) == ("[Earmark: Calm]",)
    assert wanted(dj, [], ("[Earmark: Calm]",)) == ()
    odd = TagScore("a] [b", "mood", 0.9, 0.5)
    assert wanted(dj, [CALM], wanted(dj, [odd], ("x",))) == ("x [Earmark: Calm]",)


tags = st.lists(
    st.builds(
        TagScore,
        st.text(st.sampled_from("ab []/;,:é"), min_size=1, max_size=5).filter(str.strip),
        st.sampled_from(["genre", "mood", "voice"]),
        st.floats(0, 1),
        st.just(0.5),
        st.sampled_from([None, True, False]),
    ),
    max_size=6,
)


@given(tags, st.lists(st.text(st.sampled_from("ab []é,;/"), min_size=1, max_size=9), max_size=3))
def test_writing_twice_is_writing_once(scores: list[TagScore], present: list[str]) -> None:
    for preset in PRESETS.values():
        for one in preset.rules:
            once = wanted(one, chosen(scores), tuple(present))
            assert wanted(one, chosen(scores), once) == once


def test_provenance_names_scores_and_model() -> None:
    odd = TagScore("a:b; c=d", "mood", None, 0.5, accepted=True)
    assert provenance_text([ROCK, odd], "m 1") == ("rock:0.90; a b c d:accepted; model=m 1",)
    assert provenance_text([], "m") == ()


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_complete(name: str) -> None:
    preset = PRESETS[name]
    assert preset.name == name
    assert preset.title
    assert preset.description.endswith(".")
    assert preset.rules
    changed = with_options(preset, accepted_only=True, provenance=True)
    assert (changed.accepted_only, changed.provenance, changed.rules) == (True, True, preset.rules)


def test_the_standard_preset_only_fills() -> None:
    assert {(one.field, one.mode) for one in PRESETS["standard"].rules} == {
        (Field.GENRE, "fill"),
        (Field.MOOD, "fill"),
    }


@pytest.mark.parametrize(("name", "but"), [("custom", set()), ("dj", set()), ("itunes", {"genre"})])
def test_a_preset_for_all_tags_leaves_none_out(name: str, but: set[str]) -> None:
    rule = PRESETS[name].rules[-1]
    assert set(rule.categories) == {*CATEGORIES, ""} - but
    assert len(rule.categories) == len(set(rule.categories))


@pytest.mark.parametrize(
    ("name", "written"), [("custom", "Campfire"), ("dj", "[Earmark: Campfire]"), ("itunes", "Campfire")]
)
def test_a_tag_of_ones_own_is_written_once_it_is_accepted(name: str, written: str) -> None:
    rule = PRESETS[name].rules[-1]
    own = TagScore("campfire", "", None, 0.5, accepted=True)
    assert wanted(rule, chosen([own], accepted_only=True), ()) == (written,)
    assert wanted(rule, chosen([TagScore("campfire", "", None, 0.5, accepted=False)]), ()) == ()


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="only read"):
        FieldRule(Field.TITLE, ("genre",))
    with pytest.raises(ValueError, match="limit"):
        FieldRule(Field.GENRE, ("genre",), limit=-1)
    with pytest.raises(ValueError, match="two rules"):
        Preset("x", "X", "X.", (rule("fill"), rule("merge")))


NAMES = {"rock": "Rock Music", "hip hop": "Hip Hop", "pop": ""}


def test_tags_are_written_as_the_person_named_them() -> None:
    assert wanted(rule("fill"), chosen(ALL), (), NAMES) == ("Rock Music", "Jazz")


def test_a_tag_that_is_not_written_leaves_its_place_to_the_next() -> None:
    assert wanted(rule("fill", limit=1), chosen(ALL), ()) == ("Pop",)
    assert wanted(rule("fill", limit=1), chosen(ALL), (), NAMES) == ("Rock Music",)


def test_two_tags_of_one_name_are_written_once_and_count_once() -> None:
    same = {"rock": "Guitars", "pop": "Guitars"}
    assert wanted(rule("fill", limit=2), chosen(ALL), (), same) == ("Guitars", "Jazz")


def test_what_is_there_under_the_new_name_is_not_added_again() -> None:
    assert wanted(rule("merge"), chosen([ROCK]), ("rock music",), NAMES) == ("rock music",)


def test_names_that_meet_stand_where_the_better_one_stood() -> None:
    tags = [TagScore(name, "genre", score, 0.5) for name, score in (("techno", 0.9), ("rock", 0.8))]
    tags.append(TagScore("electronic", "genre", 0.7, 0.5))
    names = {"techno": "ELECTRONIC"}
    assert wanted(rule("fill"), tags, (), names) == ("ELECTRONIC", "Rock")
    assert wanted(rule("fill", limit=1), tags, (), names) == ("ELECTRONIC",)
