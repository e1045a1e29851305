"""Import of public checkpoints: the same answers, the origin on record, nothing executed."""

import hashlib
import os
import pickle
import shutil
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch

from tagger_core.errors import ModelError
from tagger_core.models import importer
from tagger_core.models.checkpoints import BLOBS
from tagger_core.models.importer import UNCALIBRATED, import_checkpoint
from tagger_core.models.model_file import load, read_info
from tagger_core.models.tag_names import TAG_NAMES
from tests.core.models.checkpoints import SHAPES, logits, random_checkpoint
from tests.support.shared import SHARED, needs_shared

PUBLIC = sorted((SHARED / "weights").glob("*.pth")) if SHARED is not None else []


def written(path: Path, content: Any) -> Path:
    torch.save(content, path)
    return path


@pytest.mark.parametrize("kind", SHAPES)
def test_an_imported_checkpoint_answers_as_its_description_says(kind: str, tmp_path: Path) -> None:
    weights = random_checkpoint(kind)
    dataset = "msd" if kind.endswith("msd") else "jamendo"
    source = written(tmp_path / f"{dataset}-best.pth", OrderedDict(weights))
    info = import_checkpoint(source, tmp_path / "out.safetensors")
    model = load(tmp_path / "out.safetensors")
    assert model.info == info == read_info(tmp_path / "out.safetensors")
    assert info.name == f"{dataset}-{kind.split(maxsplit=1)[0]}"
    assert (info.sample_rate, len(info.tags)) == (16000, 50)
    waveform = torch.randn(1, info.window) * 0.1
    with torch.inference_mode():
        answered, embedding = model.network.embed(waveform)
        torch.testing.assert_close(answered, logits(kind, weights, waveform), rtol=1e-4, atol=1e-4)
    assert embedding.shape == (1, model.network.dimensions)
    assert bool(torch.isfinite(embedding).all())


@needs_shared
@pytest.mark.parametrize("source", PUBLIC, ids=lambda path: path.stem)
def test_a_public_checkpoint_is_imported_whole(source: Path, tmp_path: Path) -> None:
    dataset, family = source.stem.split("-")
    # Under a name that says nothing: the published file is known by its content.
    unnamed = shutil.copyfile(source, tmp_path / "download.pth")
    info = import_checkpoint(unnamed, tmp_path / "out.safetensors")
    assert info.name == source.stem
    assert [(tag.name, tag.category) for tag in info.tags] == list(TAG_NAMES[dataset])
    assert {tag.threshold for tag in info.tags} == {UNCALIBRATED}
    assert "MIT" in info.licence
    assert f"models/{dataset}/{family}/best_model.pth" in info.provenance
    assert "the published file" in info.provenance
    assert info.provenance in info.card
    if dataset != "mtat":
        return  # The families are the same, and an answer takes seconds.
    weights = torch.load(source, weights_only=True, map_location="cpu")
    waveform = torch.randn(1, info.window) * 0.1
    with torch.inference_mode():
        answered = load(tmp_path / "out.safetensors").network(waveform)
        torch.testing.assert_close(answered, logits(family, weights, waveform), rtol=1e-3, atol=1e-3)


def test_the_published_numbers_are_marked_as_the_authors(tmp_path: Path) -> None:
    source = written(tmp_path / "mtat-musicnn.pth", random_checkpoint("musicnn"))
    info = import_checkpoint(source, tmp_path / "out.safetensors")
    assert info.quality["published ROC-AUC"] == 0.9106
    assert "authors" in str(info.quality["measured on"])
    assert "not byte for byte a published file" in info.provenance


