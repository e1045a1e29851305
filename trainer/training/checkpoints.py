"""All that goes on after a stop, in one file that is there whole or not at all."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tagger_core.models.model_file import write_whole
from trainer.errors import RunError

FORMAT = 1


def save(path: Path, content: Mapping[str, Any]) -> None:
    """Write a checkpoint: under another name, then to the disk, then under its own.

    Args:
        path: of the file.
        content: tensors, numbers, text, lists and dictionaries.
    """
    stream = io.BytesIO()
    torch.save({"format": FORMAT, **content}, stream)
    write_whole(path, stream.getvalue())


def load(path: Path) -> dict[str, Any] | None:
    """Return the checkpoint on the CPU, or None where there is none.

    Raises:
        RunError: the file is damaged, or is none of this program's.
    """
    if not path.exists():
        return None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise RunError(f"the checkpoint cannot be read: {error}", path=path, remedy="train anew") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise RunError("the checkpoint is not one of this program's", path=path, remedy="train anew")
    return content


def random_state(device: torch.device) -> dict[str, Tensor]:
    """Return the states of torch's generators; numpy's are made anew from seed and epoch and have none."""
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def restore_random_state(state: Mapping[str, Tensor], device: torch.device) -> None:
    """Let torch's generators go on where they were; one of a device that is not used now is left out."""
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)


def on_cpu(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return copies of tensors on the CPU."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in state.items()}
