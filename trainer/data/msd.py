"""The Million Song Dataset with its Last.fm tags, in the split of the papers' authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagger_core.models.tag_names import MSD
from trainer.data import plain_pickle
from trainer.data.catalogue import Catalogue, Clip, Split
from trainer.data.pickled_array import PickledArray
from trainer.data.places import below, find
from trainer.errors import DataError

TRAIN_LIST, TEST_LIST = "filtered_list_train.cP", "filtered_list_test.cP"
IDS, PATHS = "MSD_id_to_7D_id.pkl", "7D_id_to_path.pkl"
VECTORS, TAG_LIST = "msd_id_to_tag_vector.cP", "50tagList.txt"

TRAIN = 201_680
"""So many of the train list's tracks train; the 11,774 after them validate."""

_REMEDY = "fetch the published file again"


def read(folder: Path, audio: Path | None = None, *, train: int = TRAIN) -> Catalogue:
    """Return the Million Song Dataset with the 50 most frequent tags of Last.fm (201,680/11,774/28,435).

    Args:
        folder: with the published lists.
        audio: that the paths of the lists begin in; `audio` in the folder unless told.
        train: so many of the train list's tracks train.

    Raises:
        DataError: a list is missing, hostile, damaged or another, or no audio is there.
    """
    places = Places.read(folder, audio)
    listed = track_ids(folder / TRAIN_LIST)
    if len(listed) <= train:
        raise DataError(
            f"has {len(listed)} tracks where more than {train} should be",
            path=folder / TRAIN_LIST,
            remedy=_REMEDY,
        )
    labels = _Labels.read(folder)
    splits: dict[Split, list[str]] = {
        "train": listed[:train],
        "validation": listed[train:],
        "test": track_ids(folder / TEST_LIST),
    }
    clips = (
        Clip(key, places.path(key), labels.of(key), split) for split, keys in splits.items() for key in keys
    )
    found = find("the Million Song Dataset", places.audio, clips)
    return Catalogue("msd", "tags", MSD, found.clips, found.left_out)


def track_ids(path: Path) -> list[str]:
    """Return a pickled list of track ids.

    Raises:
        DataError: it cannot be read or is none.
    """
    listed = plain_pickle.load(path)
    if not isinstance(listed, list) or not listed or not all(isinstance(key, str) for key in listed):
        raise DataError("is no list of track ids", path=path, remedy=_REMEDY)
    twice, count = Counter(listed).most_common(1)[0]
    if count > 1:
        raise DataError(f"names the track {twice[:40]!r} {count} times", path=path, remedy=_REMEDY)
    return listed


@dataclass(frozen=True)
class Places:
    """Where the audio of each track lies.

    Args:
        audio: the folder.
        ids: track id -> id of the preview.
        paths: id of the preview -> path in the folder.
        table: that tells the paths.
    """

    audio: Path
    ids: dict[Any, Any]
    paths: dict[Any, Any]
    table: Path

    @classmethod
    def read(cls, folder: Path, audio: Path | None) -> Places:
        """Return what the two published tables of a folder tell."""
        return cls(audio or folder / "audio", _dict(folder / IDS), _dict(folder / PATHS), folder / PATHS)

    def tell(self, key: str) -> bool:
        """Return whether the tables tell a path for a track."""
        return self._told(key) is not None

    def path(self, key: str) -> Path:
        """Return where a track's audio should lie.

        Raises:
            DataError: the tables do not tell, or point outside the folder.
        """
        place = self._told(key)
        if place is None:
            raise DataError(f"tells no path for the track {key[:40]!r}", path=self.table, remedy=_REMEDY)
        return below(self.audio, place, table=self.table)

    def _told(self, key: str) -> str | None:
        preview = _whole(self.ids.get(key))
        place = self.paths.get(preview) if isinstance(preview, str) else None
        return place if isinstance(place, str) else None


def _whole(preview: object) -> object:
    """Return an id of a preview: one table may have text where the other has numbers."""
    return str(preview) if isinstance(preview, int) else preview


def _dict(path: Path) -> dict[Any, Any]:
    content = plain_pickle.load(path)
    if not isinstance(content, dict):
        raise DataError("is no dictionary", path=path, remedy=_REMEDY)
    return {_whole(key): value for key, value in content.items()}


@dataclass(frozen=True)
class _Labels:
    """The tags of each track: places of ones in its vector, by the order of the tag list, as labels."""

    path: Path
    vectors: dict[Any, Any]
    label_of_place: tuple[int, ...]

    @classmethod
    def read(cls, folder: Path) -> _Labels:
        return cls(folder / VECTORS, _dict(folder / VECTORS), tuple(_tag_list(folder / TAG_LIST)))

    def of(self, key: str) -> tuple[int, ...]:
        vector = self.vectors.get(key)
        marks = vector.values.ravel().tolist() if isinstance(vector, PickledArray) else vector
        if (
            not isinstance(marks, list)
            or len(marks) != len(self.label_of_place)
            or not all(type(mark) in (bool, int, float) and mark in (0, 1) for mark in marks)
        ):
            raise DataError(
                f"has no vector of {len(self.label_of_place)} zeros and ones for the track {key[:40]!r}",
                path=self.path,
                remedy=_REMEDY,
            )
        return tuple(sorted(label for label, mark in zip(self.label_of_place, marks, strict=True) if mark))


def _tag_list(path: Path) -> Iterator[int]:
    try:
        names = path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read: {error}", path=path, remedy=_REMEDY) from error
    found = [name.strip() for name in names if name.strip()]
    expected = [name for name, _ in MSD]
    if sorted(found) != sorted(expected):
        odd = next(iter({*expected} ^ {*found}), "a tag that stands twice")
        raise DataError(f"is not the list of the 50 tags: {odd[:100]!r}", path=path, remedy=_REMEDY)
    return (expected.index(name) for name in found)
