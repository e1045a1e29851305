"""What a teacher said of windows, kept by the windows' own samples.

So no sound is ever taught with the scores of another, and of a corpus that grew only what is new is asked.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagger_core.errors import EarmarkError

Keys = NDArray[np.uint64]


def keys_of(windows: NDArray[np.int16]) -> Keys:
    """Return a key for each window, [n], that only the same samples have."""
    digests = (hashlib.blake2b(np.asarray(window).tobytes(), digest_size=8).digest() for window in windows)
    return np.frombuffer(b"".join(digests), np.uint64)


class Said:
    """A teacher's logits by key, in one file that is replaced as a whole.

    Args:
        path: of the file, .npz; what it holds is read.

    Raises:
        EarmarkError: it is there and cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keys: Keys = np.zeros(0, np.uint64)
        self.logits: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        if path.exists():
            try:
                with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                    self.keys, self.logits = kept["keys"], kept["logits"]
            except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
                raise EarmarkError(
                    "holds no scores", path=path, remedy="delete it; they are asked again"
                ) from error

    def unknown(self, keys: Keys) -> NDArray[np.int64]:
        """Return where in `keys` those are that were never asked about, each key once."""
        _, first = np.unique(keys, return_index=True)
        return np.sort(first[~np.isin(keys[first], self.keys)])

    def add(self, keys: Keys, logits: NDArray[np.float32]) -> None:
        """Keep logits, [n, tags], of keys that were unknown."""
        self.keys = np.concatenate([self.keys, keys])
        self.logits = np.concatenate([self.logits, logits]) if len(self.logits) else logits
        temporary = self.path.with_suffix(".part")
        with temporary.open("wb") as file:
            np.savez(file, keys=self.keys, logits=self.logits)
        temporary.replace(self.path)

    def of(self, keys: Keys) -> NDArray[np.float32]:
        """Return the logits of known keys, [n, tags]."""
        order = np.argsort(self.keys)
        return self.logits[order[np.searchsorted(self.keys, keys, sorter=order)]]
