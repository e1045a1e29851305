import io
from collections.abc import Callable
from pathlib import Path

import mutagen
import mutagen.flac
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.ogg import OggPage

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.formats.vorbis import Comments
from tests.core.metadata.parsers import comment_block, comments, flac, flac_blocks, frame, id3
from tests.support.memory import peak

Fresh = Callable[[str], Path]
VALUES = {Field.GENRE: ("Hip-Hop", "Größe"), Field.MOOD: ("calm",), Field.COMMENT: ("c",)}
VENDOR = b"reference libFLAC 1.4.3 \xff"
PICTURE = b"METADATA_BLOCK_PICTURE=" + b"QUJD" * 3000
ENTRIES = [
    b"Title=b\xc3\xa9",
    b"artist=one",
    b"ARTIST=two",
    b"artist=one",
    b"no equals sign",
    b"K\xc3\x84Y=not ASCII",
    b"LATIN=caf\xe9",
    b"EMPTY=",
    b"=no key",
    b"a~b=tilde",
    PICTURE,
]


def save(path: Path, values: dict[Field, tuple[str, ...]]) -> None:
    tags = open_tags(path)
    for field, value in values.items():
        tags.set(field, value)
    tags.save(path)


def make_flac(fresh: Fresh, *behind_streaminfo: tuple[int, bytes], lead: bytes = b"") -> Path:
    path = fresh(".flac")
    blocks, audio = flac_blocks(path.read_bytes())
    path.write_bytes(lead + flac([blocks[0], *behind_streaminfo], audio))
    return path


OTHERS = [
    (2, b"appl" + bytes(30)),
    (6, bytes(range(256)) * 20),
    (3, b"\xff" * 18),
    (5, bytes(396)),
    (77, b"?"),
]


@pytest.mark.parametrize("padding", [0, 1, 300, 9000])
@pytest.mark.parametrize("lead", [b"", id3(frame("TCON", b"\x00Old", 3), 3, 20)])
def test_other_blocks_and_comments_stay_byte_for_byte(fresh: Fresh, padding: int, lead: bytes) -> None:
    entries = [*ENTRIES[:3], b"Genre=Old", *ENTRIES[3:], b"genre=Older"]
    own = (4, comment_block(VENDOR, entries))
    path = make_flac(fresh, *OTHERS[:2], own, *OTHERS[2:], (1, bytes(padding)), lead=lead)
    _, audio = flac_blocks(path.read_bytes())
    save(path, VALUES)
    data = path.read_bytes()
    blocks, after = flac_blocks(data)
    assert data.startswith(lead + b"fLaC")
    assert after == audio
    assert [block for block in blocks[1:] if block[0] not in (1, 4)] == OTHERS
    assert [code for code, _ in blocks][:4] == [0, 2, 6, 4]
    vendor, found = comments(blocks[3][1])
    assert vendor == VENDOR
    new = [b"Genre=Hip-Hop", "Genre=Größe".encode()]
    assert found == [*ENTRIES[:3], *new, *ENTRIES[3:], b"MOOD=calm", b"COMMENT=c"]
    assert bool(lead) == bool(open_tags(path).warnings)


def test_audio_moves_only_when_the_padding_is_used_up(fresh: Fresh) -> None:
    path = make_flac(fresh, (4, comment_block(VENDOR, ENTRIES)), (1, bytes(100)))
    size = path.stat().st_size
    save(path, {Field.MOOD: ("x" * 80,)})
    assert path.stat().st_size == size
    save(path, {Field.MOOD: ("x" * 500,)})
    grown = path.stat().st_size
    assert grown > size + 1000
    save(path, {Field.MOOD: ("x" * 1200,)})
    assert path.stat().st_size == grown


