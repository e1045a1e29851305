"""What every benchmark shares: interleaved rounds, medians, the machine in one line, one way to print."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser that knows --json; a benchmark adds its own options."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--json", action="store_true", help="print one flat JSON object")
    return result


def interleaved(functions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Time every function once a round, in turn, so that a busy moment of the machine falls on all alike.

    Returns:
        wall seconds by name, one for each round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def medians(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """Return the median of each list."""
    return {name: statistics.median(values) for name, values in seconds.items()}


def ratio(slow: list[float], fast: list[float]) -> float:
    """Return how many times faster: the median of the quotients within a round."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


def machine() -> str:
    """Return the processor, its cores and the system in one line."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def report(results: Mapping[str, float | int | str | None], as_json: bool) -> None:
    """Print the results as one flat JSON object, or as aligned lines."""
    rounded = {name: float(f"{v:.4g}") if isinstance(v, float) else v for name, v in results.items()}
    if as_json:
        print(json.dumps(rounded))
        return
    width = max(map(len, rounded))
    for name, value in rounded.items():
        print(f"{name:<{width}}  {'-' if value is None else value}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
