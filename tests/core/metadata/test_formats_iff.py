import time
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest

from tagger_core.errors import TagsUnreadableError
from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.reader import read_tags
from tests.core.metadata.parsers import chunks, foreign_frames, id3, id3_frames

Fresh = Callable[[str], Path]
VALUES = {Field.GENRE: ("Hip-Hop", "Größe"), Field.MOOD: ("calm", "日本"), Field.COMMENT: ("c",)}


def save(path: Path, values: dict[Field, tuple[str, ...]]) -> None:
    tags = open_tags(path)
    for field, value in values.items():
        tags.set(field, value)
    tags.save(path)


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
    tag = id3(b"".join(foreign_frames(3)), 3)
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
    assert [raw for _, raw in id3_frames(after[0][1])][: len(foreign_frames(3))] == foreign_frames(3)


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


def endless(path: Path, *behind: bytes) -> Path:
    """Let a file go on behind the first chunk, the parameters of its sound, with something else."""
    data = path.read_bytes()
    order = "big" if data[:4] == b"FORM" else "little"
    name, content = chunks(path)[0]
    body = b"".join([data[8:12], name, len(content).to_bytes(4, order), content, *behind])
    path.write_bytes(data[:4] + len(body).to_bytes(4, order) + body)
    return path


@pytest.mark.parametrize("suffix", [".wav", ".aiff"])
@pytest.mark.parametrize(("name", "reason"), [(bytes(4), "10000 chunks"), (b"none", "without end")])
def test_chunks_without_end_are_not_read_to_their_end(
    fresh: Fresh, suffix: str, name: bytes, reason: str
) -> None:
    path = endless(fresh(suffix), (name + bytes(4)) * 40_000)
    with pytest.raises(TagsUnreadableError, match=reason):
        open_tags(path).set(Field.GENRE, ("Rock",))


def test_an_info_list_of_zeros_takes_no_time(fresh: Fresh) -> None:
    size = 1 << 20
    path = endless(fresh(".wav"), b"LIST", (size + 4).to_bytes(4, "little"), b"INFO", bytes(size))
    start = time.process_time()
    assert read_tags(path).title == ""
    assert time.process_time() - start < 2
