"""Decoding in child processes: the same sound, the same errors, and no child outlives its use."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tagger_core.audio import child as child_module
from tagger_core.audio import decode, messages
from tagger_core.audio.child import Child
from tagger_core.audio.pool import DecoderPool
from tagger_core.errors import AudioError, Cancelled, NoAudioError, ReadError
from tests.support.audio import SUFFIXES, encode, song

RATE = 16_000
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


@pytest.fixture(scope="module")
def shared():
    """A pool for the tests that only decode."""
    with DecoderPool(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A file of which a pipe does not hold what it decodes to, by far."""
    minute = song(60, 8000)
    return encode(tmp_path_factory.mktemp("long") / "long.wav", (minute for _ in range(15)), 8000)


def pids(pool):
    with pool._changed:
        return [child.pid for child in (*pool._busy, *pool._idle)]


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(holds):
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def outcome(opened, path):
    """Return everything that decoding tells, or the error as people read it."""
    try:
        with opened(path, RATE) as stream:
            blocks = [block.tobytes() for block in stream]
            return blocks, stream.info, stream.seconds, stream.problem, stream.digest
    except AudioError as error:
        return type(error), error.message, error.path, error.remedy


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_child_decodes_to_the_same_bits(tmp_path, shared, suffix):
    path = encode(tmp_path / f"a{suffix}", song(3), 44_100)
    heard = outcome(shared.open, path)
    assert heard == outcome(decode.open_audio, path)
    assert len(heard[0]) >= 3
    assert heard[-1]


def test_problems_are_the_same(tmp_path, shared):
    for suffix in (".mp3", ".flac", ".ogg", ".wav"):
        path = encode(tmp_path / f"a{suffix}", song(4), 44_100)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        heard = outcome(shared.open, path)
        assert heard == outcome(decode.open_audio, path)
        assert heard[3], "a problem is told"


def test_errors_are_the_same_and_the_child_goes_on(tmp_path, shared):
    (tmp_path / "text.mp3").write_text("no music")
    (tmp_path / "empty.flac").touch()
    (tmp_path / "folder.mp3").mkdir()
    cut = encode(tmp_path / "cut.m4a", song(2), 44_100)
    cut.write_bytes(cut.read_bytes()[:2000])
    before = None
    for name in ("text.mp3", "empty.flac", "folder.mp3", "cut.m4a", "missing.mp3", "zero\0.mp3"):
        refused = outcome(shared.open, tmp_path / name)
        assert refused == outcome(decode.open_audio, tmp_path / name)
        assert issubclass(refused[0], AudioError)
        assert refused[2] == tmp_path / name
        assert before in (None, pids(shared)), "one child serves them all"
        before = pids(shared)


def test_any_name_is_only_a_name(tmp_path, shared, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = encode(tmp_path / "source.mp3", song(1), 44_100).read_bytes()
    names = ["-i", "http:song", 'quote".mp3', "song 🎻.mp3", "a\nb.mp3", "\\u0041.mp3"]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"caf\xe9\xff.mp3"))
    for name in names:
        Path(name).write_bytes(content)
        assert outcome(shared.open, Path(name))[1:] == outcome(decode.open_audio, Path(name))[1:]
    Path(name).write_bytes(b"nothing")
    with pytest.raises(NoAudioError) as refused:
        shared.open(Path(name), RATE)
    assert refused.value.path == Path(name)


def hear_and_kill(pool, path, kills):
    """Return the blocks of a song of which the child is killed after a block, so many times."""
    blocks, killed = [], []
    with pool.open(path, RATE) as stream:
        for block in stream:
            blocks.append(block.tobytes())
            (pid,) = pids(pool)
            if len(killed) < kills and pid not in killed:
                os.kill(pid, signal.SIGSEGV)
                killed.append(pid)
    assert not any(map(is_there, killed))
    return blocks, stream.info, stream.seconds, stream.problem, stream.digest


@POSIX
def test_a_child_that_dies_once_costs_nothing(long):
    with DecoderPool(1) as pool:
        assert hear_and_kill(pool, long, 1) == outcome(decode.open_audio, long)


