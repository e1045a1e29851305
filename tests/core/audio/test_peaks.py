"""The outline of a song, and the picture it carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mutagen.flac
import mutagen.id3
import mutagen.mp4
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.audio.cover import embedded_cover
from tagger_core.audio.peaks import MOST_PAIRS, outline, peaks
from tagger_core.errors import Cancelled, NoAudioError
from tests.support.audio import encode, tone

# Typed as anything: mutagen has no annotations.
APIC: Any = mutagen.id3.APIC
FLAC: Any = mutagen.flac.FLAC
ID3: Any = mutagen.id3.ID3
MP4: Any = mutagen.mp4.MP4
MP4Cover: Any = mutagen.mp4.MP4Cover
Picture: Any = mutagen.flac.Picture
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


def add_cover(mp3: Path, flac: Path, m4a: Path) -> None:
    tags = ID3()
    tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=PNG))
    tags.save(mp3)
    picture = Picture()
    picture.data, picture.mime, picture.type, picture.width, picture.height = PNG, "image/png", 3, 1, 1
    with_picture = FLAC(flac)
    with_picture.add_picture(picture)
    with_picture.save()
    boxes = MP4(m4a)
    boxes["covr"] = [MP4Cover(PNG, MP4Cover.FORMAT_PNG)]
    boxes.save()


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg"])
def test_a_loud_half_and_a_silent_half_stand_where_they_are(tmp_path: Path, suffix: str) -> None:
    sound = np.concatenate([tone(6, level=0.8), np.zeros(6 * 44100, np.float32)])
    found = outline(encode(tmp_path / f"half{suffix}", sound, 44100))
    assert found.seconds == pytest.approx(12, abs=0.1)
    middle = round(6 * found.pairs_per_second)
    margin = round(0.2 * found.pairs_per_second)
    assert len(found.low) == len(found.high) == pytest.approx(12 * found.pairs_per_second, abs=margin)
    assert found.high[margin : middle - margin].min() > 0.7
    assert found.low[margin : middle - margin].max() < -0.7
    assert np.abs(found.high[middle + margin :]).max() < 0.05


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60_000), max_size=12), st.integers(0, 2**31))
def test_the_outline_is_the_samples_own_however_they_come(sizes: list[int], seed: int) -> None:
    blocks = [np.random.default_rng([seed, size]).standard_normal(size).astype("f4") for size in sizes]
    found = peaks(blocks, 4000)
    samples = np.concatenate([*blocks, np.empty(0, np.float32)])
    stretch = round(4000 / found.pairs_per_second)
    cuts = range(0, len(samples), stretch)
    assert len(found.low) <= MOST_PAIRS
    assert found.low.tolist() == [samples[i : i + stretch].min() for i in cuts]
    assert found.high.tolist() == [samples[i : i + stretch].max() for i in cuts]
    assert found.seconds == len(samples) / 4000


def test_hours_cost_as_much_memory_as_minutes() -> None:
    hour = (np.ones(4000, np.float32) for _ in range(20 * 3600))
    found = peaks(hour, 4000)
    assert MOST_PAIRS // 2 <= len(found.low) <= MOST_PAIRS
    assert found.seconds == 20 * 3600


def test_stops_between_blocks() -> None:
    with pytest.raises(Cancelled):
        peaks(iter([np.ones(10, np.float32)]), 4000, lambda: True)


def test_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    with pytest.raises(NoAudioError):
        outline(tmp_path / "text.mp3")


def test_the_picture_in_the_tags_is_found(tmp_path: Path) -> None:
    mp3, flac, m4a = (encode(tmp_path / f"a{s}", tone(1), 44100) for s in (".mp3", ".flac", ".m4a"))
    assert [embedded_cover(path) for path in (mp3, flac, m4a)] == [None] * 3
    add_cover(mp3, flac, m4a)
    assert [embedded_cover(path) for path in (mp3, flac, m4a)] == [PNG] * 3


def test_what_is_no_song_has_no_picture(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    assert embedded_cover(tmp_path / "text.mp3") is None
    assert embedded_cover(tmp_path / "gone.mp3") is None
