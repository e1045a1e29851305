"""GTZAN, genres/blues/blues.00000.wav and so on, in the fault-filtered split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from trainer.data.catalogue import Catalogue, Clip, Split
from trainer.data.places import find

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")

_FOLDERS = ("genres", "genres_original", ".")
_SUFFIXES = (".wav", ".au")


def read(folder: Path) -> Catalogue:
    """Return GTZAN's ten genres in the fault-filtered split (443/197/290), whose lists torchaudio brings.

    Args:
        folder: that holds `genres` (or `genres_original`, or the folders of the genres themselves) with a
            folder for each genre; of each song the .wav or, where there is none, the .au.

    Raises:
        DataError: no song is there.
    """
    found = find("GTZAN", folder, _listed(folder))
    tags = tuple((genre, "genre") for genre in GENRES)
    return Catalogue("gtzan", "genre", tags, found.clips, found.left_out)


def _listed(folder: Path) -> Iterator[Clip]:
    from torchaudio.datasets import gtzan  # noqa: PLC0415 - takes seconds, and only this set needs it

    genres = next(folder / name for name in _FOLDERS if name == "." or (folder / name).is_dir())
    lists: dict[Split, list[str]] = {
        "train": gtzan.filtered_train,
        "validation": gtzan.filtered_valid,
        "test": gtzan.filtered_test,
    }
    for split, keys in lists.items():
        for key in keys:
            genre = key.partition(".")[0]
            paths = [genres / genre / f"{key}{suffix}" for suffix in _SUFFIXES]
            path = next((path for path in paths if path.is_file()), paths[0])
            yield Clip(key, path, (GENRES.index(genre),), split)
