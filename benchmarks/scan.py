"""How near a whole scan of real music comes to the work that cannot be saved: decoding and the model.

One thread first decodes every track and then lets the model hear its windows; its processor time for each
is taken by `time.thread_time`. Then a scan does the same tracks, on all cores, into a library of its own:
it also walks the folders, reads the tags, cuts the windows, digests the packets and writes the database. If
nothing were lost, its wall time would be the processor time of the one thread divided by the cores:
`wall_ratio` says how many times longer it takes. The processor time is that of a thread that has the
machine to itself, so what cores cost each other in caches and clock rate counts against the scan, and so
does whatever else runs on the machine: keep it idle. `cpu_ratio` compares processor time alone, which other
programs disturb less. Files come from the system's cache both times: disks are not measured. Whole tracks,
hop = window.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.inference import random_model
from benchmarks.measure import machine, parser, report
from tagger_core.audio.decode import open_audio
from tagger_core.audio.pool import DecoderPool
from tagger_core.audio.windows import cut
from tagger_core.errors import AudioError
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import choose
from tagger_core.inference.tagger import Tagger
from tagger_core.library.crew import default_workers
from tagger_core.library.records import ScanReport
from tagger_core.library.roots import add_root
from tagger_core.library.scanner import scan
from tagger_core.library.store import Library
from tagger_core.library.walk import walk
from tagger_core.metadata.reader import read_tags
from tagger_core.models import model_file
from tagger_core.models.model_file import LoadedModel
from tagger_core.settings import Settings

TARGET = 1.3
BUNDLED = Path(__file__).resolve().parents[1] / "resources" / "models"


@dataclass
class Work:
    """Seconds of processor time that one thread needs, and the audio that it heard."""

    decode: float = 0.0
    inference: float = 0.0
    audio: float = 0.0


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "")
    options.add_argument("--music", type=Path, required=True, help="a folder with music")
    options.add_argument("--limit", type=int, help="hear only so many tracks, taken evenly from the folder")
    options.add_argument("--model", type=Path, help="a model file instead of the bundled one")
    asked = options.parse_args()
    tracks = music(asked.music, asked.limit)
    model = load(asked.model)
    with tempfile.TemporaryDirectory() as folder:
        execution = choose(model, Settings(), Path(folder) / "tuning.json")
        engine = Engine(model, execution)
        with ThreadPoolExecutor(1) as alone:
            work = alone.submit(by_one_thread, engine, tracks).result()
        before = processor_seconds()
        done = by_all_cores(engine, asked.music, tracks, Path(folder) / "library.sqlite")
        used = processor_seconds() - before
    needed = work.decode + work.inference
    report(
        {
            "machine": machine(),
            "model": model.info.name,
            "execution": " ".join(map(str, dataclasses.astuple(execution))),
            "cores": default_workers(),
            "tracks": done.analysed,
            "problems": len(done.problems),
            "audio_seconds": done.audio_seconds,
            "decode_cpu_seconds": work.decode,
            "inference_cpu_seconds": work.inference,
            "wall_seconds": done.seconds,
            "wall_ratio": done.seconds * default_workers() / needed,
            "cpu_ratio": used / needed,
            "target": TARGET,
            "x_realtime": done.audio_seconds / done.seconds,
        },
        asked.json,
    )


def music(folder: Path, limit: int | None) -> list[Path]:
    """Return the audio files below a folder, or some of them."""
    found = [Path(os.fsdecode(file.path)) for file in walk([(os.fsencode(folder.absolute()), 0)], {}).files]
    if not found:
        raise SystemExit(f"{folder} holds no music")
    if limit is None or limit >= len(found):
        return found
    return [found[i * len(found) // limit] for i in range(limit)]


def load(path: Path | None) -> LoadedModel:
    """Return the model named, the bundled one, or a 3^9 SampleCNN with random weights."""
    bundled = sorted(BUNDLED.glob("*.safetensors"))
    if path is None and not bundled:
        return random_model()
    return model_file.load(path or bundled[0])


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


def by_one_thread(engine: Engine, tracks: list[Path]) -> Work:
    """Decode and hear the tracks one after the other, in the calling thread."""
    info = engine.model.info
    work = Work()
    engine.run(np.full((1, info.window), 0.1, np.float32))
    for path in tracks:
        start = time.thread_time()
        try:
            with open_audio(path, info.sample_rate) as stream:
                windows = [
                    window.samples for window in cut(stream, info.window, info.window) if not window.silent
                ]
        except AudioError:
            continue
        decoded = time.thread_time()
        for first in range(0, len(windows), engine.execution.micro_batch):
            engine.run(np.stack(windows[first : first + engine.execution.micro_batch]))
        work.decode += decoded - start
        work.inference += time.thread_time() - decoded
        work.audio += stream.seconds
    return work


def by_all_cores(engine: Engine, folder: Path, tracks: list[Path], database: Path) -> ScanReport:
    """Scan the tracks into a new library."""
    with Library.open(database) as library, DecoderPool(default_workers()) as decoders:
        add_root(library, folder)
        tagger = Tagger(engine, open_audio=decoders.open)
        return scan(library, [path.absolute() for path in tracks], tagger, read_tags)


if __name__ == "__main__":
    main()
