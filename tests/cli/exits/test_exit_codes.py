"""The exit codes are a contract: every error has one."""

from __future__ import annotations

import pytest

from sunotui.cli.exits import exit_codes
from sunotui.cli.exits.errors import error_exit_code
from sunotui.cli.exits.exit_codes import exit_code_by_error_code
from sunotui.cli.exits.outcomes import submission_exit_code, tasks_exit_code
from sunotui.domain import errors
from sunotui.domain.errors import Charge, GatewayFailed, SunotuiError
from sunotui.domain.requests.request import LyricsRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus

CODES: dict[type[SunotuiError], int] = {
    errors.SunotuiError: 1,
    errors.TokenMissing: 3,
    errors.TokenMalformed: 3,
    errors.TokenRejected: 3,
    errors.TokenLimited: 3,
    errors.ModelNotAllowed: 3,
    errors.TokenStoreError: 3,
    errors.KeyQuotaExceeded: 4,
    errors.InsufficientBalance: 4,
    errors.RequestRejected: 2,
    errors.InvalidRequest: 2,
    errors.DuplicateRequest: 2,
    errors.UnsafeUrl: 2,
    errors.ConfigError: 2,
    errors.NotSupported: 5,
    errors.RateLimited: 5,
    errors.GatewayFailed: 5,
    errors.GatewayLoginExpired: 5,
    errors.NotAGateway: 5,
    errors.UnreadableResponse: 5,
    errors.NetworkError: 5,
    errors.TimedOut: 5,
    errors.MediaError: 5,
    errors.NotFound: 7,
    errors.NotReady: 8,
    errors.JournalWriteError: 9,
    errors.LibraryError: 9,
    errors.LibraryNewer: 9,
    errors.LibraryNotOpen: 9,
    errors.LibraryDamaged: 9,
}


def every_error() -> list[type[SunotuiError]]:
    """SunotuiError and all its subclasses."""
    found, open_ones = [], [SunotuiError]
    while open_ones:
        found.append(open_ones.pop())
        open_ones += found[-1].__subclasses__()
    return sorted(found, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_the_code_of_the_contract(kind: type[SunotuiError]) -> None:
    assert error_exit_code(kind()) == CODES[kind]
    assert kind.code in exit_codes._BY_ERROR_CODE


def test_the_table_has_no_unused_error_codes() -> None:
    assert set(exit_codes._BY_ERROR_CODE) == {kind.code for kind in every_error()}


def test_an_error_that_may_have_cost_money_is_an_unknown_outcome() -> None:
    assert error_exit_code(GatewayFailed(charge=Charge.MAYBE)) == 6


def test_an_error_code_of_a_newer_version_is_a_failure() -> None:
    assert exit_code_by_error_code("flux_capacitor_empty") == 1
    assert exit_code_by_error_code("") == 1


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        (SubmissionState.ACCEPTED, "", 0),
        (SubmissionState.REJECTED, "account_empty", 4),
        (SubmissionState.REJECTED, "token_refused", 3),
        (SubmissionState.REJECTED, "", 1),
        (SubmissionState.UNKNOWN, "gateway_failed", 6),
        (SubmissionState.SENDING, "", 6),
    ],
)
def test_a_submission_s_code_follows_its_state(state: SubmissionState, kind: str, code: int) -> None:
    submission = Submission("id", "p", LyricsRequest("x"), "/", "{}", state, 1.0, error_code=kind)
    assert submission_exit_code(submission) == code


@pytest.mark.parametrize("status", TaskStatus)
def test_waited_tasks_fail_only_at_a_bad_end(status: TaskStatus) -> None:
    tasks = [Task("a", "p", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0), Task("b", "p", TaskKind.MUSIC, status, 1.0)]
    is_bad = status in {TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST}
    assert tasks_exit_code(tasks) == (1 if is_bad else 0)
