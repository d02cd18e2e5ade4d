"""The journal under kills, races and a full disk: committed rows survive and nothing is sent twice (S1, S5, S8, D5)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sunotui.domain.errors import JournalWriteError
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from tests.support.complete_list import all_ids
from tests.support.waiting import HANG_S

State = SubmissionState

BEGINNING = """
import sys
from pathlib import Path
from sunotui.domain.errors import TimedOut, SunotuiError
from sunotui.domain.requests.request import LyricsRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
db = Database.open(Path(sys.argv[1]))
journal = Journal(db)
def submission(name):
    return Submission(name, "p", LyricsRequest("x" * 2000), "/p", "{}", SubmissionState.READY, 1.0)
def task(name):
    return Task(name, "p", TaskKind.LYRICS, TaskStatus.SUBMITTED, 1.0)
def say(*words):
    print(*words, flush=True)
"""
BUSY = """
for number in range(1_000_000):
    name = f"{sys.argv[2]}-{number}"
    journal.add(submission(name)); say("added", name)
    assert journal.claim(name, 2.0); say("claimed", name)
    if number % 3 == 0:
        journal.accept(name, task("t-" + name), 3.0); say("accepted", name)
    elif number % 3 == 1:
        journal.mark_unknown(name, TimedOut(), 3.0); say("unknown", name)
"""
RACER = """
say("ready")
sys.stdin.readline()
for number in range(50):
    if journal.claim(f"s{number}", 2.0):
        say("won", number)
