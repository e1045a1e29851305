"""The audio in a file is found whatever the tags around it are; every odd file is refused with a reason."""

from __future__ import annotations

import base64
import shutil
import struct
from pathlib import Path

import mutagen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.flac import Picture
from mutagen.id3 import APIC, TIT2

from tagger_core.errors import TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.payload import payload_hash, spans
from tests.support.audio import encode, song
from tests.support.shared import SHARED

KNOWN = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".alac.m4a", ".wav", ".aiff", ".wma", ".wv")
COVER = bytes(range(256)) * 400


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("payload")
    return {suffix: encode(folder / f"song{suffix}", song(1.5), 44100) for suffix in KNOWN}


def tagged_elsewhere(path: Path) -> None:
    """Give a file a title and a cover with mutagen: what other programs do to it."""
    file = mutagen.File(path)
    kind = type(file).__name__
    if file.tags is None:
        file.add_tags()
    if kind in ("MP3", "WAVE", "AIFF"):
        file.tags.add(TIT2(encoding=3, text="Ein Lied"))
        file.tags.add(APIC(encoding=3, mime="image/jpeg", type=3, data=COVER))
    elif kind == "MP4":
        file["\xa9nam"], file["covr"] = ["Ein Lied"], [COVER]
    elif kind == "FLAC":
        picture = Picture()
        picture.data = COVER
        file["title"] = "Ein Lied"
        file.add_picture(picture)
    else:
        file["Title"] = "Ein Lied"
        if kind.startswith("Ogg"):
            file["metadata_block_picture"] = base64.b64encode(COVER).decode()
    file.save()


def hash_or_refusal(path: Path) -> str | None:
    """Return the hash, or None where the file was refused; any other error fails the test."""
    try:
        return payload_hash(path)
    except (TagsUnreadableError, UnsupportedFormatError) as error:
        if error.path != path:
            raise
        return None


@pytest.mark.parametrize("suffix", KNOWN)
def test_the_hash_stays_when_another_program_writes_tags(suffix, originals, tmp_path):
    path = Path(shutil.copy(originals[suffix], tmp_path))
    before = payload_hash(path)
    tagged_elsewhere(path)
    assert path.read_bytes() != originals[suffix].read_bytes()
    assert payload_hash(path) == before


@pytest.mark.parametrize("suffix", KNOWN)
def test_the_hash_changes_with_any_byte_of_the_audio(suffix, originals, tmp_path):
    path = Path(shutil.copy(originals[suffix], tmp_path))
    tagged_elsewhere(path)
    found = list(spans(path))
    data, before = path.read_bytes(), payload_hash(path)
    assert sum(span.length for span in found) > len(originals[suffix].read_bytes()) * 0.8
    for span in (found[0], found[-1]):
        for place in (span.offset, span.offset + span.length - 1):
            changed = bytearray(data)
            changed[place] ^= 0x10
            path.write_bytes(changed)
            # A byte that the container needs as well: refused is as good.
            assert hash_or_refusal(path) != before


@pytest.mark.parametrize("suffix", KNOWN)
def test_spans_lie_in_the_file_in_order_and_do_not_touch_the_tags(suffix, originals, tmp_path):
    path = Path(shutil.copy(originals[suffix], tmp_path))
    tagged_elsewhere(path)
    end, audio = 0, b""
    data = path.read_bytes()
    for offset, length in spans(path):
        assert offset >= end
        assert length > 0
        end = offset + length
        audio += data[offset:end]
    assert end <= len(data)
    assert b"Ein Lied" in data or "Ein Lied".encode("utf-16-le") in data
    assert b"Ein Lied" not in audio


@pytest.mark.parametrize("suffix", KNOWN)
def test_a_file_cut_off_anywhere_is_refused_or_has_another_hash(suffix, originals, tmp_path):
    data, whole = originals[suffix].read_bytes(), payload_hash(originals[suffix])
    path = tmp_path / "cut"
    for share in (0.0, 0.01, 0.3, 0.7, 0.999):
        path.write_bytes(data[: int(len(data) * share)])
        assert hash_or_refusal(path) != whole


