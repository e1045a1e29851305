"""How soon the window answers over a large library of made-up tracks: `python -m benchmarks.window`.

The window is started as a person starts it, in a process of its own, on Qt's offscreen platform: what a
display adds is not in the figures. The first start only warms the system's caches; the second is measured.

    shown_s           from the start of the process to the window on the screen
    first_rows_ms     from there to rows with their texts
    keystroke_p50_ms, keystroke_p95_ms
                      from the end of the pause after a keystroke to its result painted in the table
    jump_ms           from a scroll to a place far away to its rows painted; the median
    memory_mb         of the process then; no model is loaded and PyTorch is not imported
    heartbeat_p99_ms  how late a timer of 20 ms comes on the window's thread while music is scanned on all
                      cores, loading PyTorch and the model included; null without --music
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sqlalchemy import update

from benchmarks.measure import machine, parser, report
from benchmarks.search import fill, make_files, song_paths
from tagger_core.library.schema import Model, Root, Tag
from tagger_core.library.store import Library
from tagger_core.models.architectures import describe
from tagger_core.models.model_file import identity
from tagger_core.models.model_info import ModelInfo
from tagger_core.models.model_info import Tag as ModelTag
from tagger_core.models.samplecnn_configs import SAMPLECNN
from tagger_core.settings import Places, Settings

TAGS = 50
STARTS = 2  # the last one counts
_LIMIT_S = 600


def main() -> None:
    """Build the library, start the window over it, print what it told."""
    options = parser(__doc__ or "")
    options.add_argument("--tracks", type=int, default=100_000)
    options.add_argument("--music", type=Path, help="a folder of music to scan for heartbeat_p99_ms")
    options.add_argument("--home", type=Path, help="keep the library in this folder, or use the one there")
    chosen = options.parse_args()
    results: dict[str, float | int | str | None] = {"tracks": chosen.tracks}
    with tempfile.TemporaryDirectory(prefix="earmark-window-") as temporary:
        home = (chosen.home or Path(temporary) / "large").absolute()
        if not (home / "data" / "library.sqlite").exists():
            build(home, chosen.tracks)
        for _ in range(STARTS):
            answers = _start(home, "answers")
        results |= answers
        results["heartbeat_p99_ms"] = None
        if chosen.music is None:
            results["note"] = "heartbeat_p99_ms needs --music"
        else:
            results |= _start(Path(temporary) / "scan", "heartbeat", chosen.music.absolute())
    results["machine"] = machine()
    report(results, chosen.json)


def build(home: Path, tracks: int) -> None:
    """Make an Earmark home whose library has so many songs with scores, and a model that can be chosen."""
    places = Places(home / "data", home / "config", home / "cache")
    info = ModelInfo(
        name="made up",
        architecture=describe(SAMPLECNN["3^9-59049"]),
        sample_rate=22050,
        window=59049,
        tags=tuple(ModelTag(f"tag{i}", "mood", 0.5) for i in range(TAGS)),
        licence="",
        provenance="",
        quality={},
        card="",
    )
    file = places.models / "made up.safetensors"
    file.parent.mkdir(parents=True)
    save_file({"none": np.zeros(1, np.float32)}, file, {"earmark": json.dumps(info.to_json())})
    Settings(model="made up").save(places.settings_file)
    music = home / "music"
    paths = list(song_paths(music, tracks))
    make_files(paths)
    with Library.open(places.database) as library:
        model_id = fill(library, music, paths, TAGS, real=True)
        with library.write() as connection:
            connection.execute(update(Root).values(scanned_at=1))
            connection.execute(update(Model).values(identity=identity(file)))
            for i in range(TAGS):
                named = update(Tag).where(Tag.c.model_id == model_id, Tag.c.position == i)
                connection.execute(named.values(name=f"tag{i}"))


def _start(home: Path, measure: str, music: Path | None = None) -> dict[str, float]:
    """Start the window in its own process and return what `benchmarks.window_probe` wrote."""
    home.mkdir(parents=True, exist_ok=True)
    told = home / f"{measure}.json"
    environment = {**os.environ, "EARMARK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "benchmarks.window_probe", measure, str(told), str(time.time())]
    words = command if music is None else [*command, str(music)]
    # The words are our own, with two paths of the person's.
    subprocess.run(words, env=environment, check=True, timeout=_LIMIT_S, cwd=Path(__file__).parents[1])  # noqa: S603
    answers: dict[str, float] = json.loads(told.read_text("utf-8"))
    return answers


if __name__ == "__main__":
    main()