def test_the_repositorys_own_folders_tell_the_data_set(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "msd" / "sample"
    folder.mkdir(parents=True)
    source = written(folder / "best_model.pth", random_checkpoint("sample"))
    assert import_checkpoint(source, tmp_path / "out.safetensors").name == "msd-sample"


def test_what_is_said_beats_what_is_guessed(tmp_path: Path) -> None:
    source = written(tmp_path / "mtat-fcn.pth", random_checkpoint("fcn"))
    info = import_checkpoint(source, tmp_path / "out", family="fcn", dataset="jamendo", name="Mine")
    assert info.name == "Mine"
    assert info.tags[0].name == "alternative"


def test_a_data_set_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    source = written(tmp_path / "best.pth", random_checkpoint("crnn"))
    with pytest.raises(ModelError, match="say which: mtat, msd, jamendo"):
        import_checkpoint(source, tmp_path / "out.safetensors")


def test_a_published_file_is_not_imported_as_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written(tmp_path / "best.pth", random_checkpoint("fcn"))
    content = source.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    monkeypatch.setitem(BLOBS, blob, ("fcn", "msd"))
    with pytest.raises(ModelError, match="this is the published fcn of msd"):
        import_checkpoint(source, tmp_path / "out.safetensors", dataset="mtat")
    assert import_checkpoint(source, tmp_path / "out.safetensors").name == "msd-fcn"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dense.bias": torch.zeros(49)}, r"dense\.bias has the shape \(49,\)"),
        ({"dense.bias": torch.full((50,), float("nan"))}, r"dense\.bias holds NaN"),
        ({"dense.bias": torch.zeros(50, dtype=torch.int64)}, "not of plain numbers"),
        ({"dense.bias": torch.zeros(50, dtype=torch.complex64)}, "not of plain numbers"),
        ({"dense.bias": torch.zeros(50).to_sparse()}, "not of plain numbers|more than tensors"),
        ({"dense.bias": torch.zeros(50, device="meta")}, "not of plain numbers"),
        ({"spec.mel_scale.fb": torch.zeros(257, 128, device="meta")}, "not of plain numbers"),
        ({"dense.bias": torch.zeros(1).expand(1 << 40)}, "has the shape"),
        ({"layer6.conv.bias": torch.zeros(3)}, r"stack\.5\.conv\.bias' does not belong"),
        ({"stack.0.conv.bias": torch.zeros(64)}, "two tensors are"),
        ({"spec.mel_scale.fb": torch.zeros(257, 96)}, "not that of the published models"),
        ({"spec.mel_scale.fb": torch.zeros(257, 128)}, "another shape"),
        ({"epoch": 3}, "no named tensor"),
        ({5: torch.zeros(1)}, "no named tensor"),
    ],
)
def test_a_checkpoint_that_is_not_what_it_seems_is_refused(
    change: dict[Any, Any], reason: str, tmp_path: Path
) -> None:
    source = written(tmp_path / "mtat.pth", {**random_checkpoint("fcn"), **change})
    with pytest.raises(ModelError, match=reason) as refused:
        import_checkpoint(source, tmp_path / "out.safetensors")
    assert refused.value.path == source
    assert "choose a checkpoint" in refused.value.remedy
    assert not (tmp_path / "out.safetensors").exists()


def test_where_the_model_file_cannot_be_written_it_is_named(tmp_path: Path) -> None:
    source = written(tmp_path / "mtat.pth", random_checkpoint("fcn"))
    with pytest.raises(ModelError) as refused:
        import_checkpoint(source, tmp_path / "nowhere" / "out.safetensors")
    assert refused.value.path == tmp_path / "nowhere" / "out.safetensors"


def test_a_checkpoint_of_another_family_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "mtat.pth", random_checkpoint("fcn"))
    with pytest.raises(ModelError, match=r"missing|does not belong") as refused:
        import_checkpoint(source, tmp_path / "out.safetensors", family="musicnn")
    assert refused.value.path == source
    stranger = written(tmp_path / "stranger.pth", {"fc.weight": torch.zeros(3)})
    with pytest.raises(ModelError, match="none of fcn, crnn, musicnn, sample"):
        import_checkpoint(stranger, tmp_path / "out.safetensors")


class Payload:
    """Unpickled without care, this makes a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize(
    "packed", [torch.save, lambda content, path: path.write_bytes(pickle.dumps(content))]
)
def test_a_hostile_pickle_is_refused_and_does_nothing(packed: Any, tmp_path: Path) -> None:
    trace, source = tmp_path / "trace", tmp_path / "mtat-fcn.pth"
    packed({**random_checkpoint("fcn"), "dense.bias": Payload(trace)}, source)
    with pytest.raises(ModelError, match="more than tensors, or is damaged") as caught:
        import_checkpoint(source, tmp_path / "out.safetensors")
    assert caught.value.path == source
    assert not trace.exists()
    assert not (tmp_path / "out.safetensors").exists()


@pytest.mark.parametrize("content", [b"", b"\x80", b"hello", b"PK\x05\x06" + b"\0" * 18, b"\x80\x02K\x01."])
def test_bytes_that_are_no_checkpoint_are_refused(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "mtat-fcn.pth"
    source.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        import_checkpoint(source, tmp_path / "out.safetensors")
    assert caught.value.path == source


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "mtat-fcn.pth", random_checkpoint("fcn"))
    content = source.read_bytes()
    for cut in (10, 1000, len(content) // 2, len(content) - 10):
        source.write_bytes(content[:cut])
        with pytest.raises(ModelError):
            import_checkpoint(source, tmp_path / "out.safetensors")


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "LARGEST_FILE", 1 << 20)
    source = tmp_path / "mtat-fcn.pth"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes((1 << 20) + 1))
    assert source.stat().st_size < 10_000
    with pytest.raises(ModelError, match="unpacks to more than"):
        import_checkpoint(source, tmp_path / "out.safetensors")


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        import_checkpoint(tmp_path / "none.pth", tmp_path / "out.safetensors")
