"""The shelf of models: bundled ones stay, added ones come and go, broken ones are told of."""

import shutil
from pathlib import Path

import pytest

from tagger_core.errors import ModelError
from tagger_core.jobs import PREFERRED, model_in_use
from tagger_core.models import installed
from tagger_core.models.installed import ModelShelf, bundled_folder
from tagger_core.models.model_file import identity
from tagger_core.settings import Settings
from tests.core.models.small import write_small


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    (tmp_path / "bundled").mkdir()
    write_small(tmp_path / "bundled" / "earmark.safetensors", name="Earmark small")
    return ModelShelf(tmp_path / "bundled", tmp_path / "installed" / "models")


def names(shelf: ModelShelf) -> list[str]:
    return [entry.name for entry in shelf.list()]


def test_an_empty_shelf_is_no_error(tmp_path: Path) -> None:
    shelf = ModelShelf(tmp_path / "none", tmp_path / "neither")
    assert shelf.list() == []
    with pytest.raises(ModelError, match=r"no model 'x' \(on the shelf: none\)"):
        shelf.find("x")


def test_an_added_model_is_found_and_its_source_stays(shelf: ModelShelf, tmp_path: Path) -> None:
    source = write_small(tmp_path / "download.safetensors", name="Mtat/../Musicnn: 2")
    entry = shelf.add(source)
    assert source.exists()
    assert entry.path.parent == tmp_path / "installed" / "models"
    assert entry == shelf.find("mtat/../musicnn: 2")
    assert (entry.bundled, entry.problem, entry.size) == (False, "", source.stat().st_size)
    assert identity(entry.path) == identity(source)
    assert names(shelf) == ["Earmark small", "Mtat/../Musicnn: 2"]
    assert [path.name for path in entry.path.parent.iterdir()] == [entry.path.name]


@pytest.mark.parametrize(
    "name", ["con", "NUL", "..", ".", "a/b", "C:\\x", "日本", "ß", "x" * 100, "-rf", "a b"]
)
def test_any_name_makes_a_file_name_that_every_system_takes(
    shelf: ModelShelf, tmp_path: Path, name: str
) -> None:
    entry = shelf.add(write_small(tmp_path / "source.safetensors", name=name))
    stem = entry.path.stem
    assert entry.path.parent == tmp_path / "installed" / "models"
    assert stem.isascii()
    assert 4 < len(stem) <= 70
    assert all(character.isalnum() or character in "-_" for character in stem)
    assert stem[0] != "-"
    assert shelf.find(name) == entry


def test_names_that_differ_only_in_signs_do_not_share_a_file(shelf: ModelShelf, tmp_path: Path) -> None:
    for name in ("tagger-one", "tagger one", "tagger/one"):
        shelf.add(write_small(tmp_path / "source.safetensors", name=name))
    assert len({entry.path for entry in shelf.list()}) == 4


def test_a_prefix_is_enough_where_it_is_unique(shelf: ModelShelf, tmp_path: Path) -> None:
    shelf.add(write_small(tmp_path / "a.safetensors", name="mtat-musicnn"))
    shelf.add(write_small(tmp_path / "b.safetensors", name="mtat-musicnn-2"))
    assert shelf.find("EARM").name == "Earmark small"
    assert shelf.find("mtat-musicnn").name == "mtat-musicnn"
    with pytest.raises(ModelError, match="choose from: mtat-musicnn, mtat-musicnn-2"):
        shelf.find("mtat")
    with pytest.raises(ModelError, match="on the shelf: Earmark small, mtat-musicnn, mtat-musicnn-2"):
        shelf.find("jamendo")
    with pytest.raises(ModelError, match="there is no model ''"):
        shelf.find("")


def test_a_model_of_the_same_name_is_replaced_only_when_asked(shelf: ModelShelf, tmp_path: Path) -> None:
    old = shelf.add(write_small(tmp_path / "a.safetensors", name="mine"))
    other = write_small(tmp_path / "b.safetensors", seed=1, name="MINE")
    with pytest.raises(ModelError, match="'MINE' is on the shelf"):
        shelf.add(other)
    assert identity(old.path) == identity(tmp_path / "a.safetensors")
    new = shelf.add(other, replace=True)
    assert identity(new.path) == identity(other)
    assert names(shelf) == ["Earmark small", "MINE"]


def test_a_bundled_model_is_neither_replaced_nor_removed(shelf: ModelShelf, tmp_path: Path) -> None:
    rival = write_small(tmp_path / "rival.safetensors", name="earmark SMALL")
    with pytest.raises(ModelError, match="comes with Earmark"):
        shelf.add(rival, replace=True)
    with pytest.raises(ModelError, match="only added models"):
        shelf.remove("Earmark small")
    assert names(shelf) == ["Earmark small"]


