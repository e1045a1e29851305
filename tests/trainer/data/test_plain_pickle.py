"""Pickles are read as data: what Python would read is read the same, and nothing they name is called."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.data.pickled_array import PickledArray
from trainer.data.plain_pickle import load, loads
from trainer.errors import DataError

PATH = Path("list.cP")

_text = st.text(st.characters(codec="utf-8"), max_size=60)
_scalars = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False) | _text
_plain = st.recursive(
    _scalars,
    lambda inner: st.lists(inner) | st.dictionaries(_text | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(_plain, st.integers(0, 5))
def test_plain_values_are_read_as_python_reads_them(value: object, protocol: int) -> None:
    assert loads(pickle.dumps(value, protocol), PATH) == value


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["b1", "u1", "<i4", ">i8", "f2", "f4", "f8"])
def test_arrays_are_made_again(kind: str, protocol: int) -> None:
    array = np.array([[1, 0, 1], [0, 0, 1]], kind)
    for given_array in (array, array[0], np.asfortranarray(array)):
        found = loads(pickle.dumps({"id": given_array}, protocol), PATH)["id"]
        assert isinstance(found, PickledArray)
        assert found.values.dtype == given_array.dtype
        assert np.array_equal(found.values, given_array)


def test_the_text_of_python_2_is_read() -> None:
    content = b"(lp1\nS'TRAAAAW128F429D538'\np2\naS\"it's\"\np3\naS'a\\xe9\\n\\\\'\np4\nag2\na."
    assert loads(content, PATH) == ["TRAAAAW128F429D538", "it's", "a\xe9\n\\", "TRAAAAW128F429D538"]
    array = (
        b"(dp0\nS'TR'\np1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\nS'b'\np5\n"
        b"tp6\nRp7\n(I1\n(I2\ntp8\ncnumpy\ndtype\np9\n(S'f8'\np10\nI0\nI1\ntp11\nRp12\n(I3\nS'<'\np13\nNNNI-1\n"
        b"I-1\nI0\ntp14\nbI00\nS'\\x00\\x00\\x00\\x00\\x00\\x00\\xf0?\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'\n"
        b"p15\ntp16\nbs."
    )
    assert loads(array, PATH)["TR"].values.tolist() == [1.0, 0.0]


class _Runs:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("ran",)


@pytest.mark.parametrize("protocol", range(6))
def test_nothing_is_called(protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "hostile.cP"
    file.write_bytes(pickle.dumps(["TRAAAAW", _Runs()], protocol))
    with pytest.raises(DataError, match=r"hostile\.cP.*runs programs.*byte.*published") as caught:
        load(file)
    assert "mkdir" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["hostile.cP"]
    pickle.loads(file.read_bytes())  # noqa: S301 - shows that the file is what it is said to be
    assert (tmp_path / "ran").exists()


def _nested_tuples(depth: int) -> bytes:
    return b"}" + b")" + b"\x85" * depth + b"Ns."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".",
        b"(",
        b"l.",
        b"a.",
        b"]N",
        b"NN.",
        b"]q\x00.junk"[:2],
        b"S'no end\n.",
        b"Sbare\n.",
        b"S'\\q'\n.",
        b"I1\n" * 2 + b".",
        b"Ix\n.",
        b"I" + b"9" * 10_000 + b"\n.",
        b"g7\n.",
        b"X\xff\xff\xff\xffab.",
        b"\x8a\xffab.",
        b"cposix\nsystem\n(S'true'\ntR.",
        b"cnumpy\nload\n(S'x'\ntR.",
        b"(S'true'\niposix\nsystem\n.",
        b"\x82\x01.",
        b"P1\n.",
        b"Q.",
        b"N}b.",
        b"]}b.",
        b"cnumpy\nndarray\n}b.",
        b"cnumpy\nndarray\n)R.",
        b"cnumpy\ndtype\n(S'O8'\ntR.",
        b"cnumpy\ndtype\n(S'V9999999999'\ntR.",
        b"c_codecs\nencode\n(S'x'\nS'rot13'\ntR.",
        b"}]Ns.",
        b"}(NNNu.",
        b"]Ns.",
        b"}Na.",
        _nested_tuples(100_000),
        b"})" + b"q\x00h\x00\x86" * 60 + b"Ns.",
    ],
)
def test_what_is_damaged_or_hostile_is_refused(content: bytes) -> None:
    with pytest.raises(DataError, match=r"list\.cP: is no pickle of plain values"):
        loads(content, PATH)


def test_an_array_with_other_bytes_than_its_shape_is_refused() -> None:
    whole = pickle.dumps(np.ones(3, np.uint8), 2)
    assert loads(whole, PATH).values.tolist() == [1, 1, 1]
    for shape in (
        b"K\x04\x85",
        b"J\xff\xff\xff\xff\x85",
        b"\x8a\x08" + b"\x00" * 7 + b"\x40\x85",
        b"NK\x03\x86",
    ):
        with pytest.raises(DataError):
            loads(whole.replace(b"K\x03\x85", shape, 1), PATH)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_refused(content: bytes) -> None:
    try:
        loads(content + b".", PATH)
    except DataError:
        pass


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_byte_never_does_worse_than_another_value(data: st.DataObject) -> None:
    content = bytearray(pickle.dumps({"TRA": np.ones(4), "TRB": ["x", 1.5]}, data.draw(st.integers(0, 4))))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        loads(bytes(content), PATH)
    except DataError:
        pass


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"filtered_list_train\.cP: cannot be read"):
        load(tmp_path / "filtered_list_train.cP")
