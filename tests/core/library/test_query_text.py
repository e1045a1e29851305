"""Text to expressions and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.errors import QueryError
from tagger_core.library.query import format_query, parse
from tagger_core.library.query.expressions import (
    And,
    Expression,
    FieldCompare,
    FieldMissing,
    FieldRange,
    FieldText,
    HasTag,
    InFolder,
    Not,
    Or,
    Query,
    Score,
    Similar,
    SortKey,
    State,
    Word,
    conjunction,
    disjunction,
)
from tagger_core.library.query.fields import FIELDS, STATES
from tagger_core.library.query.parser import MAX_DEPTH, MAX_LENGTH, MAX_TERMS

A, B, C = Word("a"), Word("b"), Word("c")

WHERE = {
    "": And(),
    "   ": And(),
    "a": A,
    "a b": And((A, B)),
    "a AND b": And((A, B)),
    "a OR b": Or((A, B)),
    "a b OR c": Or((And((A, B)), C)),
    "a (b OR c)": And((A, Or((B, C)))),
    "(a b) c": And((A, B, C)),
    "-a": Not(A),
    "NOT a": Not(A),
    "NOT (a OR b)": Not(Or((A, B))),
    "-(a b)": Not(And((A, B))),
    "a-b": Word("a-b"),
    "hip-hop": Word("hip-hop"),
    "AC/DC": Word("AC/DC"),
    "a or b": And((A, Word("or"), B)),
    "Daft Punk - Around": And((Word("Daft"), Word("Punk"), Word("Around"))),
    "pian*": Word("pian", prefix=True),
    '"a b"': Word("a b"),
    '"a b"*': Word("a b", prefix=True),
    '"12"" mix"': Word('12" mix'),
    '"OR"': Word("OR"),
    '"-a"': Word("-a"),
    '"pian*"': Word("pian*"),
    "*": And(),
    "tag:piano": HasTag("piano"),
    'tag:"female vocal"': HasTag("female vocal"),
    "piano>0.6": Score("piano", ">", 0.6),
    "piano >= .6": Score("piano", ">=", 0.6),
    '"female vocal">0.4': Score("female vocal", ">", 0.4),
    "80s>0.5": Score("80s", ">", 0.5),
    '"year">0.5': Score("year", ">", 0.5),
    "piano=1": Score("piano", "=", 1.0),
    "artist:bach": FieldText("artist", "bach"),
    "Artist: bach": FieldText("artist", "bach"),
    'title:"love me"': FieldText("title", "love me"),
    "title:lov*": FieldText("title", "lov", prefix=True),
    "path:/music/rock": FieldText("path", "/music/rock"),
    "year:1990": FieldCompare("year", "=", "1990"),
    "year=1990": FieldCompare("year", "=", "1990"),
    "year>=1990": FieldCompare("year", ">=", "1990"),
    "year:1990..1999": FieldRange("year", "1990", "1999"),
    "year:1990..": FieldRange("year", "1990", ""),
    "year:..1999": FieldRange("year", "", "1999"),
    "duration:3:00..4:30": FieldRange("duration", "3:00", "4:30"),
    "duration>1:02:03": FieldCompare("duration", ">", "1:02:03"),
    "added:2024-05": FieldCompare("added", "=", "2024-05"),
    "added>2024-05-01": FieldCompare("added", ">", "2024-05-01"),
    "added:7d": FieldCompare("added", "=", "7d"),
    'genre:""': FieldMissing("genre"),
    "folder:/music/rock": InFolder("/music/rock"),
    'Folder:"/music/rock (12"" mixes)/*"': InFolder('/music/rock (12" mixes)/*'),
    "-folder:C:\\Music": Not(InFolder("C:\\Music")),
    'year:""': FieldMissing("year"),
    "artist:*": Not(FieldMissing("artist")),
    "is:pending": State("pending"),
    "-is:Missing": Not(State("missing")),
}


@pytest.mark.parametrize("text", WHERE)
def test_a_query_says_this(text: str) -> None:
    assert parse(text).where == WHERE[text]


def test_sort_and_similar_speak_of_the_whole_query() -> None:
    query = parse('a OR sort:-energy b sort:"female vocal" similar:"/music/x y.mp3" sort:-"a b"')
    order = (SortKey("energy", descending=True), SortKey("female vocal"), SortKey("a b", descending=True))
    assert query == Query(Or((A, B)), order, Similar("/music/x y.mp3"))


ERRORS = {
    '"a': (0, "quote is never closed"),
    "a (b": (2, "parenthesis is never closed"),
    "a )": (2, "nothing that this closes"),
    "()": (1, "cannot stand here"),
    "a OR": (4, "ends too early"),
    "OR a": (0, "joins what stands on both sides"),
    "a OR OR b": (5, "joins what stands on both sides"),
    "a AND": (5, "nothing after AND"),
    "NOT": (3, "ends too early"),
    "a >": (3, "ends too early"),
    "> 0.5": (0, "cannot stand here"),
    "piano>loud": (6, "not a score"),
    "piano>1.5": (6, "not a score"),
    "piano>nan": (6, "not a score"),
    "a foo:bar": (2, "no field 'foo'"),
    '"foo":bar': (0, "no field 'foo'"),
    "artist>b": (0, "artist holds text"),
    "year:19x0": (5, "does not fit"),
    "year:1990..x": (11, "does not fit"),
    "year:..": (5, "does not fit"),
    "year:199*": (5, "'199*' does not fit"),
    'year:"1990"*': (5, "'1990*' does not fit"),
    "year:1990..199*": (11, "'199*' does not fit"),
    "bpm>12*": (4, "'12*' does not fit"),
    "piano>0.5*": (6, "'0.5*' is not a score"),
    "rating:7": (7, "does not fit"),
    "added:2024-13": (6, "does not fit"),
    "added:2024-02-30": (6, "does not fit"),
    "added>7d": (6, "an age stands for itself"),
    "duration:3:99": (9, "does not fit"),
    "is:nice": (3, "no state"),
    "tag:": (4, "ends too early"),
    'tag:""': (4, "nothing between the quotes"),
    '""': (0, "nothing between the quotes"),
    'folder:""': (7, "nothing between the quotes"),
    "folder:/music/ro*": (7, "a folder is named whole"),
    "folder>b": (7, "not a score"),
    "(a sort:title)": (3, "whole query"),
    "-sort:title": (1, "whole query"),
    "a OR sort:title": (15, "one side of OR"),
    "similar:1 similar:2": (10, "two similar"),
    "sort:-": (5, "nothing to sort by"),
}


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_says_where_and_what(text: str) -> None:
    with pytest.raises(QueryError, match=re.escape(ERRORS[text][1])) as caught:
        parse(text)
    assert caught.value.position == ERRORS[text][0]
    assert caught.value.expected
    assert caught.value.query == text


def test_whoever_begins_a_year_is_told_of_ranges() -> None:
    with pytest.raises(QueryError) as caught:
        parse("year:199*")
    assert "1990..1999" in caught.value.expected


def test_a_misspelt_field_is_led_to_the_right_one() -> None:
    with pytest.raises(QueryError) as caught:
        parse("artits:bach")
    assert caught.value.expected == "artist:"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 1000 + "a" + ")" * 1000,
        "-" * 3000 + "a",
        "NOT " * 900 + "a",
        "a " * 1900,
        "a OR " * 700 + "a",
        "a" * (MAX_LENGTH + 1),
        '"' * 3999,
    ],
)
def test_hostile_queries_are_errors(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


@given(st.text(max_size=60) | st.text(st.sampled_from('ab"()-*:<>=. \0\ud800٣ORNTAD'), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_parses_or_is_an_error_within_it(text: str) -> None:
    query: Query | QueryError
    error = None
    try:
        query = parse(text)
    except QueryError as caught:
        error = caught
    if error is not None:
        assert 0 <= error.position <= len(text)
        return
    assert parse(format_query(query)) == query


_NAMES = st.text(min_size=1, max_size=8).filter(str.strip) | st.sampled_from(
    ["OR", "year", "a b", "-x", '"', "é*"]
)
_TEXT_FIELDS = st.sampled_from([name for name, field in FIELDS.items() if field.read is None])
_YEARS = st.integers(0, 9999).map(str)
_TERMS = st.one_of(
    st.builds(Word, _NAMES, st.booleans()),
    st.builds(HasTag, _NAMES),
    st.builds(
        Score,
        _NAMES,
        st.sampled_from([">", ">=", "<", "<=", "="]),
        st.floats(0, 1).map(lambda x: round(x, 9)),
    ),
    st.builds(FieldText, _TEXT_FIELDS, _NAMES, st.booleans()),
    st.builds(FieldCompare, st.just("year"), st.sampled_from([">", ">=", "<", "<=", "="]), _YEARS),
    st.builds(FieldRange, st.just("year"), _YEARS, _YEARS | st.just("")),
    st.builds(FieldMissing, st.sampled_from(sorted(FIELDS))),
    st.builds(State, st.sampled_from(STATES)),
    st.builds(InFolder, _NAMES),
)


def _grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | several.map(conjunction) | several.map(disjunction)


EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(_TERMS, _grown, max_leaves=8)
QUERIES = st.builds(
    Query,
    EXPRESSIONS | st.just(And()),
    st.lists(st.builds(SortKey, _NAMES, st.booleans()), max_size=2).map(tuple),
    st.none() | st.builds(Similar, _NAMES),
)


@given(QUERIES)
@settings(max_examples=300, deadline=None)
def test_the_text_of_a_query_parses_back_to_it(query: Query) -> None:
    assert parse(format_query(query)) == query


def test_the_limits_are_reached_before_they_are_passed() -> None:
    assert len(parse(" ".join(["a"] * MAX_TERMS)).where.parts) == MAX_TERMS  # type: ignore[union-attr]
    parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
