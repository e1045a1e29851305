"""Calls and signals without end: PySide6 may not use up what Python needs."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
import app
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal(int)
bell = Bell()
for _ in range(100_000):
    bell.rung.emit(1)
    bell.setObjectName("bell")
    bell.blockSignals(False)
print("alive")
"""


def test_a_hundred_thousand_calls_and_signals_and_a_clean_end() -> None:
    ended = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "alive\n", "")
