"""The public checkpoints' layouts, and what they compute, written out anew for the tests to compare with."""

from collections.abc import Mapping

import torch
from torch.nn import functional
from torchaudio.transforms import AmplitudeToDB, MelSpectrogram

Weights = Mapping[str, torch.Tensor]
Shapes = dict[str, tuple[int, ...]]


def _layer(name: str, shape: tuple[int, ...], conv: str = "conv", bn: str = "bn") -> Shapes:
    filters = shape[:1]
    norm = f"{name}.{bn}".removeprefix(".")
    shapes = {f"{name}.{conv}.weight": shape, f"{name}.{conv}.bias": filters} if conv else {}
    keys = ("weight", "bias", "running_mean", "running_var")
    return {**shapes, **{f"{norm}.{key}": filters for key in keys}, f"{norm}.num_batches_tracked": ()}


_MEL: Shapes = {
    "spec.spectrogram.window": (512,),
    "spec.mel_scale.fb": (257, 96),
    **_layer("spec_bn", (1,), conv="", bn=""),
}
_MEL = {key.replace("..", "."): shape for key, shape in _MEL.items()}


def _fcn() -> Shapes:
    shapes = dict(_MEL)
    below = 1
    for index, filters in enumerate((64, 128, 128, 128, 64), 1):
        shapes |= _layer(f"layer{index}", (filters, below, 3, 3))
        below = filters
    return {**shapes, "dense.weight": (50, 64), "dense.bias": (50,)}


def _crnn() -> Shapes:
    shapes = {key: shape for key, shape in _fcn().items() if "layer5" not in key}
    for layer, below in ((0, 128), (1, 32)):
        shapes[f"layer5.weight_ih_l{layer}"] = (96, below)
        shapes[f"layer5.weight_hh_l{layer}"] = (96, 32)
        shapes[f"layer5.bias_ih_l{layer}"] = shapes[f"layer5.bias_hh_l{layer}"] = (96,)
    return {**shapes, "dense.weight": (50, 32)}


def _musicnn(block: int, dense: int) -> Shapes:
    shapes = dict(_MEL)
    for index, shape in enumerate(((204, 1, 67, 7), (204, 1, 38, 7), (51, 1, 129), (51, 1, 65), (51, 1, 33))):
        shapes |= _layer(f"layers.{index}", shape)
    for index, below in enumerate((561, block, block), 1):
        shapes |= _layer(f"layer{index}", (block, below, 7))
    shapes |= {"dense1.weight": (dense, 2 * (561 + 3 * block)), "dense1.bias": (dense,)}
    shapes |= {key.removeprefix("."): shape for key, shape in _layer("", (dense,), conv="").items()}
    return {**shapes, "dense2.weight": (50, dense), "dense2.bias": (50,)}


def _sample() -> Shapes:
    filters = (1, 128, 128, 128, *[256] * 6, 512, 512)
    shapes: Shapes = {}
    for index in range(1, 12):
        shapes |= _layer(f"layer{index}", (filters[index], filters[index - 1], 1 if index == 11 else 3))
    return {**shapes, "dense.weight": (50, 512), "dense.bias": (50,)}


SHAPES = {
    "fcn": _fcn(),
    "crnn": _crnn(),
    "musicnn": _musicnn(64, 200),
    "sample": _sample(),
    "musicnn of msd": _musicnn(512, 500),
}


def random_checkpoint(kind: str) -> dict[str, torch.Tensor]:
    """Return a checkpoint of the right layout whose every value matters."""
    torch.manual_seed(0)
    mel = MelSpectrogram(16000, n_fft=512, f_max=8000, n_mels=96).state_dict()
    weights = {}
    for key, shape in SHAPES[kind].items():
        if key.startswith("spec."):
            weights[key] = mel[key.removeprefix("spec.")]
        elif key.endswith("num_batches_tracked"):
            weights[key] = torch.tensor(17)
        elif key.endswith("running_var"):
            weights[key] = torch.rand(shape) + 0.5
        else:
            fan_in = max(1, torch.Size(shape[1:]).numel())
            weights[key] = torch.randn(shape) / fan_in**0.5
    return weights


def logits(kind: str, weights: Weights, waveform: torch.Tensor) -> torch.Tensor:
    """Return what a checkpoint answers to a waveform [batch, window], from its published description."""
    if kind == "sample":
        x = _normed(weights, "layer1", waveform[:, None], stride=3, padding=1)
        for index in range(2, 11):
            x = functional.max_pool1d(_normed(weights, f"layer{index}", x, padding=1), 3)
        return _dense(weights, "dense", _normed(weights, "layer11", x)[:, :, 0])
    mel = AmplitudeToDB()(MelSpectrogram(16000, n_fft=512, f_max=8000, n_mels=96)(waveform))
    x = _batch_norm(weights, "spec_bn", mel[:, None])
    if kind.startswith("musicnn"):
        return _musicnn_logits(weights, x)
    pools = ((2, 4), (2, 4), (2, 4), (3, 5), (4, 4)) if kind == "fcn" else ((2, 2), (3, 3), (4, 4), (4, 4))
    for index, pool in enumerate(pools, 1):
        x = functional.max_pool2d(_normed(weights, f"layer{index}", x, padding=1), pool)
    if kind == "fcn":
        return _dense(weights, "dense", x[:, :, 0, 0])
    gru = torch.nn.GRU(128, 32, 2, batch_first=True)
    gru.load_state_dict({k.removeprefix("layer5."): v for k, v in weights.items() if k.startswith("layer5.")})
    return _dense(weights, "dense", gru(x[:, :, 0].transpose(1, 2))[0][:, -1])


def _musicnn_logits(weights: Weights, x: torch.Tensor) -> torch.Tensor:
    front = [_normed(weights, f"layers.{index}", x, padding=(0, 3)).amax(2) for index in (0, 1)]
    for index, width in ((2, 129), (3, 65), (4, 33)):
        front.append(_normed(weights, f"layers.{index}", x.mean(2), padding=width // 2))
    layers = [torch.cat(front, 1)]
    layers.append(_normed(weights, "layer1", layers[0], padding=3))
    layers.append(_normed(weights, "layer2", layers[1], padding=3) + layers[1])
    layers.append(_normed(weights, "layer3", layers[2], padding=3) + layers[2])
    together = torch.cat(layers, 1)
    summary = torch.cat([together.amax(2), together.mean(2)], 1)
    return _dense(weights, "dense2", _batch_norm(weights, "bn", _dense(weights, "dense1", summary)).relu())


def _normed(
    weights: Weights, name: str, x: torch.Tensor, *, stride: int = 1, padding: int | tuple[int, int] = 0
) -> torch.Tensor:
    kernel = weights[f"{name}.conv.weight"]
    convolve = functional.conv2d if kernel.ndim == 4 else functional.conv1d
    y = convolve(x, kernel, weights[f"{name}.conv.bias"], stride=stride, padding=padding)
    return _batch_norm(weights, f"{name}.bn", y).relu()


def _batch_norm(weights: Weights, name: str, x: torch.Tensor) -> torch.Tensor:
    keys = ("running_mean", "running_var", "weight", "bias")
    return functional.batch_norm(x, *(weights[f"{name}.{key}"] for key in keys))


def _dense(weights: Weights, name: str, x: torch.Tensor) -> torch.Tensor:
    return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])
