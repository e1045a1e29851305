"""How much weights of almost nothing cost, of which training leaves many in filters that nobody needs.

A musicnn of random weights, a tenth of them around 1e-39, as the public checkpoint of MTG-Jamendo has them,
hears noise in float32 on one core: as it is, and as the engine makes it ready. The same musicnn without such
weights says what is the network's own.
"""

from __future__ import annotations

import copy
from functools import partial

import numpy as np
import torch

from benchmarks.measure import interleaved, machine, medians, parser, ratio, report
from tagger_core.inference.pipeline import Pipeline, prepare
from tagger_core.models.architectures import build, describe
from tagger_core.models.mel_configs import MUSICNN
from tagger_core.models.network import TaggingNetwork

CONFIG = MUSICNN["jamendo"]
TAGS = 50
SHARE = 10
"""One weight of so many is almost nothing."""


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=7)
    asked = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    plain = build(describe(CONFIG), TAGS).eval()
    dusty = with_dust(plain)
    sound = torch.from_numpy(np.random.default_rng(0).standard_normal((1, CONFIG.window), np.float32) * 0.2)
    ways: dict[str, Pipeline] = {
        "dusty": dusty,
        "engine": prepare(dusty, "cpu", "fp32", "network"),
        "plain": prepare(plain, "cpu", "fp32", "network"),
    }
    with torch.inference_mode():
        functions = {name: partial(way.embed, sound) for name, way in ways.items()}
        interleaved(functions, 1)
        seconds = interleaved(functions, asked.rounds)
    results: dict[str, float | int | str | None] = {
        "machine": machine(),
        "torch": torch.__version__,
        "speedup": ratio(seconds["dusty"], seconds["engine"]),
        "engine_against_plain": ratio(seconds["engine"], seconds["plain"]),
        **{f"{name}_ms": value * 1e3 for name, value in medians(seconds).items()},
    }
    report(results, asked.json)


def with_dust(network: TaggingNetwork) -> TaggingNetwork:
    """Return a copy in which some weights of every layer are almost nothing."""
    result = copy.deepcopy(network)
    with torch.no_grad():
        for weight in result.parameters():
            weight.view(-1)[::SHARE] *= 1e-38
    return result


if __name__ == "__main__":
    main()