@POSIX
def test_a_child_that_dies_before_it_tells_of_the_song_costs_nothing(tmp_path, monkeypatch):
    short = encode(tmp_path / "a.wav", song(1), 44_100)
    ask, asked = Child.ask, []

    def ask_and_die(child, path, sample_rate):
        if not asked:
            os.kill(child.pid, signal.SIGKILL)
        asked.append(child.pid)
        ask(child, path, sample_rate)

    monkeypatch.setattr(Child, "ask", ask_and_die)
    with DecoderPool(1) as pool:
        assert outcome(pool.open, short) == outcome(decode.open_audio, short)
    assert len(set(asked)) == 2


@POSIX
def test_who_tries_again_has_decoded_nothing_before(tmp_path, long):
    short = encode(tmp_path / "a.wav", song(1), 44_100)
    with DecoderPool(2) as pool:
        with pool.open(long, RATE) as stream:
            blocks = iter(stream)
            next(blocks)
            (dying,) = pids(pool)
            outcome(pool.open, short)
            used = set(pids(pool))
            os.kill(dying, signal.SIGKILL)
            list(blocks)
        assert len(pids(pool)) == 1
        assert not used & set(pids(pool))


@POSIX
def test_a_crash_that_comes_again_costs_the_song_and_not_the_pool(tmp_path, long):
    with DecoderPool(1) as pool:
        with pytest.raises(AudioError, match=r"long\.wav: the decoder crashed on it \(leave it out") as crash:
            hear_and_kill(pool, long, 2)
        assert not isinstance(crash.value, ReadError)
        assert pids(pool) == []
        short = encode(tmp_path / "a.wav", song(1), 44_100)
        assert outcome(pool.open, short) == outcome(decode.open_audio, short)


_SURPRISED = """
import sys
sys.path[:] = sys.argv[1:]
from tagger_core.audio import worker

def decode_or_fail(path, rate, decode=worker.open_audio):
    if path.name == "odd.wav":
        raise RuntimeError("what nobody expects")
    return decode(path, rate)

worker.open_audio = decode_or_fail
worker.main()
"""


def test_after_an_error_that_nobody_expects_another_child_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(child_module, "_BEGIN", _SURPRISED)
    good, odd = (encode(tmp_path / f"{name}.wav", song(1), 44_100) for name in ("good", "odd"))
    with DecoderPool(1) as pool:
        heard = outcome(pool.open, good)
        before = pids(pool)
        kind, message, path, remedy = outcome(pool.open, odd)
        assert (kind, message, path) == (
            AudioError,
            "cannot be decoded: RuntimeError: what nobody expects",
            odd,
        )
        assert remedy
        assert pids(pool) == []
        assert outcome(pool.open, good) == heard
        assert pids(pool) != before


@POSIX
def test_a_wish_to_end_is_the_parents_business(long):
    with DecoderPool(1) as pool:
        with pool.open(long, RATE) as stream:
            blocks = iter(stream)
            next(blocks)
            (pid,) = pids(pool)
            os.kill(pid, signal.SIGTERM)
            list(blocks)
            assert not stream.problem
        assert pids(pool) == [pid]
    assert not is_there(pid)


@POSIX
def test_a_child_that_died_between_two_songs_is_replaced(tmp_path):
    short = encode(tmp_path / "a.wav", song(1), 44_100)
    with DecoderPool(1) as pool:
        outcome(pool.open, short)
        before = pids(pool)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: not pool._idle[0].is_alive())
        assert outcome(pool.open, short) == outcome(decode.open_audio, short)
        assert before != pids(pool)


@POSIX
def test_one_that_gives_nothing_is_given_up(long):
    with DecoderPool(1, patience=5) as pool:
        with pool.open(long, RATE) as stream:
            next(iter(stream))
            (pid,) = pids(pool)
            os.kill(pid, signal.SIGSTOP)
            (child,) = pool._busy
            # Starting may take longer than what a test can wait for; from here on, the clock runs fast.
            pool._watch._seconds = 0.001
            with pytest.raises(AudioError, match=r"long\.wav: decoding does not come to an end"):
                list(stream)
        assert child.fate == "silent"
        assert not is_there(pid)


