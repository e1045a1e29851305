"""How fast Earmark trains, against the usual public loop and against what the device can.

The usual loop: a Dataset that loads one .npy a segment, DataLoader workers, eager float32 as torch comes
(on a GPU its convolutions then round to TF32), the loss read at every step, batches of 23. Earmark's is
that of `trainer.training`, on noise in the form of prepared data. Both train the same SampleCNN in one run:
3^9 on a GPU, the same with an eighth of the filters on a processor. Seconds of an epoch are those of 15,244
clips of 10 segments, extrapolated from the segments of some seconds; what an epoch needs at least is in
`training_floor`.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.measure import machine, parser, report
from benchmarks.training_floor import bandwidth, matrix_rate, moved, products, synchronise
from tagger_core.inference.machine import precisions
from tagger_core.models.architectures import build, describe
from tagger_core.models.samplecnn_configs import SAMPLE_RATE_TIME, SAMPLE_RATES, SAMPLECNN, SampleCNNConfig
from trainer.data.catalogue import SPLITS
from trainer.data.prepared import Prepared
from trainer.recipes import RECIPES, Precision
from trainer.training.batches import Batches
from trainer.training.devices import open_fabric
from trainer.training.learner import Learner
from trainer.training.loop import batches
from trainer.training.run import lay_out
from trainer.training.steps import Way, tag_loss

CLIPS, SECONDS, TAGS = 15_244, 29.1, 50
BASIC = "3^9-59049"
SEGMENTS = CLIPS * 10
BATCH = 23
WARM_UP = 6

Results = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Setting:
    """One way of training that is measured."""

    batch: int
    precision: Precision
    way: Way

    @property
    def name(self) -> str:
        """Return it as one word."""
        return f"{self.precision}_{self.way}_{self.batch}"


ON_GPU = (
    Setting(BATCH, "fp32", "eager"),
    Setting(BATCH, "tf32", "eager"),
    Setting(BATCH, "bf16", "eager"),
    Setting(BATCH, "tf32", "recorded"),
    Setting(BATCH, "bf16", "recorded"),
    Setting(BATCH, "bf16", "compiled"),
    Setting(92, "bf16", "recorded"),
    Setting(92, "bf16", "compiled"),
    Setting(256, "bf16", "recorded"),
    Setting(256, "bf16", "compiled"),
    Setting(512, "bf16", "compiled"),
)
ON_PROCESSOR = (
    Setting(BATCH, "fp32", "eager"),
    Setting(8, "fp32", "eager"),
    *((Setting(BATCH, "bf16", "eager"),) if "bf16" in precisions("cpu") else ()),
)


def main() -> None:
    """Measure and print."""
    options = parser(__doc__ or "")
    options.add_argument("--device", default="auto", help="cpu or cuda")
    options.add_argument("--seconds", type=float, default=4.0, help="that each way is timed (4)")
    options.add_argument("--rates", action="store_true", help="time the seven sampling rates of 2018 too")
    asked = options.parse_args()
    results = measure(asked.device, asked.seconds)
    if asked.rates:
        results.update(rate_ratios(asked.device, asked.seconds))
    report(results, asked.json)


def measure(device: str = "auto", seconds: float = 4.0) -> Results:
    """Return every way's segments a second, and what follows for an epoch."""
    where = open_fabric(device).device
    config = network_for(where, BASIC)
    settings = ON_GPU if where.type == "cuda" else ON_PROCESSOR
    speeds = {}
    for setting in settings:
        speeds[setting] = segments_a_second(config, setting, device, seconds)
        clear(where)
    usual = apart(usual_loop, config, where, seconds)
    of_papers = max(speed for setting, speed in speeds.items() if setting.batch == BATCH)
    best = max(speeds, key=lambda setting: speeds[setting])
    size = 2 if best.precision == "bf16" and where.type == "cuda" else 4
    open_fabric(device, best.precision)
    return {
        "device": torch.cuda.get_device_name(where) if where.type == "cuda" else machine(),
        "torch": torch.__version__,
        "model": BASIC if where.type == "cuda" else f"{BASIC} with an eighth of the filters",
        "epoch_s": SEGMENTS / speeds[best],
        "epoch_s_way": best.name,
        "epoch_s_batch23": SEGMENTS / of_papers,
        "epoch_s_usual_loop": SEGMENTS / usual,
        "speedup": of_papers / usual,
        "matmul_fraction": products(config) * speeds[best] / matrix_rate(where, best.precision),
        "bandwidth_fraction": moved(config, size) * speeds[best] / bandwidth(where),
        "gflop_per_segment": products(config) / 1e9,
        "mb_per_segment": moved(config, size) / 1e6,
        **{f"segments_per_s_{setting.name}": speed for setting, speed in speeds.items()},
    }


