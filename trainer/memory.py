"""Memory that a training on a processor keeps, so that it is not asked of the system at every layer.

The C library hands large blocks back to the system as soon as they are free. A training needs blocks of the
same sizes at every step, and the system clears their pages anew each time.
"""

from __future__ import annotations

import ctypes
import sys

# Names and numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8
_KEPT = {_MMAP_MAX: 0, _TRIM_THRESHOLD: -1, _TOP_PAD: 256 << 20, _ARENA_MAX: 1}


def keep() -> bool:
    """Keep what this process frees for its next request; return whether the C library can, as glibc does."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not hasattr(library, "gnu_get_libc_version"):
        return False
    return all(bool(library.mallopt(option, value)) for option, value in _KEPT.items())
