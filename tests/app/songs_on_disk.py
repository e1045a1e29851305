"""Real songs with scores, and a tagger that needs no network, for tests that scan and write."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tagger_core.audio.decode import open_audio
from tagger_core.errors import Cancelled
from tagger_core.inference.analysis import Analysis, Heard
from tagger_core.jobs import Model, Workspace
from tests.support.audio import encode, song


class FakeTagger:
    """Decodes songs for real, makes scores of their names, and waits after so many songs."""

    def __init__(self, workspace: Workspace, model: Model, songs: int = 1000) -> None:
        assert model.entry.info is not None
        self.info = model.entry.info
        self.identity = model.identity
        self.hop = self.info.window
        self.heard: list[str] = []
        self.tickets = threading.Semaphore(songs)

    def analyse(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> Heard:
        while not self.tickets.acquire(timeout=0.01):
            if cancelled():
                raise Cancelled
        with open_audio(path, self.info.sample_rate) as stream:
            for _ in stream:
                if cancelled():
                    raise Cancelled
            seed = int(hashlib.sha256(path.name.encode()).hexdigest()[:8], 16)
            scores = np.random.default_rng(seed).random(len(self.info.tags), np.float32)
            self.heard.append(path.name)
            starts = np.zeros(1, np.int64)
            analysis = Analysis(
                model_id=self.identity, scores=scores, window_scores=scores[None].astype(np.float16),
                window_starts=starts, embedding=np.ones(8, np.float32), seconds=stream.seconds, silent=False,
                problem=stream.problem,
            )  # fmt: skip
            return Heard(analysis, stream.info, stream.digest)


def make_songs(folder: Path, count: int, suffixes: tuple[str, ...] = (".mp3", ".flac", ".ogg")) -> list[Path]:
    """Write `count` songs of a second."""
    folder.mkdir(parents=True, exist_ok=True)
    sounds = [song(1, seed=seed) for seed in range(count)]
    return [
        encode(
            folder / f"song {n}{suffixes[n % len(suffixes)]}",
            sounds[n],
            44100,
            metadata={"title": f"Song {n}"},
        )
        for n in range(count)
    ]
