"""The demo gateway's endpoints: submit and fetch of the task protocol, and counters for tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo import site_pages
from sunotui.demo.dialects import Extra, ServerDialect
from sunotui.demo.extras import Extras
from sunotui.demo.faults import FaultPlan, FaultTarget
from sunotui.demo.media.files import MediaPages
from sunotui.demo.middleware import Middleware, base_address
from sunotui.demo.music.jobs import Job
from sunotui.demo.music.prices import price_of
from sunotui.demo.music.private_tasks import STEM_MODEL, PrivateTaskBuilder, stem_count
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import InvalidBody
from sunotui.demo.responses import HangUp, ResponseData
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.demo.uploads import Uploads
from sunotui.domain.tasks.task import TaskKind

LYRICS_S = 2.0
"""How long the reference server blocks a lyrics submit, in seconds at speed 1."""

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
    """One gateway and its simulator, on one event loop."""

    def __init__(
        self, simulator: Simulator, dialect: ServerDialect, plan: FaultPlan, token: str, hang_up: HangUp
    ) -> None:
        self.simulator, self.dialect = simulator, dialect
        self.middleware = Middleware(dialect, plan, token, simulator.speed, hang_up)
        self.accepted: list[dict[str, str]] = []
        self.extras, self.uploads = (
            Extras(simulator, self.middleware, self.accepted),
            Uploads(simulator, self.middleware),
        )

    async def submit(self, request: Request) -> Response:
        """POST /suno/submit/{action} and POST /suno/uploads/audio-url."""
        self.middleware.counts["posts"] += 1
        body = await request.body()
        refusal = await self.middleware.refusal(request, FaultTarget.SUBMIT)
        if refusal is not None:
            return self.middleware.reply(refusal)
        try:
            made = await self._accept(request.path_params.get("action"), body)
        except InvalidBody as wrong:
            made = self.dialect.errors.bad_body(str(wrong))
        except UnknownClip:
            made = self.dialect.errors.clip_unknown()
        if isinstance(made, ResponseData):
            return self.middleware.reply(made)
        self.middleware.counts["submits"] += 1
        self.accepted.append({"task_id": made.id, "path": request.url.path, "body": body.decode(errors="replace")})
        return self.middleware.respond(
            ResponseData(200, self._acceptance(made, base_address(request))), FaultTarget.SUBMIT
        )

    async def fetch_many(self, request: Request) -> Response:
        """POST /suno/fetch."""
        self.middleware.counts["fetches"] += 1
        return await self.middleware.serve(
            request, FaultTarget.FETCH, lambda body: self._many(body, base_address(request))
        )

    async def fetch_one(self, request: Request) -> Response:
        """GET /suno/fetch/{id}."""
        self.middleware.counts["fetches"] += 1
        refusal = await self.middleware.refusal(request, FaultTarget.FETCH)
        if refusal is not None:
            return self.middleware.reply(refusal)
        if self.middleware.plan.triggers("null-data", FaultTarget.FETCH):
            return self.middleware.respond(self._nothing(), FaultTarget.FETCH)
        job = self.simulator.job(request.path_params["id"])
        if job is None or self.middleware.plan.triggers("unknown-id", FaultTarget.FETCH):
            return self.middleware.respond(self.dialect.errors.task_unknown(), FaultTarget.FETCH)
        report = self.dialect.single(job, self._seen_at(job), base_address(request))
        return self.middleware.respond(ResponseData(200, self.dialect.envelope(report)), FaultTarget.FETCH)

    async def page(self, request: Request) -> Response:
        """The pages about money, models and the server itself, and the response to any other path."""
        path, is_read = request.url.path, request.method in {"GET", "HEAD"}
        if is_read and path == "/demo/stats":
            return self.middleware.reply(ResponseData(200, dict(self.middleware.counts)))
        if is_read and path == "/demo/submits":
            return self.middleware.reply(ResponseData(200, self.accepted))
        open_page = site_pages.open_page(path, self.dialect) if is_read else None
        if open_page is not None:
            return self.middleware.reply(ResponseData(200, open_page))
        keyed_page = site_pages.keyed_page(path, self.dialect, self.simulator) if is_read else None
        if keyed_page is None:
            return self.middleware.reply(self.dialect.errors.path_unknown(path))
        return self.middleware.reply(self.middleware.key_refusal(request) or ResponseData(200, keyed_page))

    def _acceptance(self, job: Job, media: str) -> dict[str, Any]:
        if not job.is_bare:
            return self.dialect.accepted(job.id)
        # Suno's own response, passed through: the clips, and for stems an id that no fetch knows (protocol 3.2).
        clips = [self.dialect.clip(job, take, self.simulator.now(), media) for take in job.takes]
        return ({"id": job.id} if job.model == STEM_MODEL else {}) | {"clips": clips}

    async def _accept(self, action: str | None, body: bytes) -> Job | ResponseData:
        if action is None:
            return self.simulator.upload_from_url(
                payloads.url_field(payloads.parse_object(body)), self.middleware.flaws()
            )
        kind = _KINDS.get(action.upper())
        if kind is None or not self.dialect.extras.issuperset(_NEEDED.get(kind, ())):
            return self.dialect.errors.action_unknown(action)
        if kind is TaskKind.PERSONA:
            return self.extras.order_persona(body, self.middleware.flaws())
        if kind is TaskKind.TAGS:
            return self.extras.order_tags(body, self.middleware.flaws())
        if kind is TaskKind.MUSIC:
            return self._accept_music(body)
        refusal = self.middleware.money_refusal(self.simulator, price_of(kind))
        if refusal is not None:
            return refusal
        fields = payloads.parse_object(body)
        if kind is TaskKind.LYRICS:
            return await self._accept_lyrics(payloads.text_field(fields, "prompt"))
        clip_id = self.dialect.resolve_clip_id(payloads.text_field(fields, "clip_id"), self.simulator.job)
        return self.simulator.concat(clip_id, payloads.flag_field(fields, "is_infill"), self.middleware.flaws())

    def _accept_music(self, body: bytes) -> Job | ResponseData:
        payload = self.dialect.read_song(body)
        refusal = self.middleware.money_refusal(self.simulator, price_of(TaskKind.MUSIC, stem_count(payload)))
        refusal = refusal or self.dialect.check_payload(payload, self.simulator.clip)
        if refusal is None and payload.continue_clip_id:
            refusal = self.dialect.check_parent(payload, self.simulator.job)
            payload = replace(
                payload, continue_clip_id=self.dialect.resolve_clip_id(payload.continue_clip_id, self.simulator.job)
            )
        if refusal is not None:
            return refusal
        if self.dialect.tasks:
            return PrivateTaskBuilder(
                self.simulator, self.extras.personas, payload, self.middleware.flaws(), self.dialect.tasks
            ).build()
        return self.simulator.make_song(payload, self.middleware.flaws())

    async def _accept_lyrics(self, prompt: str) -> Job | ResponseData:
        if not prompt:
            return self.dialect.errors.prompt_empty()
        if not self.dialect.is_relay:
            await asyncio.sleep(LYRICS_S / self.simulator.speed)
        return self.simulator.write_lyrics(prompt, self.middleware.flaws())

    def _many(self, body: bytes, media: str) -> ResponseData:
        ids, plan = payloads.parse_ids(body), self.middleware.plan
        if plan.triggers("null-data", FaultTarget.FETCH):
            return self._nothing()
        found = [] if ids and plan.triggers("unknown-id", FaultTarget.FETCH) else self.simulator.jobs(ids)
        tasks = [self.dialect.task(job, self._seen_at(job), media) for job in found[: self.dialect.page_limit]]
        if tasks and plan.triggers("bad-clip", FaultTarget.FETCH):
            _corrupt(tasks)
        is_null = bool(ids) and not tasks and self.dialect.says_null
        return ResponseData(200, self.dialect.envelope(None if is_null else tasks))

    def _nothing(self) -> ResponseData:
        """A response without data and message (sample fetch_batch_fallback_no_message)."""
        document = self.dialect.envelope(None)
        document.pop("message", None)
        return ResponseData(200, document)

    def _seen_at(self, job: Job) -> float | None:
        return self.dialect.seen_at(job, self.simulator.now(), self.simulator.opened_at)


def create_app(gateway: Gateway) -> Starlette:
    """The ASGI application of a gateway: the protocol under its prefixes, media, and a page for every other path."""
    dialect = gateway.dialect
    media = MediaPages(
        gateway.simulator, gateway.middleware, has_waves=dialect.has_waves, has_videos=dialect.has_videos
    )
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


def _corrupt(tasks: list[dict[str, Any]]) -> None:
    for task in tasks:
        if isinstance(task["data"], list):
            task["data"].insert(0, {"id": None, "status": 5, "metadata": [1], "audio_url": {"no": "link"}})
            break
    tasks.insert(0, {"task_id": {"?": 1}, "status": ["?"], "submit_time": "soon", "data": "unreadable"})
