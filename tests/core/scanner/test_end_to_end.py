"""The scanner with a real decoder, a real model and real reading of tags."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tagger_core.library.store import Library
from tagger_core.library.walk import is_audio_name
from tests.core.scanner.fakes import dump, rescan, rows
from tests.core.scanner.real import tiny_tagger
from tests.support.audio import SUFFIXES, encode, song
from tests.support.shared import SHARED, needs_shared

NO_AUDIO = (
    "emptyfile.mp3",
    "too-short.mp3",
    "bad-POPM-frame.mp3",
    "ooming-header.flac",
    "106-invalid-streaminfo.flac",
)
NO_AUDIO += ("truncated-64bit.mp4", "almostempty.mpc")


def fingerprints(folder: Path) -> dict[Path, tuple[str, int, int]]:
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_format_is_heard_and_left_as_it_is(library: Library, music: Path, tmp_path: Path) -> None:
    samples = song(1.5, 44100)
    for suffix in SUFFIXES:
        encode(music / f"song{suffix}", samples, 44100, metadata={"title": f"as {suffix}"})
    before = fingerprints(music)
    tagger = tiny_tagger(tmp_path)
    report = rescan(library, tagger)
    assert (report.analysed, report.problems) == (len(SUFFIXES), ())
    assert report.audio_seconds == pytest.approx(1.5 * len(SUFFIXES), abs=1)
    assert fingerprints(music) == before
    scores = dict(
        rows(library, "SELECT track_id, group_concat(round(score, 6)) FROM track_tag_score GROUP BY track_id")
    )
    assert len(scores) == len(SUFFIXES)
    lossless = rows(
        library, "SELECT score FROM track_tag_score s JOIN track t ON t.id = track_id WHERE codec = 'flac'"
    )
    assert all(0 < score < 1 for (score,) in lossless)
    heard = tagger.analyse(music / "song.flac")
    stored = rows(
        library,
        "SELECT a.embedding, a.window_starts, a.window_scores FROM analysis a JOIN track t ON t.id = track_id"
        " WHERE t.path = ?",
        os.fsencode(music / "song.flac"),
    )[0]
    assert np.array_equal(np.frombuffer(stored[0], "<f2"), heard.analysis.embedding.astype(np.float16))
    assert np.array_equal(np.frombuffer(stored[1], "<i8"), heard.analysis.window_starts)
    assert np.array_equal(np.frombuffer(stored[2], "<f2").reshape(-1, 3), heard.analysis.window_scores)


def test_scores_do_not_depend_on_the_company(library: Library, music: Path, tmp_path: Path) -> None:
    for number in range(8):
        encode(music / f"{number}.flac", song(1 + number / 4, 8000, number), 8000)
    tagger = tiny_tagger(tmp_path)
    rescan(library, tagger, workers=1)
    with Library.open(tmp_path / "crowd.sqlite") as other:
        from tagger_core.library.roots import add_root

        add_root(other, music)
        rescan(other, tagger, workers=8)
        assert dump(other) == dump(library)


@needs_shared
def test_the_zoo_is_scanned_and_untouched(library: Library, tmp_path: Path) -> None:
    from tagger_core.library.roots import add_root

    assert SHARED is not None
    zoo = SHARED / "zoo"
    before = fingerprints(zoo)
    add_root(library, zoo)
    tagger = tiny_tagger(tmp_path)
    report = rescan(library, tagger)
    assert fingerprints(zoo) == before
    audio = [path for path in before if is_audio_name(os.fsencode(path.name))]
    assert report.found == report.added == len(audio)
    problems = {problem.path.name: problem.message for problem in report.problems}
    assert set(problems) >= set(NO_AUDIO)
    assert all(problems.values())
    pending = {
        Path(os.fsdecode(path)).name
        for (path,) in rows(library, "SELECT path FROM track WHERE id NOT IN (SELECT track_id FROM analysis)")
    }
    assert pending <= set(problems), "what was not heard is named"
    assert report.analysed > 0.6 * len(audio)
    first = dump(library)
    report = rescan(library, tagger)
    assert (report.unchanged, report.analysed, report.problems) == (len(audio), 0, ())
    assert dump(library) == first


_SCAN_ALONE = """
import sys
from pathlib import Path
from tagger_core.library.roots import add_root
from tagger_core.library.store import Library
from tests.core.scanner.fakes import rescan
from tests.core.scanner.real import tiny_tagger

folder = Path(sys.argv[1])
with Library.open(folder / "library.sqlite") as library:
    add_root(library, folder / "music")
    report = rescan(library, tiny_tagger(folder))
assert report.analysed == 1 and not report.problems, report
status = Path("/proc/self/status").read_text()
print(report.audio_seconds, status.partition("VmHWM:")[2].split()[0])
"""


# Not getrusage: its peak begins with that of the process that forked.
@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the peak of memory in other ways")
def test_memory_does_not_grow_with_the_song(tmp_path: Path) -> None:
    minute = song(60, 8000)
    peaks = []
    for minutes in (3, 90):
        folder = tmp_path / str(minutes)
        (folder / "music").mkdir(parents=True)
        path = encode(folder / "music" / "a.wav", (minute for _ in range(minutes)), 8000)
        said = subprocess.run(
            [sys.executable, "-W", "error", "-c", _SCAN_ALONE, str(folder)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        path.unlink()
        assert float(said[0]) == pytest.approx(60 * minutes, abs=1)
        peaks.append(int(said[1]) / 1024)
    assert peaks[1] - peaks[0] < 150, f"{peaks} MiB"
