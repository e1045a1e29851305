import zlib
from collections.abc import Callable
from pathlib import Path

import mutagen
import mutagen.id3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger_core.errors import MetadataError, TagsUnreadableError, UnsupportedFormatError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.formats.id3_frames import resynchronised, unsynchronised
from tagger_core.metadata.reader import read_tags
from tests.core.metadata.parsers import (
    JPEG,
    chunks,
    foreign_frames,
    frame,
    id3,
    id3_end,
    id3_frames,
    synchsafe,
    untagged,
)
from tests.support.memory import peak

Fresh = Callable[[str], Path]
VALUES = {Field.GENRE: ("Hip-Hop", "Größe"), Field.MOOD: ("calm", "日本"), Field.COMMENT: ("c",)}


def mp3(fresh: Fresh, tag: bytes, tail: bytes = b"") -> Path:
    path = fresh(".mp3")
    path.write_bytes(tag + untagged(path.read_bytes()) + tail)
    return path


def save(path: Path, values: dict[Field, tuple[str, ...]]) -> None:
    tags = open_tags(path)
    for field, value in values.items():
        tags.set(field, value)
    tags.save(path)


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("padding", [0, 4, 4096])
def test_foreign_frames_and_the_version_stay_byte_for_byte(fresh: Fresh, version: int, padding: int) -> None:
    others = foreign_frames(version)
    own = frame("TCON", b"\x00(17)", version)
    path = mp3(fresh, id3(b"".join([*others[:5], own, *others[5:]]), version, padding), b"TAG" + b"x" * 125)
    audio = untagged(path.read_bytes())
    save(path, VALUES)
    data = path.read_bytes()
    assert data[:5] == b"ID3" + bytes([version, 0])
    assert untagged(data) == audio
    kept = [raw for name, raw in id3_frames(data) if name not in ("TCON", "TMOO") and raw in others]
    assert kept == others
    assert [name for name, _ in id3_frames(data)][5] == "TCON"
    assert len(id3_frames(data)) == len(others) + 3
    tags = open_tags(path)
    assert {field: tags.get(field) for field in VALUES} == VALUES


@pytest.mark.parametrize("version", [3, 4])
def test_mutagen_reads_what_was_written(fresh: Fresh, version: int) -> None:
    path = mp3(fresh, id3(frame("TIT2", b"\x00A", version), version))
    save(path, VALUES | {Field.KEY: ("Am",), Field.BPM: ("99",), Field.custom("MY"): ("a", "b")})
    tags = mutagen.id3.ID3(path, translate=False)
    assert tags.version[1] == version
    assert tags["COMM::eng"].text == ["c"]
    assert tags["TKEY"].text == ["Am"]
    assert +tags["TBPM"] == 99
    if version == 4:
        assert tags["TCON"].text == list(VALUES[Field.GENRE])
        assert tags["TMOO"].text == list(VALUES[Field.MOOD])
        assert tags["TXXX:MY"].text == ["a", "b"]
    else:
        assert tags["TCON"].text == ["Hip-Hop; Größe"]
        assert tags["TXXX:mood"].text == ["calm; 日本"]
        assert tags["TXXX:MY"].text == ["a; b"]
        assert "TMOO" not in tags
        assert all(frame.encoding in (0, 1) for frame in tags.values())


def test_new_tags_get_the_version_that_was_asked_for(fresh: Fresh) -> None:
    for version in (3, 4):
        path = mp3(fresh, b"")
        tags = open_tags(path, new_id3_version=version)
        tags.set(Field.GENRE, ("Rock",))
        tags.save(path)
        assert path.read_bytes()[3] == version
        assert open_tags(path).format == f"ID3v2.{version} (MP3)"


def test_padding_is_left_when_a_tag_grows_and_used_when_it_fits(fresh: Fresh) -> None:
    path = mp3(fresh, id3(frame("TIT2", b"\x00A", 4), 4))
    audio = len(untagged(path.read_bytes()))
    save(path, {Field.GENRE: ("Rock",)})
    end = id3_end(path.read_bytes())
    assert end == 10 + 12 + 15 + 1024 + audio // 1000
    save(path, {Field.GENRE: ("Rock", "x" * 900)})
    assert id3_end(path.read_bytes()) == end


