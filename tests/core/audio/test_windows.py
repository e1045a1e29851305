"""Windows cover the song as promised, whatever the blocks it comes in."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.audio.windows import cut


def reference(song, length, hop):
    """The promise, in the plainest words: the whole song in memory."""
    if not len(song):
        return []
    if len(song) < length:
        return [(0, np.array([song[i % len(song)] for i in range(length)]))]
    starts = list(range(0, len(song) - length + 1, hop))
    if len(song) - (starts[-1] + length) >= length / 10:
        starts.append(len(song) - length)
    return [(start, song[start : start + length]) for start in starts]


@settings(max_examples=300, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 40), max_size=40),
    length=st.integers(1, 60),
    hop=st.integers(1, 200),
)
def test_windows_are_those_of_the_reference_for_any_blocks(sizes, length, hop):
    song = np.arange(1, sum(sizes) + 1, dtype=np.float32)
    blocks = np.split(song, np.cumsum(sizes)[:-1]) if sizes else []
    windows = list(cut(iter(blocks), length, hop))
    expected = reference(song, length, hop)
    assert [window.start for window in windows] == [start for start, _ in expected]
    for window, (_, samples) in zip(windows, expected, strict=True):
        np.testing.assert_array_equal(window.samples, samples)
        assert window.samples.dtype == np.float32


def test_a_short_song_is_repeated_and_not_stretched():
    (window,) = cut([np.array([1, 2, 3], np.float32)], 8, 8)
    np.testing.assert_array_equal(window.samples, [1, 2, 3, 1, 2, 3, 1, 2])


def test_no_sound_gives_no_windows():
    assert list(cut([], 10, 10)) == []
    assert list(cut([np.empty(0, np.float32)] * 3, 10, 10)) == []


@pytest.mark.parametrize(("rest", "windows"), [(0, 1), (9, 1), (10, 2), (99, 2)])
def test_a_rest_is_heard_if_it_is_a_tenth_of_a_window(rest, windows):
    assert len(list(cut([np.ones(100 + rest, np.float32)], 100, 100))) == windows


@pytest.mark.parametrize(("peak", "silent"), [(0.0, True), (0.00099, True), (0.00101, False), (-0.5, False)])
def test_silence_is_a_peak_below_minus_60_dbfs(peak, silent):
    samples = np.zeros(100, np.float32)
    samples[50] = peak
    (window,) = cut([samples], 100, 100)
    assert window.silent is silent


def test_a_window_does_not_change_when_its_block_does():
    block = np.ones(10, np.float32)
    (window,) = cut([block], 10, 10)
    block[:] = 0
    assert window.samples.sum() == 10


@pytest.mark.parametrize(("length", "hop"), [(0, 1), (1, 0), (-1, 5)])
def test_nonsense_is_refused(length, hop):
    with pytest.raises(ValueError, match="positive"):
        list(cut([np.ones(5, np.float32)], length, hop))


@pytest.mark.parametrize(
    ("block", "hop"), [(16_000, 59_049), (100, 30_000), (16_000, 40 * 59_049), (200_000, 59_049)]
)
def test_memory_does_not_grow_with_the_song(block, hop):
    def peak(seconds):
        tracemalloc.start()
        one = np.ones(block, np.float32)
        for _ in cut((one for _ in range(seconds * 16_000 // block)), 59_049, hop):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert peak(1200) < peak(120) + 500_000