def test_removing_wants_the_whole_name(shelf: ModelShelf, tmp_path: Path) -> None:
    shelf.add(write_small(tmp_path / "a.safetensors", name="mine"))
    with pytest.raises(ModelError, match="added models: mine"):
        shelf.remove("min")
    shelf.remove("Mine")
    assert names(shelf) == ["Earmark small"]


def test_a_broken_file_is_listed_with_its_problem_and_can_be_removed(
    shelf: ModelShelf, tmp_path: Path
) -> None:
    folder = tmp_path / "installed" / "models"
    folder.mkdir(parents=True)
    (folder / "broken.safetensors").write_bytes(b"not a model, but long enough to look at")
    (folder / "folder.safetensors").mkdir()
    (folder / "notes.txt").write_text("no model")
    (folder / ".half.safetensors.1.tmp").write_bytes(b"x")
    listed = {entry.name: entry for entry in shelf.list()}
    assert set(listed) == {"Earmark small", "broken", "folder"}
    assert "no model file" in listed["broken"].problem
    assert listed["broken"].info is None
    assert listed["folder"].problem
    with pytest.raises(ModelError, match="no model file") as caught:
        shelf.find("broken")
    assert caught.value.path == folder / "broken.safetensors"
    shelf.remove("broken")
    assert names(shelf) == ["Earmark small", "folder"]


def test_of_two_files_of_a_name_the_one_that_cannot_be_used_is_removed(
    shelf: ModelShelf, tmp_path: Path
) -> None:
    folder = tmp_path / "installed" / "models"
    folder.mkdir(parents=True)
    broken = folder / "mine.safetensors"
    broken.write_bytes(b"not a model, but long enough to look at")
    good = shelf.add(write_small(tmp_path / "source.safetensors", name="mine"))
    assert shelf.has("Mine")
    shelf.remove("mine")
    assert shelf.find("mine").path == good.path
    assert not broken.exists()
    broken.write_bytes(b"not a model, but long enough to look at")
    shelf.remove("mine", good.path)
    assert broken.exists()
    assert not good.path.exists()
    assert not shelf.has("mine")


def test_a_refused_file_never_reaches_the_shelf(shelf: ModelShelf, tmp_path: Path) -> None:
    source = write_small(tmp_path / "cut.safetensors", name="cut")
    source.write_bytes(source.read_bytes()[:-4] + b"\xff\xff\xff\x7f")
    with pytest.raises(ModelError, match="NaN"):
        shelf.add(source)
    assert names(shelf) == ["Earmark small"]


def test_a_file_put_there_by_hand_is_never_overwritten(shelf: ModelShelf, tmp_path: Path) -> None:
    folder = tmp_path / "installed" / "models"
    folder.mkdir(parents=True)
    by_hand = write_small(folder / "mymodel.safetensors", name="another")
    shelf.add(write_small(tmp_path / "a.safetensors", seed=1, name="mymodel"))
    assert shelf.find("another").path == by_hand
    assert shelf.find("mymodel").path != by_hand


def test_two_files_of_one_name_are_both_listed_and_the_first_is_used(
    shelf: ModelShelf, tmp_path: Path
) -> None:
    folder = tmp_path / "installed" / "models"
    folder.mkdir(parents=True)
    write_small(folder / "b.safetensors", seed=1, name="twin")
    write_small(folder / "a.safetensors", seed=2, name="Twin")
    problems = [(entry.path.stem, bool(entry.problem)) for entry in shelf.list()[1:]]
    assert problems == [("a", False), ("b", True)]
    assert shelf.find("twin").path.stem == "a"


def test_a_full_disk_leaves_the_shelf_as_it_was(
    shelf: ModelShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_small(tmp_path / "a.safetensors", name="mine")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(installed, "write_whole", full)
    with pytest.raises(ModelError, match="No space left on device"):
        shelf.add(source)
    assert names(shelf) == ["Earmark small"]


def test_the_bundled_folder_is_part_of_the_program() -> None:
    assert bundled_folder().name == "models"
    assert (bundled_folder().parent / "__init__.py").is_file()


def test_the_preferred_model_hears_unless_another_is_chosen(tmp_path: Path) -> None:
    own = ModelShelf(bundled_folder(), tmp_path / "none")
    assert model_in_use(own, Settings()).name == PREFERRED
    assert model_in_use(own, Settings(model="earmark-quick")).name == "earmark-quick"
    assert model_in_use(own, Settings(model="earmark-quick"), PREFERRED).name == PREFERRED
    copied = tmp_path / "some"
    copied.mkdir()
    shutil.copy(bundled_folder() / "earmark-quick.safetensors", copied)
    assert model_in_use(ModelShelf(copied, tmp_path / "none"), Settings()).name == "earmark-quick"
    with pytest.raises(ModelError, match="no model on the shelf"):
        model_in_use(ModelShelf(tmp_path / "none", tmp_path / "none"), Settings())
