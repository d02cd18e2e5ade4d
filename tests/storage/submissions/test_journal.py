"""The journal: every submission is on disk before it is sent, and only allowed moves are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import (
    Charge,
    GatewayFailed,
    InvalidRequest,
    JournalWriteError,
    NotFound,
    TimedOut,
)
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import TRANSITIONS, Submission, SubmissionState, can_transition
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.submissions.reader import DuplicateQuery
from sunotui.storage.tasks.task_store import TaskStore

MakeTask = Callable[..., Task]
MakeSubmission = Callable[..., Submission]
State = SubmissionState


@pytest.fixture
def put_in(journal: Journal, db: Database, make_submission: MakeSubmission) -> Callable[[State], str]:
    """Puts a new submission into a state and returns its id."""

    def put(state: State) -> str:
        submission = make_submission(f"s-{state}")
        journal.add(submission)
        with db.write() as connection:
            connection.execute("UPDATE submission SET state = ? WHERE id = ?", (state.value, submission.id))
        return submission.id

    return put


def test_a_submission_is_on_disk_before_it_is_sent(
    open_db: Callable[..., Database], journal: Journal, make_submission: MakeSubmission
) -> None:
    submission = make_submission()
    journal.add(submission)
    assert Journal(open_db()).reader.get("s1") == submission


def test_a_submission_is_added_once_and_ready(journal: Journal, make_submission: MakeSubmission) -> None:
    journal.add(make_submission())
    with pytest.raises(ValueError, match="already"):
        journal.add(make_submission())
    with pytest.raises(ValueError, match="ready"):
        journal.add(make_submission("s2", state=State.SENDING))
    assert journal.reader.get("s2") is None


@pytest.mark.guarantee("D9", ordinary="hostile texts in a request, typed or sent")
def test_any_text_of_the_user_can_be_stored(journal: Journal, make_submission: MakeSubmission) -> None:
    request = MusicRequest(lyrics="a\ud800b\0c\n雨", extend_at_s=float("inf"), extend_clip_id="x")
    journal.add(make_submission("s\ud800", request, body="\ud800\0", created_at=float("1e308")))
    kept = journal.reader.get("s\ud800")
    assert kept is not None
    assert kept.request == request
    assert kept.body == "\ufffd\ufffd"
    assert journal.claim("s\ud800", 1.0)
    assert (
        journal.reader.find_duplicate(make_submission("other", request, body="\ud800\0"), DuplicateQuery(0.0))
        is not None
    )


def test_a_claim_succeeds_once(journal: Journal, make_submission: MakeSubmission) -> None:
    journal.add(make_submission())
    assert journal.claim("s1", 1_001.0) is True
    assert journal.claim("s1", 1_002.0) is False
    assert journal.claim("nope", 1_002.0) is False
    kept = journal.reader.get("s1")
    assert kept is not None
    assert (kept.state, kept.sent_at) == (State.SENDING, 1_001.0)


def test_an_accepted_submission_and_its_task_are_saved_together(
    journal: Journal, library: TaskStore, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    journal.accept("s1", make_task(status=TaskStatus.SUBMITTED), 1_002.0, "req-1", 200, '{"code": "success"}')
    kept = journal.reader.get("s1")
    assert kept is not None
    assert (kept.state, kept.task_id, kept.ended_at) == (State.ACCEPTED, "t1", 1_002.0)
    assert (kept.request_id, kept.http_status, kept.answer) == ("req-1", 200, '{"code": "success"}')
    assert library.task("t1") == make_task(status=TaskStatus.SUBMITTED, submission_id="s1")


def test_row_and_task_are_saved_in_one_transaction(
    journal: Journal,
    library: TaskStore,
    make_submission: MakeSubmission,
    make_task: MakeTask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)

    def no_space(*_anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TaskStore, "save", no_space)
    with pytest.raises(JournalWriteError) as caught:
        journal.accept("s1", make_task(), 1_002.0)
    assert "t1" in caught.value.what
    assert "so nothing was sent" not in caught.value.sentence
    assert caught.value.charge is Charge.MAYBE
    assert isinstance(caught.value.__cause__, OSError)
    kept = journal.reader.get("s1")
    assert kept is not None
    assert (kept.state, kept.task_id) == (State.SENDING, None)
    assert library.task("t1") is None


def test_a_rejected_submission_has_the_reason(journal: Journal, make_submission: MakeSubmission) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    error = GatewayFailed(detail="no channel", request_id="r", http_status=503)
    journal.reject("s1", error, 1_002.0, "<html>")
    kept = journal.reader.get("s1")
    assert kept is not None
    assert (kept.state, kept.error, kept.error_code) == (State.REJECTED, error.sentence, "gateway_failed")
    assert (kept.request_id, kept.http_status, kept.answer, kept.ended_at) == ("r", 503, "<html>", 1_002.0)


def test_an_unwritable_outcome_raises_with_the_right_charge(
    db: Database, journal: Journal, make_submission: MakeSubmission
) -> None:
    """An unknown outcome may have been charged, a rejection was not: even if the disk is full."""
    for name in ("unknown", "refused"):
        journal.add(make_submission(name))
        journal.claim(name, 1_001.0)
    db.query("PRAGMA query_only = ON")
    with pytest.raises(JournalWriteError) as unknown:
        journal.mark_unknown("unknown", TimedOut(charge=Charge.MAYBE), 1_002.0)
    with pytest.raises(JournalWriteError) as refused:
        journal.reject("refused", GatewayFailed(), 1_002.0)
    assert (unknown.value.charge, refused.value.charge) == (Charge.MAYBE, Charge.NO)
    assert "may have been charged" in unknown.value.sentence
    assert "nothing was charged" not in unknown.value.sentence
    assert "may have been charged" not in refused.value.sentence
    assert "outcome (unknown)" in unknown.value.sentence
    assert "outcome (rejected)" in refused.value.sentence
    assert {row.state for row in journal.reader.list()} == {State.SENDING}


def test_an_unwritable_result_or_acceptance_may_have_been_charged(
    db: Database, journal: Journal, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    db.query("PRAGMA query_only = ON")
    with pytest.raises(JournalWriteError) as accepted:
        journal.accept("s1", make_task(), 1_002.0)
    with pytest.raises(JournalWriteError) as delivered:
        journal.deliver("s1", "persona-1", 1_002.0)
    assert accepted.value.charge is delivered.value.charge is Charge.MAYBE
    assert "persona-1" in delivered.value.sentence


def test_an_acceptance_replaces_no_other_task(
    journal: Journal, library: TaskStore, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    others = {
        "another profile's": make_task(profile="work", added_at=1_002.0),
        "another submission's": make_task(submission_id="s0", added_at=1_002.0),
        "older than the request": make_task(added_at=1_000.5),
    }
    for name, other in others.items():
        library.save([other._replace(id=name)])
        assert not journal.accept("s1", make_task(name, added_at=1_003.0), 1_003.0), name
        assert library.task(name) == other._replace(id=name), name
    kept = journal.reader.get("s1")
    assert kept is not None
    assert kept.state is State.SENDING
    # Fetched by the poller, or by the user, between the request and its response.
    library.save([make_task("its own", added_at=1_002.0)])
    assert journal.accept("s1", make_task("its own", added_at=1_003.0, status=TaskStatus.SUBMITTED), 1_003.0)
    assert library.task("its own") == make_task("its own", added_at=1_002.0, submission_id="s1")


def test_a_repeated_acceptance_keeps_its_task(
    journal: Journal, library: TaskStore, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    """The outcome was unknown, and the late response names the task that the user has adopted."""
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    journal.mark_unknown("s1", TimedOut(charge=Charge.MAYBE), 1_002.0)
    library.save([make_task(submission_id="s1")])
    assert journal.accept("s1", make_task(clips=()), 1_003.0)
    assert library.task("t1") == make_task(submission_id="s1")


def test_adopting_a_task_clears_the_error(
    journal: Journal, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    journal.mark_unknown("s1", TimedOut(charge=Charge.MAYBE), 1_002.0, "<html>", ("t1", "t2"))
    unknown = journal.reader.get("s1")
    assert unknown is not None
    assert (unknown.error_code, unknown.answer, unknown.task_hints) == ("timed_out", "<html>", ("t1", "t2"))
    journal.adopt("s1", make_task(), 1_003.0)
    adopted = journal.reader.get("s1")
    assert adopted is not None
    assert (adopted.state, adopted.error, adopted.error_code) == (State.ACCEPTED, "", "")
    assert (adopted.task_id, adopted.ended_at) == ("t1", 1_003.0)


def test_only_the_user_resolves_an_unknown_outcome(
    journal: Journal, library: TaskStore, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    for submission_id in ("s1", "s2"):
        journal.add(make_submission(submission_id))
        journal.claim(submission_id, 1_001.0)
        journal.mark_unknown(submission_id, TimedOut(charge=Charge.MAYBE), 1_002.0)
    unknown = journal.reader.get("s1")
    assert unknown is not None
    assert "may have been charged" in unknown.error
    assert journal.recover(2_000.0) == []
    library.save([make_task()])
    journal.adopt("s1", make_task(), 1_003.0)
    journal.mark_lost("s2", 1_003.0)
    adopted, dropped = journal.reader.get("s1"), journal.reader.get("s2")
    assert adopted is not None
    assert dropped is not None
    assert (adopted.state, adopted.task_id, adopted.error) == (State.ACCEPTED, "t1", "")
    assert library.task("t1") == make_task(submission_id="s1")
    assert dropped.state is State.DROPPED


def test_a_late_response_is_accepted_after_recovery(
    journal: Journal, library: TaskStore, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    journal.mark_unknown("s1", TimedOut(), 1_002.0)
    journal.accept("s1", make_task(), 1_003.0)
    kept = journal.reader.get("s1")
    assert kept is not None
    assert (kept.state, kept.error, kept.error_code) == (State.ACCEPTED, "", "")
    assert library.task("t1") is not None


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", [State.ACCEPTED, State.REJECTED, State.UNKNOWN, State.DROPPED])
def test_only_allowed_transitions_are_made(
    journal: Journal, put_in: Callable[[State], str], make_task: MakeTask, old: State, new: State
) -> None:
    submission_id = put_in(old)
    moves: dict[State, Callable[[], object]] = {
        State.ACCEPTED: lambda: journal.accept(submission_id, make_task(), 1.0),
        State.REJECTED: lambda: journal.reject(submission_id, GatewayFailed(), 1.0),
        State.UNKNOWN: lambda: journal.mark_unknown(submission_id, GatewayFailed(), 1.0),
        State.DROPPED: lambda: journal.mark_lost(submission_id, 1.0),
    }
    if can_transition(old, new):
        moves[new]()
        expected = new
    else:
        # The user's own decision may come too late; a second response of the gateway would be a programming error.
        refused = (InvalidRequest, f"is {old.value}") if new is State.DROPPED else (ValueError, "cannot go")
        with pytest.raises(refused[0], match=refused[1]):
            moves[new]()
        expected = old
    kept = journal.reader.get(submission_id)
    assert kept is not None
    assert kept.state is expected


@pytest.mark.parametrize("old", [state for state in State if state is not State.UNKNOWN])
def test_only_an_unknown_outcome_is_adopted(
    journal: Journal, library: TaskStore, put_in: Callable[[State], str], make_task: MakeTask, old: State
) -> None:
    submission_id = put_in(old)
    with pytest.raises(InvalidRequest, match=f"is {old.value}"):
        journal.adopt(submission_id, make_task(), 1.0)
    assert library.task("t1") is None


def test_the_task_of_another_submission_is_not_adopted(
    journal: Journal, library: TaskStore, put_in: Callable[[State], str], make_task: MakeTask
) -> None:
    submission_id = put_in(State.UNKNOWN)
    library.save([make_task(submission_id="another")])
    with pytest.raises(InvalidRequest, match="another submission"):
        journal.adopt(submission_id, make_task(), 1.0)
    kept, task = journal.reader.get(submission_id), library.task("t1")
    assert kept is not None
    assert task is not None
    assert (kept.state, task.submission_id) == (State.UNKNOWN, "another")


def test_an_unknown_submission_has_no_transition(journal: Journal, make_task: MakeTask) -> None:
    with pytest.raises(ValueError, match="no submission"):
        journal.accept("nope", make_task(), 1.0)
    with pytest.raises(NotFound):
        journal.adopt("nope", make_task(), 1.0)
    with pytest.raises(NotFound):
        journal.mark_lost("nope", 1.0)


def test_no_transition_leads_back_to_ready() -> None:
    assert all(State.READY not in targets for targets in TRANSITIONS.values())


def test_of_two_concurrent_duplicates_one_is_saved(
    open_db: Callable[..., Database], journal: Journal, make_submission: MakeSubmission
) -> None:
    other = Journal(open_db())
    first, second = make_submission("s1"), make_submission("s2")
    assert journal.add(first, DuplicateQuery(0.0)) is None
    assert other.add(second, DuplicateQuery(0.0)) == first
    assert other.reader.get("s2") is None
    assert other.add(second) is None


@pytest.fixture
def lose(journal: Journal) -> Callable[[Submission], None]:
    """Sends a submission whose outcome is unknown."""

    def send(submission: Submission) -> None:
        journal.add(submission)
        journal.claim(submission.id, 1_001.0)
        journal.mark_unknown(submission.id, TimedOut(charge=Charge.MAYBE), 1_002.0)

    return send


def test_a_retry_names_the_first_one(
    open_db: Callable[..., Database],
    journal: Journal,
    make_submission: MakeSubmission,
    lose: Callable[[Submission], None],
) -> None:
    lose(make_submission("s1"))
    retry = make_submission("s2", retry_of="s1")
    assert journal.add(retry) is None
    assert Journal(open_db()).reader.get("s2") == retry


@pytest.mark.parametrize("state", [State.READY, State.SENDING, State.ACCEPTED, State.UNKNOWN])
def test_a_submission_has_one_retry_that_may_be_charged(
    open_db: Callable[..., Database],
    journal: Journal,
    db: Database,
    make_submission: MakeSubmission,
    lose: Callable[[Submission], None],
    state: State,
) -> None:
    """Regression: it was checked only before the transaction, so two concurrent programs both found nothing and both
    sent."""
    lose(make_submission("s1"))
    journal.add(make_submission("s2", retry_of="s1"))
    with db.write() as connection:
        connection.execute("UPDATE submission SET state = ? WHERE id = 's2'", (state.value,))
    other = Journal(open_db())
    with pytest.raises(InvalidRequest, match=f"sent again already; the retry is {state.value}"):
        other.add(make_submission("s3", retry_of="s1"))
    assert other.reader.get("s3") is None


@pytest.mark.parametrize("state", [State.REJECTED, State.DROPPED])
def test_after_an_uncharged_retry_there_may_be_another(
    journal: Journal,
    db: Database,
    make_submission: MakeSubmission,
    lose: Callable[[Submission], None],
    state: State,
) -> None:
    lose(make_submission("s1"))
    journal.add(make_submission("s2", retry_of="s1"))
    with db.write() as connection:
        connection.execute("UPDATE submission SET state = ? WHERE id = 's2'", (state.value,))
    assert journal.add(make_submission("s3", retry_of="s1")) is None


def test_the_retry_of_a_retry_counts(
    journal: Journal, make_submission: MakeSubmission, lose: Callable[[Submission], None]
) -> None:
    lose(make_submission("s1"))
    lose(make_submission("s2", retry_of="s1"))
    journal.add(make_submission("s3", retry_of="s2"))
    journal.mark_lost("s2", 1_003.0)
    with pytest.raises(InvalidRequest, match="the retry is ready"):
        journal.add(make_submission("s4", retry_of="s1"))


def test_a_cycle_of_imported_retries_ends(
    journal: Journal, db: Database, make_submission: MakeSubmission, lose: Callable[[Submission], None]
) -> None:
    lose(make_submission("s1"))
    lose(make_submission("s2", retry_of="s1"))
    journal.mark_lost("s2", 1_003.0)
    with db.write() as connection:
        connection.execute("UPDATE submission SET retry_of = 's2' WHERE id = 's1'")
    assert journal.add(make_submission("s3", retry_of="s1")) is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.UNKNOWN])
def test_a_submission_resolved_in_the_meantime_is_not_sent_again(
    journal: Journal, put_in: Callable[[State], str], make_submission: MakeSubmission, state: State
) -> None:
    first = put_in(state)
    with pytest.raises(InvalidRequest, match=f"That submission is {state.value}"):
        journal.add(make_submission("again", retry_of=first))
    with pytest.raises(NotFound):
        journal.add(make_submission("again", retry_of="nope"))
    assert journal.reader.get("again") is None


# --- recovery --------------------------------------------------------------------------------------------------------


def test_submissions_of_living_owners_are_never_recovered(
    open_db: Callable[..., Database], journal: Journal, make_submission: MakeSubmission
) -> None:
    for submission_id in ("sending", "waiting"):
        journal.add(make_submission(submission_id))
    journal.claim("sending", 1_001.0)
    other = Journal(open_db())
    for _ in range(50):
        assert other.recover(2_000.0) == []
        assert journal.recover(2_000.0) == []
    assert {row.id: row.state for row in journal.reader.list()} == {"sending": State.SENDING, "waiting": State.READY}


def test_submissions_of_a_closed_library_are_recovered(
    open_db: Callable[..., Database], make_submission: MakeSubmission
) -> None:
    db = open_db()
    journal = Journal(db)
    for submission_id in ("first", "second", "waiting"):
        journal.add(make_submission(submission_id))
    journal.claim("second", 1_001.0)
    journal.claim("first", 1_002.0)
    db.close()
    after = Journal(open_db())
    found = after.recover(2_000.0)
    assert [row.id for row in found] == ["first", "second"]
    assert all(row.state is State.UNKNOWN and row.ended_at == 2_000.0 for row in found)
    assert "may have been charged" in found[0].error
    waiting = after.reader.get("waiting")
    assert waiting is not None
    assert waiting.state is State.REJECTED
    assert "nothing was charged" in waiting.error
    assert after.recover(2_001.0) == []
    assert not after.claim("waiting", 2_002.0)


def test_owner_files_are_private_and_deleted_with_their_owners(
    path: Path, open_db: Callable[..., Database], make_submission: MakeSubmission
) -> None:
    owners = path.parent / "owners"
    db = open_db()
    journal = Journal(db)
    assert not owners.exists()
    journal.add(make_submission())
    (file,) = owners.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert owners.stat().st_mode & 0o777 == 0o700
    stale = owners / f"{'0' * 32}.lock"
    stale.touch()
    journal.recover(1.0)
    assert list(owners.iterdir()) == [file]
    db.close()
    assert list(owners.iterdir()) == []


@pytest.mark.parametrize("owner", ["", "../../library.db", "0" * 32, "x" * 32])
def test_an_unknown_owner_is_dead(db: Database, journal: Journal, make_submission: MakeSubmission, owner: str) -> None:
    journal.add(make_submission())
    journal.claim("s1", 1.0)
    with db.write() as connection:
        connection.execute("UPDATE submission SET owner = ?", (owner,))
    assert [row.id for row in journal.recover(2.0)] == ["s1"]


# --- a failing disk --------------------------------------------------------------------------------------------------


def test_with_a_busy_library_nothing_is_sent(open_db: Callable[..., Database], make_submission: MakeSubmission) -> None:
    holder, journal = open_db(), Journal(open_db(busy_limit_s=0.02))
    with holder.write(), pytest.raises(JournalWriteError, match="another sunotui is writing") as caught:
        journal.add(make_submission())
    assert "nothing was sent" in caught.value.what
    assert "disk space" not in caught.value.sentence
    assert "Let the other one finish" in caught.value.sentence
    assert caught.value.__cause__ is not None
    assert caught.value.charge is Charge.NO
    assert journal.reader.get("s1") is None


def test_without_an_owner_file_nothing_is_sent(path: Path, journal: Journal, make_submission: MakeSubmission) -> None:
    (path.parent / "owners").write_text("a file in the way")
    with pytest.raises(JournalWriteError, match="nothing was sent") as caught:
        journal.add(make_submission())
    assert isinstance(caught.value.__cause__, OSError)
    assert journal.reader.get("s1") is None


def test_without_a_readable_owner_folder_all_else_is_recovered(
    path: Path, db: Database, journal: Journal, make_submission: MakeSubmission
) -> None:
    """Regression: an error while old owner files were removed undid the recovery."""
    journal.add(make_submission())
    journal.claim("s1", 1_001.0)
    db.query("UPDATE submission SET owner = ''")
    folder, moved = path.parent / "owners", path.parent / "moved"
    folder.rename(moved)
    folder.write_text("a file in the way")
    assert [found.id for found in journal.recover(1_002.0)] == ["s1"]
    assert journal.recover(1_003.0) == []
    folder.unlink()
    moved.rename(folder)


def test_with_a_deleted_library_nothing_is_sent(path: Path, journal: Journal, make_submission: MakeSubmission) -> None:
    path.unlink()
    with pytest.raises(JournalWriteError, match="deleted or replaced"):
        journal.add(make_submission())


def test_a_read_only_library_can_be_read_but_not_claimed_from(
    db: Database, journal: Journal, make_submission: MakeSubmission
) -> None:
    journal.add(make_submission())
    db.query("PRAGMA query_only = ON")
    with pytest.raises(JournalWriteError, match="it is read-only"):
        journal.claim("s1", 1_001.0)
    writes: tuple[Callable[[], object], ...] = (
        lambda: journal.reject("s1", TimedOut(), 1.0),
        lambda: journal.add(make_submission("s2")),
    )
    for write in writes:
        with pytest.raises(JournalWriteError):
            write()
    kept = journal.reader.get("s1")
    assert kept is not None
    assert kept.state is State.READY
