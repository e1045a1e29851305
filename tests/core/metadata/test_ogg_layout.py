"""Ogg files as real encoders lay them out: the first packet of audio may share a page with the headers."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from mutagen.ogg import OggPage

from tagger_core.audio.decode import load
from tagger_core.library.store import Library
from tagger_core.metadata.fields import Field
from tagger_core.metadata.journal import apply, undo
from tagger_core.metadata.payload import payload_hash
from tests.core.metadata.writing import TAGS, genre, plan_of
from tests.support.audio import encode, song


def with_audio_on_the_page_of_the_headers(path: Path) -> Path:
    """Move the first packet of audio to the end of the page that the headers end on."""
    data = io.BytesIO(path.read_bytes())
    pages = []
    while data.tell() < len(data.getvalue()):
        pages.append(OggPage(data))
    first = next(number for number, page in enumerate(pages) if page.position > 0)
    pages[first - 1].packets.append(pages[first].packets.pop(0))
    pages[first - 1].complete = True
    path.write_bytes(b"".join(page.write() for page in pages))
    return path


@pytest.fixture
def shared_page(tmp_path: Path) -> Path:
    return with_audio_on_the_page_of_the_headers(encode(tmp_path / "song.ogg", song(2.0), 44100))


def test_writing_such_a_file_keeps_its_audio_and_undo_its_bytes(shared_page, tmp_path):
    before, sound, digest = shared_page.read_bytes(), load(shared_page, 22050), payload_hash(shared_page)
    with Library.open(tmp_path / "library.sqlite") as library:
        # Long enough that the headers need a page more.
        values = {**TAGS, Field.custom("EARMARK"): ("piano:0.91; " * 6000,)}
        report = apply(library, plan_of([shared_page], values))
        assert not report.failures
        assert genre(shared_page) == TAGS[Field.GENRE]
        assert payload_hash(shared_page) == digest
        assert np.array_equal(load(shared_page, 22050), sound)
        assert undo(library, report.batch_id).restored == 1
    assert hashlib.sha256(shared_page.read_bytes()).digest() == hashlib.sha256(before).digest()


def test_a_lost_packet_on_the_page_of_the_headers_is_seen(shared_page):
    digest = payload_hash(shared_page)
    data = io.BytesIO(shared_page.read_bytes())
    pages = []
    while data.tell() < len(data.getvalue()):
        pages.append(OggPage(data))
    assert len(pages[1].packets) == 3
    pages[1].packets.pop()
    shared_page.write_bytes(b"".join(page.write() for page in pages))
    assert payload_hash(shared_page) != digest
