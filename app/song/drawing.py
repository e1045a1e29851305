"""The pictures of a song's course and outline, made once for a width."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage

from app.song.course import Course
from app.song.shades import SHADES, ramp
from tagger_core.audio.peaks import Peaks


def heat(course: Course, width: int, ground: QColor, *, dark: bool) -> QImage:
    """Return an image of `width` by one pixel a tag: from the ground at score 0 to the tag's colour at 1."""
    shades = np.rint(np.clip(np.nan_to_num(course.columns(width)), 0, 1) * (SHADES - 1)).astype(np.intp)
    ramps = {category: ramp(category, ground, dark=dark) for category in {t.category for t in course.tags}}
    pixels = np.stack([ramps[tag.category][row] for tag, row in zip(course.tags, shades, strict=True)])
    rows, columns = pixels.shape[:2]
    # Copied: an image does not keep the memory that it was made from.
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()


def outline_lines(peaks: Peaks, seconds: float, *, left: float, width: int, height: float) -> list[QLineF]:
    """Return one upright line a pixel for an outline, over a time of `seconds`."""
    low, high = _columns(peaks, seconds, width)
    loudest = max(float(np.abs(low).max(initial=0)), float(np.abs(high).max(initial=0)), 0.1)
    middle, scale = height / 2, (height / 2 - 1) / loudest
    return [
        QLineF(
            left + x + 0.5,
            middle - scale * float(high[x]) - 0.5,
            left + x + 0.5,
            middle - scale * float(low[x]) + 0.5,
        )
        for x in range(len(high))
    ]


def _columns(peaks: Peaks, seconds: float, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the lowest and highest sample of each pixel that the sound reaches."""
    if not len(peaks.low) or seconds <= 0:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    bounds = np.linspace(0, seconds * peaks.pairs_per_second, width + 1)
    first = np.floor(bounds[:-1]).astype(np.intp)
    end = np.maximum(np.ceil(bounds[1:]).astype(np.intp), first + 1)
    reached = first < len(peaks.low)
    first, end = first[reached], np.minimum(end[reached], len(peaks.low))
    low, high = peaks.low[first], peaks.high[first]
    for further in range(1, int((end - first).max(initial=1))):
        inside = np.minimum(first + further, end - 1)
        low, high = np.minimum(low, peaks.low[inside]), np.maximum(high, peaks.high[inside])
    return low, high
