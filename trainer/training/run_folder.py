"""A run's folder: what decides the run, where it was computed, its learning curve, its best weights."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagger_core.models.model_file import write_whole
from trainer.data.prepared import EXTENT
from trainer.errors import RunError

if TYPE_CHECKING:
    from lightning.fabric import Fabric
    from torch import Tensor

DESCRIPTION, ENVIRONMENT, METRICS = "run.json", "environment.json", "metrics.csv"
LAST, BEST, FINISHED, LOCK = "last.pt", "best.safetensors", "finished.json", ".lock"


@contextlib.contextmanager
def claimed(folder: Path, description: Mapping[str, Any], fabric: Fabric) -> Iterator[None]:
    """Own a run's folder, new or begun, for as long as the context lasts; the first process does it for all.

    Args:
        folder: made if it is not there.
        description: all that decides the outcome, as JSON.
        fabric: the processes.

    Raises:
        RunError: the folder holds another run, or another process trains in it.
    """
    if not fabric.is_global_zero:
        yield
        return
    from filelock import FileLock, Timeout  # noqa: PLC0415 - what only reads a run does not lock

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            _remove_torn(folder)
            expect(folder, description)
            if not (folder / DESCRIPTION).exists():
                write_json(folder / DESCRIPTION, description)
            _note_environment(folder, fabric)
            yield
    except Timeout as error:
        raise RunError(
            "another process is training in this folder", path=folder, remedy="wait for it, or take another"
        ) from error


def expect(folder: Path, description: Mapping[str, Any]) -> None:
    """Check that the folder has no run yet, or this one; an older run may not tell the extent of its data.

    Raises:
        RunError: it has another, and how it differs; or other files.
    """
    if not (folder / DESCRIPTION).exists():
        strangers = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
        if strangers:
            raise RunError(
                f"the folder is not empty and holds no run: {strangers[0]}",
                path=folder,
                remedy="take an empty folder",
            )
        return
    found = read_json(folder / DESCRIPTION)
    wanted = json.loads(json.dumps(description))
    untold = set(EXTENT) - (found.keys() & wanted.keys())
    for key in sorted((found.keys() | wanted.keys()) - untold):
        if found.get(key) != wanted.get(key):
            raise RunError(
                f"the folder holds a run with {_difference(key, found.get(key), wanted.get(key))}",
                path=folder,
                remedy="take another folder, or the same settings to go on",
            )


def _remove_torn(folder: Path) -> None:
    """Remove what a kill left of files that were being written under another name."""
    for name in (DESCRIPTION, ENVIRONMENT, METRICS, LAST, BEST, FINISHED):
        for left in folder.glob(f".{name}.*.tmp"):
            left.unlink(missing_ok=True)


def _difference(key: str, found: object, wanted: object) -> str:
    if isinstance(found, dict) and isinstance(wanted, dict):
        inner = next(k for k in sorted(found.keys() | wanted.keys()) if found.get(k) != wanted.get(k))
        return f"{key} {_difference(inner, found.get(inner), wanted.get(inner))}"
    return f"{key} {str(found)[:80]}, not {str(wanted)[:80]}"


def _note_environment(folder: Path, fabric: Fabric) -> None:
    """Add this start to the list of starts: the machine may be another one."""
    import lightning  # noqa: PLC0415 - it is loaded by now
    import numpy as np  # noqa: PLC0415
    import torch  # noqa: PLC0415

    path = folder / ENVIRONMENT
    starts = read_json(path)["starts"] if path.exists() else []
    cuda = fabric.device.type == "cuda"
    starts.append(
        {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "device": torch.cuda.get_device_name(fabric.device) if cuda else platform.machine(),
            "processes": fabric.world_size,
            "threads": torch.get_num_threads(),
            "python": platform.python_version(),
            "system": platform.system(),
            "torch": torch.__version__,
            "cuda": torch.version.cuda if cuda else None,
            "lightning": lightning.__version__,
            "numpy": np.__version__,
        }
    )
    write_json(path, {"starts": starts})


class Metrics:
    """The learning curve, a row a round, as CSV."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / METRICS

    def rows(self) -> list[dict[str, float]]:
        """Return the rows, none where there is no file.

        Raises:
            RunError: the file is damaged.
        """
        if not self.path.exists():
            return []
        try:
            with self.path.open(encoding="utf-8", newline="") as stream:
                return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)]
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise RunError(f"the learning curve cannot be read: {error}", path=self.path) from error

    def truncate(self, rounds: int) -> None:
        """Keep the first rounds; later ones are not in the checkpoint and come again.

        Raises:
            RunError: there are fewer.
        """
        lines = self.path.read_text("utf-8").splitlines(keepends=True) if self.path.exists() else []
        # A row that a kill cut short has no end of line.
        whole = [line for line in lines if line.endswith("\n")]
        if len(whole) < rounds + min(1, rounds):
            raise RunError("the learning curve lacks rounds of the checkpoint", path=self.path)
        write_whole(self.path, "".join(whole[: rounds + 1] if rounds else []).encode())

    def add(self, row: Mapping[str, float]) -> None:
        """Add a row; the first one names the columns."""
        new = not self.path.exists() or not self.path.stat().st_size
        with self.path.open("a", encoding="utf-8", newline="") as stream:
            if new:
                stream.write(",".join(row) + "\n")
            stream.write(",".join(_text(value) for value in row.values()) + "\n")
            stream.flush()
            os.fsync(stream.fileno())


def _text(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all."""
    write_whole(path, json.dumps(content, indent=1, ensure_ascii=False).encode("utf-8", "surrogateescape"))


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        RunError: the file is not there, or is damaged.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise RunError("there is no run here", path=path.parent, remedy="train it first") from error
    except (OSError, ValueError) as error:
        raise RunError(f"this cannot be read: {error}", path=path, remedy="train the run anew") from error
    if not isinstance(content, dict):
        raise RunError("this is not a JSON object", path=path, remedy="train the run anew")
    return content


def save_best(folder: Path, weights: Mapping[str, Tensor]) -> None:
    """Write weights as best.safetensors, whole or not at all."""
    from safetensors.torch import save  # noqa: PLC0415 - it imports torch

    write_whole(folder / BEST, save({name: tensor.contiguous() for name, tensor in weights.items()}))


def load_best(folder: Path) -> dict[str, Tensor]:
    """Return the best weights, on the CPU.

    Raises:
        RunError: there are none yet, or the file is damaged.
    """
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load  # noqa: PLC0415

    try:
        return load((folder / BEST).read_bytes())
    except FileNotFoundError as error:
        raise RunError("the run has no weights yet", path=folder, remedy="train it first") from error
    except (OSError, SafetensorError) as error:
        raise RunError(f"the weights cannot be read: {error}", path=folder / BEST) from error
