"""One file is written: with its new tags and the old sound, or refused for a reason and left untouched."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tagger_core.audio import decode
from tagger_core.errors import (
    ChangedSincePlanError,
    MetadataError,
    NoSpaceError,
    PayloadChangedError,
    ReadOnlyError,
    TagsUnreadableError,
    UnsettledError,
)
from tagger_core.metadata import disk, formats, writer
from tagger_core.metadata.payload import file_hash, payload_hash
from tagger_core.metadata.restore import rebuild
from tagger_core.metadata.writer import Replacement, write_file
from tests.core.metadata.writing import TAGS, WRITABLE, leftovers, plan_of

Fresh = Callable[[str], Path]
REPOSITORY = Path(__file__).parents[3]


class Notes:
    """A record that remembers what it was told, and what the file was like at that moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[str] = []
        self.replacement: Replacement | None = None

    def intend(self, temporary: Path, before: os.stat_result) -> None:
        assert not temporary.exists()
        self.told.append("intend")

    def promise(self, replacement: Replacement) -> None:
        assert file_hash(self.path) == replacement.before_hash
        assert file_hash(replacement.temporary) == replacement.after_hash
        self.told.append("promise")
        self.replacement = replacement


def write(path: Path, **options: bool) -> Notes:
    notes = Notes(path)
    assert write_file(plan_of([path]).files[0], notes, **options)
    return notes


def refused(path: Path, error: type[MetadataError], match: str) -> None:
    """Assert that a write is refused with a reason and leaves no trace."""
    plan = plan_of([path]).files[0]
    assert_refused(plan, error, match)


def assert_refused(plan, error: type[MetadataError], match: str, **options: bool) -> None:
    content, state = plan.path.read_bytes(), plan.path.stat()
    with pytest.raises(error, match=match) as told:
        write_file(plan, Notes(plan.path), **options)
    assert told.value.path is not None
    assert told.value.remedy
    assert plan.path.read_bytes() == content
    assert disk.signature(plan.path.stat()) == disk.signature(state)
    assert not leftovers(plan.path.parent)


@pytest.mark.parametrize("suffix", WRITABLE)
def test_new_tags_and_the_same_sound(suffix, fresh: Fresh):
    path = fresh(suffix)
    old, sound, before = path.read_bytes(), decode.load(path, 22050), payload_hash(path)
    notes = write(path)
    tags = formats.open_tags(path)
    for field, values in TAGS.items():
        assert tags.get(field) == values
    assert payload_hash(path) == before
    np.testing.assert_array_equal(decode.load(path, 22050), sound)
    assert notes.told == ["intend", "promise"]
    assert not leftovers(path.parent)
    rebuild(path, notes.replacement.restore, path.with_name("again"))
    assert path.with_name("again").read_bytes() == old
    assert len(notes.replacement.restore) < 500


@pytest.mark.parametrize("suffix", WRITABLE)
def test_what_is_there_already_is_not_written_again(suffix, fresh: Fresh):
    path = fresh(suffix)
    write(path)
    state = path.stat()
    assert not write_file(plan_of([path]).files[0], Notes(path))
    assert disk.signature(path.stat()) == disk.signature(state)


def test_mode_and_times_stay(fresh: Fresh):
    path = fresh(".mp3")
    path.chmod(0o640)
    os.utime(path, ns=(1_000_000_000_000_000_001, 1_100_000_000_000_000_007))
    write(path)
    state = path.stat()
    assert stat.S_IMODE(state.st_mode) == 0o640
    assert state.st_mtime_ns == 1_100_000_000_000_000_007
    assert state.st_atime_ns >= 1_000_000_000_000_000_001


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes in Python")
def test_extended_attributes_stay(fresh: Fresh):
    path = fresh(".flac")
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("the disk has no extended attributes")
    write(path)
    assert os.getxattr(path, "user.note") == b"mine"


