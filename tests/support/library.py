"""A library with songs and scores as a scan leaves them, without a scan, a network or sound."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sqlalchemy import insert, select, update

from tagger_core.jobs import Model, Workspace
from tagger_core.library import keys
from tagger_core.library.roots import add_root
from tagger_core.library.schema import AnalysisRow, Root, Tag, Track, TrackTagScore
from tagger_core.library.store import Library
from tagger_core.models import model_info
from tagger_core.models.architectures import describe
from tagger_core.models.model_info import ModelInfo
from tagger_core.models.samplecnn_configs import SAMPLECNN
from tagger_core.settings import Places, Settings

NAME = "listener"
SAMPLE_RATE = 22050
WINDOW = 59049
TAGS = (
    ("rock", "genre"), ("jazz", "genre"), ("electronic", "genre"), ("Hip-Hop", "genre"),
    ("calm", "mood"), ("happy", "mood"), ("dark", "mood"),
    ("piano", "instrument"), ("guitar", "instrument"),
    ("female vocal", "voice"), ("vocal", "voice"), ("80s", "era"),
)  # fmt: skip
THRESHOLD = 0.5
ARTISTS = ("Ada North", "Björk-Åge", "The Lanterns", "Quiet Machines", "Señor Fuego", "Ōkami", "Lou Reyes")
_FIRST = ("Slow", "Blue", "Paper", "Night", "Golden", "Hidden", "Seven", "Broken", "Winter", "Electric")
_SECOND = ("River", "Window", "Letters", "Train", "Garden", "Machine", "Bells", "Harbour", "Dance", "Mirror")
_AT_ONCE = 2000
_DAY = 86_400_000
_NOW = 1_700_000_000_000


@dataclass(frozen=True)
class Filled:
    """What was entered.

    Args:
        ids: of all tracks, in the order of entering.
        pending, missing, problems: those of them in that state; one in twenty each, or one at least.
    """

    ids: list[int]
    pending: list[int]
    missing: list[int]
    problems: list[int]


def model_file(path: Path, name: str = NAME, tags: Sequence[tuple[str, str]] = TAGS) -> Path:
    """Write a model file that tells of itself in full but has no weights: it can be chosen, not run."""
    info = ModelInfo(
        name=name,
        architecture=describe(SAMPLECNN["3^9-59049"]),
        sample_rate=SAMPLE_RATE,
        window=WINDOW,
        tags=tuple(model_info.Tag(tag, category, THRESHOLD) for tag, category in tags),
        licence="CC0-1.0",
        provenance="made for a test",
        quality={"roc_auc": 0.9, "measured on": "nothing"},
        card=f"# {name}\n\nMade for a test; it has never heard a song.",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"none": np.zeros(1, np.float32)}, path, {"earmark": json.dumps(info.to_json())})
    return path


def places_in(folder: Path) -> Places:
    """Return the places of an Earmark of its own; set EARMARK_HOME to the folder for programs that start."""
    return Places(folder / "data", folder / "config", folder / "cache")


def workspace_in(folder: Path) -> Workspace:
    """Open a workspace whose only model in use is the one of `model_file`; the library is empty."""
    places = places_in(folder)
    model_file(places.models / f"{NAME}.safetensors")
    settings = Settings(model=NAME, precision="fp32")
    settings.save(places.settings_file)
    return Workspace(places, settings)


def fill(
    workspace: Workspace, music: Path, tracks: int = 40, *, audio: Path | None = None, seed: int = 0
) -> Filled:
    """Enter songs with scores, embeddings and timelines, the same ones for the same seed.

    Args:
        workspace: its model in use is the one that heard them.
        music: the music folder; made if it is not there.
        tracks: how many songs.
        audio: a file that is copied to every song's place, except the missing ones; None for no files.
        seed: of what is random.
    """
    music.mkdir(parents=True, exist_ok=True)
    model = workspace.model()
    root = add_root(workspace.library, music)
    rng = np.random.default_rng(seed)
    some = max(1, tracks // 20)
    ids: list[int] = []
    for first in range(0, tracks, _AT_ONCE):
        rows = [_song(number, music, audio) for number in range(first, min(first + _AT_ONCE, tracks))]
        ids += _enter_tracks(workspace.library, [{"root_id": root, **row} for row in rows])
    filled = Filled(ids, ids[-some:], ids[-2 * some : -some], ids[-3 * some : -2 * some])
    heard = ids[:-some]
    for first in range(0, len(heard), _AT_ONCE):
        _enter_scores(workspace.library, model, heard[first : first + _AT_ONCE], rng)
    with workspace.library.write() as connection:
        connection.execute(update(Root).values(scanned_at=_NOW))
        gone = {"missing": True}
        connection.execute(update(Track).where(Track.c.id.in_(filled.missing)).values(gone))
        damaged = {"problem": "the file is damaged after 1:02"}
        connection.execute(update(Track).where(Track.c.id.in_(filled.problems)).values(damaged))
        gone_paths = list(connection.execute(select(Track.c.path).where(Track.c.missing)).scalars())
    for path in gone_paths:
        Path(os.fsdecode(path)).unlink(missing_ok=True)
    workspace.library.optimise()
    return filled


def _song(number: int, music: Path, audio: Path | None) -> dict[str, Any]:
    """Return a track's values; its file is made where there is something to copy."""
    title = f"{_FIRST[number % 10]} {_SECOND[number // 10 % 10]}"
    title += f" {number // 100}" if number >= 100 else ""
    texts = {
        "title": title,
        "artist": ARTISTS[number * 3 % len(ARTISTS)],
        "album": f"{_SECOND[number * 7 % 10]} Tales",
        "genre": ("Rock", "Jazz; Blues", "", "Electronic")[number % 4],
    }
    path = music / texts["artist"] / f"{title}{audio.suffix if audio else '.mp3'}"
    size, changed = 5_000_000, _NOW * 1_000_000
    if audio is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(audio, path)
        size, changed = path.stat().st_size, path.stat().st_mtime_ns
    return {
        **texts,
        **{f"{field}_key": keys.sort_key(text) for field, text in texts.items()},
        "path": os.fsencode(path),
        "path_text": keys.path_text(path),
        "path_key": keys.path_key(path),
        "size": size,
        "mtime_ns": changed,
        "seconds": 150.0 + number * 37 % 200,
        "container": "mp3",
        "codec": "mp3",
        "sample_rate": 44100,
        "channels": 2,
        "year": 1965 + number * 11 % 60 if number % 9 else None,
        "bpm": 80.0 + number % 70 if number % 3 else None,
        "added_at": _NOW - number * _DAY,
        "scanned_at": _NOW,
    }


