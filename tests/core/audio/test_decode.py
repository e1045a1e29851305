"""Any file is heard whole, in tune, in time, and once."""

import threading

import mutagen
import mutagen.id3
import numpy as np
import pytest

from tagger_core.audio import decode, opening
from tagger_core.errors import AudioError, Cancelled, NoAudioError
from tests.support.audio import LOSSLESS, SUFFIXES, encode, song, tone

RATE = 16_000


def hear(path, rate=RATE):
    with decode.open_audio(path, rate) as stream:
        blocks = list(stream)
    return np.concatenate(blocks), stream


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_is_heard_whole_in_mono_at_the_asked_rate(tmp_path, suffix, channels):
    samples = song(4.3)
    both = samples if channels == 1 else np.stack([samples, 0.5 * samples], axis=1)
    heard, stream = hear(encode(tmp_path / f"song{suffix}", both, 44_100))
    assert heard.dtype == np.float32
    assert heard.ndim == 1
    assert stream.problem == ""
    assert stream.seconds == pytest.approx(4.3, abs=0.1)
    expected = np.sqrt(np.mean(samples**2)) * (1 if channels == 1 else 0.75)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES) - {".wma"}))
def test_sound_stays_where_it_was_in_time(tmp_path, suffix):
    """WMA alone does not say how much silence its encoder put before the song."""
    samples = song(3, RATE, seed=3)
    heard, _ = hear(encode(tmp_path / f"song{suffix}", samples, RATE))
    size = 1 << 17
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(samples, size)))
    lag = int(np.argmax(match))
    assert min(lag, size - lag) <= 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_tone_keeps_its_pitch(tmp_path, suffix):
    heard, _ = hear(encode(tmp_path / f"a{suffix}", tone(4, 48_000, hz=440), 48_000))
    spectrum = np.abs(np.fft.rfft(heard[: 3 * RATE] * np.hanning(3 * RATE)))
    assert np.argmax(spectrum) / 3 == pytest.approx(440, abs=0.34)


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_lossless_formats_give_the_samples_back(tmp_path, suffix):
    samples = song(1.5, RATE)
    heard, _ = hear(encode(tmp_path / f"a{suffix}", samples, RATE))
    np.testing.assert_allclose(heard, samples, atol=2 / 32768)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_probe_tells_what_is_there(tmp_path, suffix):
    path = encode(tmp_path / f"a{suffix}", np.stack([song(3)] * 2, axis=1), 44_100)
    info = decode.probe(path)
    codecs = {".mp3": "mp3", ".ogg": "vorbis", ".m4a": "aac", ".alac.m4a": "alac", ".wma": "wmav2"}
    codecs |= {".wav": "pcm_s16le", ".aiff": "pcm_s16be", ".wv": "wavpack", ".opus": "opus"}
    containers = {".alac.m4a": "mp4", ".m4a": "mp4", ".opus": "ogg", ".wma": "asf", ".mka": "matroska"}
    assert info.codec == codecs.get(suffix, "flac")
    assert info.container == containers.get(suffix, suffix[1:])
    assert info.sample_rate == (48_000 if suffix == ".opus" else 44_100)
    assert info.channels == 2
    assert info.seconds == pytest.approx(3, abs=0.1)
    assert info.bit_rate
    assert info.bit_rate > 10_000


def test_probe_does_not_read_the_whole_file(tmp_path, monkeypatch):
    path = encode(tmp_path / "a.wav", tone(120), 44_100)
    read = 0

    class Counting(opening._RegularFile):
        def read(self, size=-1, /):
            nonlocal read
            data = super().read(size)
            read += len(data)
            return data

    monkeypatch.setattr(opening, "_RegularFile", Counting)
    decode.probe(path)
    assert 0 < read < path.stat().st_size / 4


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_digest_of_demuxing_is_that_of_decoding(tmp_path, suffix):
    path = encode(tmp_path / f"a{suffix}", song(2), 44_100)
    _, stream = hear(path)
    assert stream.digest == decode.packet_digest(path)
    assert len(stream.digest) == 32
    other = encode(tmp_path / f"b{suffix}", song(2, seed=1), 44_100)
    assert decode.packet_digest(other) != stream.digest


def test_a_digest_can_be_broken_off(tmp_path):
    path = encode(tmp_path / "a.wav", song(60), 44_100)
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        decode.packet_digest(path, lambda: next(answers))
    assert next(answers, None) is None
    assert decode.packet_digest(path, lambda: False) == decode.packet_digest(path)


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES) - {".mka"}))
def test_the_digest_survives_other_tags(tmp_path, suffix):
    path = encode(tmp_path / f"a{suffix}", song(2), 44_100, metadata={"title": "before"})
    before, size = decode.packet_digest(path), path.stat().st_size
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    if isinstance(file.tags, mutagen.id3.ID3):
        file.tags.add(mutagen.id3.TIT2(encoding=3, text="after" * 20_000))
    else:
        file["\xa9nam" if suffix.endswith("m4a") else "title"] = ["after" * 5_000]
    file.save()
    assert path.stat().st_size > size
    assert decode.packet_digest(path) == before


def test_the_digest_of_an_mp3_survives_tags_at_its_end(tmp_path):
    path = encode(tmp_path / "a.mp3", song(2), 44_100)
    before = decode.packet_digest(path)
    path.write_bytes(path.read_bytes() + b"TAG" + b"after".ljust(125, b"\0"))
    assert decode.packet_digest(path) == before


def test_stereo_becomes_the_mean_of_its_channels(tmp_path):
    left, right = tone(1, RATE, hz=400), tone(1, RATE, hz=900, level=0.3)
    heard, _ = hear(encode(tmp_path / "a.wav", np.stack([left, right], axis=1), RATE))
    np.testing.assert_allclose(heard, (left + right) / 2, atol=2 / 32768)


def test_load_is_the_whole_file_at_once(tmp_path):
    path = encode(tmp_path / "a.flac", song(2.5), 44_100)
    np.testing.assert_array_equal(decode.load(path, 22_050), hear(path, 22_050)[0])


def test_blocks_are_about_a_second(tmp_path):
    with decode.open_audio(encode(tmp_path / "a.ogg", song(10), 44_100), RATE) as stream:
        sizes = [len(block) for block in stream]
    assert max(sizes) <= RATE
    assert len(sizes) <= 12


def test_many_threads_hear_the_same(tmp_path):
    paths = [encode(tmp_path / f"{seed}.mp3", song(5, seed=seed), 44_100) for seed in range(4)]
    alone = [hear(path)[0] for path in paths]
    together = {}

    def work(index):
        together[index] = hear(paths[index % 4])[0]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in range(12):
        np.testing.assert_array_equal(together[index], alone[index % 4])


def test_no_sound_is_said_with_the_name_of_the_file(tmp_path):
    path = encode(tmp_path / "nothing.wav", np.zeros(0, np.float32), 44_100)
    with pytest.raises(NoAudioError, match=r"nothing\.wav"):
        hear(path)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 50_000, b"Once upon a time\n" * 4000, bytes(range(256)) * 400]
)
@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".m4a", ".wav", ".txt", ""])
def test_what_is_no_audio_is_refused_by_name(tmp_path, content, suffix):
    path = tmp_path / f"story{suffix}"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="story"):
        hear(path)
