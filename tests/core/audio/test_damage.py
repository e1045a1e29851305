"""Of a damaged file the good part is kept, and what is missing is said."""

import itertools
import re
import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from tagger_core.audio import decode
from tagger_core.audio.peaks import outline
from tagger_core.errors import AudioError
from tests.core.audio.test_decode import RATE, hear
from tests.support.audio import encode, song, tone


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".wav", ".aiff", ".wv", ".mka", ".wma"])
def test_the_good_part_of_a_cut_off_file_is_kept_and_noted(tmp_path, suffix):
    whole = encode(tmp_path / f"whole{suffix}", song(10), 44_100).read_bytes()
    path = tmp_path / f"half{suffix}"
    path.write_bytes(whole[: len(whole) // 2])
    _, stream = hear(path)
    assert 2 < stream.seconds < 7
    assert stream.problem
    assert decode.packet_digest(path) == stream.digest


def _matroska(path, codec, *, start=0, video_seconds=0):
    """Write 3 s of sound that begins after `start` seconds, and pictures from the beginning on."""
    with av.open(path, "w", format="webm" if path.suffix == ".webm" else "matroska") as container:
        audio = container.add_stream(codec, rate=48_000, layout="mono")
        sound = av.AudioFrame.from_ndarray(tone(3, 48_000)[np.newaxis], "flt", "mono")
        sound.sample_rate, sound.pts, sound.time_base = 48_000, start * 48_000, Fraction(1, 48_000)
        frames = [(audio, sound)]
        if video_seconds:
            video = container.add_stream("libvpx", rate=10, width=32, height=32, pix_fmt="yuv420p")
            for number in range(video_seconds * 10):
                picture = av.VideoFrame.from_ndarray(np.zeros((48, 32), np.uint8), "yuv420p")
                picture.pts, picture.time_base = number, Fraction(1, 10)
                frames.append((video, picture))
        for stream, frame in frames:
            container.mux(stream.encode(frame))
        for stream in container.streams:
            container.mux(stream.encode(None))


def test_where_matroska_holds_more_than_one_sound_from_the_beginning_nothing_is_missing(tmp_path):
    video, late = tmp_path / "video.webm", tmp_path / "late.mka"
    _matroska(video, "libopus", video_seconds=6)
    _matroska(late, "flac", start=5)
    for path, claimed in ((video, None), (late, pytest.approx(3, abs=0.1))):
        _, stream = hear(path)
        assert stream.seconds == pytest.approx(3, abs=0.1)
        assert stream.info.seconds == claimed
        assert stream.problem == ""


def test_an_mp4_is_kept_where_its_index_comes_first_and_refused_where_it_is_lost(tmp_path):
    path = encode(tmp_path / "a.m4a", song(10), 44_100)
    fast = tmp_path / "fast.m4a"
    with (
        av.open(path) as source,
        av.open(fast, "w", format="ipod", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    for file in (path, fast):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(AudioError, match=r"a\.m4a"):
        hear(path)
    _, heard = hear(fast)
    assert 3 < heard.seconds < 7
    assert "of 10.0 seconds" in heard.problem


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".m4a", ".opus"])
def test_damage_in_the_middle_costs_only_the_middle(tmp_path, suffix):
    path = encode(tmp_path / f"a{suffix}", song(10), 44_100)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = np.random.default_rng(0).bytes(2000)
    path.write_bytes(content)
    heard, stream = hear(path)
    assert stream.seconds > 8
    assert np.abs(heard[-2 * RATE : -RATE]).max() > 0.1
    assert np.isfinite(heard).all()
    assert decode.packet_digest(path) == stream.digest


@pytest.mark.parametrize("suffix", [".alac.m4a", ".mka", ".m4a"])
def test_damaged_packets_are_counted(tmp_path, suffix):
    path = encode(tmp_path / f"a{suffix}", song(10), 44_100)
    content = bytearray(path.read_bytes())
    with av.open(path) as container:
        packets = [bytes(packet) for packet in container.demux(audio=0) if packet.size]
    for packet in packets[10:15]:
        at = content.index(packet)
        content[at : at + len(packet)] = bytes(len(packet))
    path.write_bytes(content)
    _, stream = hear(path)
    assert re.fullmatch(r"5 of \d+ packets are damaged and were skipped", stream.problem)
    assert 9 < stream.seconds < 10


def test_values_that_are_no_numbers_become_silence_and_are_noted(tmp_path):
    samples = tone(3, RATE)
    samples[1000:1004] = [np.nan, np.inf, -np.inf, 1e30]
    path = encode(tmp_path / "a.wav", samples, RATE, codec="pcm_f32le")
    heard, stream = hear(path)
    np.testing.assert_array_equal(heard[1000:1004], 0)
    np.testing.assert_array_equal(np.delete(heard, range(1000, 1004)), np.delete(samples, range(1000, 1004)))
    assert "no sound" in stream.problem


@pytest.mark.parametrize(
    ("channels", "rate", "bytes_each"),
    [(6, 44_100, 2), (8, 96_000, 3), (3, 11_025, 1), (31, 8_000, 2), (1, 192_000, 4)],
)
def test_any_number_of_channels_any_rate_any_depth(tmp_path, channels, rate, bytes_each):
    path = tmp_path / "a.wav"
    values = np.zeros((rate * 2, channels))
    values[:, channels - 1] = np.sin(2 * np.pi * 440 * np.arange(rate * 2) / rate)
    scaled = np.round(values * (2 ** (8 * bytes_each - 1) - 1)).astype("<i8")
    if bytes_each == 1:
        scaled += 128
    raw = scaled.view(np.uint8).reshape(-1, 8)[:, :bytes_each].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setframerate(rate)
        file.setsampwidth(bytes_each)
        file.writeframes(raw)
    heard, stream = hear(path)
    assert stream.seconds == pytest.approx(2, abs=0.01)
    assert np.abs(heard[RATE // 2 : RATE]).max() == pytest.approx(1 / channels, rel=0.05)


@pytest.mark.parametrize("rate", [0, 1, 900, 60_000_000, 0xFFFF_FFFF])
def test_a_rate_that_no_music_has_is_refused(tmp_path, rate):
    path = encode(tmp_path / "odd.wav", tone(1, RATE), RATE)
    content = bytearray(path.read_bytes())
    content[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"odd\.wav"):
        hear(path)


@pytest.mark.parametrize(("rate", "is_heard"), [(5_000_011, False), (2_822_400, True), (5_644_800, True)])
def test_a_rate_that_only_damage_has_takes_neither_time_nor_memory(tmp_path, rate, is_heard):
    path = encode(tmp_path / "odd.wav", tone(10, RATE), RATE)
    content = bytearray(path.read_bytes())
    content[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(content)
    if is_heard:
        assert outline(path).seconds == pytest.approx(10 * RATE / rate, abs=0.001)
    else:
        with pytest.raises(AudioError, match=rf"odd\.wav: claims a sample rate of {rate} Hz"):
            outline(path)


def test_a_song_may_change_its_rate_and_channels_on_the_way(tmp_path):
    """Two MP3 files glued together, as internet radio does it."""
    first = encode(tmp_path / "1.mp3", tone(3, 44_100), 44_100)
    second = encode(tmp_path / "2.mp3", np.stack([tone(3, 32_000)] * 2, axis=1), 32_000)
    glued = tmp_path / "glued.mp3"
    glued.write_bytes(first.read_bytes() + second.read_bytes())
    heard, stream = hear(glued)
    assert stream.seconds == pytest.approx(6, abs=0.3)
    for start in (RATE, 4 * RATE):
        spectrum = np.abs(np.fft.rfft(heard[start : start + RATE] * np.hanning(RATE)))
        assert np.argmax(spectrum) == pytest.approx(440, abs=1)


def test_a_stream_that_gives_nothing_for_ever_ends(tmp_path, monkeypatch):
    path = encode(tmp_path / "a.flac", song(30), 44_100)
    monkeypatch.setattr(decode, "MOST_BARREN_PACKETS", 20)
    with decode.open_audio(path, RATE) as stream:
        given = itertools.count()
        decode_one = stream._decode
        monkeypatch.setattr(stream, "_decode", lambda p: decode_one(p) if next(given) < 40 else [])
        blocks = list(stream)
    assert stream.seconds < 30
    assert "hold no sound" in stream.problem
    assert all(block.size for block in blocks)


def test_an_absurd_length_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 3600 // 3600)
    heard, stream = hear(encode(tmp_path / "a.wav", tone(10, RATE), RATE))
    assert stream.seconds < 4
    assert "only the first" in stream.problem
    assert heard.size < 4 * RATE


def test_every_prefix_of_a_file_is_heard_or_refused(tmp_path):
    whole = encode(tmp_path / "a.ogg", song(1), 44_100).read_bytes()
    path = tmp_path / "b.ogg"
    lengths = []
    for size in range(0, len(whole) + 1, len(whole) // 60):
        path.write_bytes(whole[:size])
        try:
            lengths.append(hear(path)[1].seconds)
        except AudioError:
            lengths.append(0.0)
    assert lengths[-1] == pytest.approx(1, abs=0.05)
    assert all(shorter <= longer + 0.1 for shorter, longer in itertools.pairwise(lengths))
