"""Finding submissions in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sunotui.domain.errors import (
    LibraryError,
    TimedOut,
)
from sunotui.domain.gateways.profile import ENV_PROFILE
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.submissions.reader import DuplicateQuery

MakeTask = Callable[..., Task]
MakeSubmission = Callable[..., Submission]
State = SubmissionState


def test_ids_are_found_by_their_beginning_through_the_index(
    db: Database, journal: Journal, make_submission: MakeSubmission
) -> None:
    for submission_id in ("abc1", "abc2", "ab", "b", "ABC3", "a\U0010fffe"):
        journal.add(make_submission(submission_id))
    assert sorted(journal.reader.ids_with_prefix("abc")) == ["abc1", "abc2"]
    assert sorted(journal.reader.ids_with_prefix("ABC")) == ["ABC3", "abc1", "abc2"]
    assert sorted(journal.reader.ids_with_prefix("a")) == ["ab", "abc1", "abc2", "a\U0010fffe"]
    assert journal.reader.ids_with_prefix("c%") == []
    asked: list[str] = []
    with db.write() as connection:
        connection.set_trace_callback(asked.append)
        journal.reader.ids_with_prefix("abc")
        connection.set_trace_callback(None)
    (query,) = asked
    plan = " ".join(str(row["detail"]) for row in db.query(f"EXPLAIN QUERY PLAN {query}"))
    assert "SEARCH" in plan
    assert "SCAN" not in plan


def test_the_list_is_newest_first_by_state_and_limit(journal: Journal, make_submission: MakeSubmission) -> None:
    for number in range(5):
        journal.add(make_submission(f"s{number}", created_at=1_000.0 + number % 3))
    journal.claim("s0", 2_000.0)
    assert [row.id for row in journal.reader.list()] == ["s2", "s4", "s1", "s3", "s0"]
    assert [row.id for row in journal.reader.list(limit=2)] == ["s2", "s4"]
    assert [row.id for row in journal.reader.list({State.SENDING})] == ["s0"]
    assert [row.id for row in journal.reader.list([State.SENDING, State.READY], 9)] == ["s2", "s4", "s1", "s3", "s0"]
    assert journal.reader.list(()) == []


def test_only_recent_open_or_accepted_duplicates_are_found(journal: Journal, make_submission: MakeSubmission) -> None:
    submission = make_submission()
    journal.add(submission)

    def duplicate(**changes: str) -> Submission | None:
        asked = submission._replace(id="another", **changes)  # type: ignore[arg-type]
        return journal.reader.find_duplicate(asked, DuplicateQuery(1_000.0))

    assert duplicate() == submission
    assert duplicate(body="{}") is None
    assert duplicate(path="/suno/submit/lyrics") is None
    assert duplicate(profile="work") is None
    assert journal.reader.find_duplicate(submission._replace(id="another"), DuplicateQuery(1_000.1)) is None
    assert journal.reader.find_duplicate(submission, DuplicateQuery(1_000.0)) is None, "nothing is its own duplicate"
    assert journal.reader.find_duplicate(submission._replace(id="another"), DuplicateQuery(1_000.0, ("s1",))) is None
    journal.claim("s1", 1_001.0)
    journal.mark_unknown("s1", TimedOut(), 1_002.0)
    found = duplicate()
    assert found is not None
    assert found.state is State.UNKNOWN
    journal.mark_lost("s1", 1_003.0)
    assert duplicate() is None


def test_an_unreadable_row_is_a_library_error(db: Database, journal: Journal, make_submission: MakeSubmission) -> None:
    journal.add(make_submission())
    with db.write() as connection:
        connection.execute("UPDATE submission SET request = '[]'")
    with pytest.raises(LibraryError, match="damaged"):
        journal.reader.get("s1")


@pytest.mark.parametrize(
    "body",
    ['{"mv": "chirp-crow", "extra": NaN}', '{"mv": 1e400, "a": Infinity}', "no json", "", '{"mv": {"a": 1}}', '["m"]'],
)
def test_a_body_without_a_model_hides_no_other(
    body: str, journal: Journal, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    for name, text in (("s1", '{"mv": "chirp-hawk"}'), ("s2", body), ("s3", '{"model": "V6"}')):
        journal.add(make_submission(name, body=text))
        journal.claim(name, 1_001.0)
        journal.accept(name, make_task(f"t-{name}", status=TaskStatus.SUCCESS), 1_002.0)
    assert set(journal.reader.models_that_worked("home", "music")) == {"chirp-hawk", "V6"}


def test_an_unreadable_request_hides_no_other_result(
    journal: Journal, db: Database, make_submission: MakeSubmission
) -> None:
    journal.add(make_submission())
    with db.write() as connection:
        connection.execute("UPDATE submission SET state = 'accepted', request = '{'")
    assert journal.reader.unread_results() == []


def finish(journal: Journal, submission: Submission, task: Task, origin: str = "") -> None:
    journal.add(submission, origin=origin)
    journal.claim(submission.id, 1_001.0)
    journal.accept(submission.id, task, 1_002.0)


@pytest.mark.parametrize(("profile", "from_elsewhere"), [("home", {"old"}), (ENV_PROFILE, set())])
def test_a_model_that_worked_at_another_url_does_not_count(
    profile: str, from_elsewhere: set[str], journal: Journal, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    for name, origin in (("here", "https://a.example"), ("there", "https://b.example"), ("old", "")):
        submission = make_submission(name, profile=profile, body=json.dumps({"mv": name}))
        finish(journal, submission, make_task(f"t-{name}", profile=profile, status=TaskStatus.SUCCESS), origin)
    found = journal.reader.models_that_worked(profile, "music", "https://a.example")
    assert set(found) == {"here"} | from_elsewhere


@pytest.mark.parametrize("extra", ['{"mv": "zzz"}', '{"model": "zzz", "a": 1}'])
def test_a_model_in_extra_fields_does_not_count(
    extra: str, journal: Journal, make_submission: MakeSubmission, make_task: MakeTask
) -> None:
    done = TaskStatus.SUCCESS
    finish(journal, make_submission("s1", body='{"mv": "chirp-hawk"}'), make_task("t-1", status=done))
    given = MusicRequest(description="rain", extra=extra)
    finish(journal, make_submission("s2", request=given, body='{"mv": "zzz"}'), make_task("t-2", status=done))
    harmless = MusicRequest(description="rain", extra='{"a": "mv"}')
    finish(journal, make_submission("s3", request=harmless, body='{"mv": "V6"}'), make_task("t-3", status=done))
    assert set(journal.reader.models_that_worked("home", "music")) == {"chirp-hawk", "V6"}