def test_a_genre_that_reads_as_a_number_is_refused(fresh: Fresh) -> None:
    tags = open_tags(fresh(".mp3"))
    for trap in ("80", "(17)", "(17)Rock", "RX", "0"):
        with pytest.raises(MetadataError, match="would show the genre"):
            tags.set(Field.GENRE, ("Rock", trap))
    tags.set(Field.GENRE, ("80s", "1977", "(Post) Rock", "((x"))
    tags.save(tags.path)
    assert mutagen.id3.ID3(tags.path, translate=False)["TCON"].genres == ["80s", "1977", "(Post) Rock", "((x"]


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        (b"\x0017", ("Rock",)),
        (b"\x00(17)", ("Rock",)),
        (b"\x00(17)(4)Eurodisco", ("Rock", "Disco", "Eurodisco")),
        (b"\x00(RX)", ("Remix",)),
        (b"\x0080s", ("80s",)),
        (b"\x00R&B/Soul", ("R&B/Soul",)),
        (b"\x00Rock; Pop;Jazz", ("Rock", "Pop", "Jazz")),
        (b"\x00Rock\x00Pop", ("Rock", "Pop")),
        (b"\x01\xff\xfeA\x00\x00\x00\xff\xfeB\x00\x00\x00", ("A", "B")),
        (b"\x01\xfe\xff\x00A\x00\x00\x00B", ("A", "B")),
        (b"\x02\x00A\x00\x00\x00B", ("A", "B")),
        (b"\x01\xff\xfeA\x00\x00\x00\xfe\xff\x00B", ("A", "B")),
        (b"\x01\xff\xfeA\x00B", ("A",)),
        (b"\x00", ()),
        (b"", ()),
    ],
)
def test_genres_of_other_programs_are_understood(fresh: Fresh, text: bytes, genres: tuple[str, ...]) -> None:
    assert open_tags(mp3(fresh, id3(frame("TCON", text, 3), 3))).get(Field.GENRE) == genres


def test_endless_genres_are_only_text(fresh: Fresh) -> None:
    digits = "9" * 5000
    for data, text in (
        (b"\x00" + digits.encode(), digits),
        (b"\x00(" + digits.encode() + b")", f"({digits})"),
        (b"\x01\xff\xfe" + b"A\x00" * 2_000_000, "A" * 2_000_000),
    ):
        assert open_tags(mp3(fresh, id3(frame("TCON", data, 3), 3))).get(Field.GENRE) == (text,)


def test_a_mood_is_changed_wherever_it_already_is(fresh: Fresh) -> None:
    both = frame("TXXX", b"\x00MOOD\x00old", 4) + frame("TMOO", b"\x00old", 4)
    path = mp3(fresh, id3(both, 4))
    save(path, {Field.MOOD: ("new",)})
    tags = mutagen.id3.ID3(path)
    assert tags["TXXX:MOOD"].text == tags["TMOO"].text == ["new"]
    assert len(tags) == 2


@pytest.mark.parametrize(
    ("version", "moods"), [(3, ("calm", "Dark", "Calm down")), (4, ("Calm", "Calm down", "Dark"))]
)
def test_moods_of_both_places_are_read_before_both_are_written(
    fresh: Fresh, version: int, moods: tuple[str, ...]
) -> None:
    both = frame("TMOO", b"\x00Calm; Calm down" if version == 3 else b"\x00Calm\x00Calm down", version)
    both += frame("TXXX", b"\x00MOOD\x00calm" + (b"; " if version == 3 else b"\0") + b"Dark", version)
    path = mp3(fresh, id3(both, version))
    assert open_tags(path).get(Field.MOOD) == moods
    save(path, {Field.MOOD: (*moods, "Happy")})
    assert open_tags(path).get(Field.MOOD) == (*moods, "Happy")
    tags = mutagen.id3.ID3(path, translate=False)
    written = ["; ".join((*moods, "Happy"))] if version == 3 else [*moods, "Happy"]
    assert tags["TMOO"].text == tags["TXXX:MOOD"].text == written


