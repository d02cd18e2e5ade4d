"""Maps submissions to rows of the journal and back.

Requests take 7 ms to load, and a start shows them only if one was interrupted: only these functions load them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.domain.submission import Submission, SubmissionState

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request

COLUMNS = (
    "id, profile, request, path, body, state, created_at, sent_at, ended_at, task_id, retry_of, trouble, "
    "trouble_kind, request_id, http_status, answer, task_hint, result"
)


def request_json(submission: Submission) -> str:
    """The request of a submission as the journal keeps it."""
    return _codec()[1](submission.request)


def submission_of(row: sqlite3.Row) -> Submission:
    """The submission in a row of COLUMNS. Raises ValueError for values that no version writes."""
    from_json, _ = _codec()
    values = dict(zip(row.keys(), row, strict=True))
    state, request = SubmissionState(values.pop("state")), from_json(values.pop("request"))
    hints = tuple(values.pop("task_hint").split())
    error, error_code = values.pop("trouble"), values.pop("trouble_kind")
    return Submission(state=state, request=request, error=error, error_code=error_code, task_hints=hints, **values)


def _codec() -> tuple[Callable[[str], Request], Callable[[Request], str]]:
    """The functions that read and write the JSON text of a request."""
    from sunotui.domain.requests.request import from_json, to_json

    return from_json, to_json
