"""Everything about hearing that needs a GPU, in one call: are the scores right, and how fast do they come?

    python -m scripts.check_gpu [--model FILE] [--windows N] [--device DEVICE]

Needs only torch, torchaudio and numpy. Compares every way of computing that Earmark knows on the GPU with
float32 on the processor, on windows of synthetic music, then lets Earmark choose, and prints one flat JSON
object. Ends with status 1 if Earmark's choice is off by more than 0.01, and 2 where there is no GPU.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from tagger_core.inference.engine import Engine
from tagger_core.inference.execution import LARGEST_DIFFERENCE, Execution, candidates, choose
from tagger_core.inference.machine import devices, precisions
from tagger_core.inference.measurement import probe
from tagger_core.models.model_file import LoadedModel, load
from tagger_core.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 7
COMPARED = 32


def main() -> int:
    """Check and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", type=Path, help="a model file; the bundled one if not given")
    options.add_argument("--windows", type=int, default=512, help="windows a round (512)")
    options.add_argument("--device", default=devices()[0], help="the first GPU if not given")
    asked = options.parse_args()
    if asked.device == "cpu" and "--device" not in sys.argv:
        print("There is no GPU here that torch can use.")
        return 2
    model = load(asked.model or min((PROJECT / "resources" / "models").glob("*.safetensors")))
    windows = music(model, asked.windows)
    expected = Engine(model, Execution()).run(windows[:COMPARED])[0]
    gpu = torch.cuda.get_device_name(asked.device) if asked.device.startswith("cuda") else asked.device
    results: dict[str, object] = {"device": gpu, "model": model.info.name}
    ways = candidates(model, asked.device, precisions(asked.device))
    for execution in ways:
        results.update(compared(model, execution, windows, expected))
    with tempfile.TemporaryDirectory() as folder:
        chosen = choose(model, Settings(device=asked.device), Path(folder) / "tuning.json")
    results["chosen"] = name_of(chosen)
    print(json.dumps(results, indent=2))
    return int(float(results[f"{name_of(chosen)}_difference"]) > LARGEST_DIFFERENCE)


def compared(
    model: LoadedModel, execution: Execution, windows: np.ndarray, expected: np.ndarray
) -> dict[str, float]:
    """Return how far the mean scores of one way are from the expected ones, and how fast it is."""
    engine = Engine(model, execution)
    scores = engine.run(windows[:COMPARED])[0]
    return {
        f"{name_of(execution)}_difference": float(np.abs(scores.mean(0) - expected.mean(0)).max()),
        f"{name_of(execution)}_x_realtime": x_realtime(model, engine, windows),
    }


def name_of(execution: Execution) -> str:
    """Return a way of computing as one word."""
    return f"{execution.precision}_{execution.layout}_{execution.micro_batch}"


def music(model: LoadedModel, count: int) -> np.ndarray:
    """Return windows [count, samples] of synthetic sound, all different."""
    few = probe(model.info.window).numpy()
    shifts = np.random.default_rng(0).integers(0, few.shape[-1], count)
    return np.stack([np.roll(few[i % len(few)], shift) for i, shift in enumerate(shifts)]).astype(np.float32)


def x_realtime(model: LoadedModel, engine: Engine, windows: np.ndarray) -> float:
    """Return seconds of audio heard in a second, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        engine.run(windows)
        taken.append(time.perf_counter() - start)
    return len(windows) * model.info.window / model.info.sample_rate / float(np.median(taken))


if __name__ == "__main__":
    sys.exit(main())