def test_the_two_groupings_are_apart(fresh: Fresh) -> None:
    path = mp3(fresh, id3(frame("TIT1", b"\x00work", 4), 4))
    save(path, {Field.ITUNES_GROUPING: ("calm",)})
    tags = mutagen.id3.ID3(path)
    assert (tags["TIT1"].text, tags["GRP1"].text) == (["work"], ["calm"])


def test_the_english_comment_is_the_one_that_changes(fresh: Fresh) -> None:
    both = frame("COMM", b"\x00deu\x00alt", 3) + frame("COMM", b"\x00eng\x00old", 3)
    path = mp3(fresh, id3(both, 3))
    assert open_tags(path).get(Field.COMMENT) == ("old",)
    save(path, {Field.COMMENT: ("new",)})
    tags = mutagen.id3.ID3(path)
    assert (tags["COMM::deu"].text, tags["COMM::eng"].text) == (["alt"], ["new"])
    other = mp3(fresh, id3(frame("COMM", b"\x00XXX\x00old", 3), 3))
    save(other, {Field.COMMENT: ("new",)})
    assert list(mutagen.id3.ID3(other)) == ["COMM::XXX"]


def test_an_unsynchronised_v23_tag_stays_so(fresh: Fresh) -> None:
    others = foreign_frames(3)
    body = unsynchronised(b"".join(others))
    assert body != b"".join(others)
    path = mp3(fresh, id3(body, 3, 100, flags=0x80))
    save(path, VALUES)
    data = path.read_bytes()
    assert data[5] == 0x80
    end = id3_end(data)
    decoded = data[:10] + resynchronised(data[10:end])
    at = 10
    for other in others:
        assert decoded[at : at + len(other)] == other
        at += len(other)
    assert mutagen.id3.ID3(path)["APIC:cover"].data == JPEG
    assert open_tags(path).get(Field.MOOD) == VALUES[Field.MOOD]


def test_an_unsynchronised_v24_tag_keeps_its_flag(fresh: Fresh) -> None:
    others = [frame("PRIV", b"x\x00" + unsynchronised(JPEG), 4, b"\x00\x02"), frame("TIT2", b"\x03T", 4)]
    path = mp3(fresh, id3(b"".join(others), 4, 50, flags=0x80))
    save(path, VALUES)
    data = path.read_bytes()
    assert data[5] == 0x80
    assert [raw for _, raw in id3_frames(data)][:2] == others
    assert mutagen.id3.ID3(path).getall("PRIV")[0].data == JPEG


@given(st.binary(max_size=200))
def test_unsynchronisation_can_be_taken_back(data: bytes) -> None:
    safe = unsynchronised(data)
    assert resynchronised(safe) == data
    assert not any(safe[at] == 0xFF and safe[at + 1] >= 0xE0 for at in range(len(safe) - 1))


TIT2 = frame("TIT2", b"\x00A", 4)


@pytest.mark.parametrize(
    ("tag", "error", "reason"),
    [
        (
            b"ID3\x02\x00\x00" + bytes([0, 0, 0, 8]) + b"TT2\x00\x00\x02\x00A",
            UnsupportedFormatError,
            "ID3v2.2",
        ),
        (id3(bytes([0, 0, 0, 6, 1, 0]) + TIT2, 4, flags=0x40), UnsupportedFormatError, "extended header"),
        (id3(TIT2, 4) + id3(TIT2, 4), UnsupportedFormatError, "more than one"),
        (id3(TIT2 + frame("SEEK", b"\0\0\0\0", 4), 4), UnsupportedFormatError, "elsewhere"),
        (id3(TIT2 + b"junk that is no frame", 4), TagsUnreadableError, "no frame"),
        (id3(TIT2 + bytes(20) + b"after", 4), TagsUnreadableError, "after its padding"),
        (id3(b"TALB\x00\x00\x7f\x00\x00\x00\x00A", 4), TagsUnreadableError, "longer"),
        (id3(b"TALB\x00\x00\x00\x80\x00\x00" + b"\x00" + b"A" * 127, 4), TagsUnreadableError, "invalid size"),
        (id3(b"TT2\x00\x00\x00\x00\x02\x00\x00\x00A", 3), TagsUnreadableError, "no frame"),
        (
            id3(b"PRIV\x00\x00\x00\x05\x00\x00a\x00\xff\x00\xff", 3, 5, flags=0x80),
            UnsupportedFormatError,
            "odd",
        ),
    ],
)
def test_an_odd_tag_is_read_if_possible_and_never_written(
    fresh: Fresh, tag: bytes, error: type[MetadataError], reason: str
) -> None:
    path = mp3(fresh, tag)
    before = path.read_bytes()
    tags = open_tags(path)
    with pytest.raises(error, match=reason) as raised:
        tags.set(Field.GENRE, ("Rock",))
    assert raised.value.remedy
    assert path.read_bytes() == before


