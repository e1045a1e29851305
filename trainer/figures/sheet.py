"""The sheet that figures are drawn on: one style, the sizes of a printed page, PNG and SVG."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLUMN, PAGE = 8.6, 17.6
"""Widths of one and of two columns of the journals, in cm."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by all kinds of colour vision (Okabe and Ito)."""
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "^", "s", "D")
GREY = "#767676"

SPECTRUM = "magma"

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "figure.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "lines.linewidth": 1.1,
    "lines.markersize": 3,
    "image.interpolation": "none",
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
    # Letters as shapes look the same wherever they are shown; names within the file come from its content.
    "svg.fonttype": "path",
    "svg.hashsalt": "earmark",
    "savefig.dpi": 300,
    "savefig.facecolor": "white",
}


@contextlib.contextmanager
def sheet(stem: Path, width: float, height: float) -> Iterator[Figure]:
    """Give a figure to draw on and write it as `stem`.png and `stem`.svg when it is done.

    The same drawing gives the same bytes of SVG.

    Args:
        stem: path without the ending; its folder is made.
        width: in cm.
        height: in cm.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width / 2.54, height / 2.54), layout="constrained")
        yield figure
        stem.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(stem.with_name(f"{stem.name}.png"), format="png")
        # Everything has its place now, and the second file has it there too.
        figure.set_layout_engine("none")
        figure.savefig(stem.with_name(f"{stem.name}.svg"), format="svg", metadata={"Date": None})


def boxed(axes: Axes) -> None:
    """Draw all four sides, as around an image."""
    for spine in axes.spines.values():
        spine.set_visible(True)


def bare(axes: Axes) -> None:
    """Take away sides and ticks, as of a waveform that stands for its shape alone."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
