"""The panel of tags and the text are two faces of one query."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.finding.tag_terms import Choice, choices, with_choice
from tagger_core.errors import QueryError
from tagger_core.library.keys import tag_key
from tagger_core.library.query import Query, format_query, parse
from tagger_core.library.query.expressions import And, Expression, HasTag, Not, Score, Word, terms
from tagger_core.library.query.parser import MAX_LENGTH, MAX_TERMS
from tests.core.library.test_query_text import QUERIES

CHOICES = st.none() | st.builds(
    Choice, st.booleans(), st.none() | st.integers(0, 100).map(lambda hundredths: hundredths / 100)
)
SOME = st.sampled_from(["piano", "female vocal", "Hip-Hop", "80s", "year", "OR", '12" mix', "-x"])


def parts(query: Query) -> tuple[Expression, ...]:
    return query.where.parts if isinstance(query.where, And) else (query.where,)


def speaks_of(part: Expression, tag: str) -> bool:
    names = [
        tag_key(t.text if isinstance(t, Word) else t.name)
        for t in terms(part)
        if isinstance(t, Word | HasTag | Score)
    ]
    return tag_key(tag) in names


@given(QUERIES, SOME, CHOICES)
@settings(max_examples=150, deadline=None)
@example(parse("piano -piano piano>0.3 (piano OR year>1990) pian*"), "Piano", Choice(wanted=False))
@example(parse('similar:3 sort:-"female vocal" a OR b'), "piano", Choice(wanted=True, threshold=0.25))
def test_an_edit_says_what_was_chosen_and_keeps_the_rest(
    query: Query, tag: str, choice: Choice | None
) -> None:
    text = format_query(query)
    assume(len(text) < MAX_LENGTH - 50 and len(terms(query.where)) < MAX_TERMS)
    edited = with_choice(text, tag, choice)
    assert choices(edited, [tag]) == ({} if choice is None else {tag: choice})
    after = parse(edited)
    assert (after.order, after.similar) == (query.order, query.similar)
    kept = [part for part in parts(query) if not speaks_of(part, tag)]
    assert [part for part in parts(after) if not speaks_of(part, tag)] == kept


@given(QUERIES, SOME, CHOICES)
@settings(max_examples=80, deadline=None)
def test_undoing_an_edit_leaves_no_trace(query: Query, tag: str, choice: Choice | None) -> None:
    text = format_query(query)
    assume(len(text) < MAX_LENGTH - 50 and len(terms(query.where)) < MAX_TERMS)
    without = with_choice(text, tag, None)
    assert with_choice(with_choice(text, tag, choice), tag, None) == without
    assert with_choice(without, tag, None) == without


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("piano", Choice(wanted=True)),
        ("tag:PIANO", Choice(wanted=True)),
        ("-piano", Choice(wanted=False)),
        ("NOT tag:piano", Choice(wanted=False)),
        ("piano>0.6", Choice(wanted=True, threshold=0.6)),
        ("piano<=0.2", Choice(wanted=False, threshold=0.2)),
        ("pian*", None),
        ("piano OR jazz", None),
        ("-(piano jazz)", None),
        ("title:piano", None),
        ("piano=0.5", None),
    ],
)
def test_what_was_typed_shows_in_the_panel(text: str, said: Choice | None) -> None:
    assert choices(text, ["Piano"]).get("Piano") == said


def test_a_negation_of_a_comparison_is_not_taken_for_a_plain_one() -> None:
    assert with_choice("-piano>0.5", "piano", Choice(wanted=True)) == "-piano>0.5 tag:piano"
    assert parse("-piano>0.5").where == Not(Score("piano", ">", 0.5))


def test_a_query_that_does_not_parse_is_not_edited() -> None:
    with pytest.raises(QueryError):
        with_choice("piano (", "jazz", Choice(wanted=True))
