"""Estimated filters are those that climbing one by one finds, and show what a network listens for."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from tagger_core.models.samplecnn import SampleCNN
from tagger_core.models.samplecnn_configs import SAMPLECNN, SampleCNNConfig
from trainer.errors import RunError
from trainer.figures import ascent
from trainer.figures.ascent import NOISE, by_peak, deepest, estimated_filters, spectra
from trainer.figures.filters import draw_examples, draw_spectra, draw_spectra_of_rates, sorted_spectra

RATE = 8000
HERTZ = (2000, 500, 1000, 3000, 1500, 2500)
SMALL = SampleCNNConfig(3, 3, 4, ((3, 4), (2, 5), (3, 6)), last_filters=6)


def small(seed: int = 0) -> SampleCNN:
    torch.manual_seed(seed)
    network = SampleCNN(SMALL, 2)
    for _ in range(3):
        network(torch.randn(8, SMALL.window))
    return network.eval()


def bank() -> SampleCNN:
    """A network whose first layer is a bank of tones, each of 64 samples."""
    network = SampleCNN(SampleCNNConfig(64, 16, len(HERTZ), ((4, 4), (4, 4)), 4, first_padding=24), 2)
    time = torch.arange(64) / RATE
    tones = torch.stack([torch.sin(2 * torch.pi * hertz * time) for hertz in HERTZ])
    with torch.no_grad():
        network.first.conv.weight.copy_((tones * torch.hann_window(64))[:, None])
    return network.eval()


def test_a_filter_is_found_where_it_listens() -> None:
    spectrum = spectra(estimated_filters(bank(), 1))
    peaks = spectrum.argmax(axis=1) * RATE / 729
    assert peaks == pytest.approx(np.array(HERTZ), abs=RATE / 32)


def test_spectra_are_sorted_by_their_peaks(tmp_path: Path, drawn: list[Figure]) -> None:
    draw_spectra(bank(), RATE, tmp_path / "spectra", layers=1)
    (image,) = drawn[0].axes[0].images
    shown = np.asarray(image.get_array()).T
    peaks = shown.argmax(axis=1) * RATE / 729
    assert peaks == pytest.approx(np.array(sorted(HERTZ)), abs=RATE / 32)
    assert image.get_extent() == [0.5, 6.5, 0.0, 4.0]  # kHz, up to half the sample rate
    assert drawn[0].axes[0].get_ylabel() == "Frequency (kHz)"
    np.testing.assert_array_equal(shown, sorted_spectra(bank(), 1))


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_climbing_together_is_climbing_one_by_one(layer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch normalisation hears one waveform alone in training mode: so it does when all climb together."""
    monkeypatch.setattr(ascent, "STEPS", 4)  # later on, a rounding may choose another maximum
    together = estimated_filters(small(), layer, seed=5)
    network = small().train()
    count = len(together)
    noise = (2 * torch.rand(count, 729, generator=torch.Generator().manual_seed(5)) - 1) * NOISE
    blocks = [network.first, *network.stack][:layer]
    for place in range(count):
        wave = noise[place : place + 1]
        for _ in range(4):
            wave = wave.detach().requires_grad_()
            x = wave[:, None]
            for block in blocks[:-1]:
                x = block(x)
            top = blocks[-1]
            if top.padding[0] != top.padding[1]:
                x = torch.nn.functional.pad(x, top.padding)
            top.norm(top.conv(x)).relu()[0, place].mean().backward()
            assert wave.grad is not None
            wave = wave + wave.grad / (wave.grad.square().mean().sqrt() + 1e-9)
        assert together[place] == pytest.approx(wave[0].detach().numpy(), abs=1e-3)


def test_the_network_stays_as_it_is() -> None:
    network = small()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    first = estimated_filters(network, 3)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not network.training
    np.testing.assert_array_equal(first, estimated_filters(network, 3))
    assert not np.array_equal(first, estimated_filters(network, 3, seed=1))


def test_the_papers_network_has_six_layers_to_show() -> None:
    with torch.device("meta"):
        assert deepest(SampleCNN(SAMPLECNN["3^9-59049"], 50)) == 6
    assert deepest(small()) == 4
    with pytest.raises(RunError, match="choose one from 1 to 4"):
        estimated_filters(small(), 5)


def test_a_spectrum_by_hand() -> None:
    time = np.arange(729)
    wave = 3 + np.sin(2 * np.pi * 90 * time / 729)[None]
    found = spectra(wave)
    assert found.shape == (1, 365)
    # A Hann window keeps half of the amplitude in the line itself; the mean is gone.
    assert found[0, 90] == pytest.approx(np.log10(1 + 10 * (729 / 4) ** 2), rel=1e-3)
    assert found[0, 0] < 0.1
    assert by_peak(np.array([[0, 1, 0], [1, 0, 0], [0, 1, 0.5]])).tolist() == [1, 0, 2]


def test_rates_are_rows_from_low_to_high(tmp_path: Path, drawn: list[Figure]) -> None:
    draw_spectra_of_rates([(16000, small()), (4000, small(1))], tmp_path / "rates")
    axes = [one for one in drawn[0].axes if one.images]
    assert [one.images[0].get_extent()[3] for one in axes] == [2.0] * 4 + [8.0] * 4
    assert [axes[0].get_ylabel(), axes[4].get_ylabel()] == ["4,000 Hz", "16,000 Hz"]
    assert [one.get_title() for one in axes[:4]] == ["Layer 1", "Layer 2", "Layer 3", "Layer 4"]
    assert len({one.images[0].norm for one in axes}) == 1  # shades mean the same everywhere


def test_examples_are_waveforms_of_every_layer(tmp_path: Path, drawn: list[Figure]) -> None:
    draw_examples(bank(), RATE, tmp_path / "examples")
    waves = [axes.lines[0].get_ydata() for axes in drawn[0].axes]
    assert len(waves) == 8 * deepest(bank())
    assert all(len(wave) == 243 for wave in waves)


def test_filters_that_are_too_long_to_show_are_told(tmp_path: Path) -> None:
    network = SampleCNN(SampleCNNConfig(6561, 6561, 2, ((3, 2), (3, 2)), last_filters=2), 2).eval()
    assert deepest(network) == 0
    draws: list[Callable[[], None]] = [
        lambda: draw_spectra(network, RATE, tmp_path / "x"),
        lambda: draw_examples(network, RATE, tmp_path / "x"),
        lambda: draw_spectra_of_rates([(4000, small()), (RATE, network)], tmp_path / "x"),
    ]
    for draw in draws:
        with pytest.raises(RunError, match=r"too long for a waveform of 729 samples .*sample-level"):
            draw()
    assert not list(tmp_path.iterdir())


def test_both_files_are_there_and_the_drawing_is_repeated_byte_for_byte(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw_spectra(small(), RATE, tmp_path / name / "spectra", layers=2)
    first, second = ((tmp_path / name / "spectra.svg").read_bytes() for name in ("one", "two"))
    assert first == second
    assert b"<svg" in first
    assert b"<dc:date>" not in first
    png = (tmp_path / "one" / "spectra.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    assert width == pytest.approx(17.6 / 2.54 * 300, abs=2)
    assert 400 < height < 800
