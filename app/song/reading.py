"""What is shown of a song or a selection, handed over frozen; the cover is read in the lane of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from app.song.course import Course, course_of
from tagger_core.jobs import Model
from tagger_core.library.keys import tag_key
from tagger_core.library.records import TagScore, TrackDetail, TrackRow
from tagger_core.library.store import Library

COVER_SIDE = 320  # pixels, so that it is sharp on dense screens
SIMILAR = 10


@dataclass(frozen=True, eq=False)
class Sight:
    """One song.

    Args:
        course: through the song; None where it was not heard.
    """

    detail: TrackDetail
    course: Course | None


@dataclass(frozen=True)
class Alike:
    """A song that sounds like another one; cosine similarity in [-1, 1]."""

    row: TrackRow
    similarity: float


@dataclass(frozen=True)
class Common:
    """A tag in a selection: how many songs have it, and for how many it was accepted or rejected."""

    name: str
    category: str
    holding: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Selection:
    """Some songs at once; tags by how many have them."""

    count: int
    tags: tuple[Common, ...]


def read_song(library: Library, model: Model | None, track_id: int) -> Sight | None:
    """Return what is known of a song, None where it is not in the library any more."""
    detail = library.track(track_id, model.id if model else None)
    if detail is None:
        return None
    course = None
    timeline = library.timeline(track_id, model.id) if model and detail.analysed_at is not None else None
    if timeline is not None and model is not None and model.entry.info is not None:
        info = model.entry.info
        course = course_of(
            timeline,
            detail.scores,
            sample_rate=info.sample_rate,
            window=info.window,
            seconds=detail.row.seconds,
        )
    return Sight(detail, course)


def read_similar(library: Library, model_id: int, track_id: int, limit: int = SIMILAR) -> tuple[Alike, ...]:
    """Return the songs that sound most like one, nearest first."""
    near = dict(library.similar(track_id, model_id, limit))
    return tuple(Alike(row, near[row.id]) for row in library.rows(list(near), model_id))


def read_selection(library: Library, model_id: int | None, ids: Sequence[int]) -> Selection:
    """Return the tags that some songs of a selection have, or have been decided on, the commonest first."""
    accepted: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for said in library.decisions(ids):
        (accepted if said.accepted else rejected)[said.name] += 1
    found = []
    for count in library.tag_counts(model_id, ids) if model_id is not None else ():
        key = tag_key(count.name)
        said_of = accepted.pop(key, 0), rejected.pop(key, 0)
        found.append(Common(count.name, count.category, count.count, *said_of))
    # Names that no tag of the model has: only the person's word is left.
    found += [
        Common(name, "", accepted[name], accepted[name], rejected[name]) for name in accepted | rejected
    ]
    found = [tag for tag in found if tag.holding or tag.accepted or tag.rejected]
    return Selection(len(ids), tuple(sorted(found, key=lambda tag: (-tag.holding, tag.name.casefold()))))


def read_cover(row: TrackRow) -> QImage | None:
    """Return the picture in a song's file, made small; None where there is none that Qt can draw."""
    from tagger_core.audio.cover import embedded_cover  # noqa: PLC0415 - FFmpeg is loaded by the first song

    encoded = None if row.missing else embedded_cover(row.path)
    if encoded is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(encoded))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > COVER_SIDE:
        square = QSize(COVER_SIDE, COVER_SIDE)
        reader.setScaledSize(size.scaled(square, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    return None if image.isNull() else image


def stable(scores: Sequence[TagScore]) -> dict[str, list[TagScore]]:
    """Return scores by category, in an order that a decision does not change: by score, then by name."""
    parted: dict[str, list[TagScore]] = {}
    for tag in sorted(scores, key=lambda tag: (-(2.0 if tag.score is None else tag.score), tag.name)):
        parted.setdefault(tag.category, []).append(tag)
    return parted
