"""Resampling keeps length, pitch and place, and lets nothing fold back."""

import itertools

import av
import numpy as np
import pytest

from tagger_core.audio.resample import MonoResampler
from tagger_core.errors import AudioError
from tests.support.audio import tone


def frame(samples, rate):
    result = av.AudioFrame.from_ndarray(samples[np.newaxis].astype(np.float32), "fltp", "mono")
    result.sample_rate = rate
    return result


def resample(blocks, rate, to):
    resampler = MonoResampler(to)
    for block in blocks:
        yield from resampler.push(frame(block, rate))
    yield from resampler.flush()


def whole(samples, rate, to, size=1152):
    blocks = (samples[at : at + size] for at in range(0, len(samples), size))
    return np.concatenate(list(resample(blocks, rate, to)))


def level(samples):
    return 20 * np.log10(np.sqrt(2 * np.mean(samples.astype(float) ** 2)) + 1e-12)


@pytest.mark.parametrize("rate", [44_100, 48_000, 22_050, 11_025, 16_000, 44_056])
def test_ten_minutes_keep_their_length_and_their_phase(rate):
    minutes, hz, to = 10, 440, 16_000
    step = rate * 10
    time = np.arange(step) / rate  # 440 Hz fits ten seconds without a remainder
    blocks = itertools.repeat(np.sin(2 * np.pi * hz * time), minutes * 6)
    clock = 0
    worst = 0.0
    for block in resample(blocks, rate, to):
        at = (clock + np.arange(len(block))) / to
        if 2 < clock / to < minutes * 60 - 2:
            worst = max(worst, np.abs(block - np.sin(2 * np.pi * hz * at)).max())
        clock += len(block)
    assert abs(clock - minutes * 60 * to) <= 1
    assert worst < 0.002  # a hundredth of a sample of drift would be 0.0017


@pytest.mark.parametrize(
    ("rate", "to"), [(44_100, 16_000), (48_000, 16_000), (44_100, 22_050), (8_000, 16_000)]
)
def test_an_impulse_stays_where_it_was(rate, to):
    for seconds in (0.0, 0.25, 1.5, 2.99):
        samples = np.zeros(3 * rate)
        samples[round(seconds * rate)] = 1.0
        heard = whole(samples, rate, to)
        assert np.argmax(np.abs(heard)) == pytest.approx(seconds * to, abs=1)


def test_what_the_new_rate_can_hold_passes_and_the_rest_is_gone():
    middle = slice(4_000, 28_000)
    for hz in (50, 1_000, 4_000, 7_000, 7_400):
        assert level(whole(tone(2, hz=hz, level=1), 44_100, 16_000)[middle]) == pytest.approx(0, abs=0.5)
    assert level(whole(tone(2, hz=8_200, level=1), 44_100, 16_000)[middle]) < -60
    for hz in (8_500, 9_000, 12_000, 15_900, 20_000):
        assert level(whole(tone(2, hz=hz, level=1), 44_100, 16_000)[middle]) < -85


def test_the_sizes_of_frames_make_no_difference():
    samples = np.random.default_rng(0).standard_normal(44_100 * 2)
    small, large = whole(samples, 44_100, 16_000, 100), whole(samples, 44_100, 16_000, 30_000)
    np.testing.assert_allclose(small, large, atol=1e-6)


def test_the_same_rate_passes_through_untouched():
    samples = tone(2.5, 16_000)
    np.testing.assert_array_equal(whole(samples, 16_000, 16_000), samples)


def test_what_no_music_has_is_refused():
    with pytest.raises(AudioError, match="sample rate"):
        list(MonoResampler(16_000).push(frame(np.zeros(10), 10)))
