"""A library of small real songs with scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.services import Services
from tagger_core.library.roots import add_root
from tagger_core.library.scanner import scan
from tagger_core.metadata.reader import read_tags
from tests.app.songs_on_disk import FakeTagger, make_songs


@dataclass
class Songs:
    services: Services
    paths: list[Path]
    ids: list[int]


@pytest.fixture
def songs(empty_services: Services, music: Path) -> Songs:
    """Six songs of which each has a genre and a mood that a person accepted."""
    make_songs(music, 6)
    library = empty_services.library
    add_root(library, music)
    model = empty_services.active.model
    assert model is not None
    scan(library, None, FakeTagger(empty_services.workspace, model), read_tags)
    ids = library.search("", model.id)
    library.decide(ids, "rock", True)
    library.decide(ids, "calm", True)
    rows = {row.id: row.path for row in library.rows(ids)}
    return Songs(empty_services, [rows[one] for one in ids], ids)
