from collections.abc import Callable
from pathlib import Path

import mutagen.mp4
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tests.core.metadata.parsers import atom, atoms, inside
from tests.core.metadata.writing import plan_of

Fresh = Callable[[str], Path]
VALUES = {Field.GENRE: ("Hip-Hop", "Größe"), Field.MOOD: ("calm", "dark"), Field.BPM: ("128",)}
HANDLER = atom(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))


def data(kind: int, content: bytes) -> bytes:
    return atom(b"data", kind.to_bytes(4, "big") + bytes(4) + content)


def freeform(name: bytes, content: bytes, mean: bytes = b"com.apple.iTunes") -> bytes:
    return atom(b"----", atom(b"mean", bytes(4) + mean) + atom(b"name", bytes(4) + name) + content)


ITEMS = [
    atom(b"\xa9nam", data(1, b"Title")),
    atom(b"covr", data(0, b"\xff\xd8wrong kind") + atom(b"name", b"front") + data(14, b"\x89PNG")),
    atom(b"trkn", data(0, bytes(6))),
    atom(b"cpil", data(0, b"\x01")),
    freeform(b"iTunSMPB", data(1, b" 00000000 00000840")),
    freeform(b"MOOD", data(1, b"not ours"), mean=b"org.example"),
    freeform(b"blob", data(0, bytes(range(256)))),
    freeform(b"nothing", b""),
    atom(b"xyz\xff", b"nobody knows"),
    atom(b"plID", data(21, bytes(8))),
    atom(b"\xa9wrt", data(2, "Ä".encode("utf-16-be"))),
    atom(b"\xa9wrt", data(1, b"twice")),
]


def make(fresh: Fresh, udta: bytes | None, *, moov_first: bool, suffix: str = ".m4a") -> Path:
    """Put an own udta atom into a song; where moov stands first its tables of offsets are moved along."""
    path = fresh(suffix)
    top = dict(atoms(path.read_bytes()))
    parts = atoms(top[b"moov"])
    moov = b"".join(atom(name, content) for name, content in parts if name != b"udta")
    moov = atom(b"moov", moov + (atom(b"udta", udta) if udta is not None else b""))
    ftyp, mdat = atom(b"ftyp", top[b"ftyp"]), atom(b"mdat", top[b"mdat"])
    old = path.read_bytes().index(mdat)
    new = len(ftyp) + (len(moov) if moov_first else 0)
    at = moov.index(b"stco") + 8
    for number in range(int.from_bytes(moov[at : at + 4], "big")):
        here = at + 4 + 4 * number
        moved = int.from_bytes(moov[here : here + 4], "big") + new - old
        moov = moov[:here] + moved.to_bytes(4, "big") + moov[here + 4 :]
    path.write_bytes(ftyp + (moov + mdat if moov_first else mdat + moov))
    return path


