"""What crosses threads and seams: frozen, without a database behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)", re.ASCII)


@dataclass(frozen=True)
class FileTags:
    """What a file says of itself.

    Args:
        date: as the file has it: "1999", "1999-05-01", "May 1999".
        bpm: beats a minute, or None.
        rating: 0 to 5 stars, or None where the file has none.
        problem: empty, or why the tags could not be read.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    date: str = ""
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    bpm: float | None = None
    rating: float | None = None
    key: str = ""
    comment: str = ""
    grouping: str = ""
    problem: str = ""

    @property
    def year(self) -> int | None:
        """The first year from 1000 to 2999 in the date.

        Examples:
            >>> FileTags(date="May 1999").year
            1999
        """
        found = _YEAR.search(self.date)
        return int(found[1]) if found else None


@dataclass(frozen=True)
class TagScore:
    """One tag of one track.

    Args:
        score: the model's score in [0, 1]; None where only a person spoke.
        threshold: from which score the tag holds.
        accepted: what the person decided, None where nothing.
    """

    name: str
    category: str
    score: float | None
    threshold: float
    accepted: bool | None = None

    @property
    def holds(self) -> bool:
        """Whether the track has the tag: the person's word first, then the score."""
        if self.accepted is not None:
            return self.accepted
        return self.score is not None and self.score >= self.threshold


@dataclass(frozen=True)
class TrackRow:
    """A track as a list shows it.

    Args:
        path: the exact path; print it through `errors.shown`.
        seconds: length, None where unknown, 0 where the file could not be heard.
        added_at: milliseconds since the epoch, UTC.
        analysed: whether the active model has heard it.
        problem: why it could not be read or heard, or only in part; empty if all is well.
        tags: the tags that hold, accepted ones first, then by score; rejected ones are not among them.
        nearest: where no tag holds, the two that come nearest to their thresholds.
    """

    id: int
    path: Path
    title: str
    artist: str
    album: str
    album_artist: str
    year: int | None
    genre: str
    mood: str
    bpm: float | None
    rating: float | None
    seconds: float | None
    container: str
    codec: str
    added_at: int
    missing: bool
    analysed: bool
    problem: str
    tags: tuple[TagScore, ...] = ()
    nearest: tuple[TagScore, ...] = ()

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres one by one."""
        return tuple(part.strip() for part in self.genre.split(";") if part.strip())


@dataclass(frozen=True)
class TrackDetail:
    """All that is known of one track.

    Args:
        scores: every tag of the model, and those that the person accepted beside it; highest first.
        silent: no window of it sounds.
        analysed_at: milliseconds since the epoch, UTC; None where pending.
    """

    row: TrackRow
    key: str
    comment: str
    grouping: str
    sample_rate: int | None
    channels: int | None
    size: int
    scores: tuple[TagScore, ...]
    silent: bool = False
    analysed_at: int | None = None

    def by_category(self) -> dict[str, tuple[TagScore, ...]]:
        """Return the scores in the order of `scores`, parted by category."""
        parted: dict[str, list[TagScore]] = {}
        for score in self.scores:
            parted.setdefault(score.category, []).append(score)
        return {category: tuple(scores) for category, scores in parted.items()}


@dataclass(frozen=True, eq=False)
class Timeline:
    """How the scores go through one song.

    Args:
        starts: int64 [windows], in samples at the model's rate.
        scores: float16 [windows, tags], tags in the order of `names`.
    """

    names: tuple[str, ...]
    starts: NDArray[np.int64]
    scores: NDArray[np.float16]


@dataclass(frozen=True)
class ModelTag:
    """One output of a registered model; its tag holds from the threshold on."""

    name: str
    category: str
    threshold: float


@dataclass(frozen=True)
class TagCount:
    """How many tracks of a result have a tag."""

    name: str
    category: str
    count: int


@dataclass(frozen=True)
class Decided:
    """A person's word on one tag of one track; `name` as `keys.tag_key` gives it."""

    track_id: int
    name: str
    accepted: bool


@dataclass(frozen=True)
class RegisteredModel:
    """A model that the library holds scores of."""

    id: int
    identity: str
    name: str
    analysed: int


@dataclass(frozen=True)
class Problem:
    """A file that could not be read or heard, or only in part; a folder has no track id."""

    track_id: int | None
    path: Path
    message: str


@dataclass(frozen=True)
class Stats:
    """The library in numbers; missing tracks count in `missing` alone."""

    tracks: int
    analysed: int
    pending: int
    missing: int
    problems: int
    seconds: float

    @property
    def hours(self) -> float:
        """Length of all tracks that are there."""
        return self.seconds / 3600


@dataclass(frozen=True)
class SavedQuery:
    """A saved search."""

    id: int
    name: str
    query: str


@dataclass(frozen=True)
class ScanProgress:
    """How far a scan is; within a phase `total` stays and `done` never falls.

    Args:
        phase: "counting", "checking", "reading tags", "recognising" or "analysing", in this order; those with
            nothing to do are left out.
        done: files finished in this phase, problems included; while counting, the files found so far.
        total: files of this phase; 0 while counting.
        path: the file or folder finished last.
        songs_per_second: of the last half minute, while analysing.
        x_realtime: seconds of audio heard in a second, of the last half minute.
        seconds_left: time left in this phase as far as one can tell, or None.
        problems: problems so far.
    """

    phase: str
    done: int = 0
    total: int = 0
    path: Path | None = None
    songs_per_second: float = 0.0
    x_realtime: float = 0.0
    seconds_left: float | None = None
    problems: int = 0


@dataclass(frozen=True)
class ScanReport:
    """What a scan did, in tracks.

    Args:
        found: audio files on disk in the places scanned.
        added: files that no track was known for.
        changed: files whose audio is another one than before; they are analysed anew.
        retagged: files of which only the tags changed; they keep their scores.
        moved: tracks whose file has another path now; they keep their scores, decisions and history.
        missing: tracks whose file is gone since the last scan.
        returned: tracks whose file was missing and is where it was.
        analysed: songs that the model heard, this time.
        unchanged: files with the size and time they had.
        problems: what could not be looked at, read or heard, or only in part, this time.
        unavailable: roots that are absent, unreadable or empty; their tracks stay, marked missing.
        cancelled: the person stopped it; what was finished stays.
        seconds: time that the scan took.
        audio_seconds: length of the audio that was heard.
    """

    found: int = 0
    added: int = 0
    changed: int = 0
    retagged: int = 0
    moved: int = 0
    missing: int = 0
    returned: int = 0
    analysed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    unavailable: tuple[Path, ...] = ()
    cancelled: bool = False
    seconds: float = 0.0
    audio_seconds: float = 0.0
