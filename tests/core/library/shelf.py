"""A small library to ask, built row by row in a real database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from tagger_core.library import keys
from tagger_core.library.schema import AnalysisRow, Model, Root, Tag, Track, TrackTagScore
from tagger_core.library.store import Library

MUSIC = Path("/music")
TAGS = {"piano": "instrument", "vocal": "voice", "female vocal": "voice", "Hip-Hop": "genre", "80s": "era"}
THRESHOLDS = {"piano": 0.5, "vocal": 0.4, "female vocal": 0.5, "Hip-Hop": 0.3, "80s": 0.5}


def add_model(library: Library, tags: Mapping[str, str] = TAGS, identity: str = "a" * 64) -> int:
    with library.write() as connection:
        values = {"identity": identity, "name": "small", "info": {}}
        model_id = connection.execute(insert(Model).values(values).returning(Model.c.id)).scalar_one()
        for position, (name, category) in enumerate(tags.items()):
            row = {"model_id": model_id, "position": position, "name": name, "category": category}
            connection.execute(insert(Tag).values(**row, threshold=THRESHOLDS.get(name, 0.5)))
    return int(model_id)


def add_track(library: Library, name: str | bytes = "song.mp3", **values: Any) -> int:
    """Enter a track; the keys that sorting goes by are made as the scanner makes them."""
    path = keys.path_bytes(MUSIC) + b"/" + (name.encode() if isinstance(name, str) else name)
    shown = Path(path.decode("utf-8", "surrogateescape"))
    texts = {f"{f}_key": keys.sort_key(values.get(f, "")) for f in ("title", "artist", "album", "genre")}
    row = {
        "path": path,
        "path_text": keys.path_text(shown),
        "path_key": keys.path_key(shown),
        "size": 1,
        "mtime_ns": 1,
        "added_at": 1,
        "scanned_at": 1,
        **texts,
        **values,
    }
    with library.write() as connection:
        root = connection.scalar(select(Root.c.id))
        if root is None:
            place = insert(Root).values(path=keys.path_bytes(MUSIC), added_at=1).returning(Root.c.id)
            root = connection.execute(place).scalar_one()
        row.setdefault("root_id", root)
        return int(connection.execute(insert(Track).values(row).returning(Track.c.id)).scalar_one())


def hear(
    library: Library,
    track_id: int,
    model_id: int,
    scores: Mapping[str, float] | None = None,
    embedding: Sequence[float] = (1.0, 0.0),
    **values: Any,
) -> None:
    """Enter an analysis; tags that are not named score 0."""
    with library.write() as connection:
        ids = dict(connection.execute(select(Tag.c.name, Tag.c.id).where(Tag.c.model_id == model_id)).all())
        rows = [
            {"tag_id": tag_id, "track_id": track_id, "score": (scores or {}).get(name, 0.0)}
            for name, tag_id in ids.items()
        ]
        connection.execute(insert(TrackTagScore), rows)
        analysis = {
            "track_id": track_id,
            "model_id": model_id,
            "seconds": 200.0,
            "hop": 59049,
            "window_count": 2,
            "analysed_at": 5,
            "embedding": np.asarray(embedding, "<f2").tobytes(),
            "window_starts": np.asarray([0, 59049], "<i8").tobytes(),
            "window_scores": np.zeros((2, len(ids)), "<f2").tobytes(),
            **values,
        }
        connection.execute(insert(AnalysisRow).values(analysis))
