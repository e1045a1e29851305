"""What trained networks hear in a clip: their last three hidden layers, computed once and kept on disk.

Each layer is taken at its maximum over time inside a window and at its mean over the windows of a clip (Lee
et al. 2018, section 4.1). All three layers are kept together, so that any choice of them is one pass over the
audio.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import dtype_to_descr, open_memmap, write_array_header_1_0
from numpy.typing import NDArray

from tagger_core.errors import Cancelled
from tagger_core.models.aggregate_configs import LEVELS, level_sizes
from tagger_core.models.network import TaggingNetwork
from tagger_core.models.samplecnn_configs import SampleCNNConfig
from trainer.data.prepared import Prepared
from trainer.errors import RunError
from trainer.evaluation.scores import clip_means

CLIPS_AT_ONCE = 256

_log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Source:
    """A trained network that hears for another task.

    Args:
        identity: the sha256 of its weights' file, hex.
        config: its layers as data.
        network: it.
    """

    identity: str
    config: SampleCNNConfig
    network: TaggingNetwork


def features(
    sources: Sequence[Source],
    levels: Sequence[int],
    prepared: Prepared,
    folder: Path,
    *,
    device: str = "cpu",
    cancelled: Callable[[], bool] = lambda: False,
) -> Floats:
    """Return what the sources hear in every clip, [clips, dimensions]: source by source, lowest layer first.

    What was computed before for the same weights and the same clips in the same order is read from the
    folder; what was begun is gone on with.

    Args:
        sources: in the order of the features.
        levels: some of `LEVELS`, ascending.
        prepared: at the sources' sample rate.
        folder: where features are kept.
        device: of torch.
        cancelled: asked between clips.

    Raises:
        Cancelled: the person asked to stop; what is there is kept.
        RunError: a level is unknown.
    """
    if not levels or list(levels) != [level for level in LEVELS if level in levels]:
        raise RunError(f"the layers {tuple(levels)} are not some of {LEVELS}, from the lowest")
    folder.mkdir(parents=True, exist_ok=True)
    return np.concatenate(
        [
            _kept(source, prepared, folder, device, cancelled)[:, _columns(source.config, levels)]
            for source in sources
        ],
        axis=1,
    )


def _columns(config: SampleCNNConfig, levels: Sequence[int]) -> NDArray[np.int64]:
    widths = level_sizes(config)
    ends = np.cumsum(widths)
    return np.concatenate([np.arange(ends[level] - widths[level], ends[level]) for level in levels])


def _kept(
    source: Source, prepared: Prepared, folder: Path, device: str, cancelled: Callable[[], bool]
) -> Floats:
    """Return all three layers of every clip, [clips, dimensions]."""
    key = f"{source.identity} {prepared.checksum} {prepared.sample_rate} {prepared.place} {_rows(prepared)}"
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    whole, part = folder / f"{name}.npy", folder / f".{name}.begun.npy"
    if not whole.exists():
        _compute(source, prepared, part, device, cancelled)
        part.replace(whole)
    found: Floats = np.load(whole, mmap_mode="r", allow_pickle=False)
    return found


def _rows(prepared: Prepared) -> str:
    """Return a sha256, hex, of which clip is in which row and how long it is; the checksum knows neither."""
    digest = hashlib.sha256("\0".join(prepared.keys).encode("utf-8", "surrogateescape"))
    digest.update(prepared.samples.tobytes())
    return digest.hexdigest()


def _compute(
    source: Source, prepared: Prepared, part: Path, device: str, cancelled: Callable[[], bool]
) -> None:
    """Fill a file of features from where it was left; a row that is not there yet, or not whole, has NaN."""
    clips = len(prepared.keys)
    kept = _begun(part, (clips, source.network.dimensions))
    missing = np.flatnonzero(np.isnan(kept).any(axis=1))
    network = source.network
    for start in range(0, len(missing), CLIPS_AT_ONCE):
        if cancelled():
            raise Cancelled
        rows = missing[start : start + CLIPS_AT_ONCE]
        kept[rows] = clip_means(
            network, lambda waves: network.embed(waves)[1], network.dimensions, prepared, rows, device=device
        )
        kept.flush()
        _log.info("features of %d of %d clips", clips - len(missing) + start + len(rows), clips)


def _begun(part: Path, shape: tuple[int, int]) -> np.memmap[tuple[int, int], np.dtype[np.float32]]:
    """Return the file of an interrupted pass, or a new one where there is none of that shape."""
    try:
        kept = open_memmap(part, "r+")
        if (kept.shape, kept.dtype) == (shape, np.dtype(np.float32)):
            return kept
    except (OSError, ValueError):
        pass
    _write_nan(part, shape)
    return open_memmap(part, "r+")


def _write_nan(path: Path, shape: tuple[int, int]) -> None:
    """Write a file that is NaN throughout, whole or not at all.

    It is written, not mapped: a full disk is an error then and not a signal, and no part of the file is a
    hole, which would read as zeros.
    """
    temporary = path.with_name(f"{path.name}.new")
    row = np.full(shape[1], np.nan, np.float32)
    header = {"descr": dtype_to_descr(row.dtype), "fortran_order": False, "shape": shape}
    try:
        with temporary.open("wb") as stream:
            write_array_header_1_0(stream, header)
            for _ in range(shape[0]):
                stream.write(row.tobytes())
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