def access_list(group: int, *people: int) -> bytes:
    """An access list as Linux keeps it: read and write for the owner and these people, nothing for others."""
    nobody = 0xFFFFFFFF
    entries = [(1, 6, nobody), *((2, 6, person) for person in people), (4, group, nobody)]
    entries += [(16, 7, nobody), (32, 0, nobody)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.skipif(sys.platform != "linux", reason="access lists are kept otherwise on this system")
@pytest.mark.parametrize("own", [None, access_list(4, 23456)])
def test_an_access_list_comes_from_the_file_and_not_from_its_folder(own: bytes | None, fresh: Fresh):
    path = fresh(".mp3")
    path.chmod(0o660)
    try:
        if own:
            os.setxattr(path, "system.posix_acl_access", own)
        os.setxattr(path.parent, "system.posix_acl_default", access_list(0, 12345))
    except OSError:
        pytest.skip("the disk has no access lists")
    before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    mode = path.stat().st_mode
    write(path)
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == before
    assert path.stat().st_mode == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays(fresh: Fresh):
    path = fresh(".mp3")
    os.chown(path, 12345, 23456)
    write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_a_symbolic_link_stays_and_its_file_is_written(fresh: Fresh, tmp_path):
    (tmp_path / "real").mkdir()
    path = Path(shutil.move(fresh(".ogg"), tmp_path / "real"))
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.ogg"
    link.symlink_to(Path("..") / "real" / path.name)
    write(link)
    assert link.is_symlink()
    assert formats.open_tags(path).get(next(iter(TAGS))) == ("Soul", "Früher Jazz")
    assert not leftovers(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_hard_links_are_parted_only_where_allowed(fresh: Fresh, tmp_path):
    path, other = fresh(".mp3"), tmp_path / "other.mp3"
    os.link(path, other)
    old = other.read_bytes()
    refused(path, MetadataError, "2 names")
    write(path, allow_hard_links=True)
    assert other.read_bytes() == old
    assert path.read_bytes() != old


@pytest.mark.skipif(sys.platform != "linux", reason="names are text on this system, or shorter")
@pytest.mark.parametrize("name", [b"x" * 251 + b".mp3", b"caf\xe9 \xff.mp3", b"two\nlines.mp3"])
def test_any_name_that_the_disk_allows(name, fresh: Fresh, tmp_path):
    path = fresh(".mp3").rename(tmp_path / os.fsdecode(name))
    write(path)
    assert [os.fsencode(p.name) for p in tmp_path.iterdir()] == [name]


def test_a_file_that_changed_or_vanished_after_the_plan_is_left_alone(fresh: Fresh):
    path = fresh(".mp3")
    plan = plan_of([path]).files[0]
    with path.open("ab") as file:
        file.write(b"more")
    assert_refused(plan, ChangedSincePlanError, "changed since")
    plan = plan_of([path]).files[0]
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.replace(path)
    assert_refused(plan, ChangedSincePlanError, "changed since")
    plan = plan_of([path]).files[0]
    path.unlink()
    with pytest.raises(MetadataError):
        write_file(plan, Notes(path))
    assert list(path.parent.iterdir()) == []


def test_a_change_made_during_the_write_is_not_lost(fresh: Fresh):
    path = fresh(".flac")

    class Meanwhile(Notes):
        def promise(self, replacement: Replacement) -> None:
            state = self.path.stat()
            with self.path.open("r+b") as file:
                file.seek(-1, os.SEEK_END)
                file.write(b"!")
            # As clever as a program can be that hides its change.
            os.utime(self.path, ns=(state.st_atime_ns, state.st_mtime_ns))

    with pytest.raises(ChangedSincePlanError, match="while it was written"):
        write_file(plan_of([path]).files[0], Meanwhile(path))
    assert path.read_bytes().endswith(b"!")
    assert not leftovers(path.parent)


def test_a_read_only_file_is_refused_even_to_root(fresh: Fresh):
    path = fresh(".mp3")
    path.chmod(0o444)
    refused(path, ReadOnlyError, "read-only")


AS_NOBODY = """
import os, sys
from pathlib import Path
from tests.core.metadata.test_writer import Notes
from tests.core.metadata.writing import plan_of
from tagger_core.errors import ReadOnlyError
from tagger_core.metadata.writer import write_file
path = Path(sys.argv[1])
plan = plan_of([path]).files[0]
os.seteuid(65534)
try:
    write_file(plan, Notes(path))
except ReadOnlyError as error:
    print(error)
    sys.exit(77)
"""


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become somebody else"
)
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o777, 0o644)])
def test_rights_that_are_missing_are_told(folder_mode, file_mode, fresh: Fresh):
    path = fresh(".mp3")
    old = path.read_bytes()
    for parent in path.parents[:-2]:
        if parent.stat().st_mode & 0o777 == 0o700:
            parent.chmod(0o711)
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    run = python(AS_NOBODY, path)
    path.parent.chmod(0o755)
    assert run.returncode == 77, run.stdout + run.stderr
    assert "not allowed" in run.stdout
    assert path.read_bytes() == old
    assert not leftovers(path.parent)


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="immutable files are set otherwise on this system")
def test_an_immutable_file_is_refused(fresh: Fresh):
    path = fresh(".mp3")
    try:
        done = subprocess.run(["chattr", "+i", path], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    if not done:
        pytest.skip("files cannot be made immutable here")
    try:
        refused(path, ReadOnlyError, "not allowed")
    finally:
        subprocess.run(["chattr", "-i", path], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one mebibyte and a half."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        command = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", place]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("only root can make a small disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_told_before_anything_is_copied(fresh: Fresh, small_disk):
    path = Path(shutil.copy(fresh(".flac"), small_disk))
    (small_disk / "filler").write_bytes(bytes(1_300_000))
    refused(path, NoSpaceError, "no room")


@pytest.mark.parametrize("left", [0, 4096, 16384])
def test_a_disk_that_fills_during_the_copy_loses_nothing(left, fresh: Fresh, small_disk, monkeypatch):
    path = Path(shutil.copy(fresh(".flac"), small_disk))
    room = shutil.disk_usage(small_disk).free
    (small_disk / "filler").write_bytes(bytes(room - left))
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9e9, 0, 9e9))
    assert path.stat().st_size > 16384
    refused(path, NoSpaceError, "no room")


