"""Requests as the rooms around the client see them: asked freely, or sent once because they may cost money (S2)."""

from collections.abc import Awaitable
from typing import Protocol

from sunotui.domain.errors import Charge, NotAGateway, NotFound, NotOffered, Trouble
from sunotui.gateway.connection import Progress
from sunotui.gateway.endpoints import UPLOAD_FILE, UPLOAD_URL
from sunotui.gateway.envelope import Answer
from sunotui.gateway.orders import Order
from sunotui.gateway.outcome import Accepted, Outcome, Rejected, Unknown, outcome_of_answer, unknown
from sunotui.gateway.presence import shows

_UPLOADS = (UPLOAD_URL, UPLOAD_FILE)
_NOT_THERE = (NotAGateway, NotOffered)


class Ask(Protocol):
    """One request to the gateway's own origin, never repeated. Raises Trouble and nothing else; with a `progress`, the
    trouble's charge is MAYBE unless not one byte was sent."""

    def __call__(
        self,
        method: str,
        path: str,
        limit_s: float,
        *,
        body: str | None = None,
        has_token: bool = True,
        progress: Progress | None = None,
    ) -> Awaitable[Answer]: ...


async def send_once(ask: Ask, path: str, limit_s: float, *, body: str | None = None) -> Answer | Rejected | Unknown:
    """One POST that may make and charge something. Without an answer it is rejected when it provably never left."""
    try:
        return await ask("POST", path, limit_s, body=body, progress=Progress())
    except Trouble as trouble:
        return unknown(trouble) if trouble.charge is Charge.MAYBE else Rejected(trouble)


def outcome_of_order(order: Order, answer: Answer, secret: str) -> Outcome:
    """The outcome that an answer to an order is.

    The page, or the plain 404, that servers show for every path they do not have (protocol 1.2) proves that nobody
    read an upload. Songs and words have their path everywhere: a page in its place is a proxy's, and proves nothing. A
    refusal that names the clip is about the clip: the endpoint is there.
    """
    outcome = outcome_of_answer(answer.status, answer.headers, answer.body, secret=secret, ordered=order.body)
    if isinstance(outcome, Accepted):
        return outcome
    told = outcome.trouble
    match outcome:
        case Unknown() if order.path in _UPLOADS and isinstance(told, _NOT_THERE) and shows(answer) is False:
            return _rejected(NotOffered, "", outcome)
        case Rejected() if isinstance(told, NotOffered) and shows(answer):
            return _rejected(NotFound, told.detail, outcome)
    return outcome


def _rejected(better: type[Trouble], detail: str, outcome: Rejected | Unknown) -> Rejected:
    told = outcome.trouble
    trouble = better(detail=detail, request_id=told.request_id, http_status=told.http_status)
    return Rejected(trouble, outcome.answer)
