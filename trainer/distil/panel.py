"""The panel of teachers: public checkpoints, each asked about exactly the sound that the student hears."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError
from tagger_core.models import importer, model_file
from tagger_core.models.fcn import FCN
from tagger_core.models.musicnn import Musicnn
from tagger_core.models.network import TaggingNetwork
from trainer.distil.said import Said, keys_of
from trainer.distil.teacher import LoopedTeacher, Teacher, in_batches, scored

LOG = logging.getLogger(__name__)
PROCESSOR = torch.device("cpu")
AT_ONCE = 2048
"""Windows between two writes of what was said of them: a quarter of a gigabyte of sound."""

NETWORKS = ("musicnn", "fcn", "crnn")
PUBLISHED: tuple[tuple[importer.Dataset, importer.Family], ...] = (
    ("mtat", "musicnn"), ("mtat", "fcn"), ("mtat", "crnn"), ("msd", "fcn"), ("msd", "crnn"),
    ("jamendo", "musicnn"), ("jamendo", "fcn"), ("jamendo", "crnn"),
)  # fmt: skip
"""(data set, network) of the checkpoints that may teach, in the order of the panel."""


@dataclass(frozen=True)
class Voice:
    """One teacher: the checkpoint SET-NETWORK.pth of a folder."""

    dataset: importer.Dataset
    network: importer.Family

    @property
    def name(self) -> str:
        """Return the name of its file, without suffix."""
        return f"{self.dataset}-{self.network}"


def voices(folder: Path, networks: tuple[str, ...] = NETWORKS) -> tuple[Voice, ...]:
    """Return the teachers in a folder.

    Raises:
        EarmarkError: it holds none of them.
    """
    found = tuple(
        Voice(dataset, network)
        for dataset, network in PUBLISHED
        if network in networks and (folder / f"{dataset}-{network}.pth").exists()
    )
    if not found:
        names = ", ".join(f"{dataset}-{network}.pth" for dataset, network in PUBLISHED)
        raise EarmarkError("holds no teacher", path=folder, remedy=f"put checkpoints there, named {names}")
    return found


def network_of(folder: Path, voice: Voice) -> TaggingNetwork:
    """Return the network in a checkpoint; what it is and learned from is checked against its name."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "teacher.safetensors"
        importer.import_checkpoint(
            folder / f"{voice.name}.pth", path, family=voice.network, dataset=voice.dataset
        )
        return model_file.load(path).network


def teacher_of(folder: Path, voice: Voice, device: torch.device = PROCESSOR) -> Teacher | LoopedTeacher:
    """Return a teacher that hears windows of the corpus on a device.

    On a processor its large convolutions compute in the format that is faster there, elsewhere in bfloat16.

    Raises:
        EarmarkError: its network hears clips alone.
    """
    network = network_of(folder, voice)
    dtype = None if device.type == "cpu" else torch.bfloat16
    if isinstance(network, Musicnn):
        return Teacher(network, dtype).to(device)
    if isinstance(network, FCN):
        return LoopedTeacher(network, dtype).to(device)
    raise EarmarkError(f"{voice.name} hears whole clips only", remedy="ask musicnn or fcn")


def fingerprint(windows: NDArray[np.int16]) -> str:
    """Return 16 hex digits that stand for a round of sound: its shape and some hundred of its windows."""
    some = np.linspace(0, len(windows) - 1, min(len(windows), 200)).astype(int)
    digest = hashlib.sha256(repr(windows.shape).encode())
    for index in some:
        digest.update(np.ascontiguousarray(windows[index]).tobytes())
    return digest.hexdigest()[:16]


def heard(
    folder: Path,
    asked: tuple[Voice, ...],
    windows: NDArray[np.int16],
    cache: Path,
    workers: int = 2,
    *,
    device: torch.device = PROCESSOR,
) -> Iterator[tuple[Voice, NDArray[np.float32]]]:
    """Yield each teacher's logits for all windows, [n, 50]; `cache` keeps them by every window's samples.

    A run that was broken off goes on where it was, and of a corpus that grew only what is new is asked.
    """
    cache.mkdir(parents=True, exist_ok=True)
    keys = keys_of(windows)
    for voice in asked:
        said = said_by(voice, cache)
        unknown = said.unknown(keys)
        if len(unknown):
            teacher = teacher_of(folder, voice, device)
            for rows in np.array_split(unknown, -(-len(unknown) // AT_ONCE)):
                said.add(keys[rows], _logits(teacher, windows[rows], workers, device))
                LOG.info("%s has heard %d of %d windows", voice.name, np.searchsorted(unknown, rows[-1]) + 1,
                         len(unknown))  # fmt: skip
        yield voice, said.of(keys)


def said_by(voice: Voice, cache: Path) -> Said:
    """Return what a teacher has said so far."""
    return Said(cache / f"{voice.name}.npz")


def _logits(
    teacher: Teacher | LoopedTeacher, windows: NDArray[np.int16], workers: int, device: torch.device
) -> NDArray[np.float32]:
    if device.type == "cpu":
        return scored(teacher, windows, workers=workers)
    return in_batches(teacher, windows, device)