LIMITED = """
import resource, sys
from pathlib import Path
from tests.core.metadata.test_writer import Notes
from tests.core.metadata.writing import plan_of
from tagger_core.errors import NoSpaceError
from tagger_core.metadata.writer import write_file
path = Path(sys.argv[1])
plan = plan_of([path]).files[0]
limit = path.stat().st_size + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    write_file(plan, Notes(path))
except NoSpaceError as error:
    print(error)
    sys.exit(77)
"""


@pytest.mark.skipif(os.name != "posix", reason="files have no size limit on this system")
@pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
@pytest.mark.parametrize("more", [-1000, 20])
def test_a_size_limit_loses_nothing(suffix, more, fresh: Fresh):
    path = fresh(suffix)
    old = path.read_bytes()
    run = python(LIMITED, path, more)
    assert run.returncode == 77, run.stdout + run.stderr
    assert path.read_bytes() == old
    assert not leftovers(path.parent)


@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_bug_that_changes_the_audio_is_caught(suffix, fresh: Fresh, monkeypatch):
    path = fresh(suffix)
    kind = type(formats.open_tags(path))
    save = kind.save

    def corrupt(self: formats.TagFile, copy: Path) -> None:
        save(self, copy)
        with copy.open("r+b") as file:
            file.seek(-30, os.SEEK_END)
            byte = file.read(1)[0]
            file.seek(-30, os.SEEK_END)
            file.write(bytes([byte ^ 1]))

    plan = plan_of([path]).files[0]
    if suffix in (".wav", ".aiff", ".m4a", ".alac.m4a"):
        corrupt = _corrupt_first_audio(save)
    monkeypatch.setattr(kind, "save", corrupt)
    assert_refused(plan, PayloadChangedError, "audio would have changed")


