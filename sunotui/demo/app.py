"""The demo gateway's pages: submits and fetches of the task protocol, money, models, and what tests may count."""

import asyncio
import itertools
from collections import Counter
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo import orders, pages
from sunotui.demo.clips import clip_json
from sunotui.demo.dialects import Dialect, price_of
from sunotui.demo.faults import FaultPlan, Place
from sunotui.demo.jobs import Job
from sunotui.demo.media import Media
from sunotui.demo.orders import BadOrder
from sunotui.demo.refusals import PROXY_PAGE, WEB_PAGE, Answer
from sunotui.demo.replies import SAVING_FAILED, CutShort, HangUp, json_bytes, reply
from sunotui.demo.studio import Flaws, NoSuchClip, Studio
from sunotui.domain.task import TaskKind

LYRICS_S = 2.0
"""How long the reference blocks a lyrics submit, in seconds at speed 1."""
SLOW_S = 4.0
RETRY_AFTER_S = 2

_HTML = {"Content-Type": "text/html; charset=utf-8"}


class Gateway:
    """One gateway in front of a studio. All of it runs on one event loop."""

    def __init__(self, studio: Studio, dialect: Dialect, plan: FaultPlan, token: str, hang_up: HangUp) -> None:
        self.studio, self.dialect, self.plan, self.token = studio, dialect, plan, token
        self.counts: Counter[str] = Counter(submits=0, posts=0, fetches=0)
        self.accepted: list[dict[str, str]] = []
        self._hang_up = hang_up
        self._numbers = itertools.count(1)

    async def submit(self, request: Request) -> Response:
        """POST /suno/submit/{action} and POST /suno/uploads/audio-url."""
        self.counts["posts"] += 1
        body = await request.body()
        refusal = await self._before(request, Place.SUBMIT)
        if refusal is not None:
            return self._reply(refusal)
        action = request.path_params.get("action", "upload").upper()
        try:
            made = await self._accept(action, body)
        except BadOrder as wrong:
            made = self.dialect.refusals.bad_body(str(wrong))
        except NoSuchClip:
            made = self.dialect.refusals.clip_unknown()
        if isinstance(made, Answer):
            return self._reply(made)
        self.counts["submits"] += 1
        self.accepted.append({"task_id": made.id, "path": request.url.path, "body": body.decode(errors="replace")})
        return self._after(_success(made.id, self.dialect.submit_message), Place.SUBMIT)

    async def fetch_many(self, request: Request) -> Response:
        """POST /suno/fetch."""
        self.counts["fetches"] += 1
        body = await request.body()
        refusal = await self._before(request, Place.FETCH)
        if refusal is not None:
            return self._reply(refusal)
        try:
            ids = orders.read_ids(body)
        except BadOrder as wrong:
            return self._reply(self.dialect.refusals.bad_body(str(wrong)))
        if self.plan.strikes("null-data", Place.FETCH):
            return self._after(Answer(200, {"code": "success", "data": None}), Place.FETCH)
        found = [] if ids and self.plan.strikes("unknown-id", Place.FETCH) else self.studio.jobs(ids)
        tasks = [self._task(job, request) for job in found[: self.dialect.page_limit]]
        if tasks and self.plan.strikes("bad-clip", Place.FETCH):
            _spoil(tasks)
        is_null = bool(ids) and not tasks and self.dialect.says_null
        return self._after(_success(None if is_null else tasks), Place.FETCH)

    async def fetch_one(self, request: Request) -> Response:
        """GET /suno/fetch/{id}."""
        self.counts["fetches"] += 1
        refusal = await self._before(request, Place.FETCH)
        if refusal is not None:
            return self._reply(refusal)
        if self.plan.strikes("null-data", Place.FETCH):
            return self._after(Answer(200, {"code": "success", "data": None}), Place.FETCH)
        job = self.studio.job(request.path_params["id"])
        if job is None or self.plan.strikes("unknown-id", Place.FETCH):
            return self._after(self.dialect.refusals.task_unknown(), Place.FETCH)
        seen_at = self.dialect.seen_at(job, self.studio.now(), self.studio.opened_at)
        return self._after(_success(self.dialect.single(job, seen_at, _media(request))), Place.FETCH)

    async def feed(self, request: Request) -> Response:
        """GET /suno/feed/{clip},{clip}: the bare clips, without a task around them."""
        self.counts["fetches"] += 1
        refusal = await self._before(request, Place.FETCH)
        if refusal is not None:
            return self._reply(refusal)
        at = self.studio.now()
        found = [self.studio.clip(clip_id) for clip_id in request.path_params["ids"].split(",")]
        clips = [clip_json(job, take, at, _media(request)) for job, take in filter(None, found)]
        return self._after(Answer(200, clips), Place.FETCH)

    async def page(self, request: Request) -> Response:
        """The pages about money, models and the server itself, and the answer to any other path."""
        path, is_read = request.url.path, request.method in {"GET", "HEAD"}
        if is_read and path == "/demo/stats":
            return self._reply(Answer(200, dict(self.counts)))
        if is_read and path == "/demo/submits":
            return self._reply(Answer(200, self.accepted))
        open_page = pages.open_page(path, self.dialect) if is_read else None
        if open_page is not None:
            return self._reply(Answer(200, open_page))
        keyed_page = pages.keyed_page(path, self.dialect, self.studio) if is_read else None
        if keyed_page is None:
            return self._reply(self.dialect.refusals.path_unknown(path))
        return self._reply(self._key_refusal(request) or Answer(200, keyed_page))

    async def _accept(self, action: str, body: bytes) -> Job | Answer:
        kind = _KINDS.get(action)
        if kind is None or (kind not in {TaskKind.MUSIC, TaskKind.LYRICS} and not self.dialect.has_extras):
            return self.dialect.refusals.action_unknown(action)
        if not self.studio.can_pay(price_of(kind)):
            return self.dialect.refusals.no_money()
        if kind is TaskKind.MUSIC:
            return self._accept_music(orders.read_music(body))
        fields = orders.read_object(body)
        if kind is TaskKind.LYRICS:
            return await self._accept_lyrics(orders.text_of(fields, "prompt"))
        if kind is TaskKind.CONCAT:
            clip_id, is_infill = orders.text_of(fields, "clip_id"), orders.flag_of(fields, "is_infill")
            return self.studio.concat(clip_id, is_infill, self._flaws())
        return self.studio.take_in(orders.read_url(fields), self._flaws())

    def _accept_music(self, order: orders.MusicOrder) -> Job | Answer:
        refusal = self.dialect.refuses_model(order.mv)
        if refusal is None and order.continue_clip_id:
            refusal = self.dialect.refuses_parent(order.task_id, self.studio.job)
        return refusal or self.studio.make_song(order, self._flaws())

    async def _accept_lyrics(self, prompt: str) -> Job | Answer:
        if not prompt:
            return self.dialect.refusals.prompt_empty()
        if not self.dialect.is_relay:
            await asyncio.sleep(LYRICS_S / self.studio.speed)
        return self.studio.write_lyrics(prompt, self._flaws())

    def _flaws(self) -> Flaws:
        return Flaws(
            fails=self.plan.strikes("fail-task", Place.SUBMIT),
            half_fails=self.plan.strikes("half-fail", Place.SUBMIT),
            is_mute=self.plan.strikes("silence-audio", Place.SUBMIT),
            is_hostile=self.plan.strikes("hostile-text", Place.SUBMIT),
        )

    def _task(self, job: Job, request: Request) -> dict[str, Any]:
        seen_at = self.dialect.seen_at(job, self.studio.now(), self.studio.opened_at)
        return self.dialect.task(job, seen_at, _media(request))

    async def _before(self, request: Request, place: Place) -> Answer | None:
        if self.plan.strikes("slow", place):
            await asyncio.sleep(SLOW_S / self.studio.speed)
        refusals = self.dialect.refusals
        refusal = self._key_refusal(request)
        if refusal is not None:
            return refusal
        if self.plan.strikes("bad-token", place):
            return refusals.bad_key()
        if self.plan.strikes("rate-limit", place):
            return refusals.rate_limited(RETRY_AFTER_S)
        if self.plan.strikes("quota", place):
            return refusals.no_money()
        if self.plan.strikes("html-200", place):
            return Answer(200, WEB_PAGE, _HTML)
        return refusals.crash() if self.plan.strikes("http-500", place) else None

    def _after(self, answer: Answer, place: Place) -> Response:
        if self.plan.strikes("lost-answer", place):
            return CutShort(self._hang_up)
        if self.plan.strikes("empty-200", place):
            return self._reply(Answer(200, ""))
        if self.plan.strikes("http-502-html", place):
            return self._reply(Answer(502, PROXY_PAGE, _HTML))
        if self.plan.strikes("two-documents", place):
            glued = (json_bytes(answer.body) + json_bytes(SAVING_FAILED)).decode()
            return self._reply(Answer(200, glued, {"Content-Type": "application/json"}))
        if self.plan.strikes("half-body", place):
            return CutShort(self._hang_up, self._reply(answer))
        return self._reply(answer)

    def _key_refusal(self, request: Request) -> Answer | None:
        given = request.headers.get("authorization", "")
        if given == f"Bearer {self.token}":
            return None
        return self.dialect.refusals.bad_key() if given else self.dialect.refusals.no_key()

    def _reply(self, answer: Answer) -> Response:
        return reply(answer, self.dialect.request_id_header, f"demo{next(self._numbers):012d}")


