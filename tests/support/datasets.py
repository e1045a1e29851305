"""Tiny data sets in the layouts that the real ones have on a disk, with audio that is really encoded."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tests.support.audio import encode, song
from trainer.data import gtzan, jamendo, msd, mtat, tagtraum

SECONDS = 1.3
"""Of every clip here."""

_FURTHER_TAGS = ("singer", "duet", "trance")  # stand for the 138 that no one uses


def clip(path: Path, seed: int, *, seconds: float = SECONDS, sample_rate: int = 16000) -> Path:
    """Write a clip in the format of its suffix, one of a few for each format; ".au" has plain samples."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_encoded(path.suffix, seed % 5, seconds, sample_rate))
    return path


@cache
def _encoded(suffix: str, seed: int, seconds: float, sample_rate: int) -> bytes:
    samples = song(seconds, sample_rate, seed)
    if suffix == ".au":
        head = b".snd" + np.array([24, 0xFFFFFFFF, 3, sample_rate, 1], ">u4").tobytes()
        return head + (samples * 32767).astype(">i2").tobytes()
    with tempfile.TemporaryDirectory() as folder:
        path = encode(Path(folder, f"clip{suffix}"), samples, sample_rate, bit_rate=32_000)
        return path.read_bytes()


def table(path: Path, rows: Iterable[Sequence[str]], delimiter: str, *, quoted: bool) -> None:
    """Write a table with every cell quoted, or none."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_NONE
        csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)


def lay_out_mtat(
    folder: Path,
    clips: Mapping[str, tuple[str, Sequence[str]]],
    *,
    audio: bool = True,
    artists: Mapping[str, str] | None = None,
    dropped: str = "",
) -> Path:
    """Lay out MagnaTagATune.

    Args:
        folder: where.
        clips: clip id -> (mp3 folder, tags).
        audio: whether the mp3s are written.
        artists: clip id -> artist; else every clip has its own.
        dropped: a tag of which the column is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The real columns stand in no useful order.
    names = sorted({name for name, _ in mtat.TAGS} | {*_FURTHER_TAGS}, key=lambda name: name[::-1])
    names = [name for name in names if name != dropped]
    annotations, info = [["clip_id", *names, "mp3_path"]], [_CLIP_INFO]
    for seed, (key, (place, tags)) in enumerate(clips.items()):
        path = f"{place}/artist-album-{key}-song-0-29.mp3"
        annotations.append([key, *("1" if name in tags else "0" for name in names), path])
        artist = (artists or {}).get(key, f"artist of {key}")
        info.append([key, "1", "song", artist, "album", "", "0", "29", "", path])
        if audio:
            clip(folder / path, seed)
    table(folder / mtat.ANNOTATIONS, annotations, "\t", quoted=True)
    table(folder / mtat.CLIP_INFO, info, "\t", quoted=True)
    return folder


_CLIP_INFO = [
    *("clip_id", "track_number", "title", "artist", "album", "url"),
    *("segmentStart", "segmentEnd", "original_url", "mp3_path"),
]


def lay_out_gtzan(
    folder: Path, songs: Iterable[str], *, within: str = "genres", suffix: str = ".wav"
) -> Path:
    """Lay out GTZAN with songs such as "blues.00029"."""
    for seed, name in enumerate(songs):
        clip(folder / within / name.partition(".")[0] / f"{name}{suffix}", seed, sample_rate=22050)
    return folder


def lay_out_jamendo(
    folder: Path, tracks: Mapping[str, tuple[str, str, Sequence[str]]], *, low: bool = False
) -> Path:
    """Lay out MTG-Jamendo's split 0: number -> (split, artist, tags as the data set spells them)."""
    rows: dict[str, list[Sequence[str]]] = {split: [_JAMENDO] for split in ("train", "validation", "test")}
    for seed, (number, (split, artist, tags)) in enumerate(tracks.items()):
        place = f"{number[-2:]}/{number}.mp3"
        clip(folder / (place.replace(".mp3", ".low.mp3") if low else place), seed, sample_rate=44100)
        rows[split].append([f"track_{number:0>7}", artist, "album_000001", place, "151.4", *tags])
    for split, lines in rows.items():
        table(folder / jamendo.TABLE.format(split), lines, "\t", quoted=False)
    return folder


