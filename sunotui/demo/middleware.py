"""What every request passes on its way in and out: the key, the faults, the request id."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sunotui.demo.dialects import Dialect
from sunotui.demo.faults import FaultPlan, Place
from sunotui.demo.music.takes import Flaws
from sunotui.demo.prices import SONG
from sunotui.demo.requests.payloads import BadOrder
from sunotui.demo.response_writer import SAVING_FAILED, CutShort, HangUp, json_bytes, reply
from sunotui.demo.responses import HTML, PROXY_PAGE, WEB_PAGE, Answer
from sunotui.demo.simulator import NoSuchClip, Studio

SLOW_S = 4.0
RETRY_AFTER_S = 2
_SPARE_CENT = 0.01


class Door:
    """The front of one gateway. `counts` are what tests may look at."""

    def __init__(self, dialect: Dialect, plan: FaultPlan, token: str, speed: float, hang_up: HangUp) -> None:
        self.dialect, self.plan, self.token, self.speed = dialect, plan, token, speed
        self.counts: Counter[str] = Counter(submits=0, posts=0, fetches=0)
        self.hang_up = hang_up
        self._numbers = itertools.count(1)

    async def serve(self, request: Request, place: Place, make: Callable[[bytes], Answer]) -> Response:
        """A whole request: what `make` makes of its body, unless it is refused. It may raise BadOrder, NoSuchClip."""
        body = await request.body()
        refusal = await self.refusal(request, place)
        if refusal is not None:
            return self.reply(refusal)
        try:
            made = make(body)
        except BadOrder as wrong:
            made = self.dialect.refusals.bad_body(str(wrong))
        except NoSuchClip:
            made = self.dialect.refusals.clip_unknown()
        return self.let_out(made, place) if made.status < 400 else self.reply(made)

    async def refusal(self, request: Request, place: Place) -> Answer | None:
        """What keeps a request out: its key, or a fault that strikes before anything is accepted."""
        await self.be_slow(place)
        refusals = self.dialect.refusals
        refusal = self.key_refusal(request)
        if refusal is not None:
            return refusal
        if self.plan.strikes("bad-token", place):
            return refusals.bad_key()
        if self.plan.strikes("rate-limit", place):
            return refusals.rate_limited(RETRY_AFTER_S)
        if self.plan.strikes("maintenance", place):
            return refusals.maintenance()
        if self.plan.strikes("quota", place):
            return refusals.no_money(_SPARE_CENT, SONG)
        if self.plan.strikes("html-200", place):
            return Answer(200, WEB_PAGE, HTML)
        return refusals.crash() if self.plan.strikes("http-500", place) else None

    async def be_slow(self, place: Place) -> None:
        """Wait where the plan wants it."""
        if self.plan.strikes("slow", place):
            await asyncio.sleep(SLOW_S / self.speed)

    def let_out(self, answer: Answer, place: Place) -> Response:
        """The answer to what was accepted, if no fault strikes on its way."""
        if self.plan.strikes("lost-answer", place):
            return CutShort(self.hang_up)
        if self.plan.strikes("empty-200", place):
            return self.reply(Answer(200, ""))
        if self.plan.strikes("http-502-html", place):
            return self.reply(Answer(502, PROXY_PAGE, HTML))
        if self.plan.strikes("two-documents", place):
            glued = (json_bytes(answer.body) + json_bytes(SAVING_FAILED)).decode()
            return self.reply(Answer(200, glued, {"Content-Type": "application/json"}))
        if self.plan.strikes("half-body", place):
            return CutShort(self.hang_up, self.reply(answer))
        return self.reply(answer)

    def key_refusal(self, request: Request) -> Answer | None:
        """What is wrong with the key of a request."""
        given = request.headers.get("authorization", "")
        if given == f"Bearer {self.token}":
            return None
        return self.dialect.refusals.bad_key() if given else self.dialect.refusals.no_key()

    def money_refusal(self, studio: Studio, price: float) -> Answer | None:
        """What keeps out an order that cannot be paid."""
        if studio.can_pay(price):
            return None
        return self.dialect.refusals.no_money(studio.granted - studio.spent(), price)

    def flaws(self) -> Flaws:
        """What the plan wants to go wrong with the next job."""
        return Flaws(
            fails=self.plan.strikes("fail-task", Place.SUBMIT),
            half_fails=self.plan.strikes("half-fail", Place.SUBMIT),
            is_mute=self.plan.strikes("silence-audio", Place.SUBMIT),
            is_hostile=self.plan.strikes("hostile-text", Place.SUBMIT),
        )

    def reply(self, answer: Answer) -> Response:
        """An answer with a request id of its own."""
        return reply(answer, self.dialect.request_id_header, f"demo{next(self._numbers):012d}")


def address_of(request: Request) -> str:
    """The address that links of this gateway begin with."""
    return str(request.base_url).rstrip("/")