def create_app(gateway: Gateway) -> Starlette:
    """The ASGI application of a gateway: the protocol under "" and "/v1", media, and a page for every other path."""
    media = Media(gateway.studio)
    routes = []
    for prefix in ("", "/v1"):
        routes.append(Route(prefix + "/suno/submit/{action}", gateway.submit, methods=["POST"]))
        routes.append(Route(prefix + "/suno/fetch", gateway.fetch_many, methods=["POST"]))
        routes.append(Route(prefix + "/suno/fetch/{id}", gateway.fetch_one, methods=["GET"]))
        if gateway.dialect.has_extras:
            routes.append(Route(prefix + "/suno/uploads/audio-url", gateway.submit, methods=["POST"]))
            routes.append(Route(prefix + "/suno/feed/{ids}", gateway.feed, methods=["GET"]))
    every = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(routes=[*routes, *media.routes(), Route("/{path:path}", gateway.page, methods=every)])


_KINDS = {
    "MUSIC": TaskKind.MUSIC,
    "LYRICS": TaskKind.LYRICS,
    "CONCAT": TaskKind.CONCAT,
    "UPLOAD": TaskKind.UPLOAD,
}


def _success(data: Any, message: str = "") -> Answer:
    return Answer(200, {"code": "success", "message": message, "data": data})


def _spoil(tasks: list[dict[str, Any]]) -> None:
    for task in tasks:
        if isinstance(task["data"], list):
            task["data"].insert(0, {"id": None, "status": 5, "metadata": [1], "audio_url": {"no": "link"}})
            break
    tasks.insert(0, {"task_id": {"?": 1}, "status": ["?"], "submit_time": "soon", "data": "unreadable"})


def _media(request: Request) -> str:
    return str(request.base_url).rstrip("/")
