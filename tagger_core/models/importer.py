"""Import of public checkpoints: a .pth of tensors becomes a model file, checked tensor by tensor."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tagger_core.errors import ModelError
from tagger_core.models import tag_names
from tagger_core.models.architectures import describe
from tagger_core.models.checkpoints import (
    BLOBS,
    CARD_DATASETS,
    CARD_FAMILIES,
    DATASETS,
    FAMILIES,
    FRONT_END,
    PUBLISHED_QUALITY,
    SAMPLE_RATE,
    TELLTALES,
    configuration,
    our_name,
)
from tagger_core.models.checks import brief
from tagger_core.models.mel_configs import FCN
from tagger_core.models.model_file import LARGEST_FILE, save, told_of
from tagger_core.models.model_info import ModelInfo

if TYPE_CHECKING:
    from torch import Tensor

Family = Literal["fcn", "crnn", "musicnn", "sample"]
Dataset = Literal["mtat", "msd", "jamendo"]

UNCALIBRATED = 0.3
"""Threshold of an imported model's tags: the checkpoints come without, and scores rarely reach 0.5."""

_REMEDY = "choose a checkpoint of minzwon/sota-music-tagging-models: fcn, crnn, musicnn or sample"


def import_checkpoint(
    source: Path,
    destination: Path,
    *,
    family: Family | None = None,
    dataset: Dataset | None = None,
    name: str | None = None,
) -> ModelInfo:
    """Turn a checkpoint of minzwon/sota-music-tagging-models into a model file; nothing in it is executed.

    Args:
        source: a `.pth` file.
        destination: the model file to write; replaced if it is there, its folder must exist.
        family: the architecture; told from the tensors if not given.
        dataset: what it was trained on; told from the published files' ids, the path or the shapes if not.
        name: of the model; "dataset-family" if not given.

    Raises:
        ModelError: the file is no checkpoint, holds more than tensors, is of another family or data set than
            said, or cannot be told; or the model file cannot be written.
    """
    with told_of(source):
        content = _read(source)
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        tensors = _tensors(source)
        kind = family or _family(tensors)
        trained_on = dataset or _dataset(source, blob, kind, tensors)
        published = BLOBS.get(blob)
        if published is not None and published != (kind, trained_on):
            raise ModelError(
                f"this is the published {published[0]} of {published[1]}", remedy="import it as that"
            )
        info = _describe(kind, trained_on, name, blob, published=published is not None)
        weights = _renamed(kind, tensors)
        _expect_front_end(kind, tensors)
    try:
        save(destination, info, weights)
    except ModelError as error:
        if isinstance(error.__cause__, OSError):
            raise
        raise ModelError(error.message, path=source, remedy=_REMEDY) from error
    return info


def _read(source: Path) -> bytes:
    if source.stat().st_size > LARGEST_FILE:
        raise ModelError(f"the file has more than {LARGEST_FILE} bytes", remedy=_REMEDY)
    if zipfile.is_zipfile(source):
        try:
            with zipfile.ZipFile(source) as archive:
                unpacked = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ModelError(f"the file is damaged: {error}", remedy=_REMEDY) from error
        if unpacked > LARGEST_FILE:
            raise ModelError(f"the file unpacks to more than {LARGEST_FILE} bytes", remedy=_REMEDY)
    return source.read_bytes()


def _tensors(source: Path) -> dict[str, Tensor]:
    import torch  # noqa: PLC0415 - torch is imported late

    try:
        content: Any = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:
        reason = brief(str(error).partition("\n")[0])
        raise ModelError(
            f"the file holds more than tensors, or is damaged: {reason}", remedy=_REMEDY
        ) from error
    if not isinstance(content, Mapping):
        raise ModelError(f"the file holds a {type(content).__name__}, not named tensors", remedy=_REMEDY)
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise ModelError(f"the file holds {brief(key)}, which is no named tensor", remedy=_REMEDY)
        is_number = value.is_floating_point() or key.endswith("num_batches_tracked")
        # A tensor on the device "meta" has a shape and nothing in it.
        is_plain = value.device.type == "cpu" and not value.is_nested and value.layout == torch.strided
        if not (is_plain and is_number):
            raise ModelError(f"the tensor {brief(key)} is not of plain numbers", remedy=_REMEDY)
    return dict(content)


