"""Model files: one .safetensors with the weights and, in its metadata, everything else as JSON.

The header is read in plain Python: listing models must not cost the import of torch.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagger_core.errors import ModelError
from tagger_core.models.architectures import build
from tagger_core.models.checks import brief, refuse
from tagger_core.models.model_info import CATEGORIES, FORMAT, ModelInfo, Tag
from tagger_core.models.safetensors_header import Header, header_length, parse_header, parse_json

if TYPE_CHECKING:
    from torch import Tensor

    from tagger_core.models.network import TaggingNetwork

__all__ = ["CATEGORIES", "FORMAT", "LoadedModel", "ModelInfo", "Tag", "identity", "load", "read_info", "save"]

METADATA_KEY = "earmark"
LARGEST_FILE = 1 << 29

_COUNTER = ".num_batches_tracked"


@dataclass(frozen=True)
class LoadedModel:
    """A model ready to hear.

    Args:
        info: what the file says of itself.
        identity: sha256 of the file, hex; scores in the library are kept under it.
        network: in evaluation mode, float32, on the CPU.
    """

    info: ModelInfo
    identity: str
    network: TaggingNetwork


def read_info(path: Path) -> ModelInfo:
    """Return what a model file says of itself; reads its header only.

    Raises:
        ModelError: the file cannot be read, or is not a whole and plausible model file.
    """
    with told_of(path), path.open("rb") as stream:
        size = _size(stream.fileno())
        length = header_length(stream.read(8), size)
        header = parse_header(stream.read(length), size)
        return _info(header)


def identity(path: Path) -> str:
    """Return the sha256 of the file, hex.

    Raises:
        ModelError: the file cannot be read.
    """
    with told_of(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def load(path: Path) -> LoadedModel:
    """Return the model of a file; no more memory is taken than the file's own size suggests.

    Raises:
        ModelError: as `read_info`; or the tensors are not those of the architecture, or hold NaN or infinity.
    """
    with told_of(path):
        with path.open("rb") as stream:
            _size(stream.fileno())
            content = stream.read(LARGEST_FILE + 1)
        header = parse_header(content[8 : 8 + header_length(content[:8], len(content))], len(content))
        info = _info(header)
        network = _network(info, header, content)
    return LoadedModel(info, hashlib.sha256(content).hexdigest(), network)


def save(path: Path, info: ModelInfo, state_dict: Mapping[str, Tensor], *, half: bool = False) -> None:
    """Write a model file whole or not at all; a file of that name is replaced.

    Args:
        path: its folder must exist.
        info: what the file says of itself.
        state_dict: of a network that `architectures.build` makes for `info`.
        half: store the weights as float16, half the size; scales, shifts, biases and statistics stay float32.

    Raises:
        ModelError: the weights do not fit the architecture, are not finite, or the file cannot be written.
    """
    import torch  # noqa: PLC0415 - torch is imported late
    from safetensors.torch import save as serialise  # noqa: PLC0415 - it imports torch

    weights = {name: tensor for name, tensor in state_dict.items() if not name.endswith(_COUNTER)}
    tensors = {}
    with told_of(path):
        _expect_fit(info, {name: tuple(tensor.shape) for name, tensor in weights.items()})
        for name, tensor in weights.items():
            kind = torch.float16 if half and tensor.ndim > 1 else torch.float32
            tensors[name] = tensor.detach().to("cpu", kind).contiguous()
            _expect_finite(name, tensors[name])
        text = json.dumps(info.to_json(), ensure_ascii=False, allow_nan=False, sort_keys=True)
        # The reader's own checks: nothing is written that cannot be read again.
        ModelInfo.from_json(parse_json("the description", text))
        write_whole(path, serialise(tensors, {METADATA_KEY: text}))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a loss of power.

    Raises:
        OSError: the disk is full, the folder is missing or may not be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Name the file in every error from within."""
    try:
        yield
    except ModelError as error:
        raise ModelError(error.message, path=path, remedy=error.remedy) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError(reason, path=path, remedy="check the path, its rights and the disk") from error


def _size(descriptor: int) -> int:
    size = os.fstat(descriptor).st_size
    if size > LARGEST_FILE:
        raise refuse(f"the file has {size} bytes, more than {LARGEST_FILE}")
    return size


def _info(header: Header) -> ModelInfo:
    text = header.metadata.get(METADATA_KEY)
    if text is None:
        raise refuse(f"the header has no description under {METADATA_KEY!r}")
    return ModelInfo.from_json(parse_json("the description", text))


def _network(info: ModelInfo, header: Header, content: bytes) -> TaggingNetwork:
    import torch  # noqa: PLC0415 - torch is imported late

    _expect_fit(info, {name: entry.shape for name, entry in header.tensors.items()})
    network = build(info.architecture, len(info.tags))
    # One copy: torch wants memory that it may write to.
    data = bytearray(content[header.data :])
    kinds = {"F32": torch.float32, "F16": torch.float16}
    values = network.state_dict()
    for name, entry in header.tensors.items():
        count = entry.length // (2 if entry.dtype == "F16" else 4)
        flat = torch.frombuffer(data, dtype=kinds[entry.dtype], count=count, offset=entry.start)
        _expect_finite(name, flat)
        values[name] = flat.reshape(entry.shape).to(torch.float32, copy=True)
    network.load_state_dict(values)
    return network.eval()


def _expect_fit(info: ModelInfo, shapes: dict[str, tuple[int, ...]]) -> None:
    """Compare with the architecture's shapes before memory is taken for any of them."""
    import torch  # noqa: PLC0415 - torch is imported late

    with torch.device("meta"):
        network = build(info.architecture, len(info.tags))
    expected = {
        name: tuple(tensor.shape)
        for name, tensor in network.state_dict().items()
        if not name.endswith(_COUNTER)
    }
    for name in expected.keys() - shapes.keys():
        raise refuse(f"the tensor {name} is missing")
    for name in shapes.keys() - expected.keys():
        raise refuse(f"the tensor {brief(name)} does not belong to the architecture")
    for name, shape in shapes.items():
        if shape != expected[name]:
            raise refuse(f"the tensor {name} has the shape {shape}, not {expected[name]}")


def _expect_finite(name: str, tensor: Tensor) -> None:
    import torch  # noqa: PLC0415 - torch is imported late

    if not bool(torch.isfinite(tensor).all()):
        raise refuse(f"the tensor {name} holds NaN or infinity")
    if name.endswith("running_var") and bool((tensor < 0).any()):
        raise refuse(f"the tensor {name} holds a negative variance")