def rate_ratios(device: str = "auto", seconds: float = 4.0) -> Results:
    """Return an epoch's time at each sampling rate as a share of that at 22,050 Hz, ours and the paper's."""
    where = open_fabric(device).device
    setting = Setting(BATCH, "bf16", "recorded") if where.type == "cuda" else Setting(BATCH, "fp32", "eager")
    taken = {}
    for name, rate in SAMPLE_RATES.items():
        config = network_for(where, name)
        segments = CLIPS * (int(SECONDS * rate) // config.window)
        taken[name] = segments / segments_a_second(config, setting, device, seconds)
        clear(where)
    whole = taken[max(SAMPLE_RATES, key=lambda name: SAMPLE_RATES[name])]
    results: Results = {"rates_way": setting.name}
    for name, rate in SAMPLE_RATES.items():
        results[f"time_ratio_{rate}hz"] = taken[name] / whole
        results[f"time_ratio_{rate}hz_paper"] = SAMPLE_RATE_TIME[name]
    return results


def network_for(device: torch.device, name: str) -> SampleCNNConfig:
    """Return the layers that are trained on a device."""
    return SAMPLECNN[name] if device.type == "cuda" else SAMPLECNN[name].scaled(1 / 8)


def noise(window: int, segments: int) -> Prepared:
    """Return prepared data of noise, in memory: clips of ten segments, all for training."""
    random = np.random.default_rng(0)
    clips = max(1, segments // 10)
    return Prepared(
        folder=Path(),
        name="noise",
        task="tags",
        tags=tuple((f"tag {tag}", "mood") for tag in range(TAGS)),
        sample_rate=22_050,
        checksum="",
        keys=tuple(map(str, range(clips))),
        split_of=tuple(repeat(SPLITS[0], clips)),
        samples=np.full(clips, 10 * window),
        labels=random.random((clips, TAGS)) < 0.07,
        audio=random.integers(-8000, 8000, (clips, 10 * window), np.int16),
    )


def segments_a_second(config: SampleCNNConfig, setting: Setting, device: str, seconds: float) -> float:
    """Return how many segments Earmark's own loop learns from in a second."""
    fabric = open_fabric(device, setting.precision)
    data = noise(config.window, max(640, 4 * setting.batch))
    source = Batches(data, data.rows("train"), config.window, batch=setting.batch, device=fabric.device)
    torch.manual_seed(0)
    network = build(describe(config), TAGS)
    lay_out(network, fabric.device)
    recipe = replace(
        RECIPES["lee2017"], batch=setting.batch, precision=setting.precision, round_steps=100_000
    )
    learner = Learner(
        network,
        source,
        criterion=tag_loss,
        recipe=recipe,
        folder=Path(),
        fabric=fabric,
        way=setting.way,
        seed=0,
    )
    learner.network.train()
    with closing(batches(source, 0, 100_000)) as coming:
        return setting.batch * timed(lambda: learner.take_step(*next(coming)), fabric.device, seconds)


def clear(device: torch.device) -> None:
    """Forget what was compiled, and give memory back."""
    torch.compiler.reset()
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def timed(step: Any, device: torch.device, seconds: float) -> float:
    """Return steps a second, after some that do not count."""
    for _ in range(WARM_UP):
        step()
    synchronise(device)
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < seconds or steps < 2:
        for _ in range(10 if device.type == "cuda" else 1):
            step()
            steps += 1
        synchronise(device)
    return steps / (time.perf_counter() - start)


class Files(Dataset[tuple[Tensor, Tensor]]):
    """Segments that lie on disk as one .npy each, with their labels."""

    def __init__(self, folder: Path, data: Prepared, window: int) -> None:
        self.folder, self.labels = folder, data.labels.repeat(10, axis=0)
        for number, segment in enumerate(data.audio.reshape(-1, window)):
            np.save(folder / f"{number}.npy", segment.astype(np.float32) / 32768)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        wave = torch.from_numpy(np.load(self.folder / f"{number}.npy"))
        return wave, torch.from_numpy(self.labels[number].astype(np.float32))


def apart(
    loop: Callable[[SampleCNNConfig, torch.device, float], float],
    config: SampleCNNConfig,
    device: torch.device,
    seconds: float,
) -> float:
    """Return what a loop tells in a process of its own, where nothing of ours was set."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(loop, config, device, seconds).result()


def usual_loop(config: SampleCNNConfig, device: torch.device, seconds: float) -> float:
    """Return how many segments the usual public loop learns from in a second."""
    # As torch comes: convolutions in TF32, matrix products not.
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = False, True
    torch.manual_seed(0)
    network = build(describe(config), TAGS).to(device)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder), noise(config.window, 640), config.window)
        workers = min(8, os.cpu_count() or 1)
        loader = DataLoader(
            files,
            BATCH,
            shuffle=True,
            drop_last=True,
            num_workers=workers,
            pin_memory=device.type == "cuda",
            persistent_workers=True,
        )
        coming = again(loader)

        def step() -> None:
            waves, labels = next(coming)
            optimiser.zero_grad()
            loss = tag_loss(network(waves.to(device)), labels.to(device))
            loss.backward()  # type: ignore[no-untyped-call]  # torch gives it no types
            optimiser.step()
            loss.item()

        return BATCH * timed(step, device, seconds)


def again(loader: Iterable[Any]) -> Iterator[Any]:
    """Yield a loader's batches, epoch after epoch."""
    while True:
        yield from loader


if __name__ == "__main__":
    main()
