"""Migrations: completely or not at all, with a copy of the old library (D4)."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.domain.gateways.models import model_key
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.db import create
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migrate, migration_scripts
from sunotui.storage.db.upgrade import copy_aside
from sunotui.storage.gateway_facts.capabilities import CapabilityStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.waiting import HANG_S

SECOND = """
ALTER TABLE draft ADD COLUMN colour TEXT NOT NULL DEFAULT 'red; not blue';
CREATE TABLE extra (name TEXT);
CREATE TRIGGER drafted AFTER INSERT ON draft BEGIN
    INSERT INTO extra VALUES (new.name);
    INSERT INTO extra VALUES ('twice');
END;
INSERT INTO extra SELECT name FROM draft;
"""
FIRST = migration_scripts()[:1]
BROKEN = SECOND + "\nINSERT INTO nowhere VALUES (1);\n"


@pytest.fixture
def old_library(path: Path) -> Path:
    """A library of version 1 with one draft."""
    db = Database.open(path, scripts=FIRST)
    with db.write() as connection:
        connection.execute("INSERT INTO draft VALUES ('a', 'text')")
    db.close()
    return path


def newer(script: str) -> tuple[str, ...]:
    return (*FIRST, script)


@pytest.mark.guarantee("Z3", ordinary="from the first version to the current one")
def test_an_older_library_is_migrated_and_a_private_copy_is_kept(old_library: Path) -> None:
    old_umask = os.umask(0)
    try:
        db = Database.open(old_library, scripts=newer(SECOND))
    finally:
        os.umask(old_umask)
    assert [tuple(row) for row in db.query("SELECT name, colour FROM draft")] == [("a", "red; not blue")]
    assert db.column("SELECT name FROM extra") == ["a"]
    assert db.query("PRAGMA user_version")[0][0] == 2
    db.close()
    copy = old_library.with_name("library.version-1.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = Database.open(copy, scripts=FIRST)
    assert kept.column("SELECT text FROM draft") == ["text"]
    kept.close()


@pytest.mark.guarantee("Z3")
def test_a_library_of_the_first_version_is_migrated_completely(path: Path) -> None:
    db = Database.open(path, scripts=FIRST)
    with db.write() as connection:
        connection.execute(
            "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
            "model, is_streaming, takes) VALUES ('t', 'p', 'music', 'success', 1, '', '', 0, '', 'Rain', '', 0, 0)"
        )
    db.close()
    db = Database.open(path)
    task = TaskStore(db).task("t")
    assert task is not None
    assert (task.profile, task.status) == ("p", TaskStatus.SUCCESS)
    assert path.with_name("library.version-1.db").exists()
    db.close()


def test_only_evidence_from_parents_alone_is_deleted(path: Path) -> None:
    by_take = '{"is_offered": true, "learned_at": 1.50, "reason": "a finished take shows it"}'
    by_hand = '{"is_offered": true, "learned_at": 1.50, "reason": "a request was accepted"}'
    against = '{"is_offered": false, "learned_at": 1.50, "reason": "the finished take does not show it"}'
    learned = f'"cover": {by_take}, "excluded styles": {by_take}, "infill": {by_take}, "stems": {by_take}'
    texts = {
        "wrong": f'{{"evidence": {{{learned}, "concat": {by_hand}}}, "home": "x", "probed_at": 7.250}}',
        "right": f'{{"evidence": {{"cover": {against}, "stems": {by_hand}}}, "home": "x"}}',
        "broken": "{not JSON",
        "odd": '{"evidence": 7}',
        "list": "[1]",
    }
    db = Database.open(path, scripts=migration_scripts()[:4])
    with db.write() as connection:
        connection.executemany("INSERT INTO offers VALUES (?, ?)", texts.items())
    db.close()
    db = Database.open(path)
    kept = {row["profile"]: row["text"] for row in db.query("SELECT profile, text FROM offers")}
    whole = json.loads(texts["wrong"])
    for feature in ("cover", "infill", "stems"):
        del whole["evidence"][feature]
    assert json.loads(kept.pop("wrong")) == whole
    assert kept == {profile: text for profile, text in texts.items() if profile != "wrong"}, "byte for byte"
    offers = CapabilityStore(db).load("wrong")
    assert (set(offers.evidence), offers.probed_at) == ({Feature.CONCAT, Feature.EXCLUDE}, 7.25)
    db.close()


def test_a_created_persona_is_no_longer_proof_of_a_used_one(path: Path) -> None:
    made = '{"is_offered": true, "learned_at": 1.50, "reason": "it answered"}'
    sung = '{"is_offered": true, "learned_at": 1.50, "reason": "the finished take shows it"}'
    db = Database.open(path, scripts=migration_scripts()[:5])
    with db.write() as connection:
        connection.executemany(
            "INSERT INTO offers VALUES (?, ?)",
            [
                ("made", f'{{"evidence": {{"persona": {made}, "aligned lyrics": {made}}}}}'),
                ("sung", f'{{"evidence": {{"persona": {sung}}}}}'),
            ],
        )
    db.close()
    db = Database.open(path)
    assert set(CapabilityStore(db).load("made").evidence) == {Feature.TIMING}
    assert set(CapabilityStore(db).load("sung").evidence) == {Feature.PERSONA}
    db.close()


def test_the_lineages_of_an_older_library_are_found(path: Path) -> None:
    db = Database.open(path, scripts=migration_scripts()[:6])
    made = {"a": "", "x": "", "b": "a-c", "c": "b-c elsewhere", "d": "e-c", "e": "d-c"}
    with db.write() as connection:
        for number, (name, parents) in enumerate(made.items()):
            connection.execute(
                "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, "
                "title, model, is_streaming, takes) "
                "VALUES (?, 'p', 'music', 'success', ?, '', '', 0, '', '', '', 0, 1)",
                (name, 10.0 + number),
            )
            connection.execute(
                "INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, error, parents) "
                "VALUES (?, ?, 1, '', 'complete', '', '', '', '', '', ?)",
                (name, f"{name}-c", parents),
            )
    db.close()
    db = Database.open(path)
    rows = db.query("SELECT id, family_at, family_seq, family_place FROM task ORDER BY seq")
    assert [tuple(row) for row in rows] == [
        ("a", 13.0, 1, 0),
        ("x", 11.0, 2, 0),
        ("b", 13.0, 1, -3),
        ("c", 13.0, 1, -4),
        # Of two that are made from each other, one is the song.
        ("d", 15.0, 6, -5),
        ("e", 15.0, 6, 0),
    ]
    db.close()


def test_the_marks_of_an_older_library_say_when_a_task_was_last_played(path: Path) -> None:
    db = Database.open(path, scripts=migration_scripts()[:7])
    with db.write() as connection:
        for number, name in enumerate(("twice", "once", "never")):
            connection.execute(
                "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, "
                "title, model, is_streaming, takes, heard) "
                "VALUES (?, 'p', 'music', 'success', 1, '', '', 0, '', '', '', 0, 2, ?)",
                (name, 2 - number),
            )
        connection.execute(
            "INSERT INTO opinion (task_id, clip_id, rating, heard_at) VALUES ('twice', 'a', 0, 5.5), "
            "('twice', 'b', 0, 7.5), ('once', 'c', 4, 6.5), ('never', 'd', 3, NULL)"
        )
    db.close()
    db = Database.open(path)
    rows = db.query("SELECT id, last_played_at FROM task ORDER BY seq")
    assert [tuple(row) for row in rows] == [("twice", 7.5), ("once", 6.5), ("never", None)]
    kept = db.query("SELECT clip_id, rating, heard_at, plays, last_played_at FROM opinion ORDER BY clip_id")
    # How often it was played is not known.
    assert [tuple(row) for row in kept] == [
        ("a", 0, 5.5, 0, None),
        ("b", 0, 7.5, 0, None),
        ("c", 4, 6.5, 0, None),
        ("d", 3, None, 0, None),
    ]
    db.close()


def test_long_rows_of_an_older_library_stay_the_same_in_a_smaller_file(path: Path) -> None:
    """Each response took a page beside its row."""
    db = Database.open(path, scripts=migration_scripts()[:9])
    raws = {f"t{number}": f"{number:04}" * 375 for number in range(300)}
    with db.write() as connection:
        for task_id, raw in raws.items():
            connection.execute(
                "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, "
                "title, model, is_streaming, takes) "
                "VALUES (?, 'p', 'music', 'success', 1, '', '', 0, '', 'Rain', '', 0, 1)",
                (task_id,),
            )
            connection.execute(
                "INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, error, bpm) "
                "VALUES (?, ?, 1, 'Rain', 'complete', '', 'la', '', '', '', 99.5)",
                (task_id, f"{task_id}-c"),
            )
            connection.execute("INSERT INTO answer VALUES (?, ?)", (task_id, raw))
    db.close()
    size = path.stat().st_size
    db = Database.open(path)
    tasks = TaskStore(db)
    assert {task_id: tasks.raw(task_id) for task_id in raws} == raws
    assert {clip.id: (clip.lyrics, clip.bpm) for task in tasks.tasks(list(raws)).values() for clip in task.clips} == {
        f"{task_id}-c": ("la", 99.5) for task_id in raws
    }
    assert db.damage() == ""
    db.close()
    assert path.stat().st_size < 0.75 * size


def test_clips_of_an_older_library_have_unknown_derivations(path: Path) -> None:
    db = Database.open(path, scripts=migration_scripts()[:4])
    with db.write() as connection:
        connection.execute(
            "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
            "model, is_streaming, takes) VALUES ('t', 'p', 'music', 'success', 1, '', '', 0, '', 'Rain', '', 0, 1)"
        )
        connection.execute(
            "INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, error, parents) "
            "VALUES ('t', 'c', 1, '', 'complete', '', '', '', '', '', 'p1')"
        )
    db.close()
    db = Database.open(path)
    task = TaskStore(db).task("t")
    assert task is not None
    assert [(clip.parents, clip.derivations) for clip in task.clips] == [(("p1",), None)]
    db.close()


@pytest.mark.guarantee("D4", ordinary="a failing script, a full disk and a kill during a migration")
def test_a_failing_script_changes_nothing_and_can_be_tried_again(old_library: Path) -> None:
    for _ in range(2):
        with pytest.raises(LibraryError, match="nowhere"):
            Database.open(old_library, scripts=newer(BROKEN))
        db = Database.open(old_library, scripts=FIRST)
        assert db.query("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'")[0][0] == 0
        assert db.column("SELECT name FROM draft") == ["a"]
        db.close()
    assert old_library.with_name("library.version-1-1.db").exists()


@pytest.mark.guarantee("D4")
def test_without_space_for_the_copy_nothing_is_migrated_or_left(
    old_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(LibraryError, match="no space"):
        Database.open(old_library, scripts=newer(SECOND))
    assert [entry.name for entry in old_library.parent.glob("*.db")] == ["library.db"]
    db = Database.open(old_library, scripts=FIRST)
    assert db.query("PRAGMA user_version")[0][0] == 1
    db.close()


def test_a_new_library_gets_every_script_and_no_copy(path: Path) -> None:
    db = Database.open(path, scripts=newer(SECOND))
    assert db.query("PRAGMA user_version")[0][0] == 2
    db.close()
    assert [entry.name for entry in path.parent.glob("*.db")] == ["library.db"]


def test_a_copy_never_overwrites_one_that_is_there(old_library: Path) -> None:
    connection = sqlite3.connect(old_library, isolation_level=None)
    made = [copy.name for _ in range(3) if (copy := copy_aside(connection, old_library, 1)) is not None]
    connection.close()
    assert made == ["library.version-1.db", "library.version-1-1.db", "library.version-1-2.db"]


def test_a_library_migrated_by_another_process_is_not_copied(path: Path) -> None:
    Database.open(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    assert copy_aside(connection, path, 1) is None
    connection.close()
    assert {entry.name for entry in path.parent.iterdir()} == {"library.db", "library.lock"}


def test_an_incomplete_copy_does_not_look_like_one(old_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look(_descriptor: int) -> None:
        seen.extend(entry.name for entry in old_library.parent.glob("library.*.db"))

    connection = sqlite3.connect(old_library, isolation_level=None)
    monkeypatch.setattr(os, "fsync", look)
    copy = copy_aside(connection, old_library, 1)
    connection.close()
    assert copy is not None
    # The first call was before the copy was complete on disk, the second after its rename.
    assert seen == [copy.name]
    assert [entry.name for entry in old_library.parent.glob("*.new-*")] == []


MIGRATOR = """
import sys
from pathlib import Path
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
script = "".join(f"CREATE TABLE x{n} (a);\\n" for n in range(300))
print("ready", flush=True)
sys.stdin.readline()
print("going", flush=True)
Database.open(Path(sys.argv[1]), scripts=(*migration_scripts()[:1], script))
print("done", flush=True)
"""


def migrate_and_kill(library: Path, after_s: float | None) -> float:
    """Migrate in a separate process, killed `after_s` seconds after the start of the work; returns the seconds that it
    took."""
    child = subprocess.Popen(
        [sys.executable, "-c", MIGRATOR, str(library)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.readline()
    child.stdin.write(b"go\n")
    child.stdin.flush()
    child.stdout.readline()
    began = time.monotonic()
    if after_s is None:
        assert child.stdout.readline() == b"done\n"
    else:
        time.sleep(after_s)
        child.kill()
    took = time.monotonic() - began
    child.communicate(timeout=HANG_S)
    return took


@pytest.mark.guarantee("D4")
def test_a_kill_during_migration_leaves_the_old_or_the_new_version(old_library: Path) -> None:
    original = old_library.read_bytes()
    whole = migrate_and_kill(old_library, None)
    for attempt in range(10):
        for stale in old_library.parent.glob("library.*"):
            stale.unlink()
        old_library.write_bytes(original)
        migrate_and_kill(old_library, whole * attempt / 9)
        connection = sqlite3.connect(old_library)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        made = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'x*'").fetchone()[0]
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        connection.close()
        assert (version, made) in {(1, 0), (2, 300)}
        Database.open(old_library, scripts=newer("SELECT 1;")).close()


def test_the_key_comes_first_in_a_table_without_rowid(path: Path) -> None:
    """SQLite until 3.41 reports "NULL value in ..." for any other such table, and the library is rejected."""
    db = Database.open(path)
    tables = db.column("SELECT name FROM pragma_table_list WHERE wr = 1 AND schema = 'main' AND type = 'table'")
    assert "album_take" in tables
    for table in tables:
        keys = [row["pk"] for row in db.query(f"PRAGMA table_info({table})")]
        size = max(keys)
        assert keys[:size] == list(range(1, size + 1)), table
    db.close()


def test_an_older_library_s_models_are_sorted_by_the_labels_of_today(path: Path) -> None:
    db = Database.open(path, scripts=migration_scripts()[:4])
    clip = "INSERT INTO clip (task_id, id, take, title, status, tags, lyrics, description, model, error) "
    with db.write() as connection:
        connection.execute(
            "INSERT INTO task (id, profile, kind, status, added_at, fail_reason, progress, misses, title_hint, title, "
            "model, is_streaming, takes, model_key) "
            "VALUES ('t', 'p', 'music', 'success', 1, '', '', 0, '', '', 'chirp-hawk', 0, 1, 'chirp-hawk')"
        )
        connection.execute(clip + "VALUES ('t', 'c', 1, '', 'complete', '', '', '', 'chirp-hawk', '')")
    db.close()
    db = Database.open(path)
    assert db.column("SELECT model_key FROM task") == [model_key("chirp-hawk")] == ["v6"]
    task = TaskStore(db).task("t")
    assert task is not None
    assert task.clips == (Clip("c", status=ClipStatus.COMPLETE, model="chirp-hawk"),)
    db.close()


def test_a_new_library_is_published_only_as_a_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: closing hides that the disk is full, and a library without its end was published."""
    readers: list[sqlite3.Connection] = []

    def migrate_and_read(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
        name = connection.execute("PRAGMA database_list").fetchone()[2]
        readers.append(sqlite3.connect(name, isolation_level=None))
        readers[-1].execute("BEGIN")
        readers[-1].execute("SELECT count(*) FROM sqlite_schema").fetchone()
        migrate(connection, scripts)

    monkeypatch.setattr(create, "migrate", migrate_and_read)
    with pytest.raises(LibraryError):
        Database.open(path)
    for reader in readers:
        reader.close()
    assert readers
    assert list(path.parent.glob(f"{path.name}*")) == []
