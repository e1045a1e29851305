"""What the tests of writing share: plans made by hand, a library, and a look at what is in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tagger_core.metadata.fields import Field
from tagger_core.metadata.formats import open_tags
from tagger_core.metadata.plan import FieldChange, FilePlan, Fingerprint, WritePlan
from tagger_core.metadata.presets import PRESETS

WRITABLE = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".alac.m4a", ".wav", ".aiff")
TAGS: Mapping[Field, tuple[str, ...]] = {
    Field.GENRE: ("Soul", "Früher Jazz"),
    Field.MOOD: ("calm",),
    Field.COMMENT: ("heard by a machine",),
}


def plan_of(
    paths: Sequence[Path],
    values: Mapping[Field, tuple[str, ...]] = TAGS,
    tracks: Mapping[Path, int] | None = None,
) -> WritePlan:
    """Return the plan that gives every file these values."""
    files = []
    for path in paths:
        tags = open_tags(path)
        changes = []
        for field, value in values.items():
            before = tags.get(field)
            tags.set(field, value)
            changes.append(FieldChange(field, before, tags.get(field)))
        track = (tracks or {}).get(path)
        fingerprint = Fingerprint.of(path.stat())
        files.append(FilePlan(track, path, fingerprint, tags.format, tuple(changes)))
    return WritePlan(PRESETS["standard"], tuple(files))


def genre(path: Path) -> tuple[str, ...]:
    return open_tags(path).get(Field.GENRE)


def leftovers(folder: Path) -> list[Path]:
    """Return the copies that writing left behind."""
    return sorted(folder.rglob(".earmark-*"))
