"""The documents of the journal."""

from __future__ import annotations

from typing import Any

from sunotui.core.documents.json_models.base import Document
from sunotui.core.documents.json_models.tasks import ClipDocument


class SubmissionDocument(Document):
    """A row of the journal."""

    id: str
    profile: str
    state: str
    request: dict[str, Any]
    """The request: `kind`, and the fields of that kind."""
    created_at: str | None
    sent_at: str | None
    ended_at: str | None
    task_id: str | None
    task_hints: list[str]
    retry_of: str | None
    trouble: str
    trouble_kind: str
    """The code of the error; "" without one."""
    request_id: str
    http_status: int | None
    result: str


class MatchDocument(Document):
    """A song in a gateway's list that a submission with an unknown outcome may have become."""

    id: str
    task_id: str | None
    title: str
    made_at: str | None
    same: list[str]
    """The fields that agree with the request."""
    clips: list[ClipDocument]
