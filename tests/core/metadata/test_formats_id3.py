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
from tests.core.metadata.parsers import chunks, frame, id3, id3_end, id3_frames, untagged

Fresh = Callable[[str], Path]
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
VALUES = {Field.GENRE: ("Hip-Hop", "Größe"), Field.MOOD: ("calm", "日本"), Field.COMMENT: ("c",)}


def foreign(version: int) -> list[bytes]:
    """Frames that a library would like to tidy up: each must come out as it went in."""
    return [
        frame("TIT2", b"\x01\xfe\xff" + "Ä title".encode("utf-16-be"), version),
        frame("TYER", b"\x001994", version),
        frame("TDAT", b"\x000305", version),
        frame("APIC", b"\x00JPG\x00\x03cover\x00" + JPEG, version),
        frame("APIC", b"\x00-->\x00\x03cover\x00http://x", version),
        frame("POPM", b"me@x\x00\xc4" + b"\x00\x00\x00\x05", version),
        frame("GEOB", b"\x00application/x\x00Serato Markers2\x00\x00" + bytes(40) + b"\x01", version),
        frame("PRIV", b"WM/MediaClassPrimaryID\x00\xbc\x7d\x60\xd1", version),
        frame("UFID", b"http://musicbrainz.org\x00abc", version),
        frame("TXXX", b"\x01\xff\xfeM\x00B\x00\x00\x00\xff\xfe\x00\x01", version),
        frame("RVAD", b"\x00\x10\x00\x00\x00\x00", version),
        frame("XYZ0", b"nobody knows", version),
        frame("TLEN", b"\x07broken encoding", version),
        frame("TPE1", b"", version),
        frame("COMM", b"\x00engiTunNORM\x00 00000", version),
        frame("COMM", b"\x00deuNotiz\x00auf Deutsch", version),
        frame("IPLS", b"\x00producer\x00me\x00", version),
        frame("USLT", b"\x00eng\x00la\x00la", version, b"\x00\x00" if version == 3 else b"\x10\x00"),
        frame("TSRC", zlib.compress(b"\x00X"), version, b"\x40\x00"),
    ]


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
    others = foreign(version)
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
    others = foreign(3)
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


def test_tags_at_the_end_stay_and_are_named(fresh: Fresh) -> None:
    v1 = b"TAG" + b"Title".ljust(124, b"\0") + b"\x11"
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(16)
    path = mp3(fresh, id3(TIT2, 4), ape + v1)
    tags = open_tags(path)
    assert [warning.split()[1] for warning in tags.warnings] == ["APEv2", "ID3v1"]
    save(path, VALUES)
    assert path.read_bytes().endswith(ape + v1)


@pytest.mark.parametrize("odd", [0, 1])
@pytest.mark.parametrize(("suffix", "name"), [(".wav", b"id3 "), (".aiff", b"ID3 ")])
def test_other_chunks_stay_and_sizes_fit(fresh: Fresh, suffix: str, name: bytes, odd: int) -> None:
    path = fresh(suffix)
    before = [chunk for chunk in chunks(path) if chunk[0].lower() != b"id3 "]
    save(path, VALUES | {Field.COMMENT: ("x" * (1000 + odd),)})
    assert chunks(path)[-1][0] == name
    save(path, VALUES | {Field.COMMENT: ("x" * (5000 + odd),)})
    after = chunks(path)
    assert [chunk for chunk in after if chunk[0] != name] == before
    assert [chunk[0] for chunk in after].count(name) == 1
    assert mutagen.File(path).tags["TCON"].text == list(VALUES[Field.GENRE])


@pytest.mark.parametrize("suffix", [".wav", ".aiff"])
def test_a_chunk_before_others_grows_in_its_place(fresh: Fresh, suffix: str) -> None:
    path = fresh(suffix)
    data = path.read_bytes()
    order = "big" if suffix == ".aiff" else "little"
    name = b"ID3 "
    tag = id3(b"".join(foreign(3)), 3)
    chunk = name + len(tag).to_bytes(4, order) + tag + bytes(len(tag) % 2)
    rest = b"".join(
        n + len(c).to_bytes(4, order) + c + bytes(len(c) % 2) for n, c in chunks(path) if n.lower() != b"id3 "
    )
    body = data[8:12] + chunk + rest
    path.write_bytes(data[:4] + len(body).to_bytes(4, order) + body)
    others = [chunk for chunk in chunks(path) if chunk[0] != name]
    save(path, VALUES | {Field.COMMENT: ("x" * 3000,)})
    after = chunks(path)
    assert after[0][0] == name
    assert after[1:] == others
    assert [raw for _, raw in id3_frames(after[0][1])][: len(foreign(3))] == foreign(3)


def test_a_missing_pad_byte_is_made_good(fresh: Fresh) -> None:
    path = fresh(".wav")
    fmt = next(content for name, content in chunks(path) if name == b"fmt ")
    body = (
        b"WAVEfmt "
        + len(fmt).to_bytes(4, "little")
        + fmt
        + b"data"
        + (1001).to_bytes(4, "little")
        + b"\x01" * 1001
    )
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    save(path, VALUES)
    assert [name for name, _ in chunks(path)] == [b"fmt ", b"data", b"id3 "]
    assert dict(chunks(path))[b"data"] == b"\x01" * 1001


def test_a_stream_without_a_length_is_refused(fresh: Fresh) -> None:
    path = fresh(".wav")
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff\xff\xff\xff" + data[8:])
    with pytest.raises(TagsUnreadableError, match="shorter"):
        open_tags(path).set(Field.GENRE, ("Rock",))


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
