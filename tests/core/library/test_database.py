"""Opening: what is made, migrated, refused and left alone; which errors are the machine's."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, exc, insert, select, text, update

from tagger_core.errors import BusyError, DatabaseTooNewError, LibraryError, shown
from tagger_core.library import database, migrations
from tagger_core.library.schema import METADATA, Root, Track, WriteBatch, WriteFile
from tagger_core.library.store import Library
from tests.core.library.shelf import add_track


def _roots(library: Library) -> list[bytes]:
    with library.read() as connection:
        return list(connection.execute(select(Root.c.path)).scalars())


def _add_root(library: Library, path: bytes = b"/music") -> None:
    with library.write() as connection:
        connection.execute(insert(Root).values(path=path, added_at=1))


def test_the_database_is_made_with_its_folders_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "fold er %41" / "my library?.sqlite"
    with Library.open(path) as library:
        _add_root(library)
    with Library.open(path) as library:
        assert _roots(library) == [b"/music"]


def test_the_migrated_tables_are_those_of_the_schema(library: Library) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (not str(name).startswith("track_fts") and name != "alembic_version")

    with library.read() as connection:
        options = {"include_name": ours, "compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_every_migration_counts(library: Library) -> None:
    versions = Path(migrations.__file__).parent / "versions"
    assert len(list(versions.glob("[0-9]*.py"))) == database.VERSION
    with library.read() as connection:
        assert connection.scalar(text("PRAGMA user_version")) == database.VERSION
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == f"{database.VERSION:04d}"


def test_an_up_to_date_library_opens_without_the_migration_tool(tmp_path: Path) -> None:
    Library.open(tmp_path / "l.sqlite").close()
    code = (
        "import sys; from pathlib import Path; from tagger_core.library.store import Library;"
        "Library.open(Path(sys.argv[1])).close();"
        "print([m for m in ('alembic', 'torch', 'mutagen', 'av') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "l.sqlite"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_a_newer_library_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    Library.open(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {database.VERSION + 1}")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNewError, match="update Earmark"):
        Library.open(path)
    assert path.read_bytes() == before


def _of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE moz_places (id INTEGER)")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b"ID3\x03 this is a song, not a database" * 99), "is not a database"),
        (_of_another_program, "database of another program"),
        (lambda path: path.symlink_to("/proc/nothing/here/at/all"), "cannot be"),
    ],
)
def test_what_is_no_library_is_refused_and_left_as_it_is(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "l.sqlite"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(LibraryError, match=message) as caught:
        Library.open(path)
    assert caught.value.remedy
    assert "l.sqlite" in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot be"):
        Library.open(tmp_path / "file" / "l.sqlite")


def _next_version(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE later (id INTEGER)")


def _failing_version(connection: Connection) -> None:
    connection.exec_driver_sql("DROP TABLE saved_search")
    raise RuntimeError("a bug in a migration")


def test_an_older_library_is_copied_then_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.sqlite"
    with Library.open(path) as library:
        _add_root(library)
    version = database.VERSION
    monkeypatch.setattr(database, "VERSION", version + 1)
    monkeypatch.setattr(migrations, "upgrade", _next_version)
    with Library.open(path) as library, library.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM later")) == 0
    with closing(sqlite3.connect(tmp_path / f"l.sqlite.version-{version}.backup")) as backup:
        assert backup.execute("SELECT path FROM root").fetchall() == [(b"/music",)]
        assert backup.execute("PRAGMA user_version").fetchone() == (version,)


def test_names_with_spaces_that_are_not_printed_are_found_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    names = [
        "東京\u3000事変.mp3",
        "Café\xa0Noir.mp3",
        "soft\xadly.mp3",
        "back\\slash.mp3",
        "plain.mp3",
        "a\nb.mp3",
    ]
    with Library.open(path) as library:
        ids = [add_track(library, name) for name in names]
        kept = _words_of_paths(library)
        with library.write() as connection:
            # As the first version had them.
            for track, exact, *_ in kept:
                escaped = shown(Path(exact.decode()))
                values = {"path_text": escaped, "path_key": escaped.casefold()}
                connection.execute(update(Track).where(Track.c.id == track).values(values))
            _without_songs_of_writes(connection)
            _set_version(connection, 1)
        assert library.search("noir") == []
    with Library.open(path) as library:
        assert _words_of_paths(library) == kept
        assert library.search("noir") == library.search("path:café") == ids[1:2]
        assert library.search('path:"東京\u3000事変"') == ids[:1]
        assert library.search('"soft\xadly"') == ids[2:3]
        assert library.search("slash") == ids[3:4]
        with library.write() as connection:
            connection.exec_driver_sql("INSERT INTO track_fts(track_fts, rank) VALUES ('integrity-check', 1)")


def test_earlier_writes_stay_in_the_history_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with Library.open(path) as library, library.write() as connection:
        connection.execute(insert(WriteBatch).values(created_at=1))
        row = {"batch_id": 1, "path": b"/x", "temporary": b"", "before_size": 1, "before_mtime_ns": 1}
        connection.execute(insert(WriteFile).values(**row, state="done", restore=b"record"))
        _without_songs_of_writes(connection)
        _set_version(connection, 2)
    with Library.open(path) as library, library.read() as connection:
        kept = connection.execute(select(WriteFile)).one()
    assert (kept.path, kept.state, kept.restore) == (b"/x", "done", b"record")
    assert (kept.audio, kept.undoes) == ("", None)


def _without_songs_of_writes(connection: Connection) -> None:
    """Take away what the third version added."""
    for column in ("audio", "undoes"):
        connection.exec_driver_sql(f"ALTER TABLE write_file DROP COLUMN {column}")


def _set_version(connection: Connection, version: int) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (f"{version:04d}",))
    connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def _words_of_paths(library: Library) -> list[tuple[int, bytes, str, str]]:
    columns = Track.c.id, Track.c.path, Track.c.path_text, Track.c.path_key
    with library.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(Track.c.id))]


def test_a_migration_that_fails_leaves_the_old_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.sqlite"
    with Library.open(path) as library:
        _add_root(library)
    with monkeypatch.context() as patched:
        patched.setattr(database, "VERSION", database.VERSION + 1)
        patched.setattr(migrations, "upgrade", _failing_version)
        with pytest.raises(RuntimeError, match="a bug"):
            Library.open(path)
    with Library.open(path) as library:
        assert _roots(library) == [b"/music"]
        assert library.saved_searches() == []


def test_several_that_open_a_new_library_at_once_all_get_it(tmp_path: Path) -> None:
    def opened(_: int) -> list[bytes]:
        with Library.open(tmp_path / "l.sqlite") as library:
            return _roots(library)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opened, range(4))) == [[]] * 4


def test_a_full_disk_is_told_and_nothing_of_the_transaction_stays(library: Library) -> None:
    with library.write() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    rows = [{"path": b"/%d" % i, "added_at": 1} for i in range(10_000)]
    with pytest.raises(LibraryError, match="the disk is full"), library.write() as connection:
        connection.execute(insert(Root), rows)
    assert _roots(library) == []


def test_a_locked_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with (
        Library.open(tmp_path / "l.sqlite") as library,
        closing(sqlite3.connect(tmp_path / "l.sqlite", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="is locked"), library.write():
            pass
        other.execute("COMMIT")
        _add_root(library)
        assert _roots(library) == [b"/music"]


def test_a_damaged_library_is_told(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with Library.open(path) as library, library.write() as connection:
        connection.execute(insert(Root), [{"path": b"/%d" % i, "added_at": 1} for i in range(2000)])
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="is damaged"), Library.open(path) as library:
        _roots(library)


def test_a_bug_of_ours_is_not_dressed_up_as_the_machines(library: Library) -> None:
    with pytest.raises(exc.OperationalError), library.read() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    with pytest.raises(exc.OperationalError, match="readonly"), library.read() as connection:
        connection.execute(insert(Root).values(path=b"/x", added_at=1))
    with pytest.raises(exc.IntegrityError), library.write() as connection:
        connection.execute(text("INSERT INTO tag VALUES (1, 99, 0, 'x', 'y', 0.5)"))


def test_an_exception_takes_the_whole_transaction_back(library: Library) -> None:
    def fail() -> None:
        with library.write() as connection:
            connection.execute(insert(Root).values(path=b"/x", added_at=1))
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - raised bare above
        fail()
    assert _roots(library) == []


def test_a_reader_sees_one_state_while_others_write(library: Library) -> None:
    with library.read() as connection:
        assert connection.execute(select(Root.c.path)).all() == []
        writer = threading.Thread(target=_add_root, args=(library,))
        writer.start()
        writer.join()
        assert connection.execute(select(Root.c.path)).all() == []
    assert _roots(library) == [b"/music"]


def test_many_threads_write_one_after_the_other(library: Library) -> None:
    _add_root(library)

    def count(_: int) -> None:
        for _ in range(10):
            with library.write() as connection:
                seen = connection.scalar(select(Root.c.added_at))
                connection.execute(update(Root).values(added_at=seen + 1))
            library.stats()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    with library.read() as connection:
        assert connection.scalar(select(Root.c.added_at)) == 81


def test_a_write_inside_a_write_is_a_bug_that_says_so(library: Library) -> None:
    with library.write(), pytest.raises(RuntimeError, match="pass the connection on"), library.write():
        pass
    _add_root(library)


def test_what_must_not_be_lost_is_synchronised_and_only_that(library: Library) -> None:
    for durable, mode in ((True, 2), (False, 1)):
        with library.write(durable=durable) as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == mode
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_only_one_may_scan_but_another_may_write(library: Library, tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "library.sqlite") as other,
        library.lock("scan"),
        other.lock("write"),
        pytest.raises(BusyError, match="another Earmark is scanning"),
        other.lock("scan"),
    ):
        pass
    with library.lock("scan"):
        pass
