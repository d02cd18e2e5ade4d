"""A library with any damage is reported as damaged and left unchanged by the start and by every command, and
`doctor --repair` restores an intact library and keeps the damaged file unchanged (D6).

Fails if the repair stops at the first broken page of a table, and if the start treats an empty file as a new library.
tests/storage/repair/test_repair.py fails if the repair trusts the page count in the header, and if it does not validate
rows.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryDamaged, SunotuiError
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.backup import back_up, backups_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import fault_of
from sunotui.storage.repair.repair import repair
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine, cli
from tests.guarantees.child_processes.writing import ready, song
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee(
    "D6",
    ordinary="40 x 512 and 30 x 20,000 random bytes, half with a backup; 8 large damages; every command",
    long="1,000 x 512 and 1,000 x 20,000 random bytes",
    last_long_run="2026-11-25: 2,000 damages, 184 s",
    gaps=(
        "Characters changed into other characters are not detected: there is no checksum per row. If the "
        "first page of a table is broken and there is no backup, only submissions are found page by page; "
        "placeholders replace the tasks that they paid for, and these are fetched again."
    ),
)

__all__ = ["cli"]

TASKS, SUBMISSIONS = 200, 30
NOW = 1_770_000_000.0


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of a closed library and of its backup."""
    path = tmp_path_factory.mktemp("intact") / "library.db"
    db = Database.open(path)
    # Not text that compresses to nothing, or most damages would be between the rows.
    raws = {f"t{n}": random.Random(n).randbytes(400).hex() for n in range(TASKS)}
    TaskStore(db).save([song(f"t{n}") for n in range(TASKS)], raws)
    journal = Journal(db)
    for n in range(SUBMISSIONS):
        journal.add(ready(f"s{n}"))
        journal.claim(f"s{n}", 2.0)
        journal.accept(f"s{n}", song(f"made-{n}", TaskStatus.SUBMITTED), 3.0)
    db.close()
    back_up(path, NOW)
    return path.read_bytes(), backups_of(path)[0].path.read_bytes()


LARGE_DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "a text": lambda content: b"dear diary\n" * 30,
    "no header": lambda content: bytes(100) + content[100:],
    "no first page": lambda content: bytes(4_096) + content[4_096:],
    "half": lambda content: content[: len(content) // 2],
    "two thirds": lambda content: content[: len(content) * 2 // 3],
    "a byte short": lambda content: content[:-1],
    "odd pages": lambda content: content[:16] + b"\0\3" + content[18:],
    "every other page": lambda content: b"".join(
        content[at : at + 4_096] if at % 8_192 else os.urandom(4_096) for at in range(0, len(content), 4_096)
    ),
}


@pytest.mark.parametrize("damage", LARGE_DAMAGES)
@pytest.mark.parametrize("has_backup", [True, False])
def test_large_damages_are_repaired(
    damage: str, has_backup: bool, intact: tuple[bytes, bytes], quick_path: Path
) -> None:
    damaged = LARGE_DAMAGES[damage](intact[0])
    path = _placed(quick_path, damaged, intact[1] if has_backup else None)
    with pytest.raises(LibraryDamaged, match="damaged") as caught:
        Database.open(path)
    assert "A repair rescues what can be read" in caught.value.sentence
    assert path.read_bytes() == damaged
    _repaired(path, damaged, has_backup=has_backup)


@pytest.mark.parametrize(
    ("size", "times"),
    [
        (512, 40),
        (20_000, 30),
        pytest.param(512, 1_000, marks=[pytest.mark.long, pytest.mark.timeout(1_800)]),
        pytest.param(20_000, 1_000, marks=[pytest.mark.long, pytest.mark.timeout(1_800)]),
    ],
)
def test_random_damages_are_repaired(size: int, times: int, intact: tuple[bytes, bytes], quick_path: Path) -> None:
    rng = random.Random(size)
    repaired = 0
    for attempt in range(times):
        at = rng.randrange(len(intact[0]) - size)
        damaged = intact[0][:at] + rng.randbytes(size) + intact[0][at + size :]
        has_backup = attempt % 2 == 0
        path = _placed(quick_path / str(attempt), damaged, intact[1] if has_backup else None)
        repaired += _repaired(path, damaged, has_backup=has_backup)
    # The others hit unused space in a page, or stay valid within a text.
    assert repaired > times / 3


def _placed(folder: Path, damaged: bytes, backup: bytes | None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "library.db"
    path.write_bytes(damaged)
    if backup is not None:
        (folder / "backups").mkdir()
        (folder / "backups" / "library-2026-01-01.db").write_bytes(backup)
    return path


def _repaired(path: Path, damaged: bytes, *, has_backup: bool) -> bool:
    """Repair the library and check the result; return whether it was damaged."""
    done = repair(path, NOW)
    assert done is not None
    assert fault_of(path) == ""
    if done.was_intact:
        assert path.read_bytes() == damaged
    else:
        assert done.damaged_file is not None
        assert done.damaged_file.read_bytes() == damaged
    db = Database.open(path)
    ids, journal = all_ids(db), Journal(db).reader.list(limit=10_000)
    assert len(TaskStore(db).tasks(ids)) == len(ids)
    assert db.query("PRAGMA foreign_key_check") == []
    assert db.query("SELECT coalesce(sum(n), 0) FROM tally")[0][0] == len(ids)
    if has_backup or done.was_intact:
        assert len(ids) >= TASKS + SUBMISSIONS
        assert len(journal) >= SUBMISSIONS
    # Every paid submission has a task, even if its details were lost.
    assert {found.task_id for found in journal if found.task_id} <= set(ids)
    db.close()
    left = {entry.name for entry in path.parent.iterdir() if ".new-" in entry.name or ".repaired-" in entry.name}
    assert left == set()
    return not done.was_intact


READERS = [
    ("tasks",),
    ("show", "t1"),
    ("url", "t1"),
    ("submissions",),
    ("stats",),
    ("export",),
    ("fetch", "t1"),
    ("wait", "t1"),
    ("music", "--describe", "rain"),
    ("lyrics", "rain"),
]


@pytest.mark.parametrize("damage", ["two thirds", "no header"])
def test_every_command_reports_the_damage_and_writes_nothing(
    damage: str, cli: CommandLine, intact: tuple[bytes, bytes]
) -> None:
    cli.environ |= {"SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": "sk-0123456789abcdef"}
    data = Path(cli.environ["SUNOTUI_DATA_DIR"])
    data.mkdir(mode=0o700)
    damaged = LARGE_DAMAGES[damage](intact[0])
    (data / "library.db").write_bytes(damaged)
    for command in READERS:
        assert cli.run(*command, code=9) == "", command
        assert "damaged" in cli.err, command
        assert "'sunotui doctor --repair'" in cli.err, command
    assert [entry.name for entry in data.iterdir()] == ["library.db"]
    assert (data / "library.db").read_bytes() == damaged
    cli.run("doctor", "--repair", "--yes")
    assert cli.run("tasks")


def test_a_full_disk_during_a_repair_leaves_the_damaged_file(
    intact: tuple[bytes, bytes], quick_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = LARGE_DAMAGES["no header"](intact[0])
    path = _placed(quick_path / "full", damaged, None)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sunotui.storage.repair.replace_file.os.fsync", refuse)
    with pytest.raises(SunotuiError, match="no space left"):
        repair(path, NOW)
    assert path.read_bytes() == damaged
    monkeypatch.undo()
    _repaired(path, damaged, has_backup=False)