def give_up_soon(monkeypatch, pool, then=lambda child: None):
    """Let a pool's clock run fast from the first request on; a child takes its time to start."""
    ask = Child.ask

    def ask_and_hurry(child, path, sample_rate):
        ask(child, path, sample_rate)
        then(child)
        pool._tick_seconds = pool._watch._seconds = 0.02

    monkeypatch.setattr(Child, "ask", ask_and_hurry)


def stop(child):
    """Let a child stand still, as it does while it waits for a disk: neither uses the processor."""
    os.kill(child.pid, signal.SIGSTOP)


@LINUX
def test_a_file_that_the_disk_does_not_give_is_not_called_broken(long, monkeypatch):
    with DecoderPool(1) as pool:
        give_up_soon(monkeypatch, pool, stop)
        with pytest.raises(ReadError, match=r"long\.wav: .*the disk gives nothing .*scan again"):
            list(pool.open(long, RATE))


@POSIX
def test_where_work_and_waiting_look_the_same_the_file_is_given_up(long, monkeypatch):
    monkeypatch.setattr(child_module, "processor_seconds", lambda pid: None)
    with DecoderPool(1) as pool:
        give_up_soon(monkeypatch, pool, stop)
        with pytest.raises(AudioError, match=r"does not come to an end \(leave it out") as given_up:
            list(pool.open(long, RATE))
    assert not isinstance(given_up.value, ReadError)


_ENDLESS = """
import sys
sys.path[:] = sys.argv[1:]
from tagger_core.audio import worker

def decode_for_ever(path, rate):
    while True:
        pass

worker.open_audio = decode_for_ever
worker.main()
"""


@POSIX
def test_a_decoder_in_an_endless_loop_is_the_files_fault(long, monkeypatch):
    monkeypatch.setattr(child_module, "_BEGIN", _ENDLESS)
    with DecoderPool(1) as pool:
        give_up_soon(monkeypatch, pool)
        with pytest.raises(AudioError, match=r"does not come to an end \(leave it out") as given_up:
            pool.open(long, RATE)
    assert not isinstance(given_up.value, ReadError)


def test_who_listens_slowly_is_not_taken_for_a_child_that_hangs(long):
    with DecoderPool(1) as pool, pool.open(long, RATE) as stream:
        blocks = iter(stream)
        next(blocks)
        (child,) = pool._busy
        assert [child.tick() for _ in range(100)] == [0] * 100
        next(blocks)


@POSIX
def test_a_song_left_early_leaves_no_child(long):
    with DecoderPool(1) as pool:
        with contextlib.suppress(Cancelled), pool.open(long, RATE) as stream:
            next(iter(stream))
            (pid,) = pids(pool)
            raise Cancelled
        assert not is_there(pid)
        assert pids(pool) == []


@POSIX
def test_close_ends_what_is_being_decoded(long):
    before = threading.active_count()
    pool = DecoderPool(1)
    with pool.open(long, RATE) as stream:
        blocks = iter(stream)
        next(blocks)
        (pid,) = pids(pool)
        os.kill(pid, signal.SIGSTOP)
        waiting = ThreadPoolExecutor(2)
        first = waiting.submit(list, blocks)
        second = waiting.submit(pool.open, long, RATE)  # waits for the only child
        time.sleep(0.05)
        pool.close()
        for future in (first, second):
            with pytest.raises(Cancelled):
                future.result(10)
        waiting.shutdown()
    assert not is_there(pid)
    assert pids(pool) == []
    with pool, pool.open(long, RATE) as stream:
        assert next(iter(stream)).size, "it may be used again"
    assert pids(pool) == []
    assert threading.active_count() == before


