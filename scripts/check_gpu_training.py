"""Everything about training that needs a GPU, in one call of some minutes: is it right, and how fast is it?

    python -m scripts.check_gpu_training [--device cuda] [--seconds N] [--without PART ...]

Needs torch, torchaudio, lightning, scikit-learn, scipy, safetensors and numpy. In turn:

    curves      a small SampleCNN on the toy corpus, on the processor and in every way on the GPU, from one
                seed: the losses of three rounds must agree
    resume      stopped within a round on the GPU and gone on with: the losses must agree
    processes   the same on all GPUs here, where there is more than one: the losses must agree
    kernels     what one step of 3^9 spends its time on, the ten costliest kernels
    speed       `benchmarks.training`, with the seven sampling rates

Prints one flat JSON object. Ends with status 1 where losses disagree, and 2 where there is no GPU.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.training import Results, measure, network_for, noise, rate_ratios
from tagger_core.errors import Cancelled
from tagger_core.models.architectures import build, describe
from tagger_core.models.samplecnn_configs import SAMPLECNN
from trainer.data.prepared import Prepared
from trainer.recipes import RECIPES, Precision
from trainer.toy.write import prepare
from trainer.training.run import Run, RunFolder, train
from trainer.training.steps import Way, tag_loss

PROJECT = Path(__file__).resolve().parent.parent
PARTS = ("curves", "resume", "processes", "kernels", "speed")
RATE, CLIPS, SEED = 8000, 96, 1
WAYS: tuple[tuple[Precision, Way, float], ...] = (
    ("fp32", "eager", 0.02),
    ("fp32", "recorded", 0.02),
    ("fp32", "compiled", 0.02),
    ("tf32", "compiled", 0.03),
    ("bf16", "eager", 0.05),
    ("bf16", "recorded", 0.05),
    ("bf16", "compiled", 0.05),
)
"""Each way on the GPU, and by what share its losses may differ: rounding grows from step to step."""


def main() -> int:
    """Check and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--device", default="cuda")
    options.add_argument("--seconds", type=float, default=3.0, help="that each way is timed (3)")
    options.add_argument("--without", nargs="*", choices=PARTS, default=[], help="parts that are left out")
    options.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.device == "cuda" and not torch.cuda.is_available():
        print("There is no GPU here that torch can use.")
        return 2
    if asked.data:  # one of several processes
        train(small(), Prepared.open(asked.data), asked.folder, SEED, device=asked.device, way="eager")
        return 0
    results: Results = {"torch": torch.__version__}
    parts = [part for part in PARTS if part not in asked.without]
    with tempfile.TemporaryDirectory() as name:
        wrong = right(Path(name), asked.device, parts, results)
    if "kernels" in parts and asked.device == "cuda":
        results.update(kernels())
    if "speed" in parts:
        results.update(measure(asked.device, asked.seconds))
        results.update(rate_ratios(asked.device, asked.seconds))
    print(json.dumps(results, indent=2))
    for problem in wrong:
        print(problem, file=sys.stderr)
    return int(bool(wrong))


def small(precision: Precision = "fp32") -> Run:
    """Return a run of three rounds that is the same whatever computes it: without dropout."""
    config = replace(SAMPLECNN[f"3333224422-{RATE}hz"].scaled(1 / 4), dropout=0.0)
    recipe = replace(RECIPES["lee2017"], rounds=3, round_steps=20, precision=precision)
    return Run("check", "toy", RATE, config, recipe)


def right(folder: Path, device: str, parts: list[str], results: Results) -> list[str]:
    """Return what is wrong with the losses of each part that compares them; fill in the differences."""
    if not {"curves", "resume", "processes"} & set(parts):
        return []
    data = folder / "data"
    prepare(data, CLIPS, SEED, RATE, workers=4)
    prepared, wrong = Prepared.open(data), []
    expected = losses(train(small(), prepared, folder / "cpu", SEED, device="cpu"))

    def compare(name: str, run: RunFolder, limit: float) -> None:
        pairs = zip(losses(run), expected, strict=True)
        difference = max(abs(mine - its) / its for mine, its in pairs)
        results[f"difference_{name}"] = difference
        if difference > limit:
            wrong.append(f"{name}: losses differ by {difference:.3f}, more than {limit}")

    if "curves" in parts:
        for precision, way, limit in WAYS:
            name, start = f"{precision}_{way}", time.monotonic()
            run = train(small(precision), prepared, folder / name, SEED, device=device, way=way)
            compare(name, run, limit)
            results[f"check_s_{name}"] = round(time.monotonic() - start, 1)
    if "resume" in parts:
        compare("resume", stopped(prepared, folder / "stopped", device), 0.02)
    if "processes" in parts and torch.cuda.device_count() > 1:
        compare("processes", on_all(data, folder / "processes", device), 0.02)
    return wrong


def losses(run: RunFolder) -> list[float]:
    """Return training and validation loss of each round."""
    return [row[name] for row in run.metrics() for name in ("train_loss", "validation_loss")]


def stopped(prepared: Prepared, folder: Path, device: str) -> RunFolder:
    """Return a run that was stopped after 27 steps and gone on with, recorded as a graph both times."""
    asked = iter(range(27))
    try:
        train(
            small(),
            prepared,
            folder,
            SEED,
            device=device,
            way="recorded",
            cancelled=lambda: next(asked, None) is None,
        )
    except Cancelled:
        pass
    return train(small(), prepared, folder, SEED, device=device, way="recorded")


def on_all(data: Path, folder: Path, device: str) -> RunFolder:
    """Return a run of as many processes as there are GPUs."""
    command = (
        *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
        *("--nproc-per-node", str(torch.cuda.device_count()), "-m", "scripts.check_gpu_training"),
        *("--device", device, "--data", str(data), "--folder", str(folder)),
    )
    subprocess.run(command, cwd=PROJECT, check=True)
    return RunFolder(folder)


def kernels() -> Results:
    """Return the ten costliest kernels of a bfloat16 step of 3^9, batch 92, eager and compiled, in ms."""
    from torch.profiler import ProfilerActivity, profile  # noqa: PLC0415 - it is slow to load

    device = torch.device("cuda")
    config, results = network_for(device, "3^9-59049"), Results()
    data = noise(config.window, 920)
    waves = torch.from_numpy(data.audio.reshape(-1, config.window)[:92]).to(device) / 32768
    labels = torch.from_numpy(data.labels[:92]).to(device, torch.float32)
    for way in ("eager", "compiled"):
        network = build(describe(config), labels.shape[1]).to(device)
        setattr(network, "channels_last", True)  # noqa: B010 - one family's own
        forward: Any = torch.compile(network) if way == "compiled" else network

        def step(forward: Any = forward) -> None:
            with torch.autocast("cuda", torch.bfloat16):
                logits = forward(waves)
            tag_loss(logits.float(), labels).backward()  # type: ignore[no-untyped-call]  # torch's

        for _ in range(4):
            step()
        torch.cuda.synchronize()
        with profile(activities=[ProfilerActivity.CUDA]) as seen:
            step()
            torch.cuda.synchronize()
        costly = sorted(seen.key_averages(), key=lambda row: -row.self_device_time_total)[:10]
        for place, row in enumerate(costly, 1):
            results[f"kernel_{way}_{place:02}"] = f"{row.self_device_time_total / 1e3:.3f} ms {row.key[:90]}"
    return results


if __name__ == "__main__":
    sys.exit(main())
