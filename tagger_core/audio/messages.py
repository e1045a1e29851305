"""What a decoding child and its parent say to each other, through pipes.

The parent writes requests, each a line of JSON: `{"path": hex of the exact bytes, "rate": Hz}`. The child
answers with messages: a kind (1 byte), the length of what follows (4 bytes, little-endian) and that. First,
once, READY. For each request then INFO, any number of BLOCKs and END, or ERROR in place of what is left.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

READY = b"R"  # nothing
INFO = b"I"  # JSON: the fields of AudioInfo
BLOCK = b"B"  # samples, float32, little-endian
END = b"E"  # JSON: problem, digest
ERROR = b"X"  # JSON: kind (the name of an error class), message, remedy, is_last (the child ends)

HEADER_BYTES = 5
# Of what is no block, and of a block: far more than there ever is, so that a child gone mad fills no memory.
LARGEST_TEXT = 1 << 20
LARGEST_BLOCK = 1 << 28

SAMPLE = np.dtype("<f4")


def request(path: Path, sample_rate: int) -> bytes:
    """Return the line that asks for a file."""
    # Absolute: the parent may have changed its directory since it started the child.
    exact = os.fsencode(path.absolute()).hex()
    return json.dumps({"path": exact, "rate": sample_rate}).encode() + b"\n"


def requested(line: bytes) -> tuple[Path, int]:
    """Return what a line asks for."""
    asked = json.loads(line)
    return Path(os.fsdecode(bytes.fromhex(asked["path"]))), int(asked["rate"])


def message(kind: bytes, content: bytes = b"") -> bytes:
    """Return a message as bytes."""
    return kind + len(content).to_bytes(4, "little") + content


def message_of(kind: bytes, values: dict[str, Any]) -> bytes:
    """Return a message of JSON as bytes."""
    return message(kind, json.dumps(values).encode())


def message_of_block(block: NDArray[np.float32]) -> bytes:
    """Return a block of sound as bytes."""
    return message(BLOCK, block.astype(SAMPLE, copy=False).tobytes())


def parsed_header(header: bytes) -> tuple[bytes, int]:
    """Return the kind and the length of a message.

    Raises:
        ValueError: this is no header.
    """
    kind, length = header[:1], int.from_bytes(header[1:], "little")
    largest = LARGEST_BLOCK if kind == BLOCK else LARGEST_TEXT
    if kind not in (READY, INFO, BLOCK, END, ERROR) or length > largest:
        raise ValueError(f"{header!r} begins no message")
    if kind == BLOCK and length % SAMPLE.itemsize:
        raise ValueError(f"{length} bytes are no samples")
    return kind, length
