"""`python -m trainer.distil pack` and `unpack`: a corpus in parcels that are small enough to be carried.

As it is taught from, a corpus has 115 MB an hour; as Opus it has a tenth. A host with a GPU then scores and
teaches what arrived, so that teachers and student hear the same there, too.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from trainer.distil import known
from trainer.distil.corpus import RATE, load, to_int16

LOG = logging.getLogger(__name__)

BITS = 24_000
"""A second of Opus."""
TOGETHER = 512
"""Windows a file: half an hour."""
LIST = "corpus.json"
PIECES = "pieces.json"
BESIDE = (PIECES, known.PROGRAMS)
"""What goes with the sound; a corpus without scores has no programs."""


def encode(windows: NDArray[np.int16], path: Path) -> None:
    """Write windows, int16 [n, samples], one after the other as an Opus file."""
    import av  # noqa: PLC0415 - a host that only teaches has none

    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", format="s16", bit_rate=BITS)
        for number, window in enumerate(windows):
            frame = av.AudioFrame.from_ndarray(np.array(window[None]), format="s16", layout="mono")
            frame.rate, frame.pts = RATE, number * len(window)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def decode(path: Path, count: int, samples: int) -> NDArray[np.int16]:
    """Return what `encode` wrote, int16 [count, samples]."""
    from tagger_core.audio.decode import load as heard  # noqa: PLC0415 - it needs av

    sound = heard(path, RATE)[: count * samples]
    whole = np.pad(sound, (0, count * samples - len(sound)))
    return to_int16(whole).reshape(count, samples)


def pack(work: Path, to: Path, size: int, workers: int = 2) -> list[Path]:
    """Write the corpus of a work folder into folders of at most `size` bytes below `to`, and return these.

    Args:
        work: where a corpus was gathered.
        to: is made.
        size: of a parcel; half an hour of sound has 5 MB.
        workers: files that are written at the same time.

    Raises:
        EarmarkError: a file is larger than a parcel.
    """
    corpus, whole = load(work / "corpus"), to / "whole"
    whole.mkdir(parents=True)
    starts = range(0, len(corpus.windows), TOGETHER)
    files = [(f"{start:06d}.ogg", min(TOGETHER, len(corpus.windows) - start)) for start in starts]

    def write(start: int) -> None:
        encode(corpus.windows[start : start + TOGETHER], whole / f"{start:06d}.ogg")

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(write, starts))
    listed = {"samples": corpus.windows.shape[1], "files": files}
    (whole / LIST).write_text(json.dumps(listed), "utf-8")
    known.programs_in(work / "corpus", corpus.pieces)
    for name in BESIDE:
        if (work / "corpus" / name).exists():
            shutil.copy(work / "corpus" / name, whole)
    parcels: list[Path] = []
    room = 0
    for path in sorted(whole.iterdir()):
        if (length := path.stat().st_size) > size:
            raise EarmarkError(f"has {length} bytes", path=path, remedy="allow larger parcels")
        if length > room:
            parcels.append(to / f"parcel-{len(parcels)}")
            parcels[-1].mkdir()
            room = size
        room -= length
        path.rename(parcels[-1] / path.name)
    whole.rmdir()
    return parcels


def unpack(parcels: list[Path], work: Path, workers: int = 2) -> None:
    """Write what `pack` packed into another work folder.

    Raises:
        EarmarkError: a part of it is in none of the parcels.
    """
    found = {path.name: path for parcel in parcels for path in parcel.iterdir()}
    listed = json.loads(_found(found, LIST).read_text("utf-8"))
    files = [(_found(found, name), count) for name, count in listed["files"]]
    beside, folder = [_found(found, PIECES)], work / "corpus"
    beside += [found[name] for name in BESIDE[1:] if name in found]
    folder.mkdir(parents=True, exist_ok=True)
    heard = partial(decode, samples=listed["samples"])
    with (folder / "windows.i16").open("wb") as file, ThreadPoolExecutor(workers) as pool:
        for windows in pool.map(heard, *zip(*files, strict=True)):
            file.write(windows.tobytes())
    for path in beside:
        shutil.copy(path, folder)


def _found(found: dict[str, Path], name: str) -> Path:
    if name not in found:
        raise EarmarkError(f"{name} is in none of the parcels", remedy="bring all that `pack` made")
    return found[name]


def main_pack(arguments: list[str]) -> None:
    """Pack the corpus of a work folder."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil pack", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder with a gathered corpus")
    parser.add_argument("--to", type=Path, required=True, help="a new folder for the parcels")
    parser.add_argument("--megabytes", type=int, default=60, help="most that a parcel may hold (60)")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")
    options = parser.parse_args(arguments)
    for parcel in pack(options.work, options.to, options.megabytes * 1_000_000, options.workers):
        LOG.info("%s", parcel)


def main_unpack(arguments: list[str]) -> None:
    """Unpack parcels into a work folder."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil unpack", description=__doc__)
    parser.add_argument("--parcels", type=Path, nargs="+", required=True, help="all that `pack` made")
    parser.add_argument("--work", type=Path, required=True, help="folder for the corpus")
    parser.add_argument("--workers", type=int, default=2, help="cores to use")
    options = parser.parse_args(arguments)
    unpack(options.parcels, options.work, options.workers)
