"""Model files: what is saved is loaded; what is broken, cut or hostile is refused by name."""

import hashlib
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_core.errors import ModelError
from tagger_core.models import model_file
from tagger_core.models.architectures import build, describe
from tagger_core.models.model_file import Tag, identity, load, read_info, save
from tagger_core.models.samplecnn_configs import SAMPLECNN, SampleCNNConfig
from tests.core.models.small import SMALL, TAGS, small_info, small_weights, write_small


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_small(tmp_path / "small.safetensors")


def parts(path: Path) -> tuple[dict[str, Any], bytes]:
    """Return header and data of a file, without the program's own reader."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def assemble(path: Path, header: Any, data: bytes) -> None:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)


def change_description(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    header, data = parts(path)
    description = json.loads(header["__metadata__"]["earmark"])
    change(description)
    header["__metadata__"]["earmark"] = json.dumps(description)
    assemble(path, header, data)


def refused(path: Path, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        load(path)
    assert caught.value.path == path
    assert path.name in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_what_is_saved_is_loaded(path: Path) -> None:
    model = load(path)
    assert model.info == small_info()
    assert model.info.tags == TAGS
    assert read_info(path) == model.info
    assert model.identity == identity(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not model.network.training
    expected = small_weights()
    assert model.network.state_dict().keys() == expected.keys()
    for name, tensor in model.network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            assert tensor.dtype == torch.float32
            assert torch.equal(tensor, expected[name])


def test_a_loaded_network_answers_as_the_saved_one(path: Path) -> None:
    network = build(describe(SMALL), len(TAGS))
    network.load_state_dict(small_weights())
    waveform = torch.randn(4, SMALL.window)
    torch.testing.assert_close(load(path).network(waveform), network.eval()(waveform))


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    assert identity(write_small(tmp_path / "a")) == identity(write_small(tmp_path / "b"))


def test_half_precision_halves_the_file_and_loads_as_float32(tmp_path: Path) -> None:
    architecture = describe(SAMPLECNN["3^9-59049"])
    tags = tuple(Tag(f"tag {index}", "genre", 0.5) for index in range(50))
    info = small_info(architecture=architecture, window=59049, sample_rate=22050, tags=tags)
    network = build(architecture, 50)
    save(tmp_path / "half", info, network.state_dict(), half=True)
    assert 3_700_000 < (tmp_path / "half").stat().st_size < 3_850_000
    for name, tensor in load(tmp_path / "half").network.state_dict().items():
        assert tensor.dtype in (torch.float32, torch.int64)
        if tensor.is_floating_point():
            torch.testing.assert_close(tensor, network.state_dict()[name], rtol=1e-3, atol=1e-6)


def test_the_file_is_a_plain_safetensors_file(path: Path) -> None:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        assert list(file.metadata()) == ["earmark"]
        assert torch.equal(file.get_tensor("dense.bias"), small_weights()["dense.bias"])


def test_reading_the_header_imports_neither_torch_nor_safetensors(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tagger_core.models.model_file import read_info, identity\n"
        "read_info(Path(sys.argv[1])); identity(Path(sys.argv[1]))\n"
        "assert not {'torch', 'safetensors'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program, path], check=True, timeout=60)


def test_reading_about_a_model_does_not_read_its_weights(path: Path) -> None:
    header, data = parts(path)
    assemble(path, header, b"\xff" * len(data))
    assert read_info(path) == small_info()
    refused(path, "NaN or infinity")


def test_a_failed_save_leaves_the_old_file_and_no_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_file.os, "fsync", full)
    with pytest.raises(ModelError, match="No space left on device"):
        save(path, small_info(), small_weights(1))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("bad", ["folder/missing.safetensors", "."])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ModelError, match=r"No such file|Is a directory|denied|empty name"):
        save(tmp_path / bad, small_info(), small_weights())


def test_saving_refuses_what_loading_would(tmp_path: Path) -> None:
    weights = small_weights()
    target = tmp_path / "x.safetensors"
    for change, reason in (
        ({"dense.bias": torch.tensor([0.0, float("nan"), 0.0])}, "NaN"),
        ({"dense.bias": torch.zeros(4)}, r"shape \(4,\), not \(3,\)"),
        ({"extra": torch.zeros(1)}, "does not belong"),
        ({"last.norm.running_var": torch.tensor([1.0, -1.0, 1.0])}, "negative variance"),
    ):
        with pytest.raises(ModelError, match=reason):
            save(target, small_info(), {**weights, **change})
    with pytest.raises(ModelError, match=r"dense\.bias is missing"):
        save(target, small_info(), {name: value for name, value in weights.items() if name != "dense.bias"})
    with pytest.raises(ModelError, match="NaN or infinity"):
        save(target, small_info(), {**weights, "dense.weight": torch.full((3, 3), 1e6)}, half=True)
    assert not target.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "name is empty"),
        ({"name": "a\nb"}, "unprintable"),
        ({"name": "n" * 101}, "101 characters"),
        ({"tags": ()}, "number of tags"),
        ({"tags": (Tag("Piano", "genre", 0.5), Tag("piano", "genre", 0.5))}, "stands twice"),
        ({"window": 9}, "the architecture hears 8"),
        ({"sample_rate": 0}, "sample rate"),
        ({"quality": {"roc_auc": float("nan")}}, "quality"),
        ({"licence": None}, "not text"),
        ({"card": "\ud800"}, "half a character"),
        ({"architecture": {}}, "unknown family"),
    ],
)
def test_a_description_that_cannot_be_true_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        small_info(**change)


@pytest.mark.parametrize(
    ("name", "category", "threshold", "reason"),
    [
        ("", "genre", 0.5, "empty"),
        (" piano", "genre", 0.5, "spaces"),
        ("pi\u202eano", "genre", 0.5, "unprintable"),
        (None, "genre", 0.5, "not text"),
        ("piano", "smell", 0.5, "unknown category"),
        ("piano", ["genre"], 0.5, "unknown category"),
        ("piano", "genre", 1.01, "not from"),
        ("piano", "genre", -0.01, "not from"),
        ("piano", "genre", float("nan"), "not from"),
        ("piano", "genre", "0.5", "not a number"),
        ("piano", "genre", True, "not a number"),
    ],
)
def test_a_tag_that_cannot_be_true_is_refused(name: Any, category: Any, threshold: Any, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        Tag(name, category, threshold)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d.update(format=2, wonder=1), "newer than this program's 1; update Earmark"),
        (lambda d: d.update(format="1"), "format"),
        (lambda d: d.pop("format"), "format"),
        (lambda d: d.pop("licence"), "lacks licence"),
        (lambda d: d.update(surprise=1), "unknown key 'surprise'"),
        (lambda d: d["tags"].append(d["tags"][0]), "stands twice"),
        (lambda d: d["tags"].pop(), "shape"),
        (lambda d: d["tags"][0].update(threshold=7), "threshold"),
        (lambda d: d["tags"][0].pop("category"), "lacks category"),
        (lambda d: d.update(tags={"piano": 0.5}), "not a list"),
        (lambda d: d.update(tags=["piano"]), "not an object"),
        (lambda d: d["architecture"].update(family="transformer"), "unknown family"),
        (lambda d: d["architecture"].update(last_filters=4), "shape"),
        (lambda d: d.update(window=16), "hears 8"),
        (lambda d: d.update(sample_rate="8000"), "sample rate"),
        (lambda d: d.update(quality=[1]), "quality"),
        (lambda d: d.update(quality={"x": 10**400}), "quality"),
    ],
)
def test_a_hostile_description_is_refused(path: Path, change: Callable[[Any], object], reason: str) -> None:
    change_description(path, change)
    refused(path, reason)


def test_no_description_or_a_broken_one_is_refused(path: Path) -> None:
    header, data = parts(path)
    for metadata, reason in (
        ({}, "no description"),
        ({"format": "pt"}, "no description"),
        ({"earmark": "{"}, "not JSON"),
        ({"earmark": "[" * 100_000}, "nested too deeply"),
        ({"earmark": '{"format": NaN}'}, "NaN is not a number"),
        ({"earmark": '{"format": 1, "format": 1}'}, "stands twice"),
        ({"earmark": "9" * 5000}, "not JSON"),
        ({"earmark": "[]"}, "not an object"),
        ({"earmark": 5}, "not text"),
        (["earmark"], "metadata is no object"),
    ):
        assemble(path, {**header, "__metadata__": metadata}, data)
        refused(path, reason)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "too few"),
        (b"\x08\0\0", "too few"),
        (struct.pack("<Q", 1 << 63), "claims 9223372036854775808 bytes"),
        (struct.pack("<Q", 100) + b"{}", "cut short"),
        (struct.pack("<Q", 2) + b"[]", "no object"),
        (struct.pack("<Q", 3) + b"\xff\xfe{", "not UTF-8"),
        (struct.pack("<Q", 200_000) + b"[" * 200_000, "nested too deeply"),
        (struct.pack("<Q", 1_200_000) + b'{"a":' * 240_000, "nested too deeply"),
        (struct.pack("<Q", 0), "not JSON"),
        (b"\x80\x02}q\x00." * 20, "no model file"),
        (b"PK\x03\x04" + b"\0" * 60, "cut short|no model file"),
    ],
)
def test_bytes_that_are_no_model_are_refused(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "evil.safetensors"
    path.write_bytes(raw)
    refused(path, reason)
    with pytest.raises(ModelError, match=reason):
        read_info(path)


def first_tensor(header: dict[str, Any]) -> dict[str, Any]:
    return next(entry for name, entry in header.items() if name != "__metadata__")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda h: h["dense.weight"].update(data_offsets=[8, 44]), "overlaps"),
        (lambda h: h["dense.bias"].update(data_offsets=[0, 1 << 39]), "takes"),
        (lambda h: h["dense.bias"].update(shape=[1 << 31, 1 << 31, 1 << 31]), "takes"),
        (lambda h: h["dense.bias"].update(shape=[3.0]), "size"),
        (lambda h: h["dense.bias"].update(shape=[-3]), "size"),
        (lambda h: h["dense.bias"].update(shape=[1] * 9), "shape"),
        (lambda h: h["dense.bias"].update(dtype="F64"), "stored as 'F64'"),
        (lambda h: h["dense.bias"].update(dtype=None), "stored as"),
        (lambda h: h["dense.bias"].update(data_offsets=[12, 0]), "takes"),
        (lambda h: h["dense.bias"].update(data_offsets=5), "offsets"),
        (lambda h: h["dense.bias"].update(extra=1), "unknown key"),
        (lambda h: h.update({"dense.bias": 5}), "not an object"),
        (lambda h: h.pop("dense.bias"), "belong to none"),
        (lambda h: h.update({"a dense.bias": h.pop("dense.bias")}), "dense.bias is missing"),
        (lambda h: h.update(extra={"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}), "does not belong"),
        (lambda h: h["dense.bias"].update(shape=[1, 3]), r"shape \(1, 3\), not \(3,\)"),
        (lambda h: h.update({f"t{i}": first_tensor(h) for i in range(5000)}), "number of tensors"),
    ],
)
def test_hostile_tensors_are_refused(path: Path, change: Callable[[Any], object], reason: str) -> None:
    header, data = parts(path)
    change(header)
    assemble(path, header, data)
    refused(path, reason)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("name", ["dense.weight", "first.norm.running_mean"])
def test_weights_that_are_not_finite_are_refused(path: Path, name: str, value: float) -> None:
    header, data = parts(path)
    start = header[name]["data_offsets"][0]
    assemble(path, header, data[:start] + struct.pack("<f", value) + data[start + 4 :])
    refused(path, f"{name} holds NaN or infinity")


def test_every_truncation_and_any_trailing_byte_is_refused(path: Path) -> None:
    content = path.read_bytes()
    for length in (*range(0, len(content), 97), len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(ModelError):
            load(path)
        with pytest.raises(ModelError):
            read_info(path)
    path.write_bytes(content + b"\0")
    refused(path, "belong to none")


def test_a_file_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    for read in (load, read_info, identity):
        with pytest.raises(ModelError, match="No such file"):
            read(tmp_path / "none.safetensors")
        with pytest.raises(ModelError, match=r"directory|denied"):
            read(tmp_path)


def test_a_file_too_large_to_be_a_model_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as stream:
        stream.truncate(model_file.LARGEST_FILE + 1)
    refused(path, "more than 536870912")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory through /proc")
def test_a_small_file_with_the_largest_architecture_takes_no_memory(path: Path) -> None:
    largest = SampleCNNConfig(2, 2, 1024, tuple((2, 1024) for _ in range(16)), last_filters=4096)

    def grow(description: dict[str, Any]) -> None:
        description.update(architecture=describe(largest), window=largest.window)

    change_description(path, grow)
    program = (
        "import sys, torch; from pathlib import Path\n"
        "from tagger_core.models.model_file import load, ModelError\n"
        "import tagger_core.models.networks\n"
        "peak = lambda: int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "before = peak()\n"
        "try: load(Path(sys.argv[1]))\n"
        "except ModelError: print(peak() - before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, path], check=True, timeout=60, capture_output=True, text=True
    )
    assert int(result.stdout) < 60_000
    assert largest.weights(3) * 4 > 100_000_000


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_small(tmp_path_factory.mktemp("valid") / "small.safetensors").read_bytes()


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_damage_loads_or_is_refused(
    valid: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(valid)
    (header,) = struct.unpack("<Q", valid[:8])
    # Half of the damage falls into the header, which is most of what can be misread.
    position = st.integers(0, header + 7) | st.integers(0, len(content) - 1)
    for at, value in data.draw(st.lists(st.tuples(position, st.integers(0, 255)), min_size=1, max_size=4)):
        content[at] = value
    cut = data.draw(st.none() | st.integers(0, len(content)))
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(content[:cut])
    try:
        model = load(path)
    except ModelError:
        return
    assert read_info(path) == model.info
    assert all(bool(torch.isfinite(value).all()) for value in model.network.state_dict().values())