def _corrupt_first_audio(save):
    from tagger_core.metadata.payload import spans

    def corrupt(self: formats.TagFile, copy: Path) -> None:
        save(self, copy)
        offset, _ = next(spans(copy))
        data = bytearray(copy.read_bytes())
        data[offset + 5] ^= 1
        copy.write_bytes(data)

    return corrupt


def test_a_bug_that_forgets_a_tag_is_caught(fresh: Fresh, monkeypatch):
    path = fresh(".mp3")
    plan = plan_of([path]).files[0]
    monkeypatch.setattr(type(formats.open_tags(path)), "save", lambda self, copy: None)
    assert_refused(plan, MetadataError, "read back")


def test_a_bug_that_raises_anything_costs_only_this_file(fresh: Fresh, monkeypatch):
    path = fresh(".mp3")
    plan = plan_of([path]).files[0]

    def fail(self: formats.TagFile, copy: Path) -> None:
        raise IndexError("out of frames")

    monkeypatch.setattr(type(formats.open_tags(path)), "save", fail)
    assert_refused(plan, TagsUnreadableError, "out of frames")


def test_a_failing_replace_or_journal_leaves_the_file(fresh: Fresh, monkeypatch):
    path = fresh(".opus")
    plan = plan_of([path]).files[0]
    old = path.read_bytes()

    class Full(Notes):
        def promise(self, replacement: Replacement) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(plan, Full(path))
    assert path.read_bytes() == old
    assert not leftovers(path.parent)

    def busy(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(target))

    monkeypatch.setattr(Path, "replace", busy)
    assert_refused(plan, ReadOnlyError, "not allowed")


def lost_answer(self: Path, target: Path) -> Path:
    """Rename as told, and fail all the same, as a share whose answer got lost."""
    self.rename(target)
    raise OSError(5, "Input/output error", str(target))


def test_a_replace_that_came_through_although_it_failed_is_a_write(fresh: Fresh, monkeypatch):
    path = fresh(".flac")
    plan = plan_of([path]).files[0]
    monkeypatch.setattr(Path, "replace", lost_answer)
    assert write_file(plan, Notes(path))
    assert not leftovers(path.parent)
    assert plan_of([path]).files[0].changes[0].before != plan.changes[0].before


def test_what_nobody_can_tell_yet_is_left_open(fresh: Fresh, monkeypatch):
    path = fresh(".flac")
    plan = plan_of([path]).files[0]

    def away(self: Path, target: Path) -> Path:
        monkeypatch.setattr(writer, "file_hash", lambda path: (path / "nothing").stat())
        return lost_answer(self, target)

    monkeypatch.setattr(Path, "replace", away)
    with pytest.raises(UnsettledError, match="went away") as told:
        write_file(plan, Notes(path))
    assert told.value.path == path


def test_a_copy_that_cannot_be_deleted_is_not_forgotten(fresh: Fresh, monkeypatch):
    path = fresh(".flac")
    plan, old = plan_of([path]).files[0], path.read_bytes()

    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(disk, "sync_file", fails)
    monkeypatch.setattr(Path, "unlink", fails)
    with pytest.raises(UnsettledError):
        write_file(plan, Notes(path))
    assert path.read_bytes() == old
    assert len(leftovers(path.parent)) == 1


def test_a_file_that_has_the_name_of_the_copy_is_never_overwritten(fresh: Fresh, monkeypatch):
    path = fresh(".mp3")
    taken = path.with_name(disk.temporary_name("taken"))
    taken.write_bytes(b"of somebody else")
    monkeypatch.setattr(writer.secrets, "token_hex", lambda length: "taken")
    monkeypatch.setattr(Notes, "intend", lambda self, temporary, before: None)
    with pytest.raises(MetadataError, match="exists"):
        write_file(plan_of([path]).files[0], Notes(path))
    assert taken.read_bytes() == b"of somebody else"
