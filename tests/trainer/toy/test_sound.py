"""What a tag promises can be measured: bands, pitches, rhythms, levels; nothing clips, nothing is silent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.signal import resample_poly

from trainer.toy import corpus
from trainer.toy.instruments import TIMBRES, note
from trainer.toy.layer import Layer
from trainer.toy.noise import NoiseBank
from trainer.toy.plan import Plan, artist, plan
from trainer.toy.render import render
from trainer.toy.styles import INSTRUMENTS, TEXTURES
from trainer.toy.tags import NAMES
from trainer.toy.tone import HIGHEST

RATE = 16_000
SECONDS = 6.0
PLAIN = Plan(artist(1, 0, 0), frozenset(("bowed",)), "bowed", None, None, "", 100.0, 50, "open")


def sound(*heard: str, rate: int = RATE, **other: Any) -> np.ndarray:
    """Return six seconds of a plain melody with more tags."""
    made = replace(PLAIN, heard=frozenset(("bowed", *heard)), **other)
    return render(made, 1, 0, rate, SECONDS)


def power(samples: np.ndarray, low: float, high: float, rate: int = RATE) -> float:
    """Return the power in a band."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples)))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(spectrum[(hz >= low) & (hz < high)].sum() / len(samples) ** 2)


def level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


@pytest.mark.parametrize(
    ("tag", "low", "high", "times"),
    [
        ("hiss", 4500, 7500, 20),
        ("chirps", 4100, 7000, 10),
        ("rumble", 20, 70, 30),
        ("wind", 200, 1700, 0),
        ("crackle", 2500, 7500, 1.3),
        ("drone", 30, 130, 30),
        ("ticking", 560, 960, 0),
        ("sweep", 180, 1600, 0),
    ],
)
def test_a_texture_lies_in_its_band(tag: str, low: float, high: float, times: float) -> None:
    alone = replace(PLAIN, heard=frozenset((tag,)), lead=None)
    samples = render(alone, 1, 0, RATE, SECONDS)
    assert power(samples, low, high) > 0.6 * power(samples, 0, RATE / 2)
    if times:
        assert power(sound(tag), low, high) > times * power(sound(), low, high)


def test_every_texture_is_measured_above() -> None:
    marks = test_a_texture_lies_in_its_band.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in marks[0].args[1]} == set(TEXTURES)


def strongest(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[spectrum.argmax()])


@pytest.mark.parametrize("instrument", [*INSTRUMENTS, "bass"])
def test_an_instrument_plays_the_pitch_it_is_asked_for(instrument: str) -> None:
    hz = 60.0 if instrument == "bass" else 330.0
    layer = Layer(artist(1, 0, 0), NoiseBank(RATE, np.random.default_rng(0)), np.random.default_rng(1))
    samples = note(instrument, hz, 1.0, layer).samples
    assert 0.02 < level(samples) < 2
    assert np.isfinite(samples).all()
    if instrument in ("fm", "bell"):
        return  # whose partials are no harmonics
    base = hz / 2 if instrument == "distorted" else hz
    nearest = strongest(samples) / base
    assert abs(nearest - round(nearest)) < 0.02
    assert power(samples, 0, 0.9 * base) < 0.05 * power(samples, 0, RATE / 2)


def test_no_two_instruments_share_a_spectrum() -> None:
    assert TIMBRES.keys() | {"bell", "fm", "distorted"} == {*INSTRUMENTS, "bass"}
    assert len({repr(timbre) for timbre in TIMBRES.values()}) == len(TIMBRES)


def test_loud_is_loud_and_quiet_is_quiet() -> None:
    loud, plain, quiet = level(sound("loud")), level(sound()), level(sound("quiet"))
    assert loud > 2 * plain
    assert plain > 3 * quiet


def _gates(samples: np.ndarray) -> np.ndarray:
    """Return the level of every hundredth of a second, against the whole."""
    blocks = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return np.sqrt((blocks.astype(np.float64) ** 2).mean(1)) / level(samples)


def test_pauses_are_silences_between_sounds() -> None:
    drone = {"lead": None, "accompaniment": None}
    assert _gates(sound("drone", **drone)).min() > 0.1
    assert (_gates(sound("drone", "pauses", **drone)) < 0.05).mean() > 0.05


def _swings(samples: np.ndarray, low: float, high: float) -> float:
    """Return how much the level moves at rates from low to high Hz."""
    gates = _gates(samples)
    spectrum = np.abs(np.fft.rfft((gates - gates.mean()) * np.hanning(len(gates)))) ** 2
    hz = np.fft.rfftfreq(len(gates), 0.01)
    return float(spectrum[(hz > low) & (hz < high)].sum() / len(gates) ** 2)


