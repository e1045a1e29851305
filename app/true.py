"""Keeps `True` alive where PySide6 would use it up.

PySide6 6.12 returns `True` from every `Signal.emit` without counting the reference, so each signal takes one
away. From Python 3.12 on `True` cannot die (PEP 683); before, the interpreter ends with "deallocating True or
False" after some ten thousand signals, or when it closes down.
"""

from __future__ import annotations

import ctypes
import sys

_PLENTY = 1 << 40


def keep() -> None:
    """Give `True` more references than signals can take; does nothing where it needs none."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    count = ctypes.c_ssize_t.from_address(id(True))
    # The count is the first word of an object, except in builds of Python made for tracing references.
    if 0 <= sys.getrefcount(True) - count.value <= 2 and count.value < _PLENTY:
        count.value += _PLENTY
