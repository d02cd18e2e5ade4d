"""Maps submissions to rows of the journal and back.

Requests take 7 ms to load, and a start shows them only if one was interrupted: only these functions load them.
"""

from __future__ import annotations

import sqlite3

from sunotui.domain.gateways.persona import Persona
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.text import trim

COLUMNS = (
    "id, profile, request, path, body, state, created_at, sent_at, ended_at, task_id, retry_of, trouble, "
    "trouble_kind, request_id, http_status, answer, task_hint, result"
)


def persona_of(request_text: str, persona_id: str, profile: str, now: float) -> Persona | None:
    """The persona that the request of a row created at `now`, in Unix seconds; None for a request of another kind."""
    from sunotui.domain.requests.request import PersonaRequest, from_json

    request = from_json(request_text)
    if not isinstance(request, PersonaRequest):
        return None
    return Persona(persona_id, trim(request.name), trim(request.clip_id), profile, now)


def request_json(submission: Submission) -> str:
    """The request of a submission as the journal keeps it."""
    from sunotui.domain.requests.request import to_json

    return to_json(submission.request)


def submission_of(row: sqlite3.Row) -> Submission:
    """The submission in a row of COLUMNS. Raises ValueError for values that no version writes."""
    from sunotui.domain.requests.request import from_json

    values = dict(zip(row.keys(), row, strict=True))
    state, request = SubmissionState(values.pop("state")), from_json(values.pop("request"))
    hints = tuple(values.pop("task_hint").split())
    error, error_code = values.pop("trouble"), values.pop("trouble_kind")
    return Submission(state=state, request=request, error=error, error_code=error_code, task_hints=hints, **values)
