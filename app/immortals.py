"""Keeps `None`, `True` and their like alive where PySide6 would use them up.

From Python 3.12 on they cannot die (PEP 683), and PySide6 6.12 returns them without counting the reference,
on older versions too: there each call of a method that returns nothing takes a `None` away and each signal a
`True`, and after a minute of use the interpreter ends with "deallocating None".
"""

from __future__ import annotations

import ctypes
import sys

_PLENTY = 1 << 40
_IMMORTAL = (None, True, False, NotImplemented, Ellipsis)


def keep() -> None:
    """Give each of them more references than calls can take; does nothing where none is needed."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for value in _IMMORTAL:
        count = ctypes.c_ssize_t.from_address(id(value))
        # The count is the first word of an object, except in builds of Python made for tracing references.
        if 0 <= sys.getrefcount(value) - count.value <= 4 and count.value < _PLENTY:
            count.value += _PLENTY
