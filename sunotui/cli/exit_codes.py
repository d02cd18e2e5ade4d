"""What a script learns from the exit code: one table from what happened to a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sunotui.domain.errors import SunotuiError
    from sunotui.domain.submission import Submission
    from sunotui.domain.tasks.task import Task

DONE = 0
FAILED = 1
"""The task failed, or lines of an import were left out."""
USAGE = 2
TOKEN = 3
MONEY = 4
GATEWAY = 5
"""The gateway or the network."""
OUTPUT = 5
"""Standard output could not be written, or nothing took a copy; the same number in the contract."""
UNKNOWN = 6
"""Nobody knows whether it was accepted: it may have been charged."""
NOT_FOUND = 7
TIME_LIMIT = 8
LIBRARY = 9
"""The library on this computer could not be used."""
CRASHED = 70
"""A fault of the program itself; as in sysexits.h, so that no script takes it for a failed task."""
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What the shell says of a program that SIGPIPE ended."""

_BY_KIND = {
    "token_missing": TOKEN,
    "token_malformed": TOKEN,
    "token_refused": TOKEN,
    "token_limited": TOKEN,
    "model_not_allowed": TOKEN,
    "keyring_trouble": TOKEN,
    "key_quota_spent": MONEY,
    "account_empty": MONEY,
    "request_refused": USAGE,
    "request_impossible": USAGE,
    "sent_already": USAGE,
    "address_refused": USAGE,
    "settings_trouble": USAGE,
    "not_offered": GATEWAY,
    "too_fast": GATEWAY,
    "gateway_failed": GATEWAY,
    "gateway_login_lost": GATEWAY,
    "not_a_gateway": GATEWAY,
    "answer_unreadable": GATEWAY,
    "network_down": GATEWAY,
    "timed_out": GATEWAY,
    "not_found": NOT_FOUND,
    "not_ready": TIME_LIMIT,
    "journal_unwritable": LIBRARY,
    "library_trouble": LIBRARY,
    "library_damaged": LIBRARY,
    "library_newer": LIBRARY,
    "trouble": FAILED,
}


def code_of(trouble: SunotuiError) -> int:
    """The exit code of a trouble; one that may have cost money is an unknown outcome whatever else it is."""
    from sunotui.domain.errors import Charge

    if trouble.charge is Charge.MAYBE:
        return UNKNOWN
    return code_of_kind(trouble.kind)


def code_of_kind(kind: str) -> int:
    """The exit code of a trouble by its stable word; a word of a newer version counts as failed."""
    return _BY_KIND.get(kind, FAILED)


def code_of_submission(submission: Submission) -> int:
    """The exit code of a submission as it ended."""
    from sunotui.domain.submission import SubmissionState

    if submission.state is SubmissionState.ACCEPTED:
        return DONE
    if submission.state is SubmissionState.REJECTED:
        return code_of_kind(submission.trouble_kind)
    return UNKNOWN


def code_of_tasks(tasks: Iterable[Task]) -> int:
    """The exit code of tasks that were waited for: failed when one of them came to a bad end."""
    from sunotui.domain.tasks.task import TaskStatus

    bad = {TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST}
    return FAILED if any(task.status in bad for task in tasks) else DONE
