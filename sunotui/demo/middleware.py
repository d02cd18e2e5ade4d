"""Checks for every request: the key, the faults, the request id."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sunotui.demo.dialects import ServerDialect
from sunotui.demo.faults import FaultPlan, FaultTarget
from sunotui.demo.music.prices import SONG
from sunotui.demo.music.takes import Flaws
from sunotui.demo.requests.payloads import InvalidBody
from sunotui.demo.responses import (
    HTML,
    PROXY_PAGE,
    SAVING_FAILED,
    WEB_PAGE,
    HangUp,
    ResponseData,
    TruncatedResponse,
    json_bytes,
    to_http_response,
)
from sunotui.demo.simulator import Simulator, UnknownClip

SLOW_S = 4.0
RETRY_AFTER_S = 2
_SPARE_CENT = 0.01


class Middleware:
    """The checks of one gateway. Tests may read `counts`."""

    def __init__(self, dialect: ServerDialect, plan: FaultPlan, token: str, speed: float, hang_up: HangUp) -> None:
        self.dialect, self.plan, self.token, self.speed = dialect, plan, token, speed
        self.counts: Counter[str] = Counter(submits=0, posts=0, fetches=0)
        self.hang_up = hang_up
        self._numbers = itertools.count(1)

    async def serve(self, request: Request, target: FaultTarget, make: Callable[[bytes], ResponseData]) -> Response:
        """Handle a request: respond with the result of `make` for its body, unless it is rejected. `make` may raise
        InvalidBody, UnknownClip."""
        body = await request.body()
        refusal = await self.refusal(request, target)
        if refusal is not None:
            return self.reply(refusal)
        try:
            made = make(body)
        except InvalidBody as wrong:
            made = self.dialect.errors.bad_body(str(wrong))
        except UnknownClip:
            made = self.dialect.errors.clip_unknown()
        return self.respond(made, target) if made.status < 400 else self.reply(made)

    async def refusal(self, request: Request, target: FaultTarget) -> ResponseData | None:
        """The error for a request because of its key, or of a fault that applies before anything is accepted; otherwise
        None."""
        await self.delay(target)
        errors = self.dialect.errors
        refusal = self.key_refusal(request)
        if refusal is not None:
            return refusal
        if self.plan.triggers("bad-token", target):
            return errors.bad_key()
        if self.plan.triggers("rate-limit", target):
            return errors.rate_limited(RETRY_AFTER_S)
        if self.plan.triggers("maintenance", target):
            return errors.maintenance()
        if self.plan.triggers("quota", target):
            return errors.no_money(_SPARE_CENT, SONG)
        if self.plan.triggers("html-200", target):
            return ResponseData(200, WEB_PAGE, HTML)
        return errors.crash() if self.plan.triggers("http-500", target) else None

    async def delay(self, target: FaultTarget) -> None:
        """Wait if the fault plan has a delay."""
        if self.plan.triggers("slow", target):
            await asyncio.sleep(SLOW_S / self.speed)

    def respond(self, answer: ResponseData, target: FaultTarget) -> Response:
        """The response to an accepted request, unless a fault replaces or truncates it."""
        if self.plan.triggers("lost-answer", target):
            return TruncatedResponse(self.hang_up)
        if self.plan.triggers("empty-200", target):
            return self.reply(ResponseData(200, ""))
        if self.plan.triggers("http-502-html", target):
            return self.reply(ResponseData(502, PROXY_PAGE, HTML))
        if self.plan.triggers("two-documents", target):
            glued = (json_bytes(answer.body) + json_bytes(SAVING_FAILED)).decode()
            return self.reply(ResponseData(200, glued, {"Content-Type": "application/json"}))
        if self.plan.triggers("half-body", target):
            return TruncatedResponse(self.hang_up, self.reply(answer))
        return self.reply(answer)

    def key_refusal(self, request: Request) -> ResponseData | None:
        """The error for the key of a request, or None."""
        given = request.headers.get("authorization", "")
        if given == f"Bearer {self.token}":
            return None
        return self.dialect.errors.bad_key() if given else self.dialect.errors.no_key()

    def money_refusal(self, simulator: Simulator, price: float) -> ResponseData | None:
        """The error for a request that the balance does not cover."""
        if simulator.can_pay(price):
            return None
        return self.dialect.errors.no_money(simulator.granted - simulator.spent(), price)

    def flaws(self) -> Flaws:
        """The flaws of the next job according to the plan."""
        return Flaws(
            fails=self.plan.triggers("fail-task", FaultTarget.SUBMIT),
            half_fails=self.plan.triggers("half-fail", FaultTarget.SUBMIT),
            is_mute=self.plan.triggers("silence-audio", FaultTarget.SUBMIT),
            is_hostile=self.plan.triggers("hostile-text", FaultTarget.SUBMIT),
        )

    def reply(self, answer: ResponseData) -> Response:
        """A response with its own request id."""
        return to_http_response(answer, self.dialect.request_id_header, f"demo{next(self._numbers):012d}")


def base_address(request: Request) -> str:
    """The base URL of this gateway's links."""
    return str(request.base_url).rstrip("/")
