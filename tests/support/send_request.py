"""Sends a request as the front ends do: prepared once, then sent."""

from __future__ import annotations

from collections.abc import Collection

from sunotui.core.core import Core
from sunotui.domain.requests.request import Request
from sunotui.domain.submission import Submission


async def send_request(
    core: Core,
    request: Request,
    profile: str,
    *,
    submission_id: str = "",
    is_again: bool = False,
    together: Collection[str] = (),
    retry_of: str | None = None,
) -> Submission:
    """The row of the journal as it ended. Raises what preparing and sending raise."""
    submitter = core.services.submitter
    prepared = await submitter.prepare(request, profile)
    return await submitter.send(
        prepared, submission_id=submission_id, is_again=is_again, together=together, retry_of=retry_of
    )
