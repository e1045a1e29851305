"""MTG-Jamendo, the 50 most frequent tags: a TSV for each split of split-0, and audio NN/ID.mp3."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from tagger_core.models.tag_names import JAMENDO
from trainer.data import tables
from trainer.data.catalogue import SPLITS, Catalogue, Clip, Split
from trainer.data.places import below, find, shared
from trainer.errors import DataError

TABLE = "autotagging_top50tags-{}.tsv"

_HEAD = ("TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS")
_SECONDS = re.compile(r"\d+(\.\d+)?")
_FOLDERS = (".", "data/splits/split-0", "splits/split-0", "split-0")
_REMEDY = "fetch the data set's split-0 again"
# The data set files voice among the instruments, and mood with theme.
_KINDS = {"genre": "genre", "instrument": "instrument", "voice": "instrument", "mood": "mood/theme"}
_LABELS = {f"{_KINDS[category]}---{name}": label for label, (name, category) in enumerate(JAMENDO)}


def read(folder: Path, audio: Path | None = None) -> Catalogue:
    """Return MTG-Jamendo's top 50 in its split 0; outputs are in the order of the public checkpoints.

    Args:
        folder: that holds the three tables, itself or as the data set's repository does.
        audio: that holds 00 to 99 with ID.mp3 or ID.low.mp3; the folder unless told.

    Raises:
        DataError: a table is missing, damaged or of another subset, or no audio is there.
    """
    clips: list[Clip] = []
    artists: dict[str, set[Split]] = defaultdict(set)
    for split in SPLITS:
        for row in _rows(folder, split):
            key, artist, _, place, lasts, *names = row.cells
            if not _SECONDS.fullmatch(lasts):
                raise row.refuse(f"the duration {lasts[:40]!r} is no number", _REMEDY)
            unknown = [name for name in names if name not in _LABELS]
            if unknown:
                raise row.refuse(f"{unknown[0][:100]!r} is none of the 50 tags", _REMEDY)
            labels = tuple(sorted({_LABELS[name] for name in names}))
            path = _heard(below(audio or folder, place, table=row.path, line=row.line))
            clips.append(Clip(key, path, labels, split))
            artists[artist].add(split)
    found = find("MTG-Jamendo", audio or folder, clips)
    return Catalogue(
        "jamendo", "tags", JAMENDO, found.clips, found.left_out, notes=shared("artists", artists)
    )


def _rows(folder: Path, split: Split) -> tuple[tables.Row, ...]:
    name = TABLE.format(split)
    path = next((folder / place / name for place in _FOLDERS if (folder / place / name).is_file()), None)
    if path is None:
        raise DataError(f"holds no {name}", path=folder, remedy="see docs/data.md")
    table = tables.read(path, "\t", quoted=False, last_repeats=True)
    if table.head != _HEAD:
        raise DataError(f"its columns are not {', '.join(_HEAD)}", path=path, remedy=_REMEDY)
    return table.rows


def _heard(path: Path) -> Path:
    low = path.with_suffix(".low.mp3")
    return low if low.is_file() and not path.is_file() else path
