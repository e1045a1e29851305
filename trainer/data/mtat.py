"""MagnaTagATune: annotations_final.csv, clip_info_final.csv and the mp3 folders 0 to f."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Literal, get_args

from tagger_core.models.tag_names import MTAT
from trainer.data import tables
from trainer.data.catalogue import Catalogue, Clip, LeftOut, Split
from trainer.data.places import below, find, shared
from trainer.errors import DataError

Form = Literal["all", "tagged", "filtered"]
FORMS: tuple[Form, ...] = get_args(Form)

ANNOTATIONS, CLIP_INFO = "annotations_final.csv", "clip_info_final.csv"

TAGS = (*MTAT[:47], MTAT[48], MTAT[47], MTAT[49])
"""(name, category) of the 50 most frequent tags, by count: the checkpoints have metal before female voice."""

BROKEN = frozenset(("35644", "55753", "57881"))
"""The clips of which the published mp3 is broken; all are for training."""

# The 12/1/3 split that the papers use: by folder, in hexadecimal.
_SPLITS: dict[str, Split] = {
    **dict.fromkeys("0123456789ab", "train"),
    "c": "validation",
    **dict.fromkeys("def", "test"),
}
_REMEDY = f"fetch {ANNOTATIONS} again"


def read(folder: Path, form: str = "filtered") -> Catalogue:
    """Return MagnaTagATune in one of its forms, split 12/1/3 by folder; outputs are ordered as `TAGS`.

    Numbers of one form do not compare with those of another, so the form is a part of the name.

    Args:
        folder: with the tables and the mp3 folders.
        form: "all" clips; "tagged", with one of the 50 tags at least; "filtered", of these what is neither
            broken nor shorter than what is heard of it (15,244 for training in the papers). Which are too
            short only decoding tells: the tables give whole seconds, the same for every clip.

    Raises:
        DataError: a table is missing, damaged or lacks a tag, or no mp3 is there.
    """
    if form not in FORMS:
        raise DataError(f"MagnaTagATune has no form {form!r}", remedy=f"one of {', '.join(FORMS)}")
    clips: list[Clip] = []
    left_out: list[LeftOut] = []
    for clip in _annotated(folder):
        if form != "all" and not clip.labels:
            left_out.append(LeftOut(clip.key, clip.path, "has none of the 50 tags"))
        elif form == "filtered" and clip.key in BROKEN:
            left_out.append(LeftOut(clip.key, clip.path, "is one of the three broken ones"))
        else:
            clips.append(clip)
    found = find("MagnaTagATune", folder, clips)
    return Catalogue(
        f"mtat-{form}",
        "tags",
        TAGS,
        found.clips,
        (*left_out, *found.left_out),
        shortest=None if form == "filtered" else 1.0,
        notes=_shared_artists(folder, found.clips),
    )


def _annotated(folder: Path) -> list[Clip]:
    table = tables.read(folder / ANNOTATIONS, "\t")
    key, path = table.column("clip_id", _REMEDY), table.column("mp3_path", _REMEDY)
    columns = [table.column(name, _REMEDY) for name, _ in TAGS]
    clips = []
    for row in table.rows:
        marks = [row.cells[column] for column in columns]
        if not set(marks) <= {"0", "1"}:
            raise row.refuse("a tag is neither 0 nor 1", _REMEDY)
        place = row.cells[path]
        split = _SPLITS.get(place.partition("/")[0])
        if split is None:
            raise row.refuse(f"the path {place[:200]!r} is in none of the folders 0 to f", _REMEDY)
        labels = tuple(label for label, mark in enumerate(marks) if mark == "1")
        file = below(folder, place, table=row.path, line=row.line)
        clips.append(Clip(row.cells[key], file, labels, split))
    return clips


def _shared_artists(folder: Path, clips: tuple[Clip, ...]) -> tuple[str, ...]:
    if not (folder / CLIP_INFO).is_file():
        return (f"{CLIP_INFO} is missing, so whether splits share artists is not known",)
    table = tables.read(folder / CLIP_INFO, "\t")
    remedy = f"fetch {CLIP_INFO} again"
    key, artist = table.column("clip_id", remedy), table.column("artist", remedy)
    artist_of = {row.cells[key]: row.cells[artist] for row in table.rows}
    splits: dict[str, set[Split]] = defaultdict(set)
    for clip in clips:
        if clip.key in artist_of:
            splits[artist_of[clip.key]].add(clip.split)
    return shared("artists", splits)
