"""A tagger that obeys the seam without torch, and what the scanner's tests share."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tagger_core.audio.decode import packet_digest, probe
from tagger_core.errors import Cancelled
from tagger_core.inference.analysis import Analysis, Heard
from tagger_core.library.records import FileTags, ScanReport
from tagger_core.library.scanner import scan
from tagger_core.library.store import Library
from tagger_core.metadata.reader import read_tags
from tagger_core.models.architectures import describe
from tagger_core.models.model_info import ModelInfo, Tag
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from tests.support.audio import encode, song

TINY = SampleCNNConfig(32, 32, 4, ((4, 4), (4, 4), (4, 4), (4, 4)), last_filters=4)


def tiny_info(name: str = "tiny", tags: tuple[str, ...] = ("piano", "calm", "female vocal")) -> ModelInfo:
    return ModelInfo(
        name=name,
        architecture=describe(TINY),
        sample_rate=8000,
        window=TINY.window,
        tags=tuple(Tag(tag, "mood", 0.5) for tag in tags),
        licence="CC0-1.0",
        provenance="a test",
        quality={},
        card="",
    )


@dataclass
class FakeTagger:
    """Scores come from the audio packets, so equal audio has equal scores wherever it lies."""

    info: ModelInfo = field(default_factory=tiny_info)
    identity: str = "1" * 64
    hop: int = 1024
    raises: dict[str, BaseException] = field(default_factory=dict)
    before: Callable[[Path], None] = lambda path: None
    seconds_each: float = 0.0
    problem: str = ""
    heard: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def analyse(self, path: Path, cancelled: Callable[[], bool]) -> Heard:
        with self.lock:
            self.heard.append(path.name)
        self.before(path)
        until = time.monotonic() + self.seconds_each
        while True:
            if cancelled():
                raise Cancelled
            if time.monotonic() >= until:
                break
            time.sleep(0.005)
        if path.name in self.raises:
            raise self.raises[path.name]
        digest = packet_digest(path)
        info = probe(path)
        rng = np.random.default_rng(list(hashlib.sha256((self.identity + digest).encode()).digest()))
        tags = len(self.info.tags)
        analysis = Analysis(
            model_id=self.identity,
            scores=rng.random(tags, np.float32),
            window_scores=rng.random((3, tags)).astype(np.float16),
            window_starts=np.arange(3) * self.hop,
            embedding=rng.random(8, np.float32),
            seconds=info.seconds or 1.0,
            problem=self.problem,
        )
        return Heard(analysis, info, digest)


def no_tags(path: Path) -> FileTags:
    return FileTags(title=path.name.encode("utf-8", "replace").decode())


def rescan(library: Library, tagger: Any = None, **options: Any) -> ScanReport:
    options.setdefault("workers", 2)
    return scan(
        library, options.pop("roots", None), tagger or FakeTagger(), options.pop("read", read_tags), **options
    )


def make_song(path: Path, seed: int, seconds: float = 0.6, **tags: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return encode(path, song(seconds, 8000, seed), 8000, metadata=tags)


def copy_anew(source: Path, target: Path) -> None:
    """Move as between two disks: other inode, the time stays."""
    shutil.copy2(source, target)
    source.unlink()


def rows(library: Library, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with library.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query, parameters)]


def ids(library: Library) -> dict[str, int]:
    """Return the ids of the tracks that are there, by file name."""
    found = rows(library, "SELECT path, id FROM track WHERE NOT missing")
    return {Path(path.decode()).name: track for path, track in found}


_DUMPS = {
    "root": "SELECT path, available FROM root",
    "track": (
        "SELECT t.path, r.path AS root, size, mtime_ns, inode, device, digest, seconds, container, codec,"
        " sample_rate, channels, title, artist, album, album_artist, year, genre, mood, bpm, rating, key,"
        " comment, grouping, title_key, artist_key, album_key, genre_key, path_text, path_key, missing,"
        " problem FROM track t JOIN root r ON r.id = t.root_id"
    ),
    "model": "SELECT identity, name FROM model",
    "tag": (
        "SELECT m.identity, position, t.name, category, threshold FROM tag t"
        " JOIN model m ON m.id = t.model_id"
    ),
    "score": (
        "SELECT t.path, g.name, s.score FROM track_tag_score s LEFT JOIN track t ON t.id = s.track_id"
        " JOIN tag g ON g.id = s.tag_id"
    ),
    "analysis": (
        "SELECT t.path, m.identity, a.seconds, silent, a.problem, hop, window_count, embedding,"
        " window_starts, window_scores FROM analysis a JOIN track t ON t.id = a.track_id"
        " JOIN model m ON m.id = a.model_id"
    ),
    "decision": "SELECT t.path, name, accepted FROM decision d JOIN track t ON t.id = d.track_id",
    "words": "SELECT t.path FROM track_fts f JOIN track t ON t.id = f.rowid WHERE track_fts MATCH 'title'",
}


def dump(library: Library) -> dict[str, list[str]]:
    """Return everything but ids and times, in an order of its own."""
    return {name: sorted(map(repr, rows(library, query))) for name, query in _DUMPS.items()}
