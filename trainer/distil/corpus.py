"""Audio of all pieces, cut to windows, in one file that is mapped rather than read."""

from __future__ import annotations

import dataclasses
import json
import logging
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from trainer.distil.render import rendered
from trainer.distil.sources import Piece

RATE = 16_000
WINDOW = 48_000
"""Samples that a musicnn hears; the windows of the corpus are longer, see `gather.WINDOW`."""
SILENCE = 1e-3
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Corpus:
    """Windows of many pieces.

    Args:
        windows: int16 [n, samples], mapped from disk.
        piece_of: int32 [n], index into `pieces`.
        pieces: what was heard, in the order of the windows.
    """

    windows: NDArray[np.int16]
    piece_of: NDArray[np.int32]
    pieces: list[Piece]

    def indices(self, split: str) -> NDArray[np.int64]:
        """Return the windows of one split, int64 [m]."""
        belongs = np.array([p.split == split for p in self.pieces])
        return np.flatnonzero(belongs[self.piece_of])

    def hours(self, source: str, split: str | None = None) -> float:
        """Return the hours of audio of a source, in one split or in all."""
        counts = np.bincount(self.piece_of, minlength=len(self.pieces))
        windows = sum(
            int(n)
            for n, p in zip(counts, self.pieces, strict=True)
            if p.source == source and split in (None, p.split)
        )
        return float(windows * self.windows.shape[1] / RATE / 3600)


def cut(samples: NDArray[np.float32], seconds: float, length: int) -> NDArray[np.int16]:
    """Cut float32 [n] into windows that sound, int16 [m, length]; what is shorter than a window is tiled."""
    samples = samples[: int(seconds * RATE)]
    if 0 < len(samples) < length:
        samples = np.tile(samples, -(-length // len(samples)))[:length]
    windows = samples[: len(samples) // length * length].reshape(-1, length)
    windows = windows[np.abs(windows).max(axis=1, initial=0.0) > SILENCE]
    return to_int16(windows)


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Round to 16 bits; what is above full scale is clipped, as in a file."""
    return (np.clip(samples, -1.0, 32767 / 32768) * 32768).astype(np.int16)


def to_float(windows: NDArray[np.int16]) -> NDArray[np.float32]:
    """Undo `to_int16`."""
    return windows.astype(np.float32) / np.float32(32768)


def kept(path: Path, windows: Iterable[NDArray[np.int16]], length: int) -> NDArray[np.int16]:
    """Map windows in a file, int16 [n, length]; write them first if it is not there, whole or not at all.

    Args:
        path: of the file.
        windows: int16 [length] each; drawn only if they must be written.
        length: samples of a window.
    """
    if not path.exists():
        temporary = path.with_suffix(".part")
        with temporary.open("wb") as file:
            for window in windows:
                file.write(window.tobytes())
        temporary.replace(path)
    return np.memmap(path, np.int16, "r").reshape(-1, length)


def heard(piece: Piece, fluidsynth: str, soundfont: Path, length: int) -> NDArray[np.int16]:
    """Return the windows of one piece, int16 [m, length]; none where it cannot be played."""
    from tagger_core.audio import decode  # noqa: PLC0415 - a host that only teaches has no av

    try:
        if piece.program is None:
            return cut(decode.load(piece.path, RATE), piece.seconds, length)
        with rendered(piece, fluidsynth, soundfont) as sound:
            return cut(decode.load(sound, RATE), piece.seconds, length)
    except EarmarkError as error:
        LOG.warning("left out: %s", error)
        return np.zeros((0, length), np.int16)


def collect(
    folder: Path,
    pieces: list[Piece],
    sound_of: Callable[[Piece], NDArray[np.int16]],
    workers: int = 2,
) -> Corpus:
    """Hear all pieces and write their windows below `folder`; what is already there is mapped."""
    if (folder / "pieces.json").exists():
        return load(folder)
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Piece] = []
    counts: list[int] = []
    with (folder / "windows.i16").open("wb") as file, ThreadPoolExecutor(workers) as pool:
        for number, (piece, windows) in enumerate(zip(pieces, pool.map(sound_of, pieces), strict=True)):
            if len(windows):
                file.write(windows.tobytes())
                kept.append(piece)
                counts.append(len(windows))
            if number % 50 == 0:
                LOG.info("heard %d of %d pieces", number, len(pieces))
    rows = [
        {**dataclasses.asdict(p), "path": str(p.path), "windows": n}
        for p, n in zip(kept, counts, strict=True)
    ]
    (folder / "pieces.json").write_text(json.dumps(rows), "utf-8")
    return load(folder)


def updated(
    folder: Path, pieces: list[Piece], sound_of: Callable[[Piece], NDArray[np.int16]], workers: int = 2
) -> Corpus:
    """Make the corpus in `folder` one of these pieces, hearing only those that it does not hold yet.

    A file that changed under the same name is not noticed: what is in the manifest cannot.
    """
    before = folder.with_name(folder.name + ".before")
    if before.exists() and not folder.exists():
        # A run was broken off between its two renamings.
        before.rename(folder)
    shutil.rmtree(before, ignore_errors=True)
    if not (folder / "pieces.json").exists():
        return collect(folder, pieces, sound_of, workers=workers)
    kept = load(folder)
    ends = np.bincount(kept.piece_of, minlength=len(kept.pieces)).cumsum()
    places = dict(zip(kept.pieces, zip([0, *ends], ends, strict=False), strict=True))
    wanted = [piece for piece in pieces if piece in places]
    # What could not be heard is tried again, since what was amiss may be mended.
    if wanted == kept.pieces and not any(len(sound_of(p)) for p in pieces if p not in places):
        return kept

    def heard_before(piece: Piece) -> NDArray[np.int16]:
        if piece not in places:
            return sound_of(piece)
        first, end = places[piece]
        return kept.windows[first:end]

    fresh = folder.with_name(folder.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    collect(fresh, pieces, heard_before, workers=workers)
    folder.rename(before)
    fresh.rename(folder)
    shutil.rmtree(before)
    return load(folder)


def load(folder: Path) -> Corpus:
    """Map a corpus that `collect` wrote."""
    rows = json.loads((folder / "pieces.json").read_text("utf-8"))
    counts = [row.pop("windows") for row in rows]
    pieces = [Piece(**{**row, "path": Path(row["path"])}) for row in rows]
    piece_of = np.repeat(np.arange(len(pieces), dtype=np.int32), counts)
    samples = np.memmap(folder / "windows.i16", np.int16, "r")
    return Corpus(samples.reshape(len(piece_of), -1), piece_of, pieces)