def test_all_kinds_of_tags_around_mpeg_audio_are_told_from_it(originals, tmp_path):
    audio = originals[".mp3"].read_bytes()
    start = audio.index(b"\xff\xfb")
    frames = audio[start:]
    v2 = b"ID3\4\0\0" + bytes([0, 0, 1, 0]) + bytes(128)
    v1 = b"TAG" + b"a song".ljust(125, b"\0")
    lyrics = b"LYRICSBEGININD00002000"
    lyrics2 = lyrics + b"%06dLYRICS200" % len(lyrics)
    lyrics1 = b"LYRICSBEGINla la laLYRICSEND"
    appended = v2[:5] + b"\x10" + v2[6:] + b"3DI\4\0\x10" + bytes([0, 0, 1, 0])
    extended = b"TAG+" + bytes(223)
    bare, full = tmp_path / "bare.mp3", tmp_path / "full.mp3"
    bare.write_bytes(frames)
    expected = payload_hash(bare)
    ape = tmp_path / "ape"
    ape.write_bytes(b"")
    tag = APEv2()
    tag["Genre"] = "Folk"
    tag.save(ape)
    for head, tail in [
        (v2, v1),
        (v2 + v2, lyrics2 + v1),
        (b"", lyrics1 + v1),
        (v2, extended + v1),
        (v2, ape.read_bytes() + v1),
        (b"", ape.read_bytes() + appended),
        (ape.read_bytes(), ape.read_bytes()),
    ]:
        full.write_bytes(head + frames + tail)
        assert [tuple(span) for span in spans(full)] == [(len(head), len(frames))]
        assert payload_hash(full) == expected


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def test_wave_with_64_bit_sizes_is_read(tmp_path):
    sound, form = bytes(range(100)), struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    sizes = struct.pack("<QQQI", 0, len(sound), len(sound), 0)
    data = b"data" + b"\xff" * 4 + sound
    body = b"WAVE" + chunk(b"ds64", sizes) + chunk(b"fmt ", form) + data
    path = tmp_path / "large.wav"
    path.write_bytes(b"RF64" + b"\xff" * 4 + body + chunk(b"id3 ", b"x"))
    ((offset, length),) = spans(path)
    assert path.read_bytes()[offset : offset + length] == sound


def box(kind: bytes, *bodies: bytes, wide: bool = False) -> bytes:
    body = b"".join(bodies)
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def movie(offsets: list[int], kind: bytes = b"stco", other: bytes = b"stsz") -> bytes:
    width = "I" if kind == b"stco" else "Q"
    table = struct.pack(f">II{len(offsets)}{width}", 0, len(offsets), *offsets)
    stbl = box(b"stbl", box(other, b"sizes"), box(kind, table))
    return box(b"moov", box(b"trak", box(b"mdia", box(b"minf", stbl))))


@pytest.mark.parametrize("kind", [b"stco", b"co64"])
def test_mp4_offsets_must_go_on_pointing_to_the_same_audio(kind, tmp_path):
    path, audio = tmp_path / "song.m4a", bytes(range(200))
    file_type = box(b"ftyp", b"M4A ")
    size = len(file_type) + len(movie([0, 0], kind))

    def write(free: int, offsets: list[int], wide: bool = False) -> str:
        start = size + free + (16 if wide else 8)
        gap = box(b"free", bytes(free - 8)) if free else b""
        places = [start + offset for offset in offsets]
        path.write_bytes(file_type + movie(places, kind) + gap + box(b"mdat", audio, wide=wide))
        return payload_hash(path)

    right = write(0, [0, 100])
    assert write(64, [0, 100]) == right
    assert write(64, [0, 100], wide=True) == right
    assert write(64, [0, 101]) != right
    assert write(64, [64, 164]) != right
    with pytest.raises(TagsUnreadableError, match="points outside"):
        write(64, [-20, 100])
    with pytest.raises(TagsUnreadableError, match="points outside"):
        write(64, [0, 201])


def test_mp4_boxes_nested_without_end_are_refused(tmp_path):
    path, nested = tmp_path / "song.m4a", b""
    for _ in range(1200):
        nested = box(b"mdia", nested)
    moov = box(b"moov", box(b"trak", nested))
    path.write_bytes(box(b"ftyp", b"M4A ") + moov + box(b"mdat", bytes(200)))
    with pytest.raises(TagsUnreadableError, match="nested"):
        payload_hash(path)


def test_mp4_audio_up_to_the_end_and_in_several_boxes_is_found(tmp_path):
    path = tmp_path / "song.m4a"
    head = box(b"ftyp", b"M4A ") + box(b"mdat", b"first ") + movie([])
    path.write_bytes(head + struct.pack(">I4s", 0, b"mdat") + b"second")
    data = path.read_bytes()
    assert b"".join(data[o : o + n] for o, n in spans(path)) == b"first second"
    whole = payload_hash(path)
    path.write_bytes(data.replace(b"sizes", b"sizez"))
    assert payload_hash(path) != whole


