"""Compose, play and encode the demo songs into resources/demo.

    python scripts/make_demo_songs.py [--output FOLDER] [NUMBER ...]

The same machine with the same versions of FFmpeg, numpy and scipy makes the same bytes again. Needs scipy,
and the encoder of the tests.
"""

from __future__ import annotations

import argparse
import struct
import sys
import zlib
from pathlib import Path

import mutagen
import numpy as np
from demo_songs.catalogue import ALBUM, ARTIST, DATE, SONGS, Song
from demo_songs.sound import RATE, Sound
from mutagen import flac, id3
from scipy import signal

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
from tests.support.audio import encode  # noqa: E402 - the project's folder is on the path only now

LICENCE = """\
The demo songs in this folder
=============================

All songs here were composed and synthesised by a program of this project, scripts/make_demo_songs.py, without
any recording, sample or score of anybody else. As far as the law knows rights in them at all, the authors of
Earmark give these up, everywhere and for ever, under CC0 1.0 Universal: anyone may copy, change, perform and
sell the songs and the pictures embedded in them, for any purpose, without asking and without naming anyone.
They come without warranty of any kind.

The full text of CC0 1.0: https://creativecommons.org/publicdomain/zero/1.0/legalcode
"""


def main() -> int:
    """Make all songs, or those whose numbers are given."""
    parser = argparse.ArgumentParser(description="Compose, play and encode the demo songs.")
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="only these songs")
    parser.add_argument("--output", type=Path, default=PROJECT / "resources" / "demo", metavar="FOLDER")
    choices = parser.parse_args()
    folder: Path = choices.output
    folder.mkdir(parents=True, exist_ok=True)
    for number, song in enumerate(SONGS, start=1):
        if not choices.numbers or number in choices.numbers:
            path = make(song, number, folder)
            print(f"{path.stat().st_size:>9,} bytes  {path.name}", flush=True)
    (folder / "LICENSE.txt").write_text(LICENCE, "utf-8")
    return 0


def make(song: Song, number: int, folder: Path) -> Path:
    """Play a song, store it in its format and tag it."""
    path = folder / song.file
    sound = stored(song.play(), song)
    encode(path, sound.T.astype(np.float32), song.sample_rate, bit_rate=song.bit_rate or None)
    tag(path, song, number)
    return path


def stored(sound: Sound, song: Song) -> Sound:
    """Return the sound with the song's number of channels and sample rate: [n] or [2, n]."""
    if song.channels == 1:
        sound = sound.mean(axis=0)
    if song.sample_rate != RATE:
        divisor = np.gcd(song.sample_rate, RATE)
        sound = signal.resample_poly(sound, song.sample_rate // divisor, RATE // divisor, axis=-1)
    return np.clip(sound, -0.99, 0.99)


def tag(path: Path, song: Song, number: int) -> None:
    """Write title, artist, album, date and number, and a genre only where the catalogue has one."""
    texts = {"title": song.title, "artist": ARTIST, "album": ALBUM, "date": DATE, "tracknumber": f"{number}"}
    if song.genre:
        texts["genre"] = song.genre
    if path.suffix in (".mp3", ".wav"):
        _tag_id3(path, texts, song)
        return
    file = mutagen.File(path, easy=True)
    file.delete()
    for name, text in texts.items():
        file[name] = text
    if isinstance(file, flac.FLAC) and song.cover:
        image = flac.Picture()
        image.type, image.mime, image.data = id3.PictureType.COVER_FRONT, "image/png", cover(number)
        image.width = image.height = 96
        image.depth = 24
        file.add_picture(image)
    file.save()


def _tag_id3(path: Path, texts: dict[str, str], song: Song) -> None:
    frames = {
        "title": "TIT2",
        "artist": "TPE1",
        "album": "TALB",
        "date": "TDRC",
        "tracknumber": "TRCK",
        "genre": "TCON",
    }
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    file.tags.clear()
    for name, text in texts.items():
        file.tags.add(getattr(id3, frames[name])(encoding=id3.Encoding.UTF8, text=[text]))
    if song.cover:
        picture = cover(int(texts["tracknumber"]))
        file.tags.add(
            id3.APIC(mime="image/png", type=id3.PictureType.COVER_FRONT, desc="Cover", data=picture)
        )
    file.save()


def cover(number: int, size: int = 96) -> bytes:
    """Draw a picture, as PNG: circles of a colour of their own, from the middle of a sound to its edge."""
    y, x = np.mgrid[0:size, 0:size] / size - 0.5
    rings = 0.5 + 0.5 * np.cos(2 * np.pi * (number + 4) * np.hypot(x, y) + number)
    hues = 0.5 + 0.5 * np.cos(2 * np.pi * (number / 13 + np.array([0.0, 0.33, 0.67])))
    light = 0.35 + 0.65 * rings[..., None] * (1 - np.hypot(x, y)[..., None])
    pixels = (255 * np.clip(light * hues, 0, 1) // 24 * 24).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    body = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


if __name__ == "__main__":
    sys.exit(main())
