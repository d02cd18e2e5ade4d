from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryError, LibraryNewer
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.db.version import APPLICATION_ID, SCHEMA_VERSION
from tests.storage.conftest import mode_of
from tests.support.waiting import HANG_S

Opener = Callable[..., Database]


def note(db: Database, name: str, text: str = "x") -> None:
    with db.write() as connection:
        connection.execute("INSERT INTO draft (name, text) VALUES (?, ?)", (name, text))


def names(db: Database) -> list[str]:
    return db.column("SELECT name FROM draft ORDER BY name")


def test_a_new_library_has_the_application_id_version_and_pragmas(db: Database) -> None:
    def pragma(name: str) -> object:
        return db.query(f"PRAGMA {name}")[0][0]

    assert pragma("application_id") == APPLICATION_ID
    assert pragma("user_version") == SCHEMA_VERSION
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 5_000
    assert db.damage() == ""


def test_bulk_writes_change_settings_of_the_connection_only(db: Database) -> None:
    """A killed program leaves none of them."""

    def settings(of: Database) -> list[object]:
        return [of.query(f"PRAGMA {name}")[0][0] for name in ("cache_size", "temp_store", "wal_autocheckpoint")]

    usual = settings(db)
    with db.bulk_writes():
        assert settings(db) == [-48 * 1024, 2, 16_000]
        other = Database.open(db.path)
        assert settings(other) == usual
        other.close()
    assert settings(db) == usual
    with pytest.raises(KeyboardInterrupt), db.bulk_writes():
        raise KeyboardInterrupt
    assert settings(db) == usual


def test_the_version_is_the_number_of_scripts() -> None:
    assert len(migration_scripts()) == SCHEMA_VERSION


@pytest.mark.guarantee("D8", ordinary="3 umasks; modes that were widened are corrected")
def test_files_are_private_under_any_umask(path: Path, umask: int, open_db: Opener) -> None:
    db = open_db()
    note(db, "a")
    assert mode_of(path.parent) == 0o700
    assert {entry.name: mode_of(entry) for entry in path.parent.iterdir()} == {
        "library.db": 0o600,
        "library.db-wal": 0o600,
        "library.db-shm": 0o600,
        "library.lock": 0o600,
    }


@pytest.mark.guarantee("D8")
def test_files_readable_by_others_are_made_private_again(path: Path, open_db: Opener) -> None:
    first = open_db()
    note(first, "a")
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).chmod(0o666)
    open_db()
    assert [mode_of(path.with_name(path.name + suffix)) for suffix in ("", "-wal", "-shm")] == [0o600] * 3


def test_after_closing_all_data_is_in_the_file_alone(path: Path, open_db: Opener) -> None:
    db = open_db()
    note(db, "a")
    db.close()
    db.close()
    assert {entry.name for entry in path.parent.iterdir()} == {"library.db", "library.lock"}
    assert names(open_db()) == ["a"]


def note_and_fail(db: Database, name: str) -> None:
    with db.write():
        with db.write():
            note(db, name)
        raise KeyError(name)


def test_a_failed_transaction_rolls_back_nested_ones_too(db: Database) -> None:
    with pytest.raises(KeyError):
        note_and_fail(db, "a")
    assert names(db) == []
    note(db, "b")
    assert names(db) == ["b"]


def test_a_failed_statement_is_a_library_error_with_its_cause(db: Database) -> None:
    note(db, "a")
    with pytest.raises(LibraryError) as caught:
        note(db, "a")
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)


def test_failed_queries_are_library_errors(db: Database) -> None:
    for ask in (db.query, db.column):
        with pytest.raises(LibraryError, match="could not be read") as caught:
            ask("SELECT * FROM nowhere")
        assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_data_version_changes_with_other_connections_writes_only(open_db: Opener) -> None:
    mine, other = open_db(), open_db()
    before = mine.data_version()
    note(mine, "mine")
    assert mine.data_version() == before
    note(other, "theirs")
    assert mine.data_version() != before


def test_a_writer_waits_for_another_and_then_says_so(open_db: Opener) -> None:
    holder, waiter = open_db(), open_db(busy_limit_s=0.05)
    with holder.write():
        with pytest.raises(LibraryError, match="another sunotui is writing"):
            note(waiter, "b")
        assert names(waiter) == []
    note(waiter, "b")
    assert names(holder) == ["b"]


def test_a_writer_gets_its_turn_when_the_other_ends(open_db: Opener) -> None:
    holder, waiter = open_db(), open_db()
    with holder.write():
        late = threading.Thread(target=note, args=(waiter, "late"))
        late.start()
        note(holder, "first")
    late.join(HANG_S)
    assert names(holder) == ["first", "late"]


def test_closing_calls_each_action_once(open_db: Opener) -> None:
    calls: list[int] = []
    db = open_db()
    db.at_close(lambda: calls.append(1))
    db.close()
    db.close()
    assert calls == [1]


def test_a_library_deleted_while_open_is_detected_before_a_write(path: Path, db: Database) -> None:
    note(db, "a")
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(LibraryError, match="deleted or replaced"):
        note(db, "b")


def test_a_library_replaced_while_open_is_detected_before_a_write(path: Path, db: Database) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.write_bytes(b"another")
    with pytest.raises(LibraryError, match="deleted or replaced"):
        note(db, "b")


def test_many_processes_create_one_library(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sunotui.storage.db.connection import Database\n"
        "sys.stdin.readline(); db = Database.open(Path(sys.argv[1]))\n"
        "with db.write() as c: c.execute('INSERT INTO draft VALUES (?, 1)', (sys.argv[2],))\n"
        "db.close()"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(number)], stdin=subprocess.PIPE)
        for number in range(6)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=HANG_S)
    assert [child.returncode for child in children] == [0] * 6
    db = Database.open(path)
    assert names(db) == [str(number) for number in range(6)]
    db.close()
    assert {entry.name for entry in path.parent.iterdir()} == {"library.db", "library.lock"}


def test_a_missing_library_is_not_replaced_while_its_log_exists(path: Path, open_db: Opener) -> None:
    db = open_db()
    note(db, "a")
    log = path.with_name("library.db-wal")
    content = log.read_bytes()
    path.unlink()
    with pytest.raises(LibraryError, match="a part of it is still there"):
        Database.open(path)
    assert log.read_bytes() == content
    assert not path.exists()


def test_a_library_is_created_on_a_file_system_without_links(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_self: Path, _target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    db = Database.open(path)
    note(db, "a")
    assert names(db) == ["a"]
    db.close()


@pytest.mark.guarantee("Z3", ordinary="a newer version in the header and in the log")
def test_a_newer_library_is_rejected_by_header_and_by_log(path: Path, open_db: Opener) -> None:
    db = open_db()
    with db.write() as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(LibraryNewer):
        Database.open(path)
    db.close()
    before = path.read_bytes()
    with pytest.raises(LibraryNewer, match="newer sunotui"):
        Database.open(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(LibraryError, match="could not be opened") as caught:
        Database.open(tmp_path / "data" / "library.db")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_folder_at_the_librarys_path_is_reported(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(LibraryError, match="could not be opened"):
        Database.open(path)
