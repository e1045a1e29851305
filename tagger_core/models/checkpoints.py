"""The public checkpoints that can be imported, as data: minzwon/sota-music-tagging-models, MIT licence."""

from __future__ import annotations

import re
from dataclasses import replace

from tagger_core.models.architectures import Config
from tagger_core.models.mel_configs import CRNN, FCN, MUSICNN
from tagger_core.models.samplecnn_configs import SAMPLECNN

FAMILIES = ("fcn", "crnn", "musicnn", "sample")
DATASETS = ("mtat", "msd", "jamendo")
SAMPLE_RATE = 16000

BLOBS: dict[str, tuple[str, str]] = {
    "0ce2469da86fddc73be75936fbcddc9471e7ce21": ("sample", "mtat"),
    "3888125187cd62bff2ec7f6763b474b916407d95": ("sample", "msd"),
    "db5bedf34a0ea6500d95e254a43a203a185cec06": ("sample", "jamendo"),
    "f535468c253f5d9a6e87c4088d234846d7738cc2": ("musicnn", "mtat"),
    "61fc3de978b34df788d267ba8a0c2f06d783df9a": ("musicnn", "jamendo"),
    "20045ae7f5bf5882c95512f786555a51f5223d96": ("crnn", "jamendo"),
    "d236c42b7757a5d7fd28535ec6a620ed78049901": ("fcn", "jamendo"),
    "5e4334531c3e630521d329c68a39ab374d61418c": ("crnn", "msd"),
    "10e77ca885b1f0f771274baaf2b1867a72a08083": ("fcn", "msd"),
    "884e1ffa3b4d005794b225996163d1ef5d64206b": ("crnn", "mtat"),
    "970d99eb564935d36e2f4b71712a250a081229e0": ("fcn", "mtat"),
}
"""(family, data set) by the id that git gives the published file."""

PUBLISHED_QUALITY: dict[tuple[str, str], dict[str, str | int | float]] = {
    ("sample", "mtat"): {"published ROC-AUC": 0.9058, "published PR-AUC": 0.4422},
    ("musicnn", "mtat"): {"published ROC-AUC": 0.9106, "published PR-AUC": 0.4493},
}
"""Macro averages on the filtered MagnaTagATune split, by the checkpoints' authors; not measured here."""

TELLTALES = (
    ("musicnn", "dense1.weight"),
    ("crnn", "layer5.weight_ih_l0"),
    ("sample", "layer11.conv.weight"),
    ("fcn", "spec_bn.weight"),
)
"""(family, a key that only this family or a later one in the list has)."""

FRONT_END = ("spec.spectrogram.window", "spec.mel_scale.fb")
"""What the files hold of the spectrogram, window and filter bank; our configurations say the same."""

CARD_FAMILIES = {"fcn": "FCN", "crnn": "CRNN", "musicnn": "Musicnn", "sample": "SampleCNN"}
CARD_DATASETS = {"mtat": "MagnaTagATune", "msd": "the Million Song Dataset", "jamendo": "MTG-Jamendo"}
"""How the cards name families and data sets."""


def configuration(family: str, dataset: str) -> Config:
    """Return the architecture of a family of `FAMILIES` for a data set of `DATASETS`."""
    if family == "musicnn":
        return MUSICNN[dataset]
    if family == "sample":
        # The reimplementation pads its strided convolution too.
        return replace(SAMPLECNN["3^9-59049"], first_padding=1)
    return FCN if family == "fcn" else CRNN


def our_name(family: str, key: str) -> str:
    """Return our name for the tensor that a public checkpoint of `family` calls `key`."""
    key = key.replace("spec_bn.", "front.norm.")
    if family == "musicnn":
        key = re.sub(r"^layers\.([01])\.", r"vertical.\1.", key)
        key = re.sub(r"^layers\.([234])\.", lambda found: f"horizontal.{int(found[1]) - 2}.", key)
        key = re.sub(r"^layer(\d+)\.", lambda found: f"blocks.{int(found[1]) - 1}.", key)
        key = re.sub(r"^dense1\.", "hidden.", key)
        key = re.sub(r"^dense2\.", "dense.", key)
    elif family == "sample":
        key = re.sub(r"^layer1\.", "first.", key)
        key = re.sub(r"^layer11\.", "last.", key)
        key = re.sub(r"^layer(\d+)\.", lambda found: f"stack.{int(found[1]) - 2}.", key)
    else:
        if family == "crnn":
            key = re.sub(r"^layer5\.", "recurrent.", key)
        key = re.sub(r"^layer(\d+)\.", lambda found: f"stack.{int(found[1]) - 1}.", key)
    return re.sub(r"(^|\.)bn\.", r"\1norm.", key)
