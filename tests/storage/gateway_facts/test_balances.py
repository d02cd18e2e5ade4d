"""The balance before a request, compared only if nothing but one request may have changed it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.gateways.money import Balance
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.balances import VALID_S, BalanceStore, UnpricedSubmission
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

ORIGIN = "https://api.example.com"
SETTLE = 6.0
SEEN, NOW = 1_000_000.0, 1_000_060.0
BEFORE = Balance(5.0, "$")
FOUND = UnpricedSubmission("s1", "music", BEFORE)


def send(db: Database, name: str, at: float, profile: str = "main") -> None:
    """Send a request that has no response yet."""
    request = MusicRequest(description="rain", model="chirp-v4")
    journal = Journal(db)
    journal.add(Submission(name, profile, request, "/suno/submit/music", "{}", SubmissionState.READY, at))
    assert journal.claim(name, at)


def accept(db: Database, name: str, at: float, profile: str = "main") -> None:
    """Send a request that is accepted immediately."""
    send(db, name, at, profile)
    task = Task(f"task-of-{name}", profile, TaskKind.MUSIC, TaskStatus.SUBMITTED, at, submission_id=name)
    assert Journal(db).accept(name, task, at)


def save(db: Database, name: str, status: TaskStatus, at: float, checked_at: float | None = None) -> None:
    """Save a task in the library."""
    TaskStore(db).save([Task(name, "main", TaskKind.MUSIC, status, at, checked_at=checked_at)])


def unpriced(db: Database, *, origin: str = ORIGIN, now: float = NOW) -> UnpricedSubmission | None:
    return BalanceStore(db).unpriced("main", origin, ("sibling",), now, SETTLE)


@pytest.fixture
def looked(db: Database) -> Database:
    """A saved balance, and one request ten seconds later."""
    BalanceStore(db).save("main", ORIGIN, BEFORE, SEEN)
    accept(db, "s1", SEEN + 10)
    return db


def test_one_request_since_a_balance(looked: Database) -> None:
    assert unpriced(looked) == FOUND


@pytest.mark.parametrize("status", [TaskStatus.SUCCESS, TaskStatus.IN_PROGRESS])
def test_events_of_its_own_task_belong_to_its_price(looked: Database, status: TaskStatus) -> None:
    save(looked, "task-of-s1", status, SEEN + 10, checked_at=SEEN + 50)
    assert unpriced(looked) == FOUND


def test_tasks_that_ended_long_before_disturb_nothing(looked: Database) -> None:
    accept(looked, "old", SEEN - 500)
    save(looked, "task-of-old", TaskStatus.FAILURE, SEEN - 500, checked_at=SEEN - 100)
    save(looked, "stalled", TaskStatus.QUEUED, SEEN - 200_000, checked_at=SEEN - 100_000)
    accept(looked, "elsewhere", SEEN + 20, profile="another gateway")
    assert unpriced(looked) == FOUND


DISTURBED: dict[str, Callable[[Database], object]] = {
    "another was accepted": lambda db: accept(db, "s2", SEEN + 20),
    "another was accepted just before": lambda db: accept(db, "s2", SEEN - 2),
    "another is being sent": lambda db: send(db, "s2", SEEN - 300),
    "another key of the account sent one": lambda db: accept(db, "s2", SEEN + 20, profile="sibling"),
    "its own task failed": lambda db: save(db, "task-of-s1", TaskStatus.FAILURE, SEEN + 10, checked_at=SEEN + 50),
    "its own task is lost": lambda db: save(db, "task-of-s1", TaskStatus.LOST, SEEN + 10, checked_at=SEEN + 50),
    "another task runs": lambda db: save(db, "t2", TaskStatus.IN_PROGRESS, SEEN - 900, checked_at=SEEN - 900),
    "another task ended since": lambda db: save(db, "t2", TaskStatus.FAILURE, SEEN - 900, checked_at=SEEN + 20),
    "the check learned its price": lambda db: BalanceStore(db).delete("main"),
    "the look is newer": lambda db: BalanceStore(db).save("main", ORIGIN, BEFORE, SEEN + 30),
    "its request is corrupt": lambda db: _disturb(db),
}


def _disturb(db: Database) -> None:
    with db.write() as connection:
        connection.execute("UPDATE submission SET request = '[]'")


@pytest.mark.parametrize("disturb", DISTURBED.values(), ids=DISTURBED)
def test_nothing_is_compared_after_other_possible_changes(
    looked: Database, disturb: Callable[[Database], object]
) -> None:
    disturb(looked)
    assert unpriced(looked) is None


@pytest.mark.parametrize(
    "now", [SEEN - 1, SEEN + 10 + SETTLE - 1, SEEN + VALID_S + 1], ids=["set back", "not settled", "long ago"]
)
def test_a_balance_is_compared_for_some_minutes(looked: Database, now: float) -> None:
    assert unpriced(looked, now=now) is None


def test_a_balance_at_another_url_is_not_compared(looked: Database) -> None:
    assert unpriced(looked, origin="https://b.example") is None
