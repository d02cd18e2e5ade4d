"""A damaged library becomes an intact one with all readable rows, and the damaged file is kept (D6)."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryDamaged, LibraryError, LibraryNewer
from sunotui.domain.requests.request import LyricsRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import TaskStatus
from sunotui.domain.upkeep import RepairReport
from sunotui.storage.backup import back_up
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import fault_of
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.db.version import SCHEMA_VERSION
from sunotui.storage.repair.relink import INDEXES
from sunotui.storage.repair.repair import repair
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.writing import ready, song
from tests.support.complete_list import all_ids

TASKS, SUBMISSIONS = 300, 40
NOW = 1_770_000_000.0


@pytest.fixture
def sound(path: Path) -> bytes:
    """The bytes of a closed library with tasks and accepted submissions."""
    db = Database.open(path)
    fill(db, range(TASKS), range(SUBMISSIONS))
    db.close()
    return path.read_bytes()


def fill(db: Database, tasks: range, options: range) -> None:
    library, journal = TaskStore(db), Journal(db)
    library.save([song(f"t{n}") for n in tasks], {f"t{n}": "raw " * 100 for n in tasks})
    for n in options:
        journal.add(ready(f"s{n}"))
        journal.claim(f"s{n}", 2.0)
        journal.accept(f"s{n}", song(f"made-{n}", TaskStatus.SUBMITTED), 3.0)


def repaired(path: Path) -> RepairReport:
    done = repair(path, NOW)
    assert done is not None
    return done


def damaged_at(content: bytes, needle: bytes, pages: int = 1) -> bytes:
    """The content with overwritten pages from the last occurrence of a text."""
    at = content.rindex(needle) // 4_096 * 4_096
    return content[:at] + random.Random(1).randbytes(4_096 * pages) + content[at + 4_096 * pages :]


def test_an_intact_library_is_not_changed(path: Path, sound: bytes) -> None:
    assert repaired(path).was_intact
    assert path.read_bytes() == sound
    assert {entry.name for entry in path.parent.iterdir()} == {"library.db", "library.lock", "owners"}


@pytest.mark.parametrize("lost", [100, 4_096])
def test_a_lost_header_loses_no_rows(path: Path, sound: bytes, lost: int) -> None:
    damaged = bytes(lost) + sound[lost:]
    path.write_bytes(damaged)
    done = repaired(path)
    db = Database.open(path)
    assert len(all_ids(db)) == TASKS + SUBMISSIONS
    assert len(Journal(db).reader.list(limit=1_000)) == SUBMISSIONS
    db.close()
    assert done.damaged_file is not None
    assert done.damaged_file.name == "library.corrupt-20260202T024000Z.db"
    assert done.damaged_file.read_bytes() == damaged
    assert done.placeholders == ()


def test_unreadable_rows_come_from_the_newest_backup(path: Path, sound: bytes) -> None:
    back_up(path, NOW)
    db = Database.open(path)
    fill(db, range(TASKS, TASKS + 20), range(SUBMISSIONS, SUBMISSIONS + 5))
    TaskStore(db).save([song("t7", TaskStatus.FAILURE)])
    db.close()
    path.write_bytes(damaged_at(path.read_bytes(), b"s20" + b"home"))
    done = repaired(path)
    assert done.backup is not None
    submissions = next(each for each in done.tables if each.table == "submission")
    assert 0 < submissions.from_backup < SUBMISSIONS
    assert not submissions.is_whole
    db = Database.open(path)
    assert len(Journal(db).reader.list(limit=1_000)) == SUBMISSIONS + 5
    assert len(all_ids(db)) == TASKS + 20 + SUBMISSIONS + 5
    db.close()


def test_rows_in_the_write_ahead_log_are_recovered(path: Path, sound: bytes) -> None:
    db = Database.open(path)
    fill(db, range(0), range(SUBMISSIONS, SUBMISSIONS + 5))
    log = path.with_name("library.db-wal").read_bytes()
    db.close()
    path.write_bytes(bytes(100) + sound[100:])
    path.with_name("library.db-wal").write_bytes(log)
    done = repaired(path)
    db = Database.open(path)
    assert len(Journal(db).reader.list(limit=1_000)) == SUBMISSIONS + 5
    db.close()
    assert done.damaged_file is not None
    assert done.damaged_file.with_name(done.damaged_file.name + "-wal").read_bytes() == log


def test_a_paid_task_with_a_lost_row_gets_a_placeholder(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE task SET status = 'sdrawkcab' WHERE id IN ('made-3', 't5')")
    done = repaired(path)
    assert set(done.placeholders) == {"made-3", "t5"}
    db = Database.open(path)
    library = TaskStore(db)
    paid, free = library.task("made-3"), library.task("t5")
    assert paid is not None
    assert free is not None
    assert (paid.status, paid.profile, paid.submission_id) == (TaskStatus.IN_PROGRESS, "home", "s3")
    assert (free.status, [clip.id for clip in free.clips]) == (TaskStatus.SUCCESS, ["t5-1", "t5-2"])
    assert {task.id for task in library.unfinished()} >= {"made-3"}
    assert db.query("PRAGMA foreign_key_check") == []
    db.close()


def test_an_unreadable_request_affects_no_other_row(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE submission SET request = '{\"kind\": ' WHERE id = 's3'")
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    done = repaired(path)
    assert next(each for each in done.tables if each.table == "submission").corrupt == 1
    db = Database.open(path)
    assert len(Journal(db).reader.list(limit=1_000)) == SUBMISSIONS - 1
    assert TaskStore(db).task("made-3") is not None
    db.close()


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_library_of_an_older_version_is_migrated(path: Path, version: int) -> None:
    db = Database.open(path, scripts=migration_scripts()[:version])
    with db.write() as connection:
        connection.execute(
            "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
            "model, is_streaming, takes) VALUES ('old', 'home', 'music', 'success', 1, '', '', 0, '', 'Rain', '', 0, 0)"
        )
    db.close()
    path.write_bytes(damaged_at(path.read_bytes(), b"CREATE INDEX"))
    repaired(path)
    db = Database.open(path)
    assert db.query("SELECT user_version FROM pragma_user_version")[0][0] == SCHEMA_VERSION
    db.close()
    assert fault_of(path) == ""


def test_the_full_text_index_is_rebuilt(path: Path, sound: bytes) -> None:
    path.write_bytes(bytes(100) + sound[100:])
    repaired(path)
    db = Database.open(path)
    # The counts, too, which triggers maintain.
    assert db.query("SELECT count(*) FROM words WHERE words MATCH 'title: t7'")[0][0] == 1
    assert db.query("SELECT sum(n) FROM tally")[0][0] == TASKS + SUBMISSIONS
    virtual = db.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'")
    assert {row[0] for row in virtual} == set(INDEXES)
    db.close()


def test_nothing_is_changed_while_another_process_has_it_open(path: Path, open_db: Callable[..., Database]) -> None:
    open_db()
    with pytest.raises(LibraryError, match="Another sunotui"):
        repair(path, NOW)


def test_it_cannot_be_opened_during_a_repair(path: Path, sound: bytes) -> None:
    path.write_bytes(bytes(100) + sound[100:])
    seen = []

    def ask(found: RepairReport) -> bool:
        seen.append({each.table: each.rows for each in found.tables}["submission"])
        path.write_bytes(sound)
        with pytest.raises(LibraryError, match="being repaired"):
            Database.open(path)
        return False

    assert repair(path, NOW, ask) is None
    assert seen == [SUBMISSIONS]
    assert path.read_bytes() == sound
    assert not list(path.parent.glob("*corrupt*"))


def test_another_programs_file_is_not_changed(path: Path) -> None:
    path.parent.mkdir()
    with pytest.raises(LibraryError, match="no library"):
        repair(path, NOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="another program"):
        repair(path, NOW)
    assert path.read_bytes() == before


def test_a_newer_library_is_not_changed(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(LibraryNewer):
        repair(path, NOW)
    assert path.read_bytes() == before


def test_an_unknown_outcome_stays_unknown(path: Path, sound: bytes) -> None:
    db = Database.open(path)
    Journal(db).add(Submission("u", "home", LyricsRequest("rain"), "/p", "{}", SubmissionState.READY, 9.0))
    Journal(db).claim("u", 10.0)
    db.close()
    path.write_bytes(bytes(4_096) + path.read_bytes()[4_096:])
    repaired(path)
    db = Database.open(path)
    found = Journal(db).reader.get("u")
    assert found is not None
    assert found.state is SubmissionState.SENDING
    assert [lost.id for lost in Journal(db).recover(11.0)] == ["u"]
    db.close()


def test_a_half_swapped_library_cannot_be_opened(path: Path, sound: bytes) -> None:
    path.with_name("library.repaired-20260202T024000Z.db").write_bytes(sound)
    with pytest.raises(LibraryDamaged, match="cut off"):
        Database.open(path)
    assert repaired(path).was_cut_off
    Database.open(path).close()


@pytest.mark.parametrize("has_backup", [True, False])
def test_a_corrupt_text_is_used_only_without_an_intact_backup(path: Path, sound: bytes, has_backup: bool) -> None:
    if has_backup:
        back_up(path, NOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE clip SET lyrics = CAST(x'6c61ff6c61' AS TEXT) WHERE id = 't7-1'")
    db = Database.open(path)
    with pytest.raises(LibraryDamaged, match="it is damaged"):
        TaskStore(db).task("t7")
    db.close()
    repaired(path)
    db = Database.open(path)
    task = TaskStore(db).task("t7")
    assert task is not None
    assert [clip.lyrics for clip in task.clips] == (["", ""] if has_backup else ["la\ufffdla", ""])
    db.close()


def test_a_corrupt_index_is_rebuilt(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE words_data SET block = randomblob(length(block)) WHERE id > 10")
    db = Database.open(path)
    assert "index words" in db.damage()
    db.close()
    assert not repaired(path).was_intact
    db = Database.open(path)
    assert db.damage() == ""
    assert db.query("SELECT count(*) FROM words WHERE words MATCH 'title: t7'")[0][0] == 1
    db.close()


def test_paid_requests_behind_damaged_pages_are_found_page_by_page(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'submission'").fetchone()[0]
    content = bytearray(sound)
    assert content[(root - 1) * 4_096] == 5, "the table has upper pages"
    content[(root - 1) * 4_096 : root * 4_096] = random.Random(1).randbytes(4_096)
    path.write_bytes(bytes(content))
    done = repaired(path)
    assert not next(each for each in done.tables if each.table == "submission").is_whole
    db = Database.open(path)
    found = Journal(db).reader.list(limit=1_000)
    assert {submission.id for submission in found} == {f"s{n}" for n in range(SUBMISSIONS)}
    assert {submission.state for submission in found} == {SubmissionState.ACCEPTED}
    assert done.placeholders == ()
    db.close()


def test_a_corrupt_status_does_not_hide_other_rows(path: Path, sound: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE task SET status = CAST(x'7375ff' AS TEXT) WHERE id = 'made-3'")
    assert repaired(path).placeholders == ("made-3",)
    db = Database.open(path)
    assert len(TaskStore(db).tasks(all_ids(db))) == TASKS + SUBMISSIONS
    # The counts, which triggers fill, do not include it, either.
    assert {row[0] for row in db.query("SELECT status FROM tally")} <= {status.value for status in TaskStatus}
    db.close()
