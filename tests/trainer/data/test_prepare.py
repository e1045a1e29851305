"""Prepared data are what the core's decoder hears, whatever breaks, is short, is killed or runs full."""

from __future__ import annotations

import csv
import errno
import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.audio import decode
from tagger_core.errors import Cancelled
from tests.support import datasets
from tests.trainer.data.small import catalogue_of
from trainer.data import audio_file
from trainer.data import prepare as module
from trainer.data.audio_file import AudioFile
from trainer.data.catalogue import Catalogue, Split
from trainer.data.journal import JOURNAL, Journal
from trainer.data.lock import LOCK
from trainer.data.prepare import Report, prepare
from trainer.data.prepared import AUDIO, CLIPS, DESCRIPTION, Prepared, to_int16
from trainer.errors import DataError

RATE, SLOT = 8000, 8000


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight clips, of which one is no audio, one is empty and one is short."""
    folder = tmp_path_factory.mktemp("songs")
    for seed, name in enumerate(("a.mp3", "b/c.flac", "d.wav", "e.mp3", "f.ogg")):
        datasets.clip(folder / name, seed, sample_rate=22050)
    datasets.clip(folder / "c-short.wav", 9, seconds=0.9)
    (folder / "a-broken.mp3").write_bytes(b"this is no music" * 100)
    (folder / "d-empty.mp3").touch()
    return folder


def small(catalogue: Catalogue, out: Path, **how: Any) -> Report:
    return prepare(catalogue, out, **{"sample_rate": RATE, "seconds": 1.0, "workers": 2, **how})


def heard(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    return to_int16(decode.load(path, RATE))[:SLOT]


def content(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name not in (JOURNAL, LOCK)}


@pytest.fixture(scope="module")
def undisturbed(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report, list[int]]:
    """The data of the songs, prepared at one go by the real pool of processes."""
    out = tmp_path_factory.mktemp("prepared") / "small-8000"
    steps: list[int] = []

    def progress(done: int, total: int) -> None:
        assert total == 8
        steps.append(done)

    return out, small(catalogue_of(songs), out, progress=progress), steps


def test_every_clip_is_what_the_decoder_hears(
    undisturbed: tuple[Path, Report, list[int]], songs: Path
) -> None:
    out, report, steps = undisturbed
    prepared = Prepared.open(out)
    assert set(prepared.keys) == {"a.mp3", "b/c.flac", "d.wav", "e.mp3", "f.ogg"}
    assert prepared.samples.tolist() == [SLOT] * 5
    for row, key in enumerate(prepared.keys):
        assert np.array_equal(prepared.audio[row], heard(songs / key)), key
        given_clip = next(clip for clip in catalogue_of(songs).clips if clip.key == key)
        assert prepared.split_of[row] == given_clip.split
        assert np.flatnonzero(prepared.labels[row]).tolist() == list(given_clip.labels)
    assert steps == list(range(9))
    assert report.sizes == {"train": 1, "validation": 2, "test": 2}
    assert report.checksum == prepared.checksum != catalogue_of(songs).checksum()
    assert 0 < report.times_real_time == report.decoded_seconds / report.seconds
    assert report.decoded_seconds == 5.0


def test_what_is_broken_or_short_is_reported_and_stops_nothing(
    undisturbed: tuple[Path, Report, list[int]], songs: Path
) -> None:
    out, report, _ = undisturbed
    reasons = {one.key: one.reason for one in report.left_out}
    assert reasons.keys() == {"a-broken.mp3", "c-short.wav", "d-empty.mp3"}
    assert "audio" in reasons["a-broken.mp3"] or "sound" in reasons["a-broken.mp3"]
    assert reasons["c-short.wav"] == "lasts 0.900 seconds, less than 1.000"
    with (out / "left-out.csv").open(newline="") as stream:
        assert {row["key"]: row["reason"] for row in csv.DictReader(stream)} == reasons


@pytest.mark.usefixtures("in_process")
def test_a_catalogue_may_allow_short_clips(songs: Path, tmp_path: Path) -> None:
    report = small(catalogue_of(songs, shortest=0.5), tmp_path / "out", seconds=2.0)
    prepared = Prepared.open(tmp_path / "out")
    row = prepared.keys.index("c-short.wav")
    assert prepared.samples[row] == 7200
    assert np.array_equal(prepared.audio[row, :7200], heard(songs / "c-short.wav"))
    assert not prepared.audio[row, 7200:].any()
    assert report.sizes == {"train": 2, "validation": 2, "test": 2}


@pytest.mark.usefixtures("in_process")
def test_a_damaged_file_that_is_long_enough_is_used_and_told(tmp_path: Path) -> None:
    path = datasets.clip(tmp_path / "songs" / "a.mp3", 1, seconds=6)
    whole = path.read_bytes()
    path.write_bytes(whole[:6000] + bytes(800) + whole[6800:-2000])
    report = small(catalogue_of(tmp_path / "songs"), tmp_path / "out")
    assert [one.key for one in report.damaged] == ["a.mp3"]
    assert report.damaged[0].reason
    assert report.left_out == ()


@pytest.mark.usefixtures("in_process")
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_preparation_opens_not_and_goes_on(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, tmp_path: Path
) -> None:
    audio, out = tmp_path / "songs", tmp_path / "small-8000"
    shutil.copytree(songs, audio)
    command = [sys.executable, "-m", "tests.trainer.data.dying_preparation", str(audio), str(out), "4"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with pytest.raises(DataError, match="no prepared data"):
        Prepared.open(out)

    lines = (out / JOURNAL).read_text().splitlines()
    done = [int(line.split(",")[0].partition(":")[2]) for line in lines[1:] if '"row"' in line]
    assert len(done) == 4
    catalogue = catalogue_of(audio)
    for row in done:  # what is done is not done again: nobody looks at these files any more
        catalogue.clips[row].path.write_bytes(b"")
    first: list[int] = []
    report = small(catalogue, out, progress=lambda done, _: first.append(done))
    assert first[0] == 4
    assert len(first) == 5
    whole, expected, _ = undisturbed
    assert content(out).keys() == content(whole).keys()
    assert (out / AUDIO).read_bytes() == (whole / AUDIO).read_bytes()
    assert report.checksum == expected.checksum
    assert report.sizes == expected.sizes
    assert report.decoded_seconds < 5.0


class PulledPlug(BaseException):
    """The end of the process, as far as its files are concerned."""


def pull(_: Any, *__: Any, **___: Any) -> None:
    raise PulledPlug


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("moment", ["write", "add", "copy", "settle", "cut", "describe"])
def test_any_moment_is_as_good_to_die_as_another(
    moment: str,
    undisturbed: tuple[Path, Report, list[int]],
    songs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "small-8000"
    owner: Any = {
        "write": AudioFile,
        "copy": AudioFile,
        "add": Journal,
        "settle": Journal,
        "cut": AudioFile,
        "describe": module,
    }[moment]
    name = "__init__" if moment == "cut" else moment
    original: Callable[..., Any] = getattr(owner, name)
    calls: list[object] = []

    def die(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        last = len(calls) == (1 if moment in ("settle", "describe") else 2)
        if last and moment not in ("write", "copy", "settle"):
            raise PulledPlug
        result = original(*arguments, **named)
        if last:
            raise PulledPlug
        return result

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, die)
        with pytest.raises(PulledPlug):
            small(catalogue_of(songs), out)
    with pytest.raises(DataError):
        Prepared.open(out)
    report = small(catalogue_of(songs), out)
    whole, expected, _ = undisturbed
    assert (out / AUDIO).read_bytes() == (whole / AUDIO).read_bytes()
    assert report.checksum == expected.checksum


@pytest.mark.usefixtures("in_process")
def test_audio_that_a_power_cut_lost_is_decoded_again(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "small-8000"
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "mark", pull)
        with pytest.raises(PulledPlug):
            small(catalogue_of(songs), out)
    (out / AUDIO).write_bytes(b"")
    with (out / JOURNAL).open("a") as stream:
        stream.write('{"row": 1, "sam')
    for _ in range(2):  # the second time, the journal has lines behind the torn one
        small(catalogue_of(songs), out)
    assert (out / AUDIO).read_bytes() == (undisturbed[0] / AUDIO).read_bytes()


def test_a_finished_folder_is_only_looked_at(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before, _ = undisturbed
    monkeypatch.setattr(module, "decode_all", pull)
    again = small(catalogue_of(songs), out)
    assert replace(again, seconds=0, decoded_seconds=0) == replace(before, seconds=0, decoded_seconds=0)
    assert again.decoded_seconds == 0


@pytest.mark.parametrize("name", [CLIPS, DESCRIPTION])
def test_a_list_that_a_power_cut_emptied_is_written_again(
    name: str,
    undisturbed: tuple[Path, Report, list[int]],
    songs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, before, _ = undisturbed
    out = Path(shutil.copytree(whole, tmp_path / "small-8000"))
    (out / name).write_bytes(b"")
    monkeypatch.setattr(module, "decode_all", pull)
    assert small(catalogue_of(songs), out).checksum == before.checksum
    assert content(out) == content(whole)


def test_audio_that_is_gone_is_never_made_up_of_silence(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(undisturbed[0], tmp_path / "small-8000"))
    os.truncate(out / AUDIO, 2 * SLOT)
    with pytest.raises(DataError, match=r"a part of the audio is gone \(delete the prepared folder"):
        small(catalogue_of(songs), out)
    (out / AUDIO).unlink()
    with pytest.raises(DataError, match="a part of the audio is gone"):
        small(catalogue_of(songs), out)


@pytest.fixture(params=["begun", "finished"])
def earlier(
    request: pytest.FixtureRequest,
    undisturbed: tuple[Path, Report, list[int]],
    songs: Path,
    tmp_path: Path,
    in_process: None,
) -> Path:
    """A folder in which the songs are prepared, or have begun to be."""
    if request.param == "finished":
        return undisturbed[0]
    with pytest.raises(Cancelled):
        small(catalogue_of(songs), tmp_path / "begun", cancelled=lambda: True)
    return tmp_path / "begun"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sample_rate": 16000}, "sample rate 8000 then, 16000 now"),
        ({"seconds": 0.5}, "samples 8000 then, 4000 now"),
        ({"place": "middle"}, "place start then, middle now"),
    ],
)
def test_other_wishes_are_noticed(change: dict[str, Any], said: str, earlier: Path, songs: Path) -> None:
    with pytest.raises(DataError, match=said):
        small(catalogue_of(songs), earlier, **change)


def test_another_catalogue_is_noticed(earlier: Path, songs: Path) -> None:
    catalogue = catalogue_of(songs)
    swapped: dict[Split, Split] = {"train": "test", "test": "train", "validation": "validation"}
    clips = tuple(replace(clip, split=swapped[clip.split]) for clip in catalogue.clips)
    with pytest.raises(DataError, match="other clips, labels or splits"):
        small(replace(catalogue, clips=clips), earlier)
    with pytest.raises(DataError, match="count 8 then, 7 now"):
        small(replace(catalogue, clips=catalogue.clips[1:]), earlier)
    with pytest.raises(DataError, match="other clips, labels or splits"):
        small(replace(catalogue, tags=catalogue.tags[::-1]), earlier)


@pytest.mark.usefixtures("in_process")
def test_a_cancelled_preparation_goes_on(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, tmp_path: Path
) -> None:
    out, steps = tmp_path / "out", list[int]()
    with pytest.raises(Cancelled):
        small(
            catalogue_of(songs),
            out,
            workers=1,
            progress=lambda done, _: steps.append(done),
            cancelled=lambda: len(steps) > 3,
        )
    assert steps[-1] < 8
    kept = steps[-1]
    small(catalogue_of(songs), out, progress=lambda done, _: steps.append(done))
    assert steps[steps.index(kept) + 1] == kept
    assert (out / AUDIO).read_bytes() == (undisturbed[0] / AUDIO).read_bytes()


def test_too_small_a_disk_is_told_before_anything_is_decoded(
    songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(audio_file.shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10_000))
    monkeypatch.setattr(module, "decode_all", pull)
    with pytest.raises(DataError, match=r"out: the prepared audio needs 0\.0 GB more, and 0\.0 GB are free"):
        small(catalogue_of(songs), tmp_path / "out")


@pytest.mark.usefixtures("in_process")
def test_a_disk_that_fills_up_loses_nothing(
    undisturbed: tuple[Path, Report, list[int]], songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, rows = tmp_path / "out", list[int]()
    original = AudioFile.write

    def write(self: AudioFile, row: int, samples: np.ndarray[Any, np.dtype[np.int16]]) -> int:
        if len(rows) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        rows.append(row)
        return original(self, row, samples)

    with monkeypatch.context() as patched:
        patched.setattr(AudioFile, "write", write)
        with pytest.raises(DataError, match=r"out: cannot be written: No space left on device.*make room"):
            small(catalogue_of(songs), out)
    with pytest.raises(DataError):
        Prepared.open(out)
    report = small(catalogue_of(songs), out)
    assert report.decoded_seconds == 3.0
    assert (out / AUDIO).read_bytes() == (undisturbed[0] / AUDIO).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="needs the limit of a file's size")
def test_a_limit_on_files_is_told(songs: Path, tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))\n"
        "from tests.trainer.data.small import catalogue_of; from trainer.data.prepare import prepare\n"
        "from trainer.errors import DataError\n"
        "try: prepare(catalogue_of(Path(sys.argv[1])), Path(sys.argv[2]), sample_rate=8000, seconds=1.0)\n"
        "except DataError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(songs), str(tmp_path / "out")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "out: cannot be written: File too large (make room" in said


@pytest.mark.usefixtures("in_process")
def test_files_that_vanish_stop_it_and_nothing_is_left_out_for_that(songs: Path, tmp_path: Path) -> None:
    audio, out = tmp_path / "songs", tmp_path / "out"
    shutil.copytree(songs, audio)
    catalogue = catalogue_of(audio)
    (audio / "d.wav").rename(tmp_path / "d.wav")
    with pytest.raises(DataError, match=r"d\.wav: vanished"):
        small(catalogue, out)
    (tmp_path / "d.wav").rename(audio / "d.wav")
    assert len(small(catalogue, out).left_out) == 3


@pytest.mark.usefixtures("in_process")
def test_a_set_without_one_good_clip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "a.mp3").write_bytes(b"no music")
    for _ in range(2):
        with pytest.raises(DataError, match=r"no clip of small can be used; a\.mp3"):
            small(catalogue_of(tmp_path / "songs"), tmp_path / "out")
    with pytest.raises(DataError, match="nothing to prepare"):
        small(replace(catalogue_of(tmp_path / "songs"), clips=()), tmp_path / "other")


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 0.0, -1.0])
def test_seconds_that_are_none_are_refused(songs: Path, tmp_path: Path, seconds: float) -> None:
    with pytest.raises(DataError, match="nothing to prepare"):
        small(catalogue_of(songs), tmp_path / "out", seconds=seconds)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("in_process")
def test_names_of_any_kind_are_kept(tmp_path: Path) -> None:
    audio = tmp_path / "songs"
    names = ["Café/naïve 歌.wav", "Cafe\u0301.wav", 'com,ma "quoted".wav', "new\nline.wav"]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"latin-1 \xe9.wav"))
    for seed, name in enumerate(names):
        datasets.clip(audio / name, seed, seconds=1.1)
    (audio / "broken \n, \u00e9.wav").write_bytes(b"no music")
    report = small(catalogue_of(audio), tmp_path / "out")
    assert set(Prepared.open(tmp_path / "out").keys) == set(names)
    assert [one.key for one in report.left_out] == ["broken \n, \u00e9.wav"]


def test_other_files_and_other_preparations_are_left_alone(songs: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match=r"holds other files, such as thesis\.txt"):
        small(catalogue_of(songs), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "out").mkdir()
    with (
        filelock.FileLock(tmp_path / "out" / LOCK),
        pytest.raises(DataError, match="another preparation"),
    ):
        small(catalogue_of(songs), tmp_path / "out")
    (tmp_path / "out" / JOURNAL).write_text("[]\n")
    with pytest.raises(DataError, match="was prepared from something else"):
        small(catalogue_of(songs), tmp_path / "out")
    (tmp_path / "out" / JOURNAL).write_text("{}\nnonsense\n")
    with pytest.raises(DataError, match=r"journal\.jsonl: is damaged"):
        small(catalogue_of(songs), tmp_path / "out")


def test_a_row_is_written_whole(tmp_path: Path) -> None:
    with AudioFile(tmp_path / AUDIO, 3, 4) as audio:
        audio.write(1, np.full(4, 7, np.int16))
        assert audio.write(1, np.array([1, -2], np.int16)) == audio.crc(1)
        audio.copy(1, 0)
    with AudioFile(tmp_path / AUDIO, 2, 4):
        pass
    assert np.fromfile(tmp_path / AUDIO, "<i2").tolist() == [1, -2, 0, 0] * 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-3, 3, width=32), min_size=1))
def test_sound_is_rounded_and_clipped(values: list[float]) -> None:
    samples = np.array(values, np.float32)
    kept = to_int16(samples)
    assert kept.dtype == np.int16
    assert np.abs(kept / 32768 - np.clip(samples.astype(np.float64), -1, 32767 / 32768)).max() <= 0.5 / 32768


def test_every_int16_survives() -> None:
    every = np.arange(-32768, 32768).astype(np.int16)
    assert np.array_equal(to_int16(every.astype(np.float32) / 32768), every)