def _family(tensors: Mapping[str, Tensor]) -> str:
    for family, key in TELLTALES:
        if key in tensors:
            return family
    raise ModelError(f"its tensors are those of none of {', '.join(FAMILIES)}", remedy=_REMEDY)


def _dataset(source: Path, blob: str, family: str, tensors: Mapping[str, Tensor]) -> str:
    if blob in BLOBS:
        return BLOBS[blob][1]
    # The repository's own layout is <data set>/<family>/best_model.pth, so two folders count as well.
    words = re.split(r"[^a-z]+", "/".join(source.absolute().parts[-3:]).lower())
    named = {dataset for dataset in DATASETS if dataset in words}
    if len(named) == 1:
        return named.pop()
    if not named and family == "musicnn" and tensors["dense1.weight"].shape[:1] == (500,):
        return "msd"
    raise ModelError("nothing tells what it was trained on", remedy=f"say which: {', '.join(DATASETS)}")


def _renamed(family: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    renamed: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        if key not in FRONT_END:
            ours = our_name(family, key)
            if ours in renamed:
                raise ModelError(f"two tensors are {ours}", remedy=_REMEDY)
            renamed[ours] = tensor
    return renamed


def _expect_front_end(family: str, tensors: Mapping[str, Tensor]) -> None:
    """Check that the checkpoint hears the spectrogram that we compute."""
    if family == "sample":
        return
    import torch  # noqa: PLC0415 - torch is imported late

    from tagger_core.models.mel import MelFrontEnd  # noqa: PLC0415 - it imports torch

    ours = MelFrontEnd(FCN).mel
    for key, expected in zip(FRONT_END, (ours.spectrogram.window, ours.mel_scale.fb), strict=True):
        found = tensors.get(key)
        if found is None or found.shape != expected.shape:
            raise ModelError(f"{key} is missing or of another shape", remedy=_REMEDY)
        # Releases of torchaudio differ by about 1e-5 in the filter bank.
        if not torch.allclose(found.float(), expected, atol=1e-3):
            raise ModelError(f"{key} is not that of the published models", remedy=_REMEDY)


def _describe(family: str, dataset: str, name: str | None, blob: str, *, published: bool) -> ModelInfo:
    config = configuration(family, dataset)
    quality = dict(PUBLISHED_QUALITY.get((family, dataset), {}))
    if quality:
        quality["measured on"] = "MagnaTagATune, filtered split, by the authors of the checkpoint"
    told = "the published file" if published else "not byte for byte a published file known to Earmark"
    place = f"minzwon/sota-music-tagging-models, models/{dataset}/{family}/best_model.pth"
    provenance = f"{place}; git blob {blob}, {told}"
    return ModelInfo(
        name=name if name is not None else f"{dataset}-{family}",
        architecture=describe(config),
        sample_rate=SAMPLE_RATE,
        window=config.window,
        tags=tag_names.tags(dataset, UNCALIBRATED),
        licence="MIT, (c) 2020 Music Technology Group, Universitat Pompeu Fabra",
        provenance=provenance,
        quality=quality,
        card=_card(family, dataset, provenance),
    )


def _card(family: str, dataset: str, provenance: str) -> str:
    heard = CARD_DATASETS[dataset]
    seconds = configuration(family, dataset).window / SAMPLE_RATE
    return (
        f"# {CARD_FAMILIES[family]}, trained on {heard}\n\n"
        f"Imported from a public checkpoint: {provenance}.\n\n"
        f"It hears {seconds:.1f} s of mono audio at 16 kHz at a time and scores the "
        f"{len(tag_names.TAG_NAMES[dataset])} most frequent tags of {heard}.\n\n"
        f"The checkpoint comes without thresholds. Every tag stands at {UNCALIBRATED}, which is a guess: "
        "compare the scores with songs that you know before you write tags into files.\n\n"
        "Published numbers, where the list of qualities has any, are the authors', on their own data.\n"
    )