@LINUX
def test_nothing_stays_open(tmp_path):
    short = encode(tmp_path / "a.wav", song(1), 44_100)
    before = sorted(Path("/proc/self/fd").iterdir())
    with DecoderPool(2) as pool, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: outcome(pool.open, short), range(4)))
        pool.close_idle()
        outcome(pool.open, short)
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_many_threads_share_few_children(tmp_path):
    paths = [encode(tmp_path / f"{n}.flac", song(1 + n / 4, 8000, n), 8000) for n in range(24)]
    most = []
    with DecoderPool(3) as pool, ThreadPoolExecutor(12) as threads:

        def hear(path):
            heard = outcome(pool.open, path)
            most.append(len(pids(pool)))
            return heard

        assert list(threads.map(hear, paths)) == [outcome(decode.open_audio, path) for path in paths]
    assert max(most) <= 3


def test_without_children_the_file_is_decoded_here(tmp_path, monkeypatch, caplog):
    paths = [encode(tmp_path / f"{n}.flac", song(1, 8000, n), 8000) for n in range(3)]
    for what, value in (("_BEGIN", "raise SystemExit(3)"), ("sys.executable", str(tmp_path / "nothing"))):
        caplog.clear()
        with monkeypatch.context() as broken, DecoderPool(1) as pool:
            if what == "_BEGIN":
                broken.setattr(child_module, what, value)
            else:
                broken.setattr(sys, "executable", value)
            for path in paths:
                assert outcome(pool.open, path) == outcome(decode.open_audio, path)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with DecoderPool(1) as pool:
        assert outcome(pool.open, paths[0]) == outcome(decode.open_audio, paths[0])
        assert pids(pool) == []


_PARENT = """
import sys
from pathlib import Path
from tagger_core.audio.pool import DecoderPool
pool = DecoderPool(2)
one, two = (pool.open(Path(sys.argv[1]), 16000) for _ in range(2))
blocks = iter(one)
next(blocks)
list(two)
print(*(child.pid for child in (*pool._busy, *pool._idle)), flush=True)
sys.stdin.read()
"""


@POSIX
def test_when_the_parent_is_killed_its_children_end(long):
    command = [sys.executable, "-c", _PARENT, str(long)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        busy, idle = map(int, parent.stdout.readline().split())
        assert is_there(busy)
        assert is_there(idle)
        parent.kill()
    wait_until(lambda: not is_running(busy) and not is_running(idle))


def is_running(pid):
    """Tell whether a process goes on; a dead one may wait for init to take note of it."""
    if not Path("/proc").is_dir():
        return is_there(pid)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@LINUX
def test_a_child_loads_little_and_is_bounded(tmp_path, shared):
    outcome(shared.open, encode(tmp_path / "a.wav", song(1), 44_100))
    pid = pids(shared)[0]
    maps = Path(f"/proc/{pid}/maps").read_text()
    limits = Path(f"/proc/{pid}/limits").read_text()
    ignored = Path(f"/proc/{pid}/status").read_text().partition("SigIgn:\t")[2].split()[0]
    assert "libav" in maps
    assert "torch" not in maps
    assert f"Max address space         {4 << 30}" in limits
    assert int(ignored, 16) >> (signal.SIGINT - 1) & 1, "Ctrl-C is for the parent"
    assert int(ignored, 16) >> (signal.SIGTERM - 1) & 1, "and so is the end of a session"


def test_a_child_does_not_import_from_the_current_directory(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    (tmp_path / "tagger_core").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])
    made = Child()
    try:
        assert made.hear()[0] == messages.READY
    finally:
        made.dispose("closed")


def test_what_is_no_message_is_refused():
    for header in (b"Z\0\0\0\0", b"I\xff\xff\xff\xff", b"B\xff\xff\xff\xff", b"B\x03\0\0\0"):
        with pytest.raises(ValueError, match=r"bytes are no samples|begins no message"):
            messages.parsed_header(header)
    block = np.arange(5, dtype=np.float32)
    assert messages.parsed_header(messages.message_of_block(block)[:5]) == (messages.BLOCK, 20)
