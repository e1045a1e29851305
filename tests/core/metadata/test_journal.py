"""A batch is written, told, taken back and written again; what others changed since is left alone."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tagger_core.errors import BusyError, LibraryError, MetadataError, UnsettledError
from tagger_core.library import catalogue
from tagger_core.library.roots import add_root
from tagger_core.library.schema import Root, Track, WriteFile
from tagger_core.library.store import Library
from tagger_core.library.walk import FoundFile
from tagger_core.metadata import disk, formats, journal, ledger, restore, undo, writer
from tagger_core.metadata.fields import Field
from tagger_core.metadata.payload import payload_hash
from tagger_core.metadata.reader import read_tags
from tagger_core.metadata.reports import SettleReport
from tests.core.metadata.test_payload import zoo
from tests.core.metadata.writing import TAGS, WRITABLE, genre, leftovers, plan_of
from tests.core.scanner.fakes import make_song, rescan, rows

Fresh = Callable[[str], Path]
Songs = dict[str, Path]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library" / "library.sqlite") as opened:
        yield opened


@pytest.fixture
def songs(fresh: Fresh) -> Songs:
    return {suffix: fresh(suffix) for suffix in WRITABLE}


def set_by_others(path: Path, **values: str) -> None:
    """Change fields in place, as another program would."""
    tags = formats.open_tags(path)
    for name, value in values.items():
        tags.set(Field(name), (value,))
    tags.save(path)


def test_a_batch_is_written_undone_and_written_again(library, songs):
    paths = list(songs.values())
    old = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}
    told = []
    report = journal.apply(library, plan_of(paths), progress=told.append, note="a try")
    assert (report.written, report.skipped, report.failures) == (len(paths), 0, ())
    assert [(p.done, p.total, p.path) for p in told] == [(i, len(paths), p) for i, p in enumerate(paths, 1)]
    new = {path: path.read_bytes() for path in paths}
    assert all(genre(path) == TAGS[Field.GENRE] for path in paths)

    undone = journal.undo(library, report.batch_id)
    assert (undone.restored, undone.by_field, undone.left_alone, undone.failures) == (len(paths), 0, (), ())
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths} == old

    again = journal.undo(library, undone.batch_id)
    assert again.restored == len(paths)
    assert {path: path.read_bytes() for path in paths} == new
    newest, middle, first = journal.history(library)
    assert [newest.state, middle.state, first.state] == ["done", "undone", "undone"]
    assert (first.undone_by, middle.undo_of, middle.undone_by, newest.undo_of) == (
        middle.id,
        first.id,
        newest.id,
        middle.id,
    )
    assert (first.note, first.preset, first.files) == ("a try", "standard", len(paths))
    with pytest.raises(MetadataError, match="undone already"):
        journal.undo(library, report.batch_id)


def test_what_was_written_can_be_undone_after_a_restart(library, songs, tmp_path):
    path = songs[".mp3"]
    old = path.read_bytes()
    report = journal.apply(library, plan_of([path]))
    library.close()
    with Library.open(library.path) as later:
        (file,) = journal.batch_files(later, report.batch_id)
        assert (file.path, file.state, file.exact) == (path, "done", True)
        changes = {change.field: (change.before, change.after) for change in file.changes}
        assert changes["genre"] == ((), TAGS[Field.GENRE])
        assert changes["mood"] == ((), TAGS[Field.MOOD])
        journal.undo(later, report.batch_id)
    assert path.read_bytes() == old


def test_writing_twice_makes_no_second_batch(library, songs):
    paths = list(songs.values())
    plan = plan_of(paths)
    journal.apply(library, plan)
    states = [disk.signature(path.stat()) for path in paths]
    report = journal.apply(library, plan)
    assert (report.batch_id, report.written, report.skipped) == (None, 0, len(paths))
    assert [disk.signature(path.stat()) for path in paths] == states
    assert len(journal.history(library)) == 1


def test_one_bad_file_stops_no_other(library, songs):
    plan = plan_of([songs[".mp3"], songs[".flac"], songs[".ogg"]])
    songs[".flac"].unlink()
    report = journal.apply(library, plan)
    assert report.written == 2
    ((path, reason),) = report.failures
    assert path == songs[".flac"]
    assert "gone" in reason or "No such file" in reason
    assert not leftovers(path.parent)
    row = journal.batch(library, report.batch_id)
    assert (row.files, row.failed, row.state) == (2, 1, "done")
    failed = [file for file in journal.batch_files(library, report.batch_id) if file.state == "failed"]
    assert [file.path for file in failed] == [path]
    assert failed[0].message
    assert journal.undo(library, report.batch_id).restored == 2


def test_a_time_beyond_64_bits_costs_nothing(library, songs):
    path = songs[".mp3"]
    os.utime(path, ns=(10**19, 10**19))
    if path.stat().st_mtime_ns <= 2**63:
        pytest.skip("the file system knows no such time")
    old = path.read_bytes()
    report = journal.apply(library, plan_of([path, songs[".flac"]]))
    assert (report.written, report.failures) == (2, ())
    assert journal.undo(library, report.batch_id).restored == 2
    assert path.read_bytes() == old


def test_a_note_that_is_no_valid_text_costs_nothing(library, songs):
    note = os.fsdecode(b"path:caf\xe9") + "\ud800"
    report = journal.apply(library, plan_of([songs[".mp3"]]), note=note)
    assert report.written == 1
    assert journal.batch(library, report.batch_id).note == "path:caf??"


@pytest.mark.parametrize("part", ["payload_hash", "make_restore"])
def test_a_bug_in_finding_the_audio_costs_one_file(part, library, songs, monkeypatch):
    bad, good = songs[".m4a"], songs[".flac"]
    old = bad.read_bytes()
    real = getattr(writer, part)

    def fails(path: Path, *more: Path) -> object:
        if path == bad:
            raise RecursionError(os.fsdecode(b"caf\xe9"))
        return real(path, *more)

    with monkeypatch.context() as patch:
        patch.setattr(writer, part, fails)
        report = journal.apply(library, plan_of([bad, good]))
    assert (report.written, [failure.path for failure in report.failures]) == (1, [bad])
    assert bad.read_bytes() == old
    assert not leftovers(bad.parent)


def test_a_bug_in_making_the_old_bytes_costs_one_file(library, songs, monkeypatch):
    bad, good = songs[".m4a"], songs[".flac"]
    report = journal.apply(library, plan_of([bad, good]))
    written, real = bad.read_bytes(), restore.rebuild

    def fails(after: Path, record: bytes, destination: Path) -> None:
        if after == bad:
            raise MemoryError
        real(after, record, destination)

    with monkeypatch.context() as patch:
        patch.setattr(undo, "rebuild", fails)
        undone = journal.undo(library, report.batch_id)
    assert (undone.restored, [failure.path for failure in undone.failures]) == (1, [bad])
    assert bad.read_bytes() == written
    assert journal.undo(library, report.batch_id).restored == 1


def test_a_batch_of_failures_has_nothing_to_undo(library, songs):
    plan = plan_of([songs[".mp3"]])
    songs[".mp3"].chmod(0o444)
    report = journal.apply(library, plan)
    assert (report.written, len(report.failures)) == (0, 1)
    assert journal.batch(library, report.batch_id).state == "failed"
    with pytest.raises(MetadataError, match="wrote no file"):
        journal.undo(library, report.batch_id)
    with pytest.raises(MetadataError, match="no batch"):
        journal.undo(library, 99)
    with pytest.raises(MetadataError, match="no batch"):
        journal.batch(library, 99)


def test_a_cancelled_batch_keeps_what_it_wrote(library, songs):
    asked = iter([False, False, True])
    report = journal.apply(library, plan_of(list(songs.values())), cancelled=lambda: next(asked))
    assert (report.written, report.cancelled) == (2, True)
    assert journal.batch(library, report.batch_id).state == "done"
    asked = iter([False, True])
    undone = journal.undo(library, report.batch_id, cancelled=lambda: next(asked))
    assert (undone.restored, undone.cancelled) == (1, True)
    assert journal.batch(library, report.batch_id).state == "partly undone"
    assert journal.undo(library, report.batch_id).restored == 1
    assert journal.batch(library, report.batch_id).state == "undone"


@pytest.mark.parametrize("suffix", WRITABLE)
def test_undo_leaves_what_others_changed_alone_and_names_it(suffix, library, songs):
    path = songs[suffix]
    report = journal.apply(library, plan_of([path]))
    set_by_others(path, comment="mine now", key="Am")
    undone = journal.undo(library, report.batch_id)
    assert (undone.restored, undone.by_field, undone.failures) == (0, 1, ())
    assert undone.left_alone == ((path, ("comment",)),)
    tags = formats.open_tags(path)
    assert tags.get(Field.GENRE) == tags.get(Field.MOOD) == ()
    assert tags.get(Field.COMMENT) == ("mine now",)
    assert tags.get(Field.KEY) == ("Am",)
    again = journal.undo(library, undone.batch_id)
    assert again.restored == 1
    assert formats.open_tags(path).get(Field.GENRE) == TAGS[Field.GENRE]


def test_undo_where_others_changed_every_field_writes_nothing(library, songs):
    path = songs[".mp3"]
    report = journal.apply(library, plan_of([path], {Field.GENRE: ("Soul",)}))
    set_by_others(path, genre="Blues")
    state = disk.signature(path.stat())
    undone = journal.undo(library, report.batch_id)
    assert (undone.batch_id, undone.skipped) == (None, 1)
    assert undone.left_alone == ((path, ("genre",)),)
    assert disk.signature(path.stat()) == state


def test_undo_of_the_older_of_two_batches_keeps_the_newer(library, songs):
    path = songs[".flac"]
    first = journal.apply(library, plan_of([path], {Field.GENRE: ("Soul",)}))
    journal.apply(library, plan_of([path], {Field.MOOD: ("calm",)}))
    undone = journal.undo(library, first.batch_id)
    assert (undone.by_field, undone.left_alone) == (1, ())
    tags = formats.open_tags(path)
    assert (tags.get(Field.GENRE), tags.get(Field.MOOD)) == ((), ("calm",))


def test_undo_names_files_that_are_gone_and_can_be_tried_again(library, songs, tmp_path):
    one, other = songs[".mp3"], songs[".opus"]
    old = one.read_bytes()
    report = journal.apply(library, plan_of([one, other]))
    away = one.rename(tmp_path / "away")
    undone = journal.undo(library, report.batch_id)
    assert undone.restored == 1
    assert [(failure.path, "gone" in failure.reason) for failure in undone.failures] == [(one, True)]
    assert journal.batch(library, report.batch_id).state == "partly undone"
    away.rename(one)
    assert journal.undo(library, report.batch_id).restored == 1
    assert one.read_bytes() == old


def test_where_bytes_are_out_of_reach_the_fields_are_not(library, songs, monkeypatch):
    path = songs[".mp3"]
    monkeypatch.setattr(restore, "SKELETON_LIMIT", 10)
    report = journal.apply(library, plan_of([path]))
    (file,) = journal.batch_files(library, report.batch_id)
    assert not file.exact
    undone = journal.undo(library, report.batch_id)
    assert (undone.restored, undone.by_field) == (0, 1)
    assert genre(path) == ()


@pytest.mark.parametrize("damage", ["a wrong byte", "of another file"])
def test_a_damaged_record_is_noticed_before_anything_is_replaced(damage, library, songs):
    path = songs[".m4a"]
    report = journal.apply(library, plan_of([path]))
    record = restore.make_restore(path, path)
    with library.write() as connection:
        if damage == "a wrong byte":
            record = connection.exec_driver_sql("SELECT restore FROM write_file").scalar_one()
            record = record[:-1] + bytes([record[-1] ^ 1])
        connection.exec_driver_sql("UPDATE write_file SET restore = ?", (record,))
    undone = journal.undo(library, report.batch_id)
    assert (undone.restored, undone.by_field) == (0, 1)
    assert genre(path) == ()
    assert not leftovers(path.parent)


def test_undo_brings_the_time_of_last_change_back_too(library, songs):
    path = songs[".wav"]
    os.utime(path, ns=(10**18, 10**18 + 123_456_700))
    report = journal.apply(library, plan_of([path]))
    os.utime(path)
    assert journal.undo(library, report.batch_id).restored == 1
    assert path.stat().st_mtime_ns == 10**18 + 123_456_700


def test_the_library_shows_the_new_tags_and_a_scan_would_find_no_change(library, songs, tmp_path):
    path = songs[".mp3"]
    with library.write() as connection:
        connection.execute(Root.insert().values(path=os.fsencode(tmp_path), added_at=0))
        state = path.stat()
        found = FoundFile(os.fsencode(path), state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev, 1)
        track = catalogue.add(connection, found, read_tags(path))
    report = journal.apply(library, plan_of([path], tracks={path: track}))

    def row():
        with library.read() as connection:
            return connection.execute(Track.select()).one()

    state = path.stat()
    assert (row().genre, row().mood) == ("Soul; Früher Jazz", "calm")
    assert (row().size, row().mtime_ns, row().inode) == (state.st_size, state.st_mtime_ns, state.st_ino)
    journal.undo(library, report.batch_id)
    state = path.stat()
    assert (row().genre, row().mood) == ("", "")
    assert (row().size, row().mtime_ns, row().inode) == (state.st_size, state.st_mtime_ns, state.st_ino)


@pytest.fixture
def replaced(library, tmp_path) -> Path:
    """A song that was scanned and heard, and then replaced by another recording."""
    path = make_song(tmp_path / "music" / "a.flac", 1, title="old")
    add_root(library, path.parent)
    rescan(library)
    return make_song(path, 2, title="new")


def scores(library: Library) -> list[tuple[float]]:
    return rows(library, "SELECT score FROM track_tag_score ORDER BY tag_id")


def test_a_recording_replaced_before_a_write_is_heard_by_the_next_scan(library, replaced):
    old = scores(library)
    report = journal.apply(library, plan_of([replaced], tracks={replaced: 1}))
    assert rows(library, "SELECT title, mood, problem FROM track") == [("new", "calm", "")]
    scan = rescan(library)
    assert (scan.unchanged, scan.changed, scan.analysed) == (0, 1, 1)
    assert scores(library) != old
    assert journal.undo(library, report.batch_id).restored == 1
    assert rescan(library).unchanged == 1


def test_a_recording_replaced_before_a_write_that_was_interrupted_is_heard_too(
    library, replaced, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(ledger.FileRecord, "done", lambda self: None)
        journal.apply(library, plan_of([replaced], tracks={replaced: 1}))
    assert journal.settle(library).completed == 1
    assert rows(library, "SELECT title, mood FROM track") == [("new", "calm")]
    assert rescan(library).changed == 1


def test_a_recording_replaced_after_a_write_that_was_interrupted_is_heard_too(library, replaced, monkeypatch):
    rescan(library)
    with monkeypatch.context() as patch:
        patch.setattr(ledger.FileRecord, "done", lambda self: None)
        journal.apply(library, plan_of([replaced], tracks={replaced: 1}))
    make_song(replaced, 3, title="newest")
    assert journal.settle(library).completed == 1
    assert rescan(library).changed == 1
    assert rows(library, "SELECT title FROM track") == [("newest",)]


def test_a_write_to_a_song_that_could_not_be_heard_leaves_its_problem_to_the_scan(library, replaced):
    with library.write() as connection:
        connection.exec_driver_sql("UPDATE track SET seconds = 0, problem = 'no sound'")
    journal.apply(library, plan_of([replaced], tracks={replaced: 1}))
    assert rows(library, "SELECT mood, seconds, problem FROM track") == [("calm", 0, "no sound")]
    assert (rescan(library).analysed, scores(library) != []) == (1, True)


def test_two_at_a_time_are_refused_and_a_running_batch_is_not_settled(library, songs, monkeypatch):
    path = songs[".mp3"]
    plan = plan_of([path])
    with library.lock("write"):
        with pytest.raises(BusyError):
            journal.apply(library, plan)
        with pytest.raises(BusyError):
            journal.undo(library, 1)
    promise, seen = ledger.FileRecord.promise, []

    def meanwhile(self, replacement) -> None:
        with Library.open(library.path) as other:
            seen.append(journal.settle(other))
        promise(self, replacement)

    monkeypatch.setattr(ledger.FileRecord, "promise", meanwhile)
    assert journal.apply(library, plan).written == 1
    assert seen == [SettleReport()]


def test_a_journal_that_cannot_be_written_stops_the_batch(library, songs, monkeypatch):
    path = songs[".mp3"]
    old = path.read_bytes()

    def full(self, replacement):
        raise LibraryError("cannot grow: the disk is full", path=library.path)

    plan = plan_of([path])
    with monkeypatch.context() as patch:
        patch.setattr(ledger.FileRecord, "promise", full)
        with pytest.raises(LibraryError):
            journal.apply(library, plan)
    assert path.read_bytes() == old
    assert not leftovers(path.parent)
    assert journal.settle(library).dropped == 1
    assert journal.apply(library, plan_of([path])).written == 1


def prepared(library: Library, path: Path, batch: int | None = None, **values: object) -> Path:
    """Put a row into the journal as a crash would leave it, and return where its copy is."""
    temporary = path.with_name(disk.temporary_name("crashed"))
    with library.write() as connection:
        if batch is None:
            connection.exec_driver_sql(
                "INSERT INTO write_batch (created_at, preset, note) VALUES (0, '', '')"
            )
        row = {
            "batch_id": batch or 1,
            "path": os.fsencode(path),
            "temporary": os.fsencode(temporary),
            "state": "prepared",
            "before_size": 0,
            "before_mtime_ns": 0,
            **values,
        }
        connection.execute(WriteFile.insert().values(**row))
    return temporary


def test_settling_waits_for_a_disk_that_is_away(library, tmp_path):
    path = tmp_path / "share" / "song.mp3"
    prepared(library, path, before_hash="a", after_hash="b")
    assert journal.settle(library).waiting == 1
    assert journal.batch(library, 1).state == "unfinished"
    # A mount point without its disk.
    path.parent.mkdir()
    assert journal.settle(library).waiting == 1
    (path.parent / "another.mp3").touch()
    assert journal.settle(library).dropped == 1
    assert journal.batch(library, 1).state == "failed"


def test_a_file_that_waits_for_its_disk_does_not_keep_the_others_from_being_undone(library, songs, tmp_path):
    old = songs[".flac"].read_bytes()
    batch = journal.apply(library, plan_of([songs[".flac"]])).batch_id
    with library.write() as connection:
        connection.exec_driver_sql("UPDATE write_batch SET finished_at = NULL")
    prepared(library, tmp_path / "share" / "song.mp3", batch=batch, before_hash="a", after_hash="b")
    assert journal.settle(library).waiting == 1
    row = journal.batch(library, batch)
    assert (row.state, row.can_be_undone, row.files) == ("done", True, 1)
    assert journal.undo(library, batch).restored == 1
    assert songs[".flac"].read_bytes() == old
    assert journal.settle(library).waiting == 1


def test_a_copy_that_cannot_be_deleted_yet_keeps_its_row(library, songs, monkeypatch):
    path = songs[".flac"]
    temporary = prepared(library, path)
    temporary.write_bytes(b"half a copy")

    def busy(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", busy)
        assert journal.settle(library).waiting == 1
    assert journal.settle(library).dropped == 1
    assert not temporary.exists()


def test_what_became_of_a_file_whose_disk_went_away_is_found_out_later(library, songs, monkeypatch):
    path = songs[".flac"]
    old = path.read_bytes()
    with library.write() as connection:
        connection.execute(Root.insert().values(path=os.fsencode(path.parent), added_at=0))
        state = path.stat()
        found = FoundFile(os.fsencode(path), state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev, 1)
        track = catalogue.add(connection, found, read_tags(path))
    plan = plan_of([path], tracks={path: track})

    def away(*_: object) -> bool:
        raise UnsettledError("the disk went away", path=path)

    def lost(temporary: Path, target: Path, *_: object) -> None:
        temporary.replace(target)
        away()

    with monkeypatch.context() as patch:
        patch.setattr(writer, "_put_in_place", lost)
        report = journal.apply(library, plan)
    assert (report.written, len(report.failures)) == (0, 1)
    assert journal.settle(library).completed == 1
    with library.read() as connection:
        assert connection.execute(Track.select()).one().mood == "calm"
    assert journal.undo(library, report.batch_id).restored == 1
    assert path.read_bytes() == old


def test_settling_tells_a_write_that_came_through_though_others_changed_the_file(library, songs):
    path = songs[".mp3"]
    prepared(library, path, before_hash="a", after_hash="b")
    assert journal.settle(library).completed == 1
    (file,) = journal.batch_files(library, 1)
    assert (file.state, "changed by others" in file.message) == ("done", True)


def test_settling_deletes_no_file_that_is_not_ours(library, songs, tmp_path):
    path = songs[".mp3"]
    stranger = tmp_path / "precious.flac"
    shutil.copy(songs[".flac"], stranger)
    temporary = prepared(library, path, temporary=os.fsencode(stranger))
    nameless = temporary.with_name(disk.temporary_name("nobody"))
    nameless.write_bytes(b"not in the journal")
    assert journal.settle(library).dropped == 1
    assert stranger.exists()
    assert nameless.exists()


def test_settling_with_nothing_to_do_takes_no_lock(library):
    with library.lock("write"):
        assert journal.settle(library).completed == 0
    assert not list(library.path.parent.glob("*.settle*"))


class Writing(RuleBasedStateMachine):
    """Any order of writes, undos and changes by others keeps the sound, the journal and the last word."""

    folder: Path
    sound: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = self.folder / f"{time.monotonic_ns()}"
        self.place.mkdir()
        self.path = self.place / self.sound.name
        shutil.copy(self.sound, self.path)
        self.audio = payload_hash(self.path)
        self.library = Library.open(self.place / "library.sqlite")
        self.before: dict[int, bytes] = {}
        self.after: dict[int, bytes] = {}

    names = st.sampled_from(("genre", "mood", "comment"))
    words = st.lists(st.sampled_from(("a", "Soul", "ü", "x" * 3000)), max_size=2, unique=True).map(tuple)

    @rule(name=names, value=words)
    def write(self, name: str, value: tuple[str, ...]) -> None:
        old = self.path.read_bytes()
        plan = plan_of([self.path], {Field(name): value})
        report = journal.apply(self.library, plan)
        assert report.failures == ()
        if report.batch_id is None:
            assert self.path.read_bytes() == old
        else:
            self.before[report.batch_id], self.after[report.batch_id] = old, self.path.read_bytes()

    @rule(name=names, value=words)
    def others(self, name: str, value: tuple[str, ...]) -> None:
        tags = formats.open_tags(self.path)
        tags.set(Field(name), value)
        tags.save(self.path)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        open_batches = [row.id for row in journal.history(self.library) if row.can_be_undone]
        if not open_batches:
            return
        number = data.draw(st.sampled_from(open_batches))
        old = self.path.read_bytes()
        report = journal.undo(self.library, number)
        assert report.failures == ()
        now = self.path.read_bytes()
        if old == self.after[number]:
            assert now == self.before[number], "nobody touched the file, so every byte comes back"
        if report.batch_id is None:
            assert now == old
        else:
            self.before[report.batch_id], self.after[report.batch_id] = old, now

    @invariant()
    def the_sound_stays(self) -> None:
        assert payload_hash(self.path) == self.audio
        assert not leftovers(self.place)

    def teardown(self) -> None:
        self.library.close()


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".m4a"])
def test_any_order_of_writes_undos_and_changes_by_others(suffix, sounds, tmp_path):
    Writing.folder, Writing.sound = tmp_path, sounds[suffix]
    run_state_machine_as_test(
        Writing, settings=settings(max_examples=4, stateful_step_count=10, deadline=None)
    )


def written_and_taken_back_or_refused(library: Library, path: Path) -> bool:
    """Return whether a file, sound or not, was written; assert that either way it is again what it was."""
    old = path.read_bytes()
    try:
        plan = plan_of([path])
    except MetadataError:
        return False
    report = journal.apply(library, plan)
    if report.written:
        assert journal.undo(library, report.batch_id).restored == 1
    assert report.written + len(report.failures) + report.skipped == 1
    assert path.read_bytes() == old
    assert not leftovers(path.parent)
    return bool(report.written)


@pytest.mark.skipif(not zoo(), reason="the zoo of odd files is not here")
def test_every_odd_file_of_the_zoo_is_written_and_taken_back_or_refused(library, tmp_path):
    written = 0
    for odd in zoo():
        path = tmp_path / odd.name
        path.write_bytes(odd.read_bytes())
        written += written_and_taken_back_or_refused(library, path)
    assert written > 60


@pytest.mark.parametrize("suffix", WRITABLE)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_written_and_taken_back_or_refused(suffix, data, library, sounds, tmp_path):
    damaged = bytearray(sounds[suffix].read_bytes())
    place = st.one_of(st.integers(0, 600), st.integers(0, len(damaged) - 1))
    for at, byte in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), min_size=1, max_size=6)):
        damaged[at] = byte
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(damaged)
    written_and_taken_back_or_refused(library, path)
