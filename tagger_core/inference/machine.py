"""What this machine can compute with."""

from __future__ import annotations

import os
import platform
from typing import Literal

import torch

from tagger_core.errors import InferenceError

Precision = Literal["fp32", "bf16", "fp16"]

DTYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}

# How a processor says that it multiplies bfloat16 itself; emulated, it is slower than float32.
_NATIVE_BF16 = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")


def devices() -> tuple[str, ...]:
    """Return the devices that are there, the fastest kind first."""
    found = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def precisions(device: str) -> tuple[Precision, ...]:
    """Return the precisions that a device computes with by itself."""
    if device == "cpu":
        able = torch.cpu.get_capabilities()
        return ("fp32", "bf16") if any(able.get(name) for name in _NATIVE_BF16) else ("fp32",)
    if device == "mps":
        return ("fp32", "fp16")
    if torch.cuda.get_device_capability(device) >= (8, 0):
        return ("fp32", "fp16", "bf16")
    return ("fp32", "fp16")


def device_named(asked: str) -> str:
    """Return the device that a setting means: "auto", "cpu", "cuda", "cuda:1", "mps".

    Raises:
        InferenceError: it is not there.
    """
    there = devices()
    if asked == "auto":
        return there[0]
    for device in there:
        if asked in (device, device.partition(":")[0]):
            return device
    raise InferenceError(
        f"the device {asked!r} is not there", remedy=f"choose auto or one of {', '.join(there)}"
    )


def precisions_named(asked: str, device: str) -> tuple[Precision, ...]:
    """Return the precisions that a setting leaves open on a device.

    Raises:
        InferenceError: the device does not compute with the one that was asked for.
    """
    able = precisions(device)
    if asked == "auto":
        return able
    for precision in able:
        if precision == asked:
            return (precision,)
    raise InferenceError(
        f"{device} does not compute in {asked} by itself", remedy=f"choose auto or one of {', '.join(able)}"
    )


def description(device: str) -> str:
    """Return what a measurement depends on, in one line: processor, cores, torch, GPU."""
    able = torch.cpu.get_capabilities()
    parts = [
        platform.system(),
        platform.machine(),
        str(able.get("cpu_name") or platform.processor()),
        torch.backends.cpu.get_cpu_capability(),
        f"{os.cpu_count()} cores",
        f"torch {torch.__version__}",
        device,
    ]
    if device.startswith("cuda"):
        parts.append(torch.cuda.get_device_name(device))
    return " | ".join(parts)