def first_chunks(path: Path) -> list[bytes]:
    """Eight bytes of audio at every offset that the file's table names."""
    whole = path.read_bytes()
    table = inside(whole, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stco")
    offsets = [int.from_bytes(table[at : at + 4], "big") for at in range(8, len(table), 4)]
    return [whole[offset : offset + 8] for offset in offsets]


def save(path: Path, values: dict[Field, tuple[str, ...]]) -> None:
    tags = open_tags(path)
    for field, value in values.items():
        tags.set(field, value)
    tags.save(path)


@pytest.mark.parametrize("suffix", [".m4a", ".alac.m4a"])
@pytest.mark.parametrize("moov_first", [False, True])
@pytest.mark.parametrize("free", [0, 8, 9, 5000])
def test_other_atoms_stay_and_offsets_are_right(
    fresh: Fresh, suffix: str, moov_first: bool, free: int
) -> None:
    own = [atom(b"gnre", data(0, b"\x00\x12")), atom(b"\xa9gen", data(1, b"Old"))]
    ilst = atom(b"ilst", b"".join([*ITEMS[:3], *own, *ITEMS[3:]]))
    padding = atom(b"free", bytes(free - 8)) if free else b""
    meta = atom(b"meta", bytes(4) + HANDLER + ilst + padding + atom(b"uuid", bytes(20)))
    udta = atom(b"Xtra", b"before") + meta + atom(b"abcd", b"behind")
    path = make(fresh, udta, moov_first=moov_first, suffix=suffix)
    assert open_tags(path).get(Field.GENRE) == ("Old",)
    audio, chunks = inside(path.read_bytes(), b"mdat"), first_chunks(path)
    save(path, VALUES)
    whole = path.read_bytes()
    items = [
        atom(name, content) for name, content in atoms(inside(whole, b"moov", b"udta", b"meta", b"ilst"))
    ]
    assert [item for item in items if item in ITEMS] == ITEMS
    assert items[3] == atom(b"\xa9gen", data(1, b"Hip-Hop") + data(1, "Größe".encode()))
    assert not any(item[4:8] == b"gnre" for item in items)
    assert inside(whole, b"mdat") == audio
    assert first_chunks(path) == chunks
    assert [part for part in atoms(inside(whole, b"moov", b"udta")) if part[0] != b"meta"] == [
        (b"Xtra", b"before"),
        (b"abcd", b"behind"),
    ]
    assert atoms(inside(whole, b"moov", b"udta", b"meta"))[-1] == (b"uuid", bytes(20))
    tags = mutagen.mp4.MP4(path).tags
    assert (tags["\xa9gen"], tags["tmpo"]) == (list(VALUES[Field.GENRE]), [128])
    assert tags["----:com.apple.iTunes:MOOD"] == [b"calm", b"dark"]


@pytest.mark.parametrize("moov_first", [False, True])
@pytest.mark.parametrize(
    "udta",
    [
        None,
        b"",
        atom(b"chpl", b"x") + bytes(4),
        atom(b"meta", bytes(4) + HANDLER),
        atom(b"meta", HANDLER + atom(b"ilst", b"")),
        atom(b"meta", bytes(4) + HANDLER + atom(b"free", bytes(50)) + atom(b"ilst", b"")),
    ],
)
def test_missing_atoms_are_made(fresh: Fresh, udta: bytes | None, moov_first: bool) -> None:
    path = make(fresh, udta, moov_first=moov_first)
    chunks = first_chunks(path)
    save(path, VALUES)
    assert first_chunks(path) == chunks
    tags = open_tags(path)
    assert {field: tags.get(field) for field in VALUES} == VALUES
    size = path.stat().st_size
    save(path, {Field.COMMENT: ("fits into the room that was left",)})
    assert path.stat().st_size == size
    if udta is None or not (
        udta.endswith(bytes(4)) or udta.startswith(b"\x00\x00\x001meta\x00\x00\x00!hdlr")
    ):
        # mutagen knows neither QuickTime's closing zeros nor its meta without a version
        assert mutagen.mp4.MP4(path).tags["tmpo"] == [128]


@pytest.mark.parametrize(("text", "warned"), [(b"Old", True), (b"rock", False), (None, False)])
def test_another_numbered_genre_is_named_before_it_goes(
    fresh: Fresh, text: bytes | None, warned: bool
) -> None:
    items = atom(b"gnre", data(0, b"\x00\x12")) + (atom(b"\xa9gen", data(1, text)) if text else b"")
    path = make(fresh, atom(b"meta", bytes(4) + HANDLER + atom(b"ilst", items)), moov_first=True)
    (planned,) = plan_of([path], {Field.GENRE: ("Pop",)}).files
    assert planned.changes[0].before == ((text or b"Rock").decode(),)
    assert ["Rock" in warning for warning in open_tags(path).warnings] == [True] * warned
    save(path, {Field.GENRE: ("Pop",)})
    assert open_tags(path).warnings == ()


def test_an_existing_name_keeps_its_case(fresh: Fresh) -> None:
    ilst = atom(b"ilst", freeform(b"Mood", data(1, b"old")) + freeform(b"INITIALKEY", data(1, b"Am")))
    path = make(fresh, atom(b"meta", bytes(4) + HANDLER + ilst), moov_first=True)
    save(path, {Field.MOOD: ("new",), Field.KEY: ("Dm",)})
    items = atoms(inside(path.read_bytes(), b"moov", b"udta", b"meta", b"ilst"))
    assert [b"Mood" in items[0][1], b"INITIALKEY" in items[1][1], len(items)] == [True, True, 2]


@pytest.mark.parametrize("tempo", ["fast", "-3", "99999", "nan", "inf"])
def test_a_tempo_that_does_not_fit_is_refused(fresh: Fresh, tempo: str) -> None:
    with pytest.raises(MetadataError, match="cannot hold the tempo"):
        open_tags(fresh(".m4a")).set(Field.BPM, (tempo,))


@pytest.mark.parametrize(
    ("tail", "udta", "error", "reason"),
    [
        (atom(b"moof", b""), None, UnsupportedFormatError, "fragmented"),
        (atom(b"moov", b""), None, UnsupportedFormatError, "more than one moov"),
        (b"\x00\x00\x00\x07oops", None, TagsUnreadableError, "fit together"),
        (
            b"",
            atom(b"meta", bytes(4) + atom(b"hdlr", bytes(8) + b"mdta" + bytes(13))),
            UnsupportedFormatError,
            "kind",
        ),
        (b"", atom(b"meta", bytes(4) + HANDLER) * 2, UnsupportedFormatError, "more than one meta"),
        (
            b"",
            atom(b"meta", bytes(4) + HANDLER + atom(b"ilst", atom(b"\xa9gen", b"\x00\x00\x01\x00data"))),
            TagsUnreadableError,
            "fit together",
        ),
    ],
)
def test_odd_files_are_never_written(
    fresh: Fresh, tail: bytes, udta: bytes | None, error: type[MetadataError], reason: str
) -> None:
    path = make(fresh, udta, moov_first=False)
    path.write_bytes(path.read_bytes() + tail)
    before = path.read_bytes()
    try:
        tags = open_tags(path)
    except TagsUnreadableError:
        return
    with pytest.raises(error, match=reason):
        tags.set(Field.GENRE, ("Rock",))
    assert path.read_bytes() == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(back=st.integers(1, 700), byte=st.integers(0, 255))
def test_a_damaged_byte_never_brings_the_reader_down(fresh: Fresh, back: int, byte: int) -> None:
    path = fresh(".m4a")
    damaged = bytearray(path.read_bytes())
    damaged[-back] = byte
    path.write_bytes(damaged)
    try:
        tags = open_tags(path)
        tags.set(Field.GENRE, ("Rock",))
        tags.save(path)
    except MetadataError:
        assert path.read_bytes() == damaged
    else:
        assert open_tags(path).get(Field.GENRE) == ("Rock",)
