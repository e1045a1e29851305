"""How much faster than the published loop Earmark hears, and how near to the machine's matrix products.

The published loop is eager float32 with Conv1d, batch normalisation as trained, 16 windows a batch, and
torch's own number of threads. Earmark computes as a scan does: one song a thread on every core. Both hear the
same windows with the same 3^9 SampleCNN, in turn within one run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.measure import interleaved, machine, medians, parser, ratio, report
from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import Execution
from tagger_core.inference.machine import precisions
from tagger_core.models.architectures import build, describe
from tagger_core.models.model_file import LoadedModel
from tagger_core.models.model_info import ModelInfo, Tag
from tagger_core.models.samplecnn_configs import SAMPLECNN, SampleCNNConfig

CONFIG = SAMPLECNN["3^9-59049"]
SAMPLE_RATE = 22050
TAGS = 50
BATCH = 16
SIDE = 2048  # of the square matrices


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=7)
    asked = options.parse_args()
    threads = torch.get_num_threads()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    native = "bf16" in precisions("cpu")
    model = random_model()
    songs = np.random.default_rng(0).standard_normal((cores, BATCH, CONFIG.window), np.float32) * 0.2
    with ThreadPoolExecutor(cores) as workers:
        functions: dict[str, Callable[[], object]] = {
            "baseline": lambda: published_loop(model.network, songs)
        }
        for precision in ("fp32", "bf16") if native else ("fp32",):
            engine = Engine(model, Execution("cpu", precision, "short", 8))
            functions[precision] = partial(every_song, workers, engine, songs)
            matrix = torch.randn(SIDE, SIDE).to(torch.bfloat16 if precision == "bf16" else torch.float32)
            functions[f"matmul_{precision}"] = partial(torch.matmul, matrix, matrix)
        interleaved(functions, 1)
        seconds = interleaved(functions, asked.rounds)
    results: dict[str, float | int | str | None] = {
        "machine": machine(),
        "torch": torch.__version__,
        "compute_threads": threads,
        "gflop_per_window": operations(CONFIG) / 1e9,
        "speedup_bf16": ratio(seconds["baseline"], seconds["bf16"]) if native else None,
        "speedup_fp32": ratio(seconds["baseline"], seconds["fp32"]),
        **rates(medians(seconds), cores * BATCH),
    }
    if not native:
        results["bf16"] = "this processor does not multiply bfloat16 itself"
    report(results, asked.json)


def rates(seconds: dict[str, float], windows: int) -> dict[str, float | None]:
    """Return what the medians mean; a fraction counts the products that a direct convolution needs."""
    results: dict[str, float | None] = {"baseline_ms": seconds["baseline"] / windows * 1e3}
    work = operations(CONFIG) * windows
    for precision in ("fp32", "bf16"):
        taken = seconds.get(precision)
        matmul = 2 * SIDE**3 / seconds[f"matmul_{precision}"] if taken else None
        results[f"{precision}_ms"] = taken / windows * 1e3 if taken else None
        results[f"{precision}_times_realtime"] = (
            windows * CONFIG.window / SAMPLE_RATE / taken if taken else None
        )
        results[f"matmul_gflops_{precision}"] = matmul / 1e9 if matmul else None
        results[f"matmul_fraction_{precision}"] = work / taken / matmul if taken and matmul else None
    results["matmul_fraction"] = results["matmul_fraction_bf16"] or results["matmul_fraction_fp32"]
    return results


def published_loop(network: nn.Module, songs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return the scores of every song, [windows, tags], computed the way that models are published."""
    with torch.no_grad():
        return [
            torch.sigmoid(network(batch)).numpy()
            for song in songs
            for batch in torch.split(torch.from_numpy(song), BATCH)
        ]


def every_song(workers: ThreadPoolExecutor, engine: Engine, songs: NDArray[np.float32]) -> None:
    """Let every worker hear one song."""
    list(workers.map(engine.run, songs))


def operations(config: SampleCNNConfig) -> int:
    """Return the multiplications and additions of one window, computed directly."""
    frames, channels = config.frames, config.first_filters
    count = frames * config.first_width * channels
    for width, filters in config.modules:
        count += frames * width * channels * filters
        frames, channels = frames // width, filters
    return 2 * (count + channels * config.last_filters + config.last_filters * TAGS)


def random_model() -> LoadedModel:
    """Return random weights under batch normalisation that has seen noise."""
    torch.manual_seed(0)
    network = build(describe(CONFIG), TAGS)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.momentum = None  # statistics of the data at once, not little by little
    with torch.no_grad():
        network(torch.randn(4, CONFIG.window) * 0.2)
    info = ModelInfo(
        name="random",
        architecture=describe(CONFIG),
        sample_rate=SAMPLE_RATE,
        window=CONFIG.window,
        tags=tuple(Tag(f"tag {i}", "mood", 0.5) for i in range(TAGS)),
        licence="",
        provenance="",
        quality={},
        card="",
    )
    return LoadedModel(info, "random", network.eval())


if __name__ == "__main__":
    main()
