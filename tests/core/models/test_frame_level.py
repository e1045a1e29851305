"""The frame-level networks: what they hear, their sizes, the measure of their input, how they learn."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tagger_core.models.architectures import Config, build, describe
from tagger_core.models.dieleman_configs import DIELEMAN, DIELEMAN_AUC, DielemanConfig
from tagger_core.models.framemel import FrameMel
from tagger_core.models.framemel_configs import FRAME_MEL, FRAME_MEL_AUC, FrameMelConfig
from tagger_core.models.logmel import LogMelFrontEnd
from tests.core.models.test_samplecnn import counts

TABLES: dict[str, dict[str, Config]] = {"framemel": {**FRAME_MEL}, "dieleman": {**DIELEMAN}}
with Path(__file__).with_name("golden_frame_level.csv").open(newline="", encoding="utf-8") as stream:
    ROWS = [
        (row["family"], row["name"], *(int(row[key]) for key in ("input", "weights", "with_norm")))
        for row in csv.DictReader(stream)
    ]
SMALL_MEL = FrameMelConfig(
    length=81, hop=27, modules=((3, 8), (3, 8), (3, 12)), last_filters=16, fft=243, bands=12
)


def test_the_golden_table_has_every_published_model_once() -> None:
    assert [row[:2] for row in ROWS] == [(family, name) for family, names in TABLES.items() for name in names]
    assert list(FRAME_MEL_AUC) == list(FRAME_MEL)
    assert list(FRAME_MEL_AUC.values()) == [0.9000, 0.9005, 0.9047, 0.9059, 0.9025]
    assert list(DIELEMAN_AUC) == list(DIELEMAN)
    assert len(set(DIELEMAN.values())) == 16


@pytest.mark.parametrize(("family", "name", "window", "weights", "with_norm"), ROWS)
def test_a_published_model_has_its_size(
    family: str, name: str, window: int, weights: int, with_norm: int
) -> None:
    config = TABLES[family][name]
    network = build(describe(config), 50).eval()
    with torch.inference_mode():
        logits, embedding = network.embed(torch.zeros(1, network.window))
    assert network.window == window
    assert counts(network)[:2] == (weights, with_norm)
    assert config.weights(50) == weights  # type: ignore[union-attr]  # both families count theirs
    assert logits.shape == (1, 50)
    assert embedding.shape == (1, network.dimensions)


@pytest.mark.parametrize("name", FRAME_MEL)
def test_the_pools_bring_every_mel_spectrogram_to_one_frame(name: str) -> None:
    config = FRAME_MEL[name]
    front = build(describe(config), 50).front
    assert front(torch.zeros(1, 59049)).shape == (1, 128, 3 ** len(config.modules))


@pytest.mark.parametrize("config", [*FRAME_MEL.values(), *DIELEMAN.values()])
def test_no_mel_band_falls_between_two_lines_of_the_transform(config: Config) -> None:
    front = build(describe(config), 1).front
    if isinstance(front, LogMelFrontEnd):
        assert bool((front.mel.mel_scale.fb.amax(0) > 0).all())


@pytest.mark.parametrize("name", ["mel-1024-1024", "mel-1024-512", "mel-256-256", "raw-1024-512"])
def test_strides_and_pools_divide_the_window_of_three_seconds(name: str) -> None:
    config = DIELEMAN[name]
    x = build(describe(config), 50).front(torch.zeros(1, 49152))
    assert x.shape == (1, 128, 49152 // config.stride)
    assert config.top_frames * 16 == x.shape[2]


def test_a_frame_is_what_a_windowed_transform_of_its_samples_says() -> None:
    torch.manual_seed(0)
    front = FrameMel(SMALL_MEL, 2).front
    waveform = torch.randn(1, SMALL_MEL.window)
    compressed = front.compressed(waveform)
    frame = 11
    middle = frame * 27 + 13
    samples = waveform[0, middle - 40 : middle + 41]
    spectrum = torch.fft.rfft(samples * torch.hann_window(81), n=243).abs()
    expected = torch.log1p(10 * spectrum @ front.mel.mel_scale.fb)
    torch.testing.assert_close(compressed[0, :, frame], expected, rtol=1e-4, atol=1e-5)


def test_the_measured_input_is_standardised_and_kept() -> None:
    torch.manual_seed(0)
    network = FrameMel(SMALL_MEL, 2)
    batches = [torch.randn(n, SMALL_MEL.window) * loudness for n, loudness in ((4, 0.1), (1, 1.0), (2, 0.01))]
    network.front.measure(iter(batches))
    heard = torch.cat([network.front(batch) for batch in batches])
    assert abs(float(heard.mean())) < 1e-4
    assert abs(float(heard.std()) - 1) < 1e-3
    assert {"front.mean", "front.deviation"} == {
        name for name in network.state_dict() if name.startswith("front")
    }
    network.to(torch.bfloat16)
    assert network.front.mean.dtype == torch.float32


def test_an_input_that_does_not_vary_cannot_be_measured() -> None:
    front = FrameMel(SMALL_MEL, 2).front
    for batches in ([], [torch.zeros(2, SMALL_MEL.window)]):
        with pytest.raises(ValueError, match="does not vary"):
            front.measure(batches)


SHORT = DielemanConfig(
    input="raw", length=256, stride=128, channels=8, window=2048, fft=256, sample_rate=8000
)
LEARNERS: dict[str, Config] = {
    "framemel": SMALL_MEL,
    "dieleman on spectrograms": replace(SHORT, input="mel"),
    "dieleman": SHORT,
    "log(1 + C x^2)": replace(SHORT, nonlinearity="log-power"),
    "log(1 + C |x|)": replace(SHORT, nonlinearity="log-magnitude"),
    "l2 of 2": replace(SHORT, nonlinearity="none", pooling="l2", pool=2),
    "max of 4": replace(SHORT, nonlinearity="none", pooling="max", pool=4),
}


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", LEARNERS)
def test_every_weight_learns_also_from_silence(name: str, precision: torch.dtype) -> None:
    torch.manual_seed(0)
    network = build(describe(LEARNERS[name]), 3).train()
    waveform = torch.randn(6, network.window) * 0.3
    waveform[0] = 0
    with torch.autocast("cpu", precision, enabled=precision != torch.float32):
        network(waveform).float().square().sum().backward()
    for parameter in network.parameters():
        assert parameter.grad is not None
        assert bool(torch.isfinite(parameter.grad).all())
        assert bool(parameter.grad.any())


def test_spectrograms_are_not_rounded_under_autocast() -> None:
    torch.manual_seed(0)
    front = FrameMel(SMALL_MEL, 2).front
    waveform = torch.randn(2, SMALL_MEL.window)
    expected: Tensor = front(waveform)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(front(waveform), expected)


def raw_front(**changes: Any) -> tuple[Tensor, Tensor]:
    """Return what a strided front end makes of noise, and the convolution below its nonlinearity."""
    torch.manual_seed(0)
    config = replace(SHORT, length=64, stride=32, channels=4, window=512, fft=64, **changes)
    front = build(describe(config), 2).front
    waveform = torch.randn(2, 512)
    return front(waveform).detach(), front.conv(waveform[:, None]).detach()


def test_nonlinearities_and_feature_pools_are_those_of_the_paper() -> None:
    for name, function in {
        "relu": lambda x: x.clamp(min=0),
        "log-power": lambda x: torch.log(1 + 10_000 * x**2),
        "log-magnitude": lambda x: torch.log(1 + 10_000 * x.abs()),
    }.items():
        got, x = raw_front(nonlinearity=name)
        torch.testing.assert_close(got, function(x))
    got, x = raw_front(nonlinearity="none", pooling="l2", pool=2)
    first = (x[:, 0] ** 2 + x[:, 1] ** 2).sqrt()
    torch.testing.assert_close(got, torch.stack([first, (x[:, 2] ** 2 + x[:, 3] ** 2).sqrt()], dim=1))
    got, x = raw_front(nonlinearity="none", pooling="max", pool=2)
    torch.testing.assert_close(got[:, 1], torch.maximum(x[:, 2], x[:, 3]))


def test_the_mel_network_is_channels_last_without_a_difference() -> None:
    torch.manual_seed(0)
    network = FrameMel(SMALL_MEL, 2).eval()
    waveform = torch.randn(2, SMALL_MEL.window)
    plain = network.embed(waveform)
    network.channels_last = True
    for mine, its in zip(plain, network.embed(waveform), strict=True):
        torch.testing.assert_close(mine, its)