def test_tremolo_moves_the_level_at_its_rate() -> None:
    sway = PLAIN.artist.sway
    still = _swings(sound(manner=""), 0.9 * sway, 1.1 * sway)
    assert _swings(sound("tremolo", manner="tremolo"), 0.9 * sway, 1.1 * sway) > 4 * still


def test_a_steady_beat_comes_back_with_every_beat() -> None:
    heard = frozenset(("drums", "four on the floor"))
    samples = render(replace(PLAIN, heard=heard, lead=None, beats=120.0), 1, 0, RATE, SECONDS)
    low = resample_poly(samples.astype(np.float64), 1, 40)  # below 200 Hz: the kick
    strength = np.abs(low)
    strength -= strength.mean()
    beat = RATE // 40 // 2
    turned = [float(strength[lag:] @ strength[: len(strength) - lag]) for lag in (beat, beat * 3 // 4)]
    assert turned[0] > 0.5 * float(strength @ strength)
    assert turned[1] < 0.3 * turned[0]


@pytest.mark.parametrize(
    ("tag", "other", "differs"),
    [
        ("high", {}, lambda with_it, without: strongest(with_it) > 1.4 * strongest(without)),
        ("low", {}, lambda with_it, without: power(with_it, 0, 150) > 3 * power(without, 0, 150)),
        ("bass", {}, lambda with_it, without: power(with_it, 30, 110) > 10 * power(without, 30, 110)),
        ("echo", {}, lambda with_it, without: not np.allclose(with_it, without, atol=0.01)),
    ],
)
def test_a_tag_changes_the_sound(
    tag: str, other: dict[str, Any], differs: Callable[[np.ndarray, np.ndarray], bool]
) -> None:
    assert differs(sound(tag, **other), sound())


@pytest.mark.parametrize("rate", [2000, 22_050, 44_100])
def test_nothing_clips_and_nothing_is_silent(rate: int) -> None:
    for number in range(3, 7):
        samples = corpus.clip(2, number, rate).samples
        assert samples.dtype == np.float32
        assert len(samples) == round(29.1 * rate)
        assert np.isfinite(samples).all()
        assert 0.01 < np.abs(samples).max() <= 0.9701
        # The noise of the recording fills even the pauses.
        seconds = samples[: 29 * rate].reshape(29, rate)
        assert np.abs(seconds).max(1).min() > 1e-6


def test_nothing_sounds_above_what_magnatagatune_can_hold() -> None:
    for number in range(4):
        samples = corpus.clip(2, number, 22_050).samples
        # But for the corners of envelopes that open quickly.
        above = power(samples, HIGHEST + 300, 11_025, 22_050)
        assert above < 1e-4 * power(samples, 0, 11_025, 22_050), number


@pytest.mark.parametrize("number", [3, 5, 7])
def test_a_lower_rate_loses_what_lies_above_half_of_it_and_no_more(number: int) -> None:
    whole, half = corpus.clip(1, number, 16_000), corpus.clip(1, number, 8000)
    assert (whole.key, whole.labels, whole.truth) == (half.key, half.labels, half.truth)
    below = resample_poly(whole.samples.astype(np.float64), 1, 2)
    assert level(below) == pytest.approx(level(half.samples), rel=0.02)
    # Noise is drawn anew at each rate, and a note begins at the nearest sample.
    assert np.corrcoef(below, half.samples)[0, 1] > 0.9


def test_phases_are_random() -> None:
    # The same plan with another number: as loud, of the same notes' timbre, and yet no sample alike.
    one, other = render(PLAIN, 1, 0, 8000, SECONDS), render(PLAIN, 1, 1, 8000, SECONDS)
    assert level(one) == pytest.approx(level(other), rel=0.3)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.3


def test_true_tags_are_those_that_are_played() -> None:
    for number in range(300):
        made = plan(3, number)
        assert made.heard <= set(NAMES)
        for instrument in (made.lead, made.accompaniment):
            assert instrument is None or instrument in made.heard
        assert not made.voice or made.voice in made.heard
        assert made.manner == "" or made.manner in made.heard
        assert ("chords" in made.heard) == bool(made.accompaniment and "arpeggio" not in made.heard)


def test_a_bare_host_can_make_it() -> None:
    program = (
        "import sys; import trainer.toy.write; "
        "print(*sorted({'av', 'mutagen', 'sqlalchemy', 'PySide6', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
