"""A kill at any moment of a write or an undo leaves the old or the new file; the journal knows which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

# In memory where there is such a disk: a kill loses no cache, so waiting for fsync would tell nothing.
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it has a name nobody can guess
REPOSITORY = Path(__file__).parents[3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork a child for every moment takes too long")
@pytest.mark.parametrize(("what", "suffix"), [("apply", ".ogg"), ("undo", ".flac"), ("fields", ".m4a")])
def test_a_kill_before_any_action_leaves_one_whole_file(what, suffix, sounds, tmp_path):
    fast = MEMORY if os.access(MEMORY, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=fast) as folder:
        command = [sys.executable, "-m", "tests.core.metadata.crash_runner", folder, what, sounds[suffix]]
        run = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120
        )
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    # Before and after the file is replaced there are several actions each: both files were met.
    assert found["differ"]
    assert found["first"] > 20, found
    assert found["final"] >= 2, found
    assert found["first"] + found["final"] == found["kills"]
