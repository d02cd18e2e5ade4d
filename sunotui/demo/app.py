"""The demo gateway's pages: submits and fetches of the task protocol, and what tests may count."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo import site_pages
from sunotui.demo.dialects import Dialect, Extra
from sunotui.demo.extras import Extras
from sunotui.demo.faults import FaultPlan, Place
from sunotui.demo.media.files import Media
from sunotui.demo.middleware import Door, address_of
from sunotui.demo.music.jobs import Job
from sunotui.demo.music.private_tasks import STEM_MODEL, Rework, stems_of
from sunotui.demo.prices import price_of
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import BadOrder
from sunotui.demo.response_writer import HangUp
from sunotui.demo.responses import Answer
from sunotui.demo.simulator import NoSuchClip, Studio
from sunotui.demo.uploads import Uploads
from sunotui.domain.tasks.task import TaskKind

LYRICS_S = 2.0
"""How long the reference blocks a lyrics submit, in seconds at speed 1."""

_KINDS = {
    "MUSIC": TaskKind.MUSIC,
    "LYRICS": TaskKind.LYRICS,
    "CONCAT": TaskKind.CONCAT,
    "PERSONA": TaskKind.PERSONA,
    "UPSAMPLE-TAGS": TaskKind.TAGS,
}
_NEEDED = {
    TaskKind.CONCAT: {Extra.CONCAT},
    TaskKind.PERSONA: {Extra.SUBMIT_PERSONA},
    TaskKind.TAGS: {Extra.SUBMIT_TAGS},
}
"""Actions that only some gateways have."""


class Gateway:
    """One gateway in front of a studio. All of it runs on one event loop."""

    def __init__(self, studio: Studio, dialect: Dialect, plan: FaultPlan, token: str, hang_up: HangUp) -> None:
        self.studio, self.dialect = studio, dialect
        self.door = Door(dialect, plan, token, studio.speed, hang_up)
        self.accepted: list[dict[str, str]] = []
        self.extras, self.uploads = Extras(studio, self.door, self.accepted), Uploads(studio, self.door)

    async def submit(self, request: Request) -> Response:
        """POST /suno/submit/{action} and POST /suno/uploads/audio-url."""
        self.door.counts["posts"] += 1
        body = await request.body()
        refusal = await self.door.refusal(request, Place.SUBMIT)
        if refusal is not None:
            return self.door.reply(refusal)
        try:
            made = await self._accept(request.path_params.get("action"), body)
        except BadOrder as wrong:
            made = self.dialect.refusals.bad_body(str(wrong))
        except NoSuchClip:
            made = self.dialect.refusals.clip_unknown()
        if isinstance(made, Answer):
            return self.door.reply(made)
        self.door.counts["submits"] += 1
        self.accepted.append({"task_id": made.id, "path": request.url.path, "body": body.decode(errors="replace")})
        return self.door.let_out(Answer(200, self._acceptance(made, address_of(request))), Place.SUBMIT)

    async def fetch_many(self, request: Request) -> Response:
        """POST /suno/fetch."""
        self.door.counts["fetches"] += 1
        return await self.door.serve(request, Place.FETCH, lambda body: self._many(body, address_of(request)))

    async def fetch_one(self, request: Request) -> Response:
        """GET /suno/fetch/{id}."""
        self.door.counts["fetches"] += 1
        refusal = await self.door.refusal(request, Place.FETCH)
        if refusal is not None:
            return self.door.reply(refusal)
        if self.door.plan.strikes("null-data", Place.FETCH):
            return self.door.let_out(self._nothing(), Place.FETCH)
        job = self.studio.job(request.path_params["id"])
        if job is None or self.door.plan.strikes("unknown-id", Place.FETCH):
            return self.door.let_out(self.dialect.refusals.task_unknown(), Place.FETCH)
        told = self.dialect.single(job, self._seen_at(job), address_of(request))
        return self.door.let_out(Answer(200, self.dialect.told(told)), Place.FETCH)

    async def page(self, request: Request) -> Response:
        """The pages about money, models and the server itself, and the answer to any other path."""
        path, is_read = request.url.path, request.method in {"GET", "HEAD"}
        if is_read and path == "/demo/stats":
            return self.door.reply(Answer(200, dict(self.door.counts)))
        if is_read and path == "/demo/submits":
            return self.door.reply(Answer(200, self.accepted))
        open_page = site_pages.open_page(path, self.dialect) if is_read else None
        if open_page is not None:
            return self.door.reply(Answer(200, open_page))
        keyed_page = site_pages.keyed_page(path, self.dialect, self.studio) if is_read else None
        if keyed_page is None:
            return self.door.reply(self.dialect.refusals.path_unknown(path))
        return self.door.reply(self.door.key_refusal(request) or Answer(200, keyed_page))

    def _acceptance(self, job: Job, media: str) -> dict[str, Any]:
        if not job.is_bare:
            return self.dialect.accepted(job.id)
        # Suno's own answer, passed through: the clips, and for stems an id that no fetch knows (protocol 3.2).
        clips = [self.dialect.clip(job, take, self.studio.now(), media) for take in job.takes]
        return ({"id": job.id} if job.model == STEM_MODEL else {}) | {"clips": clips}

    async def _accept(self, action: str | None, body: bytes) -> Job | Answer:
        if action is None:
            return self.studio.take_in(payloads.read_url(payloads.read_object(body)), self.door.flaws())
        kind = _KINDS.get(action.upper())
        if kind is None or not self.dialect.extras.issuperset(_NEEDED.get(kind, ())):
            return self.dialect.refusals.action_unknown(action)
        if kind is TaskKind.PERSONA:
            return self.extras.order_persona(body, self.door.flaws())
        if kind is TaskKind.TAGS:
            return self.extras.order_tags(body, self.door.flaws())
        if kind is TaskKind.MUSIC:
            return self._accept_music(body)
        refusal = self.door.money_refusal(self.studio, price_of(kind))
        if refusal is not None:
            return refusal
        fields = payloads.read_object(body)
        if kind is TaskKind.LYRICS:
            return await self._accept_lyrics(payloads.text_of(fields, "prompt"))
        clip_id = self.dialect.clip_behind(payloads.text_of(fields, "clip_id"), self.studio.job)
        return self.studio.concat(clip_id, payloads.flag_of(fields, "is_infill"), self.door.flaws())

    def _accept_music(self, body: bytes) -> Job | Answer:
        order = self.dialect.read_song(body)
        refusal = self.door.money_refusal(self.studio, price_of(TaskKind.MUSIC, stems_of(order)))
        refusal = refusal or self.dialect.refuses_order(order, self.studio.clip)
        if refusal is None and order.continue_clip_id:
            refusal = self.dialect.refuses_parent(order, self.studio.job)
            order = replace(order, continue_clip_id=self.dialect.clip_behind(order.continue_clip_id, self.studio.job))
        if refusal is not None:
            return refusal
        if self.dialect.tasks:
            return Rework(self.studio, self.extras.personas, order, self.door.flaws(), self.dialect.tasks).make()
        return self.studio.make_song(order, self.door.flaws())

    async def _accept_lyrics(self, prompt: str) -> Job | Answer:
        if not prompt:
            return self.dialect.refusals.prompt_empty()
        if not self.dialect.is_relay:
            await asyncio.sleep(LYRICS_S / self.studio.speed)
        return self.studio.write_lyrics(prompt, self.door.flaws())

    def _many(self, body: bytes, media: str) -> Answer:
        ids, plan = payloads.read_ids(body), self.door.plan
        if plan.strikes("null-data", Place.FETCH):
            return self._nothing()
        found = [] if ids and plan.strikes("unknown-id", Place.FETCH) else self.studio.jobs(ids)
        tasks = [self.dialect.task(job, self._seen_at(job), media) for job in found[: self.dialect.page_limit]]
        if tasks and plan.strikes("bad-clip", Place.FETCH):
            _spoil(tasks)
        is_null = bool(ids) and not tasks and self.dialect.says_null
        return Answer(200, self.dialect.told(None if is_null else tasks))

    def _nothing(self) -> Answer:
        """No data and no message (sample fetch_batch_fallback_no_message)."""
        told = self.dialect.told(None)
        told.pop("message", None)
        return Answer(200, told)

    def _seen_at(self, job: Job) -> float | None:
        return self.dialect.seen_at(job, self.studio.now(), self.studio.opened_at)


def create_app(gateway: Gateway) -> Starlette:
    """The ASGI application of a gateway: the protocol under its prefixes, media, and a page for every other path."""
    media = Media(gateway.studio, has_waves=gateway.dialect.has_waves)
    routes = []
    for prefix in gateway.dialect.prefixes:
        root = f"{prefix}/suno"
        routes.append(Route(root + "/submit/{action}", gateway.submit, methods=["POST"]))
        routes.append(Route(root + "/fetch", gateway.fetch_many, methods=["POST"]))
        routes.append(Route(root + "/fetch/{id}", gateway.fetch_one, methods=["GET"]))
        if Extra.UPLOAD_URL in gateway.dialect.extras:
            routes.append(Route(root + "/uploads/audio-url", gateway.submit, methods=["POST"]))
        routes += gateway.extras.routes(root) + gateway.uploads.routes(root)
    every = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    routes += gateway.uploads.storage_routes()
    return Starlette(routes=[*routes, *media.routes(), Route("/{path:path}", gateway.page, methods=every)])


def _spoil(tasks: list[dict[str, Any]]) -> None:
    for task in tasks:
        if isinstance(task["data"], list):
            task["data"].insert(0, {"id": None, "status": 5, "metadata": [1], "audio_url": {"no": "link"}})
            break
    tasks.insert(0, {"task_id": {"?": 1}, "status": ["?"], "submit_time": "soon", "data": "unreadable"})