@pytest.mark.parametrize(
    "blocks",
    [
        (),
        ((1, bytes(10)),),
        ((1, bytes(5000)),),
        ((2, b"appl1234"),),
        ((4, comment_block(VENDOR, [b"GENRE=" + b"x" * 500])),),
        ((4, comment_block(VENDOR, [b"GENRE=Hip-Hop, and two"])),),
    ],
)
def test_a_comment_block_finds_its_place_whatever_is_there(
    fresh: Fresh, blocks: tuple[tuple[int, bytes], ...]
) -> None:
    path = make_flac(fresh, *blocks)
    _, audio = flac_blocks(path.read_bytes())
    save(path, VALUES)
    after, same = flac_blocks(path.read_bytes())
    assert same == audio
    assert [block for block in after[1:] if block[0] not in (1, 4)] == [b for b in blocks if b[0] == 2]
    assert mutagen.flac.FLAC(path).tags["genre"] == list(VALUES[Field.GENRE])


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        (((4, comment_block(b"", [])), (4, comment_block(b"", []))), UnsupportedFormatError),
        (((4, b"\xff\xff\xff\x7fshort"),), TagsUnreadableError),
        (((4, comment_block(b"", [])[:-2]),), TagsUnreadableError),
    ],
)
def test_a_damaged_or_doubled_comment_is_never_replaced(
    fresh: Fresh, blocks: tuple[tuple[int, bytes], ...], error: type[MetadataError]
) -> None:
    path = make_flac(fresh, *blocks)
    before = path.read_bytes()
    with pytest.raises(error):
        open_tags(path).set(Field.GENRE, ("Rock",))
    assert path.read_bytes() == before


def test_zeros_in_the_place_of_blocks_cost_little(fresh: Fresh) -> None:
    path = fresh(".flac")
    path.write_bytes(path.read_bytes()[:42] + bytes(1_000_000))

    def refused() -> None:
        with pytest.raises(TagsUnreadableError):
            open_tags(path)

    assert peak(refused) < 10e6


@pytest.mark.parametrize("code", [1, 2, 77])
def test_blocks_without_end_are_not_read_to_their_end(fresh: Fresh, code: int) -> None:
    path = fresh(".flac")
    path.write_bytes(path.read_bytes()[:42] + bytes([code, 0, 0, 0]) * 20_000)
    with pytest.raises(TagsUnreadableError, match="without end"):
        open_tags(path)


def test_the_key_goes_where_it_already_is(fresh: Fresh) -> None:
    path = make_flac(fresh, (4, comment_block(VENDOR, [b"InitialKey=Am"])))
    save(path, {Field.KEY: ("Dm",)})
    assert comments(flac_blocks(path.read_bytes())[0][1][1])[1] == [b"InitialKey=Dm"]


def test_keys_of_both_places_are_read_before_both_are_written(fresh: Fresh) -> None:
    path = make_flac(fresh, (4, comment_block(VENDOR, [b"INITIALKEY=Em", b"initialkey=am", b"KEY=Am"])))
    assert open_tags(path).get(Field.KEY) == ("Am", "Em")
    save(path, {Field.KEY: ("Dm",)})
    assert comments(flac_blocks(path.read_bytes())[0][1][1])[1] == [b"INITIALKEY=Dm", b"KEY=Dm"]


def ogg_packets(path: Path) -> list[tuple[bytes, int]]:
    """Packets, each with the position of the page on which it ends; asserts page numbers and checksums."""
    data = path.read_bytes()
    file = io.BytesIO(data)
    pages = []
    while file.tell() < len(data):
        page = OggPage(file)
        assert page.sequence == len(pages)
        assert page.write() == data[page.offset : page.offset + page.size]
        pages.append(page)
    packets: list[tuple[bytes, int]] = []
    open_packet = b""
    for page in pages:
        for number, part in enumerate(page.packets):
            open_packet += part
            if number < len(page.packets) - 1 or page.complete:
                packets.append((open_packet, page.position))
                open_packet = b""
    assert not open_packet
    return packets


