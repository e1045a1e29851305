"""How a scan behaves towards the window: what it loads and computes comes after what the person does."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from app.beginning import collecting_no_garbage

_LIBRARIES = ("libc10", "libtorch_cpu", "libtorch", "libtorch_python")

# Enough for the window's thread to get a core at once, beside other programs still a fair share: what waits
# for the processor with Python's lock in its hands keeps the window waiting.
NICER = 5

_courteous = threading.local()


def give_way() -> None:
    """Let this thread come after the window's from now on, and the processes that it starts.

    On Linux a nice value is a thread's own, and handed on to its children. Elsewhere it belongs to the whole
    process; macOS and Windows by themselves prefer the thread of the window in front.
    """
    if sys.platform != "linux" or getattr(_courteous, "gives_way", False):
        return
    _courteous.gives_way = True
    own = threading.get_native_id()
    with suppress(OSError):  # a sandbox may forbid it
        os.setpriority(os.PRIO_PROCESS, own, os.getpriority(os.PRIO_PROCESS, own) + NICER)


def load_torch() -> None:
    """Import torch on this thread without stopping the window for long.

    Python holds its global lock while it loads an extension's shared libraries, and those of torch take most
    of a second. A function called through ctypes holds no lock; libraries that are loaded already cost the
    import nothing.
    """
    if "torch" in sys.modules or os.name != "posix":
        return
    found = importlib.util.find_spec("torch")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent / "lib"
        suffix = ".dylib" if sys.platform == "darwin" else ".so"
        load = ctypes.CDLL(None).dlopen
        load.restype = ctypes.c_void_p
        for name in _LIBRARIES:
            # One that does not load here is told of by the import itself.
            load(os.fsencode(folder / f"{name}{suffix}"), os.RTLD_LAZY | os.RTLD_LOCAL)
    with collecting_no_garbage():
        import torch  # noqa: F401, PLC0415 - the purpose of this function
