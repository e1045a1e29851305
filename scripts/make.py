"""Set Earmark up in its own environment and do one thing in it; `make` calls this, Windows can do without.

    python scripts/make.py demo|test|lint|bench|model|run|setup [ARGUMENTS]

Needs nothing but Python 3.11 to 3.13. The environment lies in .venv (or in $VENV) and is made anew when
pyproject.toml changes.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = Path(os.environ.get("VENV", PROJECT / ".venv")).absolute()
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
BENCHMARKS = ("inference", "dust", "search", "window")

# What the wheels of Qt leave to the system on Linux, by the name of the library that a loader misses.
SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libpulse.so.0": "libpulse0",
    "libpulse-mainloop-glib.so.0": "libpulse-mainloop-glib0",
}


def run(*command: str | Path, **extra: str) -> int:
    """Run a command in the project's folder and return its exit status; `extra` adds to its environment."""
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=PROJECT, env={**os.environ, **extra}, check=False).returncode


def missing_system_libraries() -> list[str]:
    """Return the shared libraries that Qt and its sound need and that this Linux does not have."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for library in SYSTEM_LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(library)
    return missing


def provide_system_libraries() -> None:
    """Install what is missing where we may (root on Debian or Ubuntu); elsewhere name it and go on."""
    missing = missing_system_libraries()
    if not missing:
        return
    packages = [SYSTEM_LIBRARIES[library] for library in missing]
    print(f"Qt needs system libraries that are not here: {', '.join(missing)}", flush=True)
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "-qq", "update", **quiet)
        run("apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages, **quiet)
        missing = missing_system_libraries()
    if missing:
        print("The window will not start before they are there; the command line works without. Install:")
        print(f"    sudo apt-get install {' '.join(SYSTEM_LIBRARIES[library] for library in missing)}")
        print("    (other systems: the packages that hold the libraries named above)", flush=True)


def set_up(extras: str) -> int:
    """Make the environment with the project in it, unless it is there and pyproject.toml has not changed."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"Earmark needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.")
        return 2
    wanted = hashlib.sha256((PROJECT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    stamp = ENVIRONMENT / f"earmark-{extras or 'plain'}.stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    print(f"Setting up {ENVIRONMENT} (some minutes the first time: PyTorch and Qt are large)", flush=True)
    if run(sys.executable, "-m", "venv", ENVIRONMENT):
        print("Python's venv is not complete. On Debian and Ubuntu: sudo apt-get install python3-venv")
        return 2
    target = f".[{extras}]" if extras else "."
    if run(
        BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target
    ):
        print("The packages could not be installed; pip says above what was missing.")
        return 2
    provide_system_libraries()
    stamp.write_text(wanted)
    return 0


def demo(arguments: list[str]) -> int:
    """Scan, search, write and undo on copies of the bundled songs."""
    return set_up("") or run(BIN / "python", "scripts/demo.py", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests, a file at a time on each of at most four cores."""
    parallel = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
    # Processes that compute on all cores each would wait for one another.
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    return set_up("dev") or run(
        BIN / "python", "-m", "pytest", *parallel, *arguments, OMP_NUM_THREADS=threads
    )


def lint(_arguments: list[str]) -> int:
    """Check style, types and the arrows between the packages; every check runs, the first failure counts."""
    if status := set_up("dev"):
        return status
    checks = [
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "mypy",),
        (BIN / "lint-imports",),
    ]
    return max([run(*check) for check in checks], key=abs)


def bench(arguments: list[str]) -> int:
    """Measure against the baselines, one benchmark after the other."""
    if status := set_up("dev"):
        return status
    return max(run(BIN / "python", "-m", f"benchmarks.{name}", *arguments) for name in BENCHMARKS)


def model(arguments: list[str]) -> int:
    """Make the bundled models from free audio and public teachers; it says first how long that takes."""
    return set_up("train") or run(
        BIN / "python", "-m", "trainer.distil", "everything", *arguments, OMP_NUM_THREADS="1"
    )


def start(arguments: list[str]) -> int:
    """Open the window, or say on the command line what is given."""
    return set_up("") or run(BIN / "earmark", *(arguments or ["app"]))


TASKS = {
    "setup": lambda _: set_up("dev"),
    "demo": demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "model": model,
    "run": start,
}


def main() -> int:
    """Do the task named on the command line."""
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        print(__doc__)
        return 2
    return TASKS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
