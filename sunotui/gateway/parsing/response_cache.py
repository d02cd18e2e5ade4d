"""Parses responses to batch fetches; an identical response to the same fetch is parsed only once, since most polls
return one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from sunotui.domain.errors import NotFound, SunotuiError, UnreadableResponse
from sunotui.domain.tasks.task import TaskReport
from sunotui.gateway.errors.mapping import error_from_response
from sunotui.gateway.errors.message_rules import says_no_such_task
from sunotui.gateway.parsing.envelope import Response, digest_of, open_envelope, read_documents
from sunotui.gateway.parsing.tasks import reports_in
from sunotui.gateway.transport.redaction import may_have_secret, without_secret
from sunotui.gateway.transport.secret_search import has_secret

THREAD_FROM = 8_192
"""The size, in bytes, above which a body is searched for the token and parsed in a thread. One of this size takes half
a millisecond, and one that consists of parts of the token, the slowest, 7 ms."""
_KEPT = 32
"""The number of fetches whose last response is cached: a poll of thousands of tasks sends several."""
KEPT_BYTES = 16 * 2**20
"""The total size of the cached responses in bytes; their parsed form takes about as much."""


class CachingReader:
    """Caches parsed reports: returns the same objects while a gateway returns the same bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], tuple[bytes, list[TaskReport], int]] = OrderedDict()

    async def reports(self, response: Response, ids: Sequence[str], secret: str) -> list[TaskReport]:
        """The tasks in a response to a fetch, with the secret redacted in all their texts. Raises the SunotuiError that
        any other response represents."""
        question, digest = tuple(ids), response.clean_digest or digest_of(response.body)
        last, reports, _ = self._kept.get(question, (b"", [], 0))
        if response.has_success_status and digest == last:
            return reports
        if len(response.body) > THREAD_FROM:
            reports = await asyncio.to_thread(reports_of, response, ids, secret)
        else:
            reports = reports_of(response, ids, secret)
        self._kept[question] = digest, reports, len(response.body)
        self._kept.move_to_end(question)
        while len(self._kept) > _KEPT or sum(size for _, _, size in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)
        return reports


def reports_of(response: Response, ids: Sequence[str], secret: str) -> list[TaskReport]:
    """The tasks in a response to a fetch. Raises the SunotuiError that any other response represents: NotFound if it
    says in any form that the task does not exist."""
    try:
        return _read(response, ids, secret)
    except SunotuiError as error:
        if isinstance(error, NotFound) or not says_no_such_task(response):
            raise
        raise NotFound(
            detail=error.detail,
            answer=error.answer,
            request_id=error.request_id,
            http_status=error.http_status,
        ) from None


def _read(response: Response, ids: Sequence[str], secret: str) -> list[TaskReport]:
    if not response.has_success_status:
        raise error_from_response(response.status, response.headers, response.body, secret=secret)
    try:
        documents = read_documents(response.body)
    except UnreadableResponse:
        raise error_from_response(response.status, response.headers, response.body, secret=secret) from None
    # Of two documents in one body, one may report the failure to store the task in the other.
    good = [document for document in documents if not open_envelope(document).is_failure]
    if not good:
        raise error_from_response(response.status, response.headers, response.body, secret=secret)
    try:
        reports = [report for document in good for report in reports_in(document, ids)]
    except UnreadableResponse:
        # Raised again with the beginning of the response and its request id, for the user to read.
        raise error_from_response(response.status, response.headers, response.body, secret=secret) from None
    links = (link for report in reports for clip in report.clips for link in clip.links)
    if may_have_secret(response.body, secret, is_clean=response.is_clean) or has_secret("\n".join(links), secret):
        return [without_secret(report, secret) for report in reports]
    return reports
