"""The header of a .safetensors file, read in plain Python and believed only after checking."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

from tagger_core.models.checks import brief, integer, keys, refuse, text

LONGEST_HEADER = 8 << 20
MOST_TENSORS = 4096
ITEM_SIZES = {"F32": 4, "F16": 2}
"""Bytes per number of the storage types that model files use."""

_FIELDS = frozenset(("dtype", "shape", "data_offsets"))


@dataclass(frozen=True)
class TensorEntry:
    """Where a tensor lies: shape, storage type, first byte and length in the data that follow the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    length: int


@dataclass(frozen=True)
class Header:
    """A checked header.

    Args:
        tensors: by name; they cover the data without gap or overlap.
        metadata: the texts that the file carries.
        data: offset of the data in the file.
    """

    tensors: dict[str, TensorEntry]
    metadata: dict[str, str]
    data: int


def header_length(first_bytes: bytes, file_size: int) -> int:
    """Return the length of the header in bytes, from the first eight bytes of a file of `file_size` bytes.

    Raises:
        ModelError: the file is too short, or the length is absurd.
    """
    if len(first_bytes) < 8:
        raise refuse(f"the file has {file_size} bytes, too few for a model")
    length = int(struct.unpack("<Q", first_bytes[:8])[0])
    if length > LONGEST_HEADER:
        raise refuse(f"the header claims {length} bytes, more than {LONGEST_HEADER}; this is no model file")
    if length > file_size - 8:
        raise refuse(
            f"the header claims {length} bytes, but only {file_size - 8} follow; the file is cut short"
        )
    return length


def parse_header(header: bytes, file_size: int) -> Header:
    """Return the checked header of a file of `file_size` bytes.

    Raises:
        ModelError: it is no JSON, or tensors overlap, leave gaps, or reach beyond the file.
    """
    content = parse_json("the header", header)
    if not isinstance(content, dict):
        raise refuse("the header is no object")
    metadata = content.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise refuse("the header's metadata is no object")
    metadata = {key: text(f"metadata {brief(key)}", value, LONGEST_HEADER) for key, value in metadata.items()}
    integer("the number of tensors", len(content), 0, MOST_TENSORS)
    tensors = {name: _entry(name, entry) for name, entry in content.items()}
    data = 8 + len(header)
    _expect_no_gaps(tensors, file_size - data)
    return Header(tensors, metadata, data)


def parse_json(name: str, raw: bytes | str) -> Any:
    """Return JSON as Python values; stricter than the standard, which allows a key twice.

    Raises:
        ModelError: it is not UTF-8, not JSON, nested too deeply, has NaN or infinity, or a key twice.
    """
    try:
        decoded = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise refuse(f"{name} is not UTF-8") from error
    except RecursionError as error:
        raise refuse(f"{name} is nested too deeply") from error
    except ValueError as error:
        raise refuse(f"{name} is not JSON: {brief(str(error))}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refuse("a key stands twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise refuse(f"{name} is not a number that a model file may hold")


def _entry(name: str, entry: object) -> TensorEntry:
    shown = f"tensor {brief(name)}"
    values = keys(shown, entry, _FIELDS)
    dtype, shape, offsets = values["dtype"], values["shape"], values["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        raise refuse(f"{shown} is stored as {brief(dtype)}, not as {' or '.join(ITEM_SIZES)}")
    if not isinstance(shape, list) or len(shape) > 8:
        raise refuse(f"{shown} has the shape {brief(shape)}")
    if not isinstance(offsets, list) or len(offsets) != 2:
        raise refuse(f"{shown} lies at {brief(offsets)}, not between two offsets")
    sizes = tuple(integer(f"{shown}: a size", size, 0, 1 << 32) for size in shape)
    start, end = (integer(f"{shown}: an offset", offset, 0, 1 << 40) for offset in offsets)
    length = math.prod(sizes) * ITEM_SIZES[dtype]
    if end - start != length:
        raise refuse(f"{shown} takes {end - start} bytes where its shape needs {length}")
    return TensorEntry(dtype, sizes, start, length)


def _expect_no_gaps(tensors: dict[str, TensorEntry], length: int) -> None:
    position = 0
    for name, entry in sorted(tensors.items(), key=lambda item: (item[1].start, item[1].length)):
        if entry.start < position:
            raise refuse(f"tensor {brief(name)} overlaps another")
        if entry.start > position:
            raise refuse(f"{entry.start - position} bytes before tensor {brief(name)} belong to none")
        position += entry.length
    if position > length:
        raise refuse(f"the data have {length} bytes where the header needs {position}; the file is cut short")
    if position < length:
        raise refuse(f"{length - position} bytes after the last tensor belong to none")