def test_an_unreadable_frame_of_ours_is_not_overwritten(fresh: Fresh) -> None:
    tags = open_tags(mp3(fresh, id3(frame("TCON", b"\x09Rock", 3), 3)))
    with pytest.raises(TagsUnreadableError, match="encoding"):
        tags.set(Field.GENRE, ("Pop",))
    tags = open_tags(mp3(fresh, id3(frame("TCON", b"\x00Rock", 3, b"\x00\x40"), 3)))
    with pytest.raises(TagsUnreadableError, match="encrypted"):
        tags.get(Field.GENRE)


def test_compressed_frames_are_read_and_replaced_by_plain_ones(fresh: Fresh) -> None:
    old3 = frame("TCON", bytes([0, 0, 0, 5]) + zlib.compress(b"\x00Rock"), 3, b"\x00\x80")
    old4 = frame("TCON", bytes([0, 0, 0, 5]) + zlib.compress(b"\x00Rock"), 4, b"\x00\x09")
    for version, old in ((3, old3), (4, old4)):
        path = mp3(fresh, id3(old, version))
        assert open_tags(path).get(Field.GENRE) == ("Rock",)
        save(path, {Field.GENRE: ("Pop",)})
        assert mutagen.id3.ID3(path)["TCON"].text == ["Pop"]


def bomb(version: int, *, nested: bool = False) -> bytes:
    """Return a tag with an extended header, a title, and a few bytes that unpack to 64 MiB."""
    packed, size = zlib.compress(bytes(1 << 26), 9), 1 << 26
    length = synchsafe(size) if version == 4 else size.to_bytes(4, "big")
    large = frame("PRIV", length + packed, version, b"\x00\x09" if version == 4 else b"\x00\x80")
    if nested:
        large = frame("CHAP", b"chapter\x00" + bytes(16) + large, version)
    extended = synchsafe(6) + b"\x01\x00" if version == 4 else (6).to_bytes(4, "big") + bytes(6)
    return id3(extended + frame("TIT2", b"\x00A title", version) + large, version, flags=0x40)


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("suffix", [".mp3", ".wav"])
def test_a_frame_that_unpacks_to_much_more_is_left_packed(
    fresh: Fresh, suffix: str, version: int, nested: bool
) -> None:
    tag = bomb(version, nested=nested)
    if suffix == ".mp3":
        path = mp3(fresh, tag)
    else:
        path = fresh(suffix)
        others = [chunk for chunk in chunks(path) if chunk[0] != b"LIST"]
        body = b"".join(
            name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
            for name, content in [*others, (b"id3 ", tag)]
        )
        path.write_bytes(b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body)

    def read() -> None:
        assert read_tags(path).title == "A title"

    assert peak(read) < 16e6


def test_tags_at_the_end_stay_and_are_named(fresh: Fresh) -> None:
    v1 = b"TAG" + b"Title".ljust(124, b"\0") + b"\x11"
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(16)
    path = mp3(fresh, id3(TIT2, 4), ape + v1)
    tags = open_tags(path)
    assert [warning.split()[1] for warning in tags.warnings] == ["APEv2", "ID3v1"]
    save(path, VALUES)
    assert path.read_bytes().endswith(ape + v1)


def v1_tag(genre: int = 17) -> bytes:
    texts = (b"Old title", b"Someone", b"An album")
    return b"TAG" + b"".join(text.ljust(30, b"\0") for text in texts) + b"1987" + (
        b"By hand".ljust(28, b"\0") + b"\0\x07" + bytes([genre])
    )  # fmt: skip


