"""`python -m trainer.distil windows`: what an fcn, made for 29 s, has to say about the 3 s of a window.

There are two ways to make its scores targets for windows: let it hear the window as a loop, or let it hear
the clip and tell every window of it the same. Where a musicnn learned from the same labels, which hears 3 s
by itself, it can say which of the two is nearer.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tagger_core.models.fcn import FCN
from tagger_core.models.importer import Dataset
from trainer.distil import panel
from trainer.distil.corpus import WINDOW, to_float
from trainer.distil.evaluate import spearman
from trainer.distil.evidence import CLIP, kept_clips
from trainer.distil.panel import Voice
from trainer.distil.teacher import fused

LOG = logging.getLogger(__name__)

Logits = NDArray[np.floating]


def compared(whole: Logits, looped: Logits, musicnn: Logits) -> dict[str, float]:
    """Return the numbers, each the mean over tags.

    Args:
        whole: the fcn's logits of clips, [clips, tags].
        looped: its logits of their windows as loops, [clips, windows, tags].
        musicnn: the musicnn's logits of the same windows, [clips, windows, tags].
    """
    told = np.repeat(whole[:, None], looped.shape[1], axis=1)

    def flat(logits: Logits) -> Logits:
        return logits.reshape(-1, logits.shape[-1])

    def within(logits: Logits) -> Logits:
        return flat(logits - logits.mean(axis=1, keepdims=True))

    numbers = {
        "clips: mean of loops and whole clip": spearman(looped.mean(1), whole),
        "clips: musicnn and whole clip": spearman(musicnn.mean(1), whole),
        "windows: loop and musicnn": spearman(flat(looped), flat(musicnn)),
        "windows: clip's score and musicnn": spearman(flat(told), flat(musicnn)),
        "windows of one clip: loop and musicnn": spearman(within(looped), within(musicnn)),
        "shift of loops, in deviations": (looped.mean((0, 1)) - whole.mean(0)) / (whole.std(0) + 1e-9),
        "size of that shift": np.abs(looped.mean((0, 1)) - whole.mean(0)) / (whole.std(0) + 1e-9),
    }
    return {name: float(np.nanmean(values)) for name, values in numbers.items()}


def main(arguments: list[str]) -> None:
    """Measure it for one data set."""
    parser = argparse.ArgumentParser(prog="python -m trainer.distil windows", description=__doc__)
    parser.add_argument("--parts", type=Path, nargs="*", default=[], help="unpacked packages, clones")
    parser.add_argument("--work", type=Path, required=True, help="folder for the clips, as of `vocabulary`")
    parser.add_argument("--teachers", type=Path, required=True, help="folder with SET-NETWORK.pth files")
    parser.add_argument("--dataset", choices=("mtat", "jamendo"), default="mtat")
    parser.add_argument("--clips", type=int, default=40, help="how many of the clips")
    parser.add_argument("--each", type=int, default=4, help="windows a clip")
    options = parser.parse_args(arguments)
    clips = kept_clips(options.work, 1, options.parts).samples
    some = to_float(np.asarray(clips[:: max(1, len(clips) // options.clips)]))
    starts = np.linspace(0, CLIP - WINDOW, options.each).astype(int)
    windows = np.concatenate([sound[start : start + WINDOW][None] for sound in some for start in starts])
    dataset: Dataset = options.dataset
    heard = {
        name: panel.teacher_of(options.teachers, Voice(dataset, name)).logits(windows)
        for name in ("fcn", "musicnn")
    }
    network = panel.network_of(options.teachers, Voice(dataset, "fcn"))
    if isinstance(network, FCN):
        network.stack = fused(network.stack)
    with torch.inference_mode():
        whole = np.concatenate([network(torch.from_numpy(sound[None])).numpy() for sound in some])
    shape = (len(some), options.each, -1)
    for name, value in compared(whole, heard["fcn"].reshape(shape), heard["musicnn"].reshape(shape)).items():
        LOG.info("%s: %.3f", name, value)