def make_ogg(fresh: Fresh, suffix: str, entries: list[bytes]) -> Path:
    """Put raw comments into the second packet, as only bytes can."""
    path = fresh(suffix)
    prefix, end = (b"OpusTags", b"") if suffix == ".opus" else (b"\x03vorbis", b"\x01")
    with path.open("r+b") as file:
        OggPage(file)
        old = [OggPage(file)]
        while not (old[-1].complete or len(old[-1].packets) > 1):
            old.append(OggPage(file))
        packets = OggPage.to_packets(old, strict=False)
        packets[0] = prefix + comment_block(VENDOR, entries) + end
        OggPage.replace(file, old, OggPage.from_packets(packets, old[0].sequence))
    return path


@pytest.mark.parametrize("suffix", [".ogg", ".opus"])
def test_other_packets_and_comments_stay_byte_for_byte(fresh: Fresh, suffix: str) -> None:
    path = make_ogg(fresh, suffix, [*ENTRIES[:3], b"Genre=Old", *ENTRIES[3:]])
    before = ogg_packets(path)
    save(path, VALUES | {Field.COMMENT: ("long " * 20_000,)})
    after = ogg_packets(path)
    assert [packet for packet, _ in after[2:]] == [packet for packet, _ in before[2:]]
    assert [position for _, position in after[3:]] == [position for _, position in before[3:]]
    prefix = 8 if suffix == ".opus" else 7
    vendor, entries = comments(after[1][0][prefix:])
    assert vendor == VENDOR
    new = [b"Genre=Hip-Hop", "Genre=Größe".encode()]
    assert entries == [*ENTRIES[:3], *new, *ENTRIES[3:], b"MOOD=calm", b"COMMENT=" + b"long " * 20_000]
    assert mutagen.File(path)["mood"] == ["calm"]
    pages = len(path.read_bytes())
    save(path, {Field.MOOD: ("dark",)})
    assert len(path.read_bytes()) == pages


def test_what_follows_an_opus_comment_stays(fresh: Fresh) -> None:
    path = make_ogg(fresh, ".opus", ENTRIES)
    save(path, VALUES)
    kept = make_ogg(fresh, ".opus", ENTRIES)
    data = kept.read_bytes()
    assert data
    tags = Comments.parse(comment_block(VENDOR, ENTRIES) + b"\x01binary")
    assert tags.tail == b"\x01binary"
    assert tags.render() == comment_block(VENDOR, ENTRIES)


def test_two_streams_at_once_are_refused(fresh: Fresh) -> None:
    path = fresh(".opus")
    data = path.read_bytes()
    first = OggPage(io.BytesIO(data))
    other = OggPage(io.BytesIO(data))
    other.serial = first.serial + 1
    path.write_bytes(data[: first.size] + other.write() + data[first.size :])
    with pytest.raises(UnsupportedFormatError, match="several streams"):
        open_tags(path).set(Field.GENRE, ("Rock",))


@given(st.binary(max_size=40), st.lists(st.binary(max_size=20), max_size=5), st.binary(max_size=9))
def test_any_comment_is_put_together_as_it_was(vendor: bytes, entries: list[bytes], tail: bytes) -> None:
    parsed = Comments.parse(comment_block(vendor, entries) + tail)
    assert (parsed.vendor, list(parsed.entries), parsed.tail) == (vendor, entries, tail)
    assert parsed.render() == comment_block(vendor, entries)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 400), byte=st.integers(0, 255), suffix=st.sampled_from([".flac", ".ogg", ".opus"]))
def test_a_damaged_byte_never_brings_the_reader_down(fresh: Fresh, at: int, byte: int, suffix: str) -> None:
    path = fresh(suffix)
    data = bytearray(path.read_bytes())
    data[at] = byte
    path.write_bytes(data)
    try:
        tags = open_tags(path)
        tags.set(Field.GENRE, ("Rock",))
        tags.save(path)
    except MetadataError:
        assert len(path.read_bytes()) == len(data)
    else:
        assert open_tags(path).get(Field.GENRE) == ("Rock",)