def _enter_tracks(library: Library, rows: list[dict[str, Any]]) -> list[int]:
    with library.write() as connection:
        entered = insert(Track).returning(Track.c.id, sort_by_parameter_order=True)
        return list(connection.execute(entered, rows).scalars())


def _enter_scores(library: Library, model: Model, ids: Sequence[int], rng: np.random.Generator) -> None:
    with library.read() as connection:
        chosen = select(Tag.c.id).where(Tag.c.model_id == model.id).order_by(Tag.c.position)
        tags = list(connection.execute(chosen).scalars())
    windows = 40
    starts = (np.arange(windows, dtype="<i8") * WINDOW).tobytes()
    scores = rng.beta(0.5, 1.1, (len(ids), len(tags)))
    embeddings = rng.standard_normal((len(ids), 16)).astype("<f2")
    analyses = [
        {
            "track_id": track_id,
            "model_id": model.id,
            "seconds": windows * WINDOW / SAMPLE_RATE,
            "hop": WINDOW,
            "window_count": windows,
            "analysed_at": _NOW,
            "embedding": embeddings[row].tobytes(),
            "window_starts": starts,
            "window_scores": _along(scores[row], windows, rng).tobytes(),
        }
        for row, track_id in enumerate(ids)
    ]
    with library.write() as connection:
        connection.execute(insert(AnalysisRow), analyses)
        connection.execute(insert(TrackTagScore), list(_score_rows(tags, ids, scores)))


def _score_rows(
    tags: Sequence[int], ids: Sequence[int], scores: NDArray[np.float64]
) -> Iterator[dict[str, float]]:
    for column, tag_id in enumerate(tags):
        for row, track_id in enumerate(ids):
            yield {"tag_id": tag_id, "track_id": track_id, "score": round(float(scores[row, column]), 4)}


def _along(scores: NDArray[np.float64], windows: int, rng: np.random.Generator) -> NDArray[np.float16]:
    """Return window scores that swing slowly around a song's own."""
    time = np.linspace(0, 1, windows)[:, None]
    phase = rng.uniform(0, 6.28, len(scores))
    swing = 0.25 * np.sin(2 * np.pi * (1 + 3 * rng.random(len(scores))) * time + phase)
    return np.clip(scores + swing, 0, 1).astype("<f2")
