"""What the C library keeps for the next step is not cleared by the system again."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import ctypes, resource
from trainer import memory
if not (memory.keep() if {keep} else True):
    raise SystemExit("not glibc")
library = ctypes.CDLL(None)
library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def step():
    block = library.malloc(ctypes.c_size_t(64 << 20))
    ctypes.memset(block, 1, 64 << 20)
    library.free(block)

step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(*, keep: bool) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS.format(keep=keep)], capture_output=True, text=True, check=False
    )
    if "not glibc" in done.stderr:
        pytest.skip("the C library here is not glibc")
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_blocks_of_a_step_are_reused_without_the_system() -> None:
    assert faults(keep=True) < 100 < faults(keep=False)
