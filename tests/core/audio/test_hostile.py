"""A file opens no other file, waits for nobody, fills no memory; its name means nothing but the file."""

import os
import socket
import struct
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from tagger_core.audio import decode
from tagger_core.errors import AudioError, NoAudioError, ReadError
from tests.core.audio.test_decode import hear
from tests.support.audio import encode, song, tone
from tests.support.disk import fail_in_the_middle

_NAMES = [
    "-i",
    "-.mp3",
    "http:song",
    "concat:a.mp3|b.mp3",
    "file:x.mp3",
    "pipe:0",
    "fd:",
    "data:audio",
    "subfile,,start,0,end,0,,:x.mp3",
    "%d.mp3",
    "*.mp3",
    "a\nb.mp3",
    "\x1b[31m.mp3",
    "song 🎻.mp3",
    unicodedata.normalize("NFD", "Ünïcödé.mp3"),
    "x" * 251 + ".mp3",
    " .mp3",
    "song.mp3.",
]


@pytest.mark.parametrize("name", _NAMES)
def test_any_name_is_only_a_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(encode(tmp_path / "source.mp3", song(1), 44_100).read_bytes())
    for path in (Path(name), tmp_path / name):
        assert hear(path)[1].seconds == pytest.approx(1, abs=0.1)
        assert decode.probe(path).codec == "mp3"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps names that are not UTF-8")
def test_a_name_need_not_be_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\xff.mp3"))
    path.write_bytes(encode(tmp_path / "source.mp3", song(1), 44_100).read_bytes())
    assert hear(path)[1].seconds == pytest.approx(1, abs=0.1)
    path.write_bytes(b"nothing")
    with pytest.raises(NoAudioError, match=r"caf\\xe9\\xff\.mp3"):
        decode.probe(path)


def test_a_name_with_a_zero_byte_is_an_error_like_others(tmp_path):
    with pytest.raises(AudioError):
        decode.probe(tmp_path / "a\0b.mp3")


def test_tags_that_are_not_text_do_no_harm(tmp_path):
    path = encode(tmp_path / "a.ogg", song(1), 44_100, metadata={"title": "marker"})
    bad = path.read_bytes()
    path.write_bytes(bad.replace(b"marker", b"m\xff\xfeker"))
    try:
        hear(path)
    except AudioError as error:  # the page's checksum is wrong now, so it may be refused; no other error
        assert error.path == path  # noqa: PT017 - both ends are fine


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "socket", "device", "link to nowhere"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "thing.mp3"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link to nowhere":
        path.symlink_to("nowhere")
    failures = []

    def work():
        for call in (decode.probe, decode.packet_digest, lambda p: decode.open_audio(p, 16_000)):
            try:
                call(path)
            except AudioError as error:
                failures.append(str(error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert len(failures) == 3
    assert all("thing.mp3" in failure for failure in failures)


def _playlists(song_path, port):
    url = f"http://127.0.0.1:{port}/a.mp3"
    hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{}\n#EXT-X-ENDLIST\n"
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n"
    dash = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' mediaPresentationDuration="PT3S"><Period><AdaptationSet mimeType="audio/mp4">'
        '<Representation id="1">'
        f"<BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    return {
        "hls file": hls.format(song_path),
        "hls url": hls.format(url),
        "m3u": f"{song_path}\n",
        "concat": f"ffconcat version 1.0\nfile '{song_path}'\n",
        "concat url": f"ffconcat version 1.0\nfile '{url}'\n",
        "sdp": sdp,
        "dash": dash,
        "pls": f"[playlist]\nFile1={url}\nNumberOfEntries=1\n",
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    }


@pytest.mark.parametrize("kind", sorted(_playlists("", 0)))
@pytest.mark.parametrize("suffix", [".m3u8", ".mp3", ".ffconcat", ".sdp", ".mpd", ".jpg"])
def test_a_playlist_opens_no_file_and_no_socket(tmp_path, monkeypatch, kind, suffix):
    other = encode(tmp_path / "other.mp3", song(1), 44_100)
    opened = []
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda name, *rest, **more: opened.append(name) or real(name, *rest, **more)
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        path = tmp_path / f"list{suffix}"
        path.write_text(_playlists(other, server.getsockname()[1])[kind])
        before = other.stat().st_atime_ns
        with pytest.raises(NoAudioError, match="list"):
            hear(path)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert [os.fsdecode(name) for name in opened] == [str(path)]
    assert other.stat().st_atime_ns == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that cannot be read")
def test_a_failing_disk_is_said_to_be_one(tmp_path):
    path = tmp_path / "a.mp3"
    path.symlink_to("/proc/self/mem")  # a regular file, of which the first page cannot be read
    with pytest.raises(AudioError, match=r"a\.mp3: cannot be read: Input/output error"):
        decode.probe(path)


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".wav", ".ogg", ".opus", ".m4a", ".aiff", ".mka"])
def test_half_of_a_song_is_not_heard_where_the_disk_fails_in_the_middle(tmp_path, monkeypatch, suffix):
    path = encode(tmp_path / f"a{suffix}", song(20), 44_100)
    fail_in_the_middle(monkeypatch)
    with pytest.raises(ReadError, match=rf"a\{suffix}: cannot be read: Input/output error"):
        hear(path)
    with pytest.raises(ReadError, match="Input/output error"):
        decode.packet_digest(path)


