"""What the demo songs are called, and how each is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo_songs import band, chamber, electronic, solo
from demo_songs.sound import Sound

ARTIST = "Earmark Demo Ensemble"
ALBUM = "Demo Songs"
DATE = "2026"


@dataclass(frozen=True)
class Song:
    """One song; titles name no instrument, so that a search finds the songs by their sound.

    Args:
        title: as in the tags.
        play: composes and plays it.
        file: name of the file, its suffix decides the format.
        bit_rate: in bits per second; 0 for lossless.
        sample_rate: that it is stored at.
        channels: 1 or 2.
        genre: that the file has already; most have none, for the demo to fill.
        cover: whether a picture is embedded.
    """

    title: str
    play: Callable[[], Sound]
    file: str
    bit_rate: int = 0
    sample_rate: int = 44_100
    channels: int = 2
    genre: str = ""
    cover: bool = False


SONGS = (
    Song("Lantern on the Water", solo.nocturne, "01 Lantern on the Water.mp3", 80_000, cover=True),
    Song("Fourteen Windows", solo.guitar_study, "02 Fourteen Windows.wav", 0, 16_000, 1),
    Song("Night Shift", electronic.techno, "03 Night Shift.opus", 60_000, 48_000),
    Song("Eight Suspensions", chamber.adagio, "04 Eight Suspensions.m4a", 68_000, genre="Classical"),
    Song("Copper Wire", band.rock_trio, "05 Copper Wire.m4a", 72_000),
    Song("Slow Weather", electronic.ambient, "06 Slow Weather.opus", 40_000, 48_000),
    Song("Kyrie for Nobody", chamber.motet, "07 Kyrie for Nobody.opus", 52_000, 48_000),
    Song("Quill and Answer", solo.invention, "08 Quill and Answer.ogg", 88_000),
    Song("Before the Lamps", solo.raga, "09 Before the Lamps.opus", 40_000, 48_000),
    Song("Reeds by the River", chamber.pastoral, "10 Reeds by the River.opus", 52_000, 48_000),
    Song("Corner Table", band.jazz_trio, "11 Corner Table.mp3", 80_000, genre="Jazz"),
    Song("Broken Turnstile", electronic.drum_and_bass, "12 Broken Turnstile.opus", 60_000, 48_000),
    Song(
        "The Clockmaker's Daughter",
        solo.music_box_waltz,
        "13 The Clockmaker's Daughter.flac",
        0,
        22_050,
        1,
        cover=True,
    ),
)
