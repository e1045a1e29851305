"""What queries find in a small real library."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from tagger_core.errors import QueryError
from tagger_core.library import keys, large, search
from tagger_core.library.query import compile_query, parse
from tagger_core.library.query.expressions import (
    And,
    Expression,
    FieldCompare,
    HasTag,
    Not,
    Or,
    Query,
    Score,
    State,
)
from tagger_core.library.query.formatting import format_query
from tagger_core.library.schema import WriteBatch, WriteFile
from tagger_core.library.store import Library
from tests.core.library.shelf import MUSIC, THRESHOLDS, add_model, add_track, hear
from tests.core.library.test_query_text import QUERIES


def _ms(*day: int) -> int:
    return int(datetime.datetime(*day).timestamp() * 1000)


_NOW = keys.now_ms()
TRACKS: dict[str, dict[str, object]] = {
    "bjork": {
        "title": "Jóga", "artist": "Björk", "album": "Homogenic", "year": 1997,
        "genre": "Electronic; Art Pop",
        "seconds": 305.4, "bpm": 89.6, "rating": 5.0,
        "codec": "flac", "container": "flac",
        "added_at": _ms(2024, 5, 1, 12), "scores": {"vocal": 0.9, "female vocal": 0.8, "piano": 0.2},
    },
    "satie": {
        "title": "Gymnopédie No. 1", "artist": "Erik Satie", "album": "Piano Works",
        "genre": "Classical",
        "year": 1985,
        "seconds": 210.7, "bpm": None, "rating": None,
        "codec": "mp3", "container": "mp3",
        "added_at": _ms(2024, 6, 30, 23, 59), "scores": {"piano": 0.95, "vocal": 0.05},
    },
    "acdc": {
        "title": "T.N.T.", "artist": "AC/DC", "album": "High Voltage",
        "genre": "Rock", "year": 1975,
        "seconds": 215.0, "bpm": 126.0, "rating": 3.5,
        "codec": "aac", "container": "mov,mp4,m4a",
        "added_at": _NOW - 86_400_000, "scores": {"vocal": 0.5, "80s": 0.6, "Hip-Hop": 0.31},
    },
    "tokyo": {  # pending: nobody has heard it
        "title": "東京タワー", "artist": "", "album": "",
        "genre": "", "year": None,
        "seconds": None,
        "bpm": None, "rating": None,
        "codec": "", "container": "",
        "added_at": _NOW - 30 * 86_400_000, "scores": None,
    },
    "gone": {
        "title": "Piano Gone", "artist": "The Missing", "album": "",
        "genre": "", "year": 2001,
        "seconds": 60.0, "bpm": None, "rating": None,
        "codec": "mp3", "container": "mp3", "missing": True,
        "added_at": 0,
        "scores": {"piano": 0.9},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    with Library.open(tmp_path_factory.mktemp("shelf") / "l.sqlite") as library:
        model_id = add_model(library)
        ids = {}
        for name, track in TRACKS.items():
            values = dict(track)
            scores = values.pop("scores")
            ids[name] = add_track(library, f"{name}.{values['codec'] or 'ogg'}", **values)
            if scores is not None:
                hear(library, ids[name], model_id, scores)  # type: ignore[arg-type]
        library.decide([ids["tokyo"]], "My own Tag", True)
        library.decide([ids["acdc"]], "80s", False)
        library.decide([ids["acdc"]], "Piano", True)
        with library.write() as connection:
            batch = connection.execute(
                insert(WriteBatch).values(created_at=1).returning(WriteBatch.c.id)
            ).scalar_one()
            written = {"path": b"/x", "temporary": b"/y", "before_size": 1, "before_mtime_ns": 1}
            for name, state in (("bjork", "done"), ("satie", "undone")):
                row = {"batch_id": batch, "track_id": ids[name], "state": state, **written}
                connection.execute(insert(WriteFile).values(row))
            # The one was taken back; the other too, and then written again.
            undo, redo = (
                connection.execute(
                    insert(WriteBatch).values(created_at=1, undo_of=of).returning(WriteBatch.c.id)
                ).scalar_one()
                for of in (batch, batch + 1)
            )
            for name, of, state in (
                ("satie", undo, "done"),
                ("acdc", undo, "undone"),
                ("acdc", redo, "done"),
            ):
                row = {"batch_id": of, "track_id": ids[name], "state": state, **written}
                connection.execute(insert(WriteFile).values(row))
        yield SimpleNamespace(
            library=library, model_id=model_id, ids=ids, names={i: n for n, i in ids.items()}
        )


FOUND = {
    "": "acdc bjork satie tokyo",
    # words: case, accents, composition; texts or tags
    "bjork": "bjork",
    "BJÖRK": "bjork",
    unicodedata.normalize("NFD", "jóga"): "bjork",
    "gymnopedie satie": "satie",
    "gym": "",
    "gym*": "satie",
    '"erik satie"': "satie",
    '"satie erik"': "",
    '"erik sat"*': "satie",
    "ac/dc": "acdc",
    "T.N.T.": "acdc",
    "東京": "tokyo",
    "タワー": "tokyo",
    "大阪": "",
    "piano": "acdc satie",  # a decision; a text and a score
    "vocal": "acdc bjork",
    '"female vocal"': "bjork",
    "hip-hop": "acdc",
    '"hip hop"': "acdc",
    "tag:Hip_Hop": "acdc",
    '"my own tag"': "tokyo",
    "tag:piano": "acdc satie",
    # scores; the person's word is 1 or 0
    "piano>0.9": "acdc satie",
    "piano>0.95": "acdc",
    "piano<0.5": "bjork",
    "80s>=0.6": "",
    "80s<0.1": "acdc bjork satie",
    "80s=0": "acdc bjork satie",
    # negation leaves out what nobody has heard
    "-vocal": "satie",
    "-tag:vocal": "satie",
    "-vocal>0.4": "satie",
    "-piano": "bjork",
    "-(vocal OR piano)": "",
    "NOT (vocal piano)": "bjork satie",
    "NOT (vocal piano) -bjork": "satie",
    "--vocal": "acdc bjork",
    "-satie": "acdc bjork tokyo",
    '-"my own tag"': "",
    "-vocal OR is:pending": "satie tokyo",
    "-(vocal OR tokyo*)": "satie",
    # fields
    "artist:bjork": "bjork",
    "album:piano": "satie",
    "title:piano": "",
    "genre:pop": "bjork",
    '-genre:pop': "acdc satie tokyo",
    'genre:""': "tokyo",
    'year:""': "tokyo",
    '-year:""': "acdc bjork satie",
    "artist:*": "acdc bjork satie",
    "path:music": "acdc bjork satie tokyo",
    'path:"music/bjork"': "bjork",
    "folder:/music": "acdc bjork satie tokyo",
    "folder:/music/": "acdc bjork satie tokyo",
    "folder:/music/../music/.": "acdc bjork satie tokyo",
    "folder:/": "acdc bjork satie tokyo",
    "folder:/mus": "",
    "folder:music": "",
    "folder:/music/bjork.flac": "",
    "-folder:/music": "",
    "-folder:/mus piano": "acdc satie",
    "folder:/music is:missing": "gone",
    "folder:/music year<1980": "acdc",
    "folder:/elsewhere OR year<1980": "acdc",
    "format:flac": "bjork",
    "format:m4a": "acdc",
    "format:ogg": "tokyo",
    "-format:flac": "acdc satie tokyo",
    "year:1985": "satie",
    "year>=1985": "bjork satie",
    "year>1985": "bjork",
    "year:1970..1985": "acdc satie",
    "year:..1975": "acdc",
    "-year:1970..1985": "bjork",
    "-year>=1985": "acdc",
    "year:1990..1980": "",
    "duration:3:30": "satie",
    "duration:3:30..3:35": "acdc satie",
    "duration>=215": "acdc bjork",
    "duration>3:35": "bjork",
    "duration:3m": "acdc satie",
    "bpm:90": "bjork",
    "bpm:89.6": "bjork",
    "bpm>=126": "acdc",
    "bpm>126": "",
    "rating:5": "bjork",
    "rating>=3.5": "acdc bjork",
    'rating:""': "satie tokyo",
    "added:2024-05": "bjork",
    "added:2024-05-01": "bjork",
    "added>2024-05-01": "acdc satie tokyo",
    "added:2024-05..2024-06": "bjork satie",
    "added:2024": "bjork satie",
    "added:7d": "acdc",
    "-added:7d": "bjork satie tokyo",
    "added:6w": "acdc tokyo",
    # states
    "is:analysed": "acdc bjork satie",
    "is:pending": "tokyo",
    "-is:analysed": "tokyo",
    "is:missing": "gone",
    "is:missing piano": "gone",
    "-is:missing": "acdc bjork satie tokyo",
    "is:missing OR tokyo*": "gone tokyo",
    "is:written": "acdc bjork",
    "-is:written": "satie tokyo",
    "is:written OR is:written bjork": "acdc bjork",
    "is:accepted": "acdc tokyo",
    "is:rejected": "acdc",
    "is:problem": "",
    # together
    "vocal year:1970..1979": "acdc",
    "(vocal OR piano) -80s": "acdc bjork satie",
    "rock OR classical -vocal": "acdc satie",
    # order: tracks without the value last, both ways
    "sort:year": "acdc satie bjork tokyo",
    "sort:-year": "bjork satie acdc tokyo",
    "sort:artist": "acdc bjork satie tokyo",
    "sort:-artist": "satie bjork acdc tokyo",
    "sort:-piano": "acdc satie bjork tokyo",
    "sort:piano": "bjork satie acdc tokyo",
    "sort:-rating sort:title": "bjork acdc satie tokyo",
    "sort:-added": "acdc tokyo satie bjork",
    'sort:-"female vocal" -rock': "bjork satie tokyo",
    "sort:format sort:path": "acdc bjork satie tokyo",
}  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_a_query_finds(shelf: SimpleNamespace, text: str) -> None:
    found = [shelf.names[i] for i in shelf.library.search(text, shelf.model_id)]
    assert found == FOUND[text].split()


def test_a_length_is_as_exact_as_it_is_typed(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l.sqlite") as library:
        known = (89.0, 95.0, 100.0, 1700.0, 3590.0, 4000.0)
        ids = {add_track(library, f"{n}.mp3", seconds=n): n for n in known}
        for text, lengths in (
            ("duration>1.5m", [100, 1700, 3590, 4000]),
            ("duration:1.5m", [95]),
            ("duration:1.50min", []),
            ("duration<=0.5h", [89, 95, 100, 1700]),
            ("duration:0.4h..0.9h", [1700, 3590]),
            ("duration:1.4m..30m", [89, 95, 100, 1700]),
            ("duration:1m", [89, 95, 100]),
            ("duration:100.0s", [100]),
        ):
            assert [ids[i] for i in library.search(f"{text} sort:duration")] == lengths, text


def test_who_could_not_be_heard_has_no_length(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l.sqlite") as library:
        lengths = {"short": 50.0, "long": 100.0, "broken": 0.0, "new": None}
        names = {add_track(library, f"{name}.mp3", seconds=s): name for name, s in lengths.items()}
        for text, found in (
            ("duration<1:00", "short"),
            ("duration:0", ""),
            ("duration:..1:00", "short"),
            ("-duration>1:00", "short"),
            ('duration:""', "broken new"),
            ('-duration:""', "long short"),
            ("sort:duration", "short long broken new"),
            ("sort:-duration", "long short broken new"),
        ):
            assert [names[i] for i in library.search(text)] == found.split(), text
            with library.read() as connection:
                context = search.context(connection, parse(text), text, None)
                everything = dataclasses.replace(context, big_set=0)
                in_memory = large.found(connection, compile_query(parse(text), everything), everything)
            assert [names[i] for i in in_memory] == found.split(), text


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("tag:pinao", 0, "piano"),
        ("bjork pianoo>0.5", 6, "piano"),
        ('"femal vocal">0.5', 0, "female vocal"),
        ("sort:-pino", 0, "piano"),
        ("bjork similar:nowhere", 6, "the path or the id of one track"),
        ('similar:"\ud800\0"', 0, "the path or the id of one track"),
        ("similar:tokyo.ogg", 0, "an analysed track"),
        ('bjork folder:"\ud800"', 6, "a folder such as"),
    ],
)
def test_what_is_not_there_is_told(shelf: SimpleNamespace, text: str, position: int, expected: str) -> None:
    with pytest.raises(QueryError) as caught:
        shelf.library.search(text, shelf.model_id)
    assert caught.value.position == position
    assert expected in caught.value.expected


def test_without_a_model_words_are_texts_and_tags_are_told(shelf: SimpleNamespace) -> None:
    found = shelf.library.search("gymnopedie")
    assert [shelf.names[i] for i in found] == ["satie"]
    with pytest.raises(QueryError, match="no tag 'vocal'"):
        shelf.library.search("vocal>0.5")
    assert [shelf.names[i] for i in shelf.library.search("tag:piano")] == ["acdc"]


def test_a_limit_keeps_the_first(shelf: SimpleNamespace) -> None:
    assert [shelf.names[i] for i in shelf.library.search("sort:year", shelf.model_id, limit=2)] == [
        "acdc",
        "satie",
    ]


def test_similar_is_found_by_id_path_and_end_of_path(shelf: SimpleNamespace) -> None:
    seed = shelf.ids["bjork"]
    found = shelf.library.search(f"similar:{seed}", shelf.model_id)
    assert {shelf.names[i] for i in found} == {"acdc", "satie"}
    for way in (
        str(MUSIC / "bjork.flac"),
        "BJORK.flac",
        "music/bjork.flac",
        str(MUSIC / "rock/../bjork.flac"),
    ):
        assert shelf.library.search(f'similar:"{way}"', shelf.model_id) == found
    assert [shelf.names[i] for i in shelf.library.search(f"similar:{seed} year<1980", shelf.model_id)] == [
        "acdc"
    ]


def _statement(shelf: SimpleNamespace, text: str) -> tuple[str, list[object]]:
    query = parse(text)
    with shelf.library.read() as connection:
        against = search.context(connection, query, text, shelf.model_id)
        compiled = compile_query(query, against).ordered(against).compile(connection)
    return str(compiled), list(compiled.params.values())


@pytest.mark.parametrize(
    "text",
    [
        "zqxj", "zqxj*", '"東zqxj"', "artist:zqxj", "format:zqxj", "folder:/zqxj%_",
        '"zqxj\'; DROP TABLE track --"', '"zqxj"" OR 1=1"',
        "title:zqxj year:7531 duration:75:31 bpm>7531 rating<1.7531 added:2753-01 piano>0.7531",
    ],
)  # fmt: skip
def test_no_text_of_the_person_becomes_sql(shelf: SimpleNamespace, text: str) -> None:
    sql, values = _statement(shelf, text)
    assert "zqxj" not in sql
    assert "7531" not in sql
    assert "DROP" not in sql
    assert values
    assert "'" not in sql.replace("LIKE '%' || ?", "").replace("ESCAPE '/'", "")
    shelf.library.search(text, shelf.model_id)
    assert len(shelf.library.search("", shelf.model_id)) == 4


@given(st.text(max_size=40) | st.text(st.sampled_from('ab"()-*:<>=. \0\ud800٣ORNT東é!%_{}^+'), max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_finds_something_or_is_an_error(shelf: SimpleNamespace, text: str) -> None:
    try:
        found = shelf.library.search(text, shelf.model_id)
    except QueryError:
        return
    assert set(found) <= set(shelf.names)


@given(QUERIES)
@settings(max_examples=150, deadline=None)
def test_any_query_finds_something_or_is_an_error(shelf: SimpleNamespace, query: Query) -> None:
    try:
        found = shelf.library.search(format_query(query), shelf.model_id)
    except QueryError:
        return
    assert set(found) <= set(shelf.names)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f'"{"a b " * 12}"' for _ in range(60)),
        " OR ".join(f"-(vocal piano>0.{i:02d})" for i in range(10, 40)),
        "-(vocal (bjork OR " * 4 + "80s" + "))" * 4,
        " ".join(f"vocal>0.{i:02d}" for i in range(10, 70)),
        " OR ".join(["is:problem"] * 60),
        " ".join(["sort:-vocal"] * 30),
        '"' + "é b" * 1000 + '"',
        "(" * 12 + "a OR b c" + ")" * 12,
        "a OR (b (" * 6 + "c" + "))" * 6,
    ],
)
def test_the_largest_queries_are_within_the_limits_of_sqlite(shelf: SimpleNamespace, text: str) -> None:
    shelf.library.search(text, shelf.model_id)


# The order in which conditions are looked up must not change what is found: three-valued logic, read plainly.

_LEAVES = st.one_of(
    st.sampled_from([HasTag("piano"), HasTag("vocal"), State("pending"), FieldCompare("year", ">=", "1985")]),
    st.builds(
        Score,
        st.sampled_from(["piano", "vocal", "80s"]),
        st.sampled_from([">", ">=", "<", "<="]),
        st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    ),
)
_LOGIC: st.SearchStrategy[Expression] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=7,
)
_DECIDED = {("acdc", "80s"): 0.0, ("acdc", "piano"): 1.0}


def _score(track: str, tag: str) -> float | None:
    scores = TRACKS[track]["scores"]
    return _DECIDED.get((track, tag), None if scores is None else scores.get(tag, 0.0))  # type: ignore[attr-defined]


def _compared(score: float | None, operator: str, value: float) -> bool | None:
    if score is None:
        return None
    return {">": score > value, ">=": score >= value, "<": score < value, "<=": score <= value}[operator]


def _true(expression: Expression, track: str) -> bool | None:  # noqa: PLR0911 - one case for each kind
    match expression:
        case Not(part):
            inner = _true(part, track)
            return None if inner is None else not inner
        case And(parts):
            values = [_true(part, track) for part in parts]
            return False if False in values else None if None in values else True
        case Or(parts):
            values = [_true(part, track) for part in parts]
            return True if True in values else None if None in values else False
        case HasTag(name):
            return _compared(_score(track, name), ">=", THRESHOLDS[name])
        case Score(name, operator, value):
            return _compared(_score(track, name), operator, value)
        case State():
            return TRACKS[track]["scores"] is None
        case _:
            year = TRACKS[track]["year"]
            return None if year is None else int(str(year)) >= 1985


@given(_LOGIC, st.sampled_from([0, 1, 3, 100_000]))
@settings(max_examples=200, deadline=None)
def test_logic_has_three_values(shelf: SimpleNamespace, where: Expression, size: int) -> None:
    query = Query(where)
    with shelf.library.read() as connection:
        against = search.context(connection, query, "", shelf.model_id)
        sizes = itertools.cycle([size, 100_000, size + 1, 0])
        against = dataclasses.replace(against, size=lambda ids, limit: min(next(sizes), limit))
        found = connection.execute(compile_query(query, against).ordered(against)).scalars().all()
    assert {shelf.names[i] for i in found} == {t for t in TRACKS if t != "gone" and _true(where, t) is True}


def test_a_library_without_anything_answers() -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "l.sqlite") as library:
        assert library.search("piano -vocal sort:-year") == []
        assert library.rows([1, 2]) == []
        assert library.stats().tracks == 0