_MEASURE = """
import resource, sys
from pathlib import Path
from tagger_core.audio import decode, windows
with decode.open_audio(Path(sys.argv[1]), 16_000) as stream:
    count = sum(1 for _ in windows.cut(stream, 59_049, 59_049))
print(round(stream.seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory as Linux tells it")
def test_memory_does_not_grow_with_the_length_of_a_song(tmp_path):
    minute = np.tile(tone(1, 8_000), 60)
    peaks = []
    for minutes in (3, 60):
        path = encode(tmp_path / f"{minutes}.flac", (minute for _ in range(minutes)), 8_000)
        run = subprocess.run(
            [sys.executable, "-c", _MEASURE, path], capture_output=True, text=True, check=True, timeout=120
        )
        seconds, peak = run.stdout.split()
        assert int(seconds) == minutes * 60
        peaks.append(int(peak))
    assert peaks[1] < peaks[0] + 6_000  # KiB; the hour would be 225,000


def _chunks(length, chunks):
    return b"".join(name + struct.pack(length, len(content)) + content for name, content in chunks)


def _aiff_in_the_order_of_films(path, sound):
    common = struct.pack(">hIh", 6, len(sound), 16) + bytes.fromhex("400EBB80000000000000")  # 48 kHz
    chunks = [
        (b"COMM", common),
        (b"CHAN", struct.pack(">III", 124 << 16 | 6, 0, 0)),  # MPEG 5.1 D: C L R Ls Rs LFE
        (b"SSND", bytes(8) + np.repeat(sound[:, None], 6, axis=1).tobytes()),
    ]
    body = b"AIFF" + _chunks(">I", chunks)
    path.write_bytes(b"FORM" + struct.pack(">I", len(body)) + body)
    return 6


def _caf_with_right_before_left(path, sound):
    labels = b"".join(struct.pack(">IIfff", label, 0, 0, 0, 0) for label in (2, 1))
    chunks = [
        (b"desc", struct.pack(">d4sIIIII", 48_000, b"lpcm", 0, 4, 1, 2, 16)),
        (b"chan", struct.pack(">III", 0, 0, 2) + labels),
        (b"data", bytes(4) + np.repeat(sound[:, None], 2, axis=1).tobytes()),
    ]
    path.write_bytes(b"caff" + struct.pack(">HH", 1, 0) + _chunks(">q", chunks))
    return 2


# In a process of its own: what is freed twice ends it.
_HEAR_TWICE = """
import gc, sys
from pathlib import Path
from tagger_core.audio import decode
from tagger_core.audio.peaks import outline
path = Path(sys.argv[1])
for _ in range(2):
    print(decode.probe(path).channels)
    with decode.open_audio(path, 16_000) as stream:
        level = max(abs(block).max() for block in stream)
    print(round(float(level), 2), round(outline(path).seconds, 2), repr(stream.problem))
    del stream
    gc.collect()
"""


@pytest.mark.parametrize("make", [_aiff_in_the_order_of_films, _caf_with_right_before_left])
def test_channels_in_another_order_do_no_harm(tmp_path, make):
    channels = make(tmp_path / "song", (tone(1, 48_000) * 32_767).astype(">i2"))
    command = [sys.executable, "-c", _HEAR_TWICE, str(tmp_path / "song")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"{channels}\n0.5 1.0 ''\n" * 2