_JAMENDO = ["TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS"]


def lay_out_msd(
    folder: Path, train: Mapping[str, Sequence[str]], test: Mapping[str, Sequence[str]], *, audio: bool = True
) -> Path:
    """Lay out the Million Song Dataset: track id -> tags, for the train list and for the test list."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name, _ in msd.MSD]
    tracks = {**train, **test}
    (folder / msd.TAG_LIST).write_text("".join(f"{name}\n" for name in names), "utf-8")
    (folder / msd.TRAIN_LIST).write_bytes(python_2_list(list(train)))
    (folder / msd.TEST_LIST).write_bytes(python_2_list(list(test)))
    vectors = {
        key: python_2_vector([float(name in tags) for name in names], place)
        for place, (key, tags) in enumerate(tracks.items())
    }
    (folder / msd.VECTORS).write_bytes(_python_2_dict(vectors))
    lay_out_previews(folder, list(tracks), audio=audio)
    return folder


def lay_out_previews(folder: Path, tracks: Sequence[str], *, audio: bool = True) -> None:
    """Write the two tables that tell the paths of the Million Song Dataset's audio, and the audio."""
    previews = {key: str(8947470 + place) for place, key in enumerate(tracks)}
    paths = {preview: f"{preview[0]}/{preview[-1]}/{preview}.clip.mp3" for preview in previews.values()}
    (folder / msd.IDS).write_bytes(_python_2_dict({key: _text(value) for key, value in previews.items()}))
    (folder / msd.PATHS).write_bytes(_python_2_dict({key: _text(value) for key, value in paths.items()}))
    for seed, path in enumerate(paths.values() if audio else ()):
        clip(folder / "audio" / path, seed, sample_rate=22050)


def lay_out_tagtraum(folder: Path, genres: Mapping[str, str], *, audio: bool = True) -> Path:
    """Lay out tagtraum's CD2C: track id -> genre."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "# Genre annotations, CD2C\n#\n# track id, tab, genre\n"
    rows = "".join(f"{key}\t{genre}\n" for key, genre in genres.items())
    (folder / tagtraum.GENRES_FILE).write_text(head + rows, "utf-8")
    lay_out_previews(folder, list(genres), audio=audio)
    return folder


def gtzan_songs(split: str, count: int) -> list[str]:
    """Return songs of a split of the fault-filtered GTZAN, from different genres."""
    from torchaudio.datasets import gtzan as lists

    names: list[str] = getattr(lists, f"filtered_{split}")
    by_genre = [[name for name in names if name.startswith(f"{genre}.")] for genre in gtzan.GENRES]
    return [by_genre[place % 10][place // 10] for place in range(count)]


def python_2_list(values: Sequence[str]) -> bytes:
    """Return a pickle of protocol 0 as Python 2 writes it."""
    return b"(lp1\n" + b"".join(_text(value) + b"a" for value in values) + b"."


def python_2_vector(values: Sequence[float], place: int) -> bytes:
    """Return the instructions for a numpy vector [n, 1] of float64, for use within a pickle of protocol 0."""
    raw = "".join(f"\\x{byte:02x}" for byte in np.array(values, "<f8").tobytes())
    return (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntRp%d\n"
        b"(I1\n(I%d\nI1\ntcnumpy\ndtype\n(S'f8'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'%s'\ntb"
        % (place + 10, len(values), raw.encode())
    )


def _python_2_dict(values: Mapping[str, bytes]) -> bytes:
    return b"(dp1\n" + b"".join(_text(key) + value + b"s" for key, value in values.items()) + b"."


def _text(value: str) -> bytes:
    return b"S'" + value.encode() + b"'\n"