def ape_tag(**items: str) -> bytes:
    def number(value: int) -> bytes:
        return value.to_bytes(4, "little")

    body = b"".join(
        number(len(text)) + number(0) + key.encode() + b"\0" + text.encode() for key, text in items.items()
    )

    def end(flags: int) -> bytes:
        return (
            b"APETAGEX"
            + number(2000)
            + number(len(body) + 32)
            + number(len(items))
            + number(flags)
            + bytes(8)
        )

    return end(0xA0000000) + body + end(0x80000000)


@pytest.mark.parametrize("version", [3, 4])
def test_a_first_id3v2_tag_says_what_the_id3v1_tag_says(fresh: Fresh, version: int) -> None:
    path = mp3(fresh, b"", v1_tag())
    tags = open_tags(path, new_id3_version=version)
    assert tags.get(Field.GENRE) == ("Rock",)
    assert tags.get(Field.COMMENT) == ("By hand",)
    tags.set(Field.MOOD, ("calm",))
    tags.save(path)
    assert path.read_bytes().endswith(v1_tag())
    found = mutagen.id3.ID3(path, translate=False, load_v1=False)
    assert found.version[:2] == (2, version)
    year = found["TYER" if version == 3 else "TDRC"]
    texts = [str(frame) for frame in (found["TIT2"], found["TPE1"], found["TALB"], year, found["TRCK"])]
    assert texts == ["Old title", "Someone", "An album", "1987", "7"]
    assert (found["TCON"].genres, str(found["COMM::eng"])) == (["Rock"], "By hand")
    read = read_tags(path)
    assert (read.title, read.artist, read.genres, read.moods) == (
        "Old title",
        "Someone",
        ("Rock",),
        ("calm",),
    )


def test_an_id3v1_tag_without_a_genre_leaves_room_for_one(fresh: Fresh) -> None:
    path = mp3(fresh, b"", v1_tag(genre=255))
    assert open_tags(path).get(Field.GENRE) == ()
    save(path, {Field.GENRE: ("Pop",)})
    assert (read_tags(path).title, read_tags(path).genres) == ("Old title", ("Pop",))


def test_tags_that_are_apev2_alone_are_read_and_not_hidden(fresh: Fresh) -> None:
    path = mp3(fresh, b"", ape_tag(Title="Old title", Genre="Rock") + v1_tag())
    tags = open_tags(path)
    assert tags.refusal is not None
    assert "APEv2" in tags.refusal.message
    alone = mp3(fresh, b"", ape_tag(Title="Old title", Artist="Someone", Genre="Rock"))
    read = read_tags(alone)
    assert (read.title, read.artist, read.genres) == ("Old title", "Someone", ("Rock",))


def test_an_apev2_tag_that_tells_of_loudness_alone_hides_nothing(fresh: Fresh) -> None:
    tail = ape_tag(REPLAYGAIN_TRACK_GAIN="-3 dB", MP3GAIN_UNDO="+1")
    path = mp3(fresh, b"", tail)
    save(path, {Field.GENRE: ("Pop",)})
    assert path.read_bytes().endswith(tail)
    assert read_tags(path).genres == ("Pop",)


def test_text_in_an_unknown_encoding_is_not_lost(fresh: Fresh) -> None:
    path = mp3(fresh, id3(frame("COMM", b"\x03eng\0Gr\xfc\xdfe", 4), 4))
    before = path.read_bytes()
    tags = open_tags(path)
    (text,) = tags.get(Field.COMMENT)
    with pytest.raises(MetadataError, match="unknown encoding"):
        tags.set(Field.COMMENT, (f"{text} [Earmark: Calm]",))
    tags.set(Field.GENRE, ("Pop",))
    tags.save(path)
    assert before[before.index(b"COMM") :][:20] in path.read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(version=st.sampled_from([2, 3, 4]), flags=st.integers(0, 255), body=st.binary(max_size=120))
def test_no_tag_brings_the_reader_down(fresh: Fresh, version: int, flags: int, body: bytes) -> None:
    path = mp3(fresh, id3(body, version, flags=flags))
    before = path.read_bytes()
    try:
        tags = open_tags(path)
        tags.set(Field.GENRE, ("Rock",))
        tags.save(path)
    except MetadataError:
        assert path.read_bytes() == before
    else:
        assert open_tags(path).get(Field.GENRE) == ("Rock",)
