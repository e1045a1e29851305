"""Modules of convolution and pooling over time, as data; SampleCNN and the frame-level networks have them."""

from __future__ import annotations

import math
from typing import Literal

from tagger_core.models.checks import choice, integer, number, rows

LONGEST_WINDOW = 1 << 21
MOST_WEIGHTS = 1 << 26
MOST_ACTIVATIONS = 1 << 26

Layout = Literal["2017", "2018"]
Modules = tuple[tuple[int, int], ...]
Padding = Literal["framework", "torch"]


def checked_modules(modules: object) -> Modules:
    """Return the (width, filters) of each module as tuples.

    Raises:
        ModelError: they are something else, too few, too many, or out of range.
    """
    found = rows("modules", modules, 2, 2, 24)
    for width, filters in found:
        integer("a module's width", width, 2, 64)
        integer("a module's filters", filters, 1, 4096)
    return tuple((width, filters) for width, filters in found)


def check_top(last_filters: object, dropout: object, padding: object) -> None:
    """Check what follows the modules, and how they are padded.

    Raises:
        ModelError: a value is out of range.
    """
    integer("last_filters", last_filters, 1, 4096)
    number("dropout", dropout, 0.0, 0.95)
    choice("padding", padding, ("framework", "torch"))


def frames_into(modules: Modules) -> int:
    """Return the frames that the modules pool to one."""
    return math.prod(width for width, _ in modules)


def weights_of(channels: int, modules: Modules, last_filters: int, tags: int) -> int:
    """Return the weights and biases of the modules, the convolution of width 1 and the output layer."""
    count = 0
    for width, filters in (*modules, (1, last_filters)):
        count += (width * channels + 1) * filters
        channels = filters
    return count + (channels + 1) * tags


def largest_layer(channels: int, modules: Modules) -> int:
    """Return the most numbers that a layer makes of one window, before its pool."""
    frames = frames_into(modules)
    largest = frames * channels
    for width, filters in modules:
        largest = max(largest, frames * filters)
        frames //= width
    return largest


def filter_plan(widths: tuple[int, ...], layout: Layout = "2017") -> Modules:
    """Return the papers' modules of these widths.

    The first two have 128 filters, the last 512, all between 256 (Lee et al. 2017, Table 1); the 2018 paper's
    Table 1 gives the last two 512.
    """
    filters = [128, 128, *[256] * (len(widths) - 3), 512]
    if layout == "2018":
        filters[-2] = 512
    return tuple(zip(widths, filters, strict=True))
