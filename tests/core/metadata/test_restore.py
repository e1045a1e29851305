"""The file before a write comes back byte for byte from a small record and the file after it."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import mutagen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.metadata import restore
from tagger_core.metadata.payload import ogg, payload_hash
from tagger_core.metadata.payload.source import Nothing, Source
from tagger_core.metadata.restore import RestoreError, make_restore, rebuild
from tests.core.metadata.test_payload import KNOWN, hash_or_refusal, originals, tagged_elsewhere, zoo  # noqa: F401 - a fixture
from tests.support.audio import encode, song


def leads_back(before: Path, after: Path, folder: Path) -> int:
    record = make_restore(before, after)
    assert record is not None
    rebuild(after, record, folder / "rebuilt")
    assert (folder / "rebuilt").read_bytes() == before.read_bytes()
    return len(record)


@pytest.mark.parametrize("suffix", KNOWN)
def test_both_ways_lead_back_byte_for_byte(suffix, originals, tmp_path):  # noqa: F811
    after = Path(shutil.copy(originals[suffix], tmp_path))
    tagged_elsewhere(after)
    assert leads_back(originals[suffix], after, tmp_path) < 300
    leads_back(after, originals[suffix], tmp_path)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".m4a", ".wav", ".ogg", ".opus"])
def test_a_cover_that_stays_costs_nothing(suffix, originals, tmp_path):  # noqa: F811
    cover = bytes(b ^ (i >> 7) & 0xFF for i, b in enumerate(bytes(range(251)) * 2000))
    before = Path(shutil.copy(originals[suffix], tmp_path))
    tagged_elsewhere(before)
    file = mutagen.File(before)
    if suffix in (".mp3", ".wav"):
        file.tags.getall("APIC")[0].data = cover
    elif suffix == ".m4a":
        file["covr"] = [cover]
    elif suffix == ".flac":
        file.pictures[0].data = cover
    else:
        file["metadata_block_picture"] = base64.b64encode(cover).decode()
    file.save()
    after = Path(shutil.copy(before, tmp_path / f"after{suffix}"))
    file = mutagen.File(after)
    if suffix in (".mp3", ".wav"):
        file.tags.add(mutagen.id3.TCON(encoding=3, text="Folk"))
    else:
        file["\xa9gen" if suffix == ".m4a" else "genre"] = ["Folk"]
    file.save()
    assert before.stat().st_size > 500_000
    assert leads_back(before, after, tmp_path) < 1000


def test_ogg_pages_with_new_numbers_cost_little(tmp_path):
    before = encode(tmp_path / "before.ogg", song(60), 44100)
    after = Path(shutil.copy(before, tmp_path / "after.ogg"))
    file = mutagen.File(after)
    file["comment"] = "la " * 100_000
    file.save()

    def sequences(path: Path) -> list[bytes]:
        with path.open("rb") as opened:
            return [page.header[18:22] for page in ogg.pages(Source(opened, path), Nothing())]

    assert len(sequences(before)) > 60
    assert len(sequences(after)) > len(sequences(before))
    assert leads_back(before, after, tmp_path) < 300
    assert leads_back(after, before, tmp_path) < 1000


def test_ogg_pages_that_were_wrong_before_come_back_wrong(originals, tmp_path):  # noqa: F811
    before, after = tmp_path / "before.ogg", tmp_path / "after.ogg"
    data = bytearray(originals[".ogg"].read_bytes())
    page = data.rindex(b"OggS")
    data[page + 18] += 5
    data[page + 22] ^= 0xFF
    before.write_bytes(data)
    shutil.copy(originals[".ogg"], after)
    tagged_elsewhere(after)
    assert payload_hash(before) == payload_hash(after)
    leads_back(before, after, tmp_path)


def test_the_checksum_is_that_of_the_format(originals):  # noqa: F811
    path = originals[".ogg"]
    with path.open("rb") as file:
        source = Source(file, path)
        for page in ogg.pages(source, Nothing()):
            right = int.from_bytes(page.header[22:26], "little")
            assert ogg.checksum(page.header, source.at(*page.body)) == right


def test_too_much_beside_the_audio_has_no_record(originals, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(restore, "SKELETON_LIMIT", 50_000)
    after = Path(shutil.copy(originals[".mp3"], tmp_path))
    tagged_elsewhere(after)
    assert make_restore(originals[".mp3"], after) is None
    assert make_restore(after, originals[".mp3"]) is None


@settings(max_examples=60, deadline=None)
@given(record=st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda rest: b"\1\x20" + rest)))
def test_any_record_is_refused_or_rebuilds_something(record, originals, tmp_path_factory):  # noqa: F811
    destination = tmp_path_factory.getbasetemp() / "any"
    try:
        rebuild(originals[".flac"], record, destination)
    except RestoreError as error:
        if error.path != originals[".flac"]:
            raise


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_record_never_ends_in_another_error(data, originals, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.getbasetemp()
    after = Path(shutil.copy(originals[".ogg"], folder / "tagged.ogg"))
    tagged_elsewhere(after)
    record = bytearray(make_restore(originals[".ogg"], after) or b"")
    record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
    try:
        rebuild(after, bytes(record), folder / "any")
    except RestoreError:
        pass


@pytest.mark.skipif(not zoo(), reason="the zoo of odd files is not here")
def test_every_file_of_the_zoo_leads_to_itself(tmp_path):
    for path in zoo():
        if hash_or_refusal(path) is not None:
            leads_back(path, path, tmp_path)