sys.stdin.readline()
"""
HOLDER = """
journal.add(submission("held")); journal.add(submission("queued"))
journal.claim("held", 2.0)
say("holding")
sys.stdin.readline()
"""
FILLER = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
number = 0
try:
    while True:
        journal.add(submission(f"s{number}")); number += 1
except SunotuiError as error:
    say(error.code, type(error.__cause__).__name__)
say(number, len(journal.reader.list(limit=10_000)))
try:
    journal.add(submission("one more"))
except SunotuiError as error:
    say(error.code)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(path: Path) -> Iterator[Start]:
    """Starts a program with the test's library; it is killed at the end of the test."""
    running: list[subprocess.Popen[str]] = []

    def begin(code: str, *words: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", BEGINNING + code, str(path), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(child)
        return child

    yield begin
    for child in running:
        child.kill()
        child.communicate()


def line_of(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def rest_of(child: subprocess.Popen[str]) -> str:
    # Not communicate(): it would miss what readline() has buffered.
    assert child.stdout is not None
    return child.stdout.read()


def nudge(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def test_committed_rows_survive_a_dozen_kills(path: Path, start: Start) -> None:
    messages: list[tuple[str, str]] = []
    for attempt in range(12):
        child = start(BUSY, f"run{attempt}")
        first = [line_of(child) for _ in range(1 + attempt // 2)]
        # The exact time of the kill does not matter, only that it differs.
        time.sleep(0.004 * attempt)
        child.kill()
        rest = rest_of(child)
        messages += [(word, name) for word, name in map(str.split, [*first, *rest.split("\n")[:-1]]) if word]
    db = Database.open(path)
    assert db.query("PRAGMA integrity_check")[0][0] == "ok"
    journal = Journal(db)
    recovered = {row.id for row in journal.recover(9.0)}
    rows = {row.id: row for row in journal.reader.list(limit=1_000_000)}
    document: dict[str, set[str]] = {}
    for word, name in messages:
        document.setdefault(name, set()).add(word)
    assert len(document) > 12, "more than one submission in the later runs"
    for name, words in document.items():
        state = rows[name].state
        if "accepted" in words:
            assert (state, rows[name].task_id) == (State.ACCEPTED, f"t-{name}")
        elif "unknown" in words:
            assert state is State.UNKNOWN
        elif "claimed" in words:
            assert state in {State.UNKNOWN, State.ACCEPTED}
        else:
            assert state in {State.REJECTED, State.UNKNOWN}
    assert not any(row.state in {State.READY, State.SENDING} for row in rows.values())
    assert recovered <= {name for name, row in rows.items() if row.state is State.UNKNOWN}
    accepted = {row.task_id for row in rows.values() if row.state is State.ACCEPTED}
    assert set(all_ids(db)) == accepted
    db.close()


@pytest.mark.guarantee("S1", ordinary="two processes race for 50 rows")
def test_of_two_programs_one_claims_each_row(
    path: Path, start: Start, make_submission: Callable[..., Submission]
) -> None:
    db = Database.open(path)
    journal = Journal(db)
    for number in range(50):
        journal.add(make_submission(f"s{number}"))
    racers = [start(RACER), start(RACER)]
    for racer in racers:
        assert line_of(racer) == "ready"
    for racer in racers:
        nudge(racer)
    for racer in racers:
        nudge(racer)
    wins = Counter(line for racer in racers for line in rest_of(racer).split("\n") if line)
    assert len(wins) == 50
    assert set(wins.values()) == {1}
    assert {row.state for row in journal.reader.list()} == {State.SENDING}
    db.close()


@pytest.mark.guarantee("S5", ordinary="a sending process, examined 50 times and then killed")
def test_only_submissions_of_killed_programs_are_recovered(path: Path, start: Start) -> None:
    holder = start(HOLDER)
    assert line_of(holder) == "holding"
    db = Database.open(path)
    journal = Journal(db)
    for _ in range(50):
        assert journal.recover(5.0) == []
    assert {row.state for row in journal.reader.list()} == {State.SENDING, State.READY}
    holder.kill()
    holder.communicate()
    assert [row.id for row in journal.recover(6.0)] == ["held"]
    assert {row.id: row.state for row in journal.reader.list()} == {"held": State.UNKNOWN, "queued": State.REJECTED}
    db.close()


def test_two_programs_write_concurrently_and_nothing_is_lost(path: Path, start: Start) -> None:
    code = "for n in range(150):\n    journal.add(submission(f'{sys.argv[2]}-{n}'))\n"
    children = [start(code, name) for name in ("a", "b")]
    for child in children:
        child.communicate(timeout=HANG_S)
    assert [child.returncode for child in children] == [0, 0]
    db = Database.open(path)
    assert db.query("SELECT count(*) FROM submission")[0][0] == 300
    db.close()


def test_a_file_that_cannot_grow_sends_and_loses_nothing(path: Path, start: Start) -> None:
    child = start(FILLER)
    out, _ = child.communicate(timeout=HANG_S)
    lines = out.split("\n")
    assert lines[0].split()[0] == "journal_unwritable"
    assert lines[0].split()[1] in {"OperationalError", "DatabaseError"}
    promised, readable = map(int, lines[1].split())
    assert promised == readable > 5
    assert lines[2] == "journal_unwritable"
    db = Database.open(path)
    assert db.query("SELECT count(*) FROM submission")[0][0] == promised
    db.close()


def test_a_full_disk_sends_nothing_and_works_again_with_space(
    tmp_path: Path, make_submission: Callable[..., Submission]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted by root only; RLIMIT_FSIZE stands in for it")
    try:
        db = Database.open(disk / "data" / "library.db")
        journal = Journal(db)
        promised = _fill(journal, make_submission)
        assert promised > 20
        assert len(journal.reader.list(limit=10_000)) == promised
        assert db.damage() == ""
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        journal.add(make_submission("with space"))
        assert journal.claim("with space", 2.0)
        assert len(journal.reader.list(limit=10_000)) == promised + 1
        db.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(journal: Journal, make_submission: Callable[..., Submission]) -> int:
    """Add until the disk is full; returns how many additions were committed."""
    for number in range(100_000):
        try:
            journal.add(make_submission(f"s{number}", body="x" * 2_000))
        except JournalWriteError:
            break
    with pytest.raises(JournalWriteError, match="disk is full"):
        journal.add(make_submission("one more", body="x" * 2_000))
    return number