def test_ogg_streams_side_by_side_are_refused_and_chained_ones_are_read(originals, tmp_path):
    one = originals[".ogg"].read_bytes()
    other = bytearray(originals[".opus"].read_bytes())
    first_page = 27 + one[26] + sum(one[27 : 27 + one[26]])
    opus_page = 27 + other[26] + sum(other[27 : 27 + other[26]])
    path = tmp_path / "many.ogg"
    path.write_bytes(one[:first_page] + other[:opus_page] + one[first_page:])
    with pytest.raises(UnsupportedFormatError, match="side by side"):
        payload_hash(path)
    path.write_bytes(one + other)
    with pytest.raises(UnsupportedFormatError):
        payload_hash(path)
    page = 0
    while page < len(other):
        other[page + 14 : page + 18] = b"OPUS"
        page += 27 + other[page + 26] + sum(other[page + 27 : page + 27 + other[page + 26]])
    path.write_bytes(one + other)
    chained = payload_hash(path)
    before = {suffix: list(spans(originals[suffix])) for suffix in (".ogg", ".opus")}
    found = list(spans(path))
    assert found[: len(before[".ogg"])] == before[".ogg"]
    assert chained != payload_hash(originals[".ogg"])


def test_ogg_packets_cut_at_other_places_have_another_hash(originals, tmp_path):
    data = bytearray(originals[".opus"].read_bytes())
    page = data.rindex(b"OggS")
    table = data[page + 27 : page + 27 + data[page + 26]]
    longer, shorter = [i for i, segment in enumerate(table) if 1 < segment < 254][:2]
    data[page + 27 + longer] += 1
    data[page + 27 + shorter] -= 1
    path = tmp_path / "shifted.opus"
    path.write_bytes(data)
    assert payload_hash(path) != payload_hash(originals[".opus"])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty", b""),
        ("text", b"not a song at all"),
        ("flac without end", b"fLaC" + b"\0\0\0\x22" + bytes(34) + b"\1\0\0\0" * 200_000),
        ("wave without end", b"RIFF\xff\xff\xff\xffWAVE" + b"junk\0\0\0\0" * 200_000),
        ("boxes without end", box(b"ftyp", b"") + box(b"free") * 200_000),
        ("tags without end", (b"ID3\4\0\0" + bytes(4)) * 1000),
        ("endless tail", b"\xff\xfb\x90\x00" + (b"TAG" + bytes(125)) * 1000),
        ("pages without end", b"OggS" + bytes(300)),
        ("no audio", box(b"ftyp", b"M4A ") + box(b"mdat", b"x")),
    ],
)
def test_hostile_files_are_refused_with_their_name(name, data, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises((TagsUnreadableError, UnsupportedFormatError)) as told:
        payload_hash(path)
    assert name in str(told.value)


def zoo() -> list[Path]:
    return sorted(p for p in (SHARED / "zoo").rglob("*") if p.is_file()) if SHARED else []


@pytest.mark.skipif(not zoo(), reason="the zoo of odd files is not here")
def test_every_odd_file_of_the_zoo_is_hashed_or_refused():
    hashes = [hash_or_refusal(path) for path in zoo()]
    assert sum(told is not None for told in hashes) > 100


@pytest.mark.parametrize("suffix", KNOWN)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damage_anywhere_never_ends_in_another_error(suffix, originals, tmp_path_factory, data):
    whole = originals[suffix].read_bytes()
    damaged = bytearray(whole)
    place = st.one_of(st.integers(0, min(700, len(whole) - 1)), st.integers(0, len(whole) - 1))
    for at, byte in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), min_size=1, max_size=8)):
        damaged[at] = byte
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(damaged)
    hash_or_refusal(path)


STARTS = [
    b"",
    b"fLaC\0",
    b"OggS\0\2",
    b"RIFF\xff\0\0\0WAVE",
    b"FORM\0\0\0\xffAIFF",
    b"\0\0\0\x08ftyp",
    b"ID3\4\0\0",
]


@settings(max_examples=150, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_any_bytes_never_end_in_another_error(start, rest, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(start + rest)
    hash_or_refusal(path)
