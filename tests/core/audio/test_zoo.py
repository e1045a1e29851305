"""Odd and broken files from the test suites of others: none crashes, hangs or changes."""

import hashlib
import re
import subprocess
import sys

import pytest

from tests.support.shared import SHARED, needs_shared

# In a process of its own: a crash inside a decoder must fail this test, not end all of them.
_HEAR = """
import sys, time
from pathlib import Path
from tagger_core.audio import decode
from tagger_core.errors import AudioError, NoAudioError, shown
for name in sys.argv[1:]:
    path = Path(name)
    began = time.monotonic()
    try:
        with decode.open_audio(path, 16_000) as stream:
            for block in stream:
                assert block.dtype == "float32" and block.ndim == 1
        assert stream.digest == decode.packet_digest(path)
        assert decode.probe(path) == stream.info
        state = "heard"
    except AudioError as error:
        assert str(error).startswith(shown(path)), error
        state = "none" if isinstance(error, NoAudioError) else "error"
    assert time.monotonic() - began < 20, path
    print(path.name, state, sep="\\t", flush=True)
"""


@needs_shared
def test_no_file_of_the_zoo_crashes_hangs_or_changes():
    zoo = SHARED / "zoo"
    paths = sorted(path for path in zoo.rglob("*") if path.is_file())
    before = [(path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest()) for path in paths]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", _HEAR, *paths],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stderr == ""
    states = dict(line.split("\t") for line in run.stdout.splitlines())
    assert len(states) >= len({path.name for path in paths})
    assert before == [(path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest()) for path in paths]
    silent = re.search(r"Known to hold no audio: ([^;]+);", (zoo / "README.md").read_text()).group(1)
    for name in re.split(r",\s+", silent):
        assert states[name] == "none", name
    heard = [name for name, state in states.items() if state == "heard"]
    assert len(heard) >= 110


@needs_shared
@pytest.mark.parametrize(
    "name",
    ["empty.tta", "silence-44-s.tak", "mac-399.ape", "empty.spx", "silence-44-s.ac3", "dsd.wv", "click.mpc"],
)
def test_formats_that_we_cannot_make_are_heard_too(name):
    from tagger_core.audio import decode

    with decode.open_audio(SHARED / "zoo" / "mutagen" / name, 16_000) as stream:
        assert sum(map(len, stream)) > 0
    assert stream.problem == ""
