"""The bundled songs are small, sound, tagged, and leave the demo something to do."""

from pathlib import Path

import mutagen
import numpy as np
import pytest
from mutagen.flac import FLAC
from mutagen.mp3 import MP3

from tagger_core.audio import decode

SONGS = Path(__file__).resolve().parents[2] / "resources" / "demo"
PATHS = sorted(path for path in SONGS.iterdir() if path.suffix != ".txt")


def tags(path):
    file = mutagen.File(path, easy=True)
    if path.suffix == ".wav":  # mutagen has no easy names for it
        names = {"TIT2": "title", "TPE1": "artist", "TALB": "album", "TDRC": "date", "TCON": "genre"}
        return {names[key]: [str(text) for text in file.tags[key].text] for key in names if key in file.tags}
    return {name: file[name] for name in file}


def test_a_dozen_songs_in_all_formats_take_less_than_four_megabytes():
    assert len(PATHS) >= 12
    assert {path.suffix for path in PATHS} == {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"}
    assert sum(path.stat().st_size for path in SONGS.iterdir()) < 4_000_000
    assert "CC0" in (SONGS / "LICENSE.txt").read_text("utf-8")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_song_sounds(path):
    with decode.open_audio(path, 48_000) as stream:
        sound = np.concatenate(list(stream))
    assert stream.problem == ""
    assert 20 <= stream.seconds <= 40
    assert np.abs(sound).max() < 1.0
    assert np.sqrt(np.mean(sound**2)) > 0.03
    quarters = [np.abs(part).max() for part in np.array_split(sound, 4)]
    assert min(quarters) > 0.02


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_no_song_begins_or_ends_with_a_click(path):
    sound = decode.load(path, decode.probe(path).sample_rate)
    assert np.abs(sound[:20]).max() < 0.05
    assert np.abs(sound[-20:]).max() < 0.01
    assert abs(float(sound.mean())) < 0.002


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_song_says_what_it_is_and_not_how_it_sounds(path):
    found = tags(path)
    assert found["title"][0] in path.stem
    assert found["artist"] == ["Earmark Demo Ensemble"]
    assert found["album"] == ["Demo Songs"]
    assert found["date"]
    assert "mood" not in found


def test_one_or_two_songs_have_a_genre_already_so_that_it_can_be_kept():
    assert 1 <= sum("genre" in tags(path) for path in PATHS) <= 2


def test_an_mp3_and_a_flac_carry_a_picture():
    assert any(MP3(path).tags.getall("APIC") for path in PATHS if path.suffix == ".mp3")
    assert any(FLAC(path).pictures for path in PATHS if path.suffix == ".flac")
