"""The Million Song Dataset with tagtraum's genres, CD2C: one genre of 15 a track."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from trainer.data import tables
from trainer.data.catalogue import Catalogue, Clip, LeftOut, Split
from trainer.data.msd import Places, track_ids
from trainer.data.places import find
from trainer.errors import DataError

GENRES_FILE = "msd_tagtraum_cd2c.cls"
TRAIN_LIST, TEST_LIST = "train_list.cP", "test_list.cP"

COUNTS: dict[Split, int] = {"train": 141_372, "validation": 10_000, "test": 37_817}
"""Of the papers' split: stratified, of the tracks of which 29.1 seconds are there."""

_NAME = "the tagtraum set"
_GENRES = 15
_REMEDY = f"fetch {GENRES_FILE} again"


def read(
    folder: Path, audio: Path | None = None, *, seed: int = 0, train: int = COUNTS["train"]
) -> Catalogue:
    """Return the tracks of CD2C with a genre each, in the published split or in one made from a seed.

    The published split is read where train_list.cP and test_list.cP are in the folder (141,372/10,000/37,817
    tracks). Else every genre is shared out in the same proportions, by a hash of seed and track, so that the
    same tracks always part the same way; numbers of that split do not compare with the paper's, and its name
    and its note say so.

    Args:
        folder: with the genres and the two tables that tell paths, as for `msd.read`.
        audio: that the paths begin in; `audio` in the folder unless told.
        seed: of a split that is made.
        train: so many of the published train list's tracks train, those after them validate.

    Raises:
        DataError: a table is missing, hostile, damaged or another, or no audio is there.
    """
    genre_of = _genres(folder / GENRES_FILE)
    genres = sorted(set(genre_of.values()))
    if len(genres) != _GENRES:
        raise DataError(
            f"has {len(genres)} genres, not {_GENRES}",
            path=folder / GENRES_FILE,
            remedy="fetch CD2C: neither CD1 nor CD2 will do",
        )
    tags = tuple((genre, "genre") for genre in genres)
    places = Places.read(folder, audio)

    def clip(key: str, split: Split) -> Clip:
        return Clip(key, places.path(key), (genres.index(genre_of[key]),), split)

    if (folder / TRAIN_LIST).is_file() and (folder / TEST_LIST).is_file():
        listed = _published(folder, train, genre_of)
        found = find(_NAME, places.audio, (clip(key, split) for key, split in listed.items()))
        return Catalogue("tagtraum", "genre", tags, found.clips, found.left_out)
    told = [key for key in genre_of if places.tell(key)]
    untold = [LeftOut(key, places.table, "no path is told") for key in genre_of if not places.tell(key)]
    found = find(_NAME, places.audio, (clip(key, "train") for key in told))
    clips = stratified(found.clips, seed)
    note = f"the split was made from seed {seed}, for want of {TRAIN_LIST} and {TEST_LIST}"
    left_out = (*untold, *found.left_out)
    return Catalogue(f"tagtraum-seed{seed}", "genre", tags, clips, left_out, notes=(note,))


def _genres(path: Path) -> dict[str, str]:
    genre_of: dict[str, str] = {}
    for row in tables.lines(path, "\t", quoted=False):
        if row.cells[0].startswith("#"):
            continue
        if len(row.cells) != 2 or not all(row.cells):
            raise row.refuse("is not one track id and one genre", _REMEDY)
        key, genre = (cell.strip() for cell in row.cells)
        if key in genre_of:
            raise row.refuse(f"the track {key[:40]!r} stands twice", _REMEDY)
        genre_of[key] = genre
    return genre_of


def _published(folder: Path, train: int, genre_of: Mapping[str, str]) -> dict[str, Split]:
    listed, test = track_ids(folder / TRAIN_LIST), track_ids(folder / TEST_LIST)
    if len(listed) <= train:
        raise DataError(
            f"has {len(listed)} tracks where more than {train} should be",
            path=folder / TRAIN_LIST,
            remedy="fetch the published file again",
        )
    both = set(listed) & set(test)
    if both:
        raise DataError(
            f"shares {len(both)} tracks with {TRAIN_LIST}, such as {min(both)[:40]!r}",
            path=folder / TEST_LIST,
            remedy="fetch both lists again",
        )
    split_of: dict[str, Split] = {
        **dict.fromkeys(listed[:train], "train"),
        **dict.fromkeys(listed[train:], "validation"),
        **dict.fromkeys(test, "test"),
    }
    strangers = split_of.keys() - genre_of.keys()
    if strangers:
        raise DataError(
            f"has no genre for {len(strangers)} tracks of the split, such as {min(strangers)[:40]!r}",
            path=folder / GENRES_FILE,
            remedy=_REMEDY,
        )
    return split_of


def stratified(clips: tuple[Clip, ...], seed: int) -> tuple[Clip, ...]:
    """Return clips with splits made from a seed, each genre in the proportions of `COUNTS`."""
    by_genre: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for clip in clips:
        by_genre[clip.labels].append(clip.key)
    whole = sum(COUNTS.values())
    split_of: dict[str, Split] = {}
    for keys in by_genre.values():
        keys.sort(key=lambda key: hashlib.sha256(f"{seed} {key}".encode("utf-8", "surrogateescape")).digest())
        test = round(len(keys) * COUNTS["test"] / whole)
        validation = test + round(len(keys) * COUNTS["validation"] / whole)
        for place, key in enumerate(keys):
            split_of[key] = "test" if place < test else "validation" if place < validation else "train"
    return tuple(Clip(clip.key, clip.path, clip.labels, split_of[clip.key]) for clip in clips)
