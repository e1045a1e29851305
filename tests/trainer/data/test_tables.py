"""Tables are read as they were written, and what is wrong with one is named with file and line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.data import tables
from trainer.data.places import below
from trainer.errors import DataError

_cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_cells, _cells, _cells), min_size=1), st.sampled_from(",;\t"))
def test_what_was_written_is_read(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    path = Path(_written([("a", "b", "c"), *rows], delimiter))
    kept = [row for row in rows if any(row)]
    if not kept:
        with pytest.raises(DataError, match="has no rows"):
            tables.read(path, delimiter)
        return
    table = tables.read(path, delimiter)
    assert table.head == ("a", "b", "c")
    assert [row.cells for row in table.rows] == kept


_folder: list[Path] = []


@pytest.fixture(autouse=True, scope="module")
def _place(tmp_path_factory: pytest.TempPathFactory) -> None:
    _folder[:] = [tmp_path_factory.mktemp("tables")]


def _written(rows: list[tuple[str, ...]], delimiter: str) -> str:
    path = _folder[0] / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return str(path)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    path = _folder[0] / "any.csv"
    path.write_bytes(content)
    try:
        table = tables.read(path, ",")
    except DataError:
        return
    assert all(len(row.cells) == len(table.head) for row in table.rows)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n", "has no rows"),
        (b"a,b\n1,2\n3\n", "line 3: has 1 cells, not 2"),
        (b"a,b\n1,2,3\n", "line 2: has 3 cells, not 2"),
        (b'a,b\n1,"2\n3,4\n', "line 3: cannot be read: unexpected end of data"),
        (b'a,b\n1,"2"x\n', "line 2: cannot be read"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "line 2: cannot be read: field larger"),
    ],
)
def test_damage_is_named_with_its_line(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(DataError, match=rf"table\.csv: {said}"):
        tables.read(tmp_path / "table.csv", ",")


def test_columns_are_found_once(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"\xef\xbb\xbf a ,b,b\r\n1,2,3\r\n")
    table = tables.read(tmp_path / "table.csv", ",")
    assert table.column("a", "") == 0
    with pytest.raises(DataError, match="has more than one column 'b'"):
        table.column("b", "")
    with pytest.raises(DataError, match="has no column 'c'"):
        table.column("c", "")
    with pytest.raises(DataError, match=r"none\.csv: cannot be read: No such file"):
        tables.read(tmp_path / "none.csv", ",")


@pytest.mark.parametrize("text", ["", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a\0b", "//x/y", "."])
def test_a_path_that_leaves_the_folder_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t\.csv: line 7: the path .* does not stay in the folder"):
        below(tmp_path, text, table=Path("t.csv"), line=7)


@settings(max_examples=200, deadline=None)
@given(st.text("./\\:abä\0", max_size=12))
def test_no_path_ever_leaves_the_folder(text: str) -> None:
    folder = Path("/data/set")
    try:
        path = below(folder, text, table=Path("t.csv"))
    except DataError:
        return
    assert path.resolve().is_relative_to(folder.resolve())
    assert path != folder
