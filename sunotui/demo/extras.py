"""The extras of paid gateways; responses have no envelope (protocol 1.2)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo.dialects import Extra
from sunotui.demo.faults import FaultTarget
from sunotui.demo.media.notes import notes_json
from sunotui.demo.middleware import Middleware, base_address
from sunotui.demo.music import prices, songs
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.music.takes import Flaws, new_clip_id
from sunotui.demo.music.word_timings import timing_json
from sunotui.demo.personas import Personas, persona_json
from sunotui.demo.requests.payloads import InvalidBody, parse_object, text_field
from sunotui.demo.responses import ResponseData
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind

FILE_S = 8.0
"""How long an MP4 file or the notes take, in seconds at speed 1; not documented."""
DEFAULT_PAGE = 10
LONGEST_PAGE = 100
"""The maximum number of songs on a page of my-musics; not documented."""


class Extras:
    """The extras of one gateway."""

    def __init__(self, simulator: Simulator, middleware: Middleware, accepted: list[dict[str, str]]) -> None:
        """`accepted` records everything that was paid for."""
        self._simulator, self._middleware, self._accepted = simulator, middleware, accepted
        self.personas = Personas(simulator)
        self._files: dict[str, float] = {}
        """When each file was first requested, by kind and clip: it is made and billed once."""

    def routes(self, root: str) -> list[Route]:
        """The routes of the extras that the dialect offers, under `root`."""
        made = [
            (Extra.FEED, Route(root + "/feed/{ids}", self.feed, methods=["GET"])),
            (Extra.PERSONA, Route(root + "/persona/create", self.persona, methods=["POST"])),
            (Extra.PERSONA, Route(root + "/persona/create/", self.persona, methods=["POST"])),
            (Extra.TAGS, Route(root + "/act/tags", self.tags, methods=["POST"])),
            (Extra.TIMING, Route(root + "/act/timing/{clip}", self.timing, methods=["GET"])),
            (Extra.WAV, Route(root + "/act/wav/{clip}", self.wav, methods=["GET"])),
            (Extra.MP4, Route(root + "/act/mp4/{clip}", self.mp4, methods=["GET"])),
            (Extra.MIDI, Route(root + "/act/midi/{clip}", self.midi, methods=["GET"])),
            (Extra.MP4_STATE, Route(root + "/act/mp4-state", self.mp4_state, methods=["GET"])),
            (Extra.MIDI_BY_QUERY, Route(root + "/act/midi", self.midi_by_query, methods=["GET"])),
            (Extra.MY_MUSICS, Route(root + "/act/my-musics", self.my_musics, methods=["GET"])),
            (Extra.POINTS, Route(root + "/account/integral", self.points, methods=["GET"])),
        ]
        return [route for extra, route in made if extra in self._middleware.dialect.extras]

    async def feed(self, request: Request) -> Response:
        """GET /suno/feed/{clip},{clip}: the bare clips, without a task; unknown ones are left out."""
        self._middleware.counts["fetches"] += 1
        return await self._middleware.serve(request, FaultTarget.FETCH, lambda _body: self._feed(request))

    async def persona(self, request: Request) -> Response:
        """POST /suno/persona/create: a persona from a clip."""
        self._middleware.counts["posts"] += 1
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda body: self._persona(request, body))

    async def tags(self, request: Request) -> Response:
        """POST /suno/act/tags: a short style expanded."""
        self._middleware.counts["posts"] += 1
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda body: self._tags(request, body))

    async def timing(self, request: Request) -> Response:
        """GET /suno/act/timing/{clip}: word timings. The documentation mentions clips of chirp-auk only; here all
        generated clips have timings."""
        return await self._middleware.serve(
            request, FaultTarget.EXTRA, lambda _body: self._timing(request.path_params["clip"])
        )

    async def wav(self, request: Request) -> Response:
        """GET /suno/act/wav/{clip}: the link to the WAV file. The body is known from another gateway only."""
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: self._wav(request))

    async def mp4(self, request: Request) -> Response:
        """GET /suno/act/mp4/{clip}: the link to a video, under `data`, once it is made."""
        clip = request.path_params["clip"]
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: self._mp4(request, clip))

    async def mp4_state(self, request: Request) -> Response:
        """GET /suno/act/mp4-state?taskBatchId: the MP4 of the first clip of a task (key4u, November 2026)."""
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: self._mp4_state(request))

    async def midi(self, request: Request) -> Response:
        """GET /suno/act/midi/{clip}: the notes, once they are transcribed."""
        clip = request.path_params["clip"]
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: self._midi(request, clip))

    async def midi_by_query(self, request: Request) -> Response:
        """GET /suno/act/midi?clipId&stemClipId: the notes of a clip, or of one of its stems (key4u, November 2026)."""
        clip = request.query_params.get("stemClipId", "") or request.query_params.get("clipId", "")
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: self._midi(request, clip))

    def order_persona(self, body: bytes, flaws: Flaws) -> Job | ResponseData:
        """POST /suno/submit/persona: a persona from a section of a clip, as a task. Raises InvalidBody and
        UnknownClip."""
        fields = parse_object(body)
        refusal = self._middleware.money_refusal(self._simulator, prices.PERSONA)
        if refusal is not None:
            return refusal
        persona = self.personas.create_of_section(fields)
        job, take = self._simulator.require_clip(persona.root_clip_id)
        shown = self._middleware.dialect.clip(job, take, self._simulator.now(), "")
        return self._simulator.make_task_without_clips(
            TaskKind.PERSONA, persona.name, persona_json(persona, shown), flaws
        )

    def order_tags(self, body: bytes, flaws: Flaws) -> Job | ResponseData:
        """POST /suno/submit/upsample-tags: a short style expanded, as a task. Raises InvalidBody."""
        result = self._more_tags(body)
        refusal = self._middleware.money_refusal(self._simulator, prices.TAGS)
        return refusal or self._simulator.make_task_without_clips(TaskKind.TAGS, "Tags", result, flaws)

    async def my_musics(self, request: Request) -> Response:
        """GET /suno/act/my-musics?pageNum&pageSize: the clips that this key made, newest first. The path and the two
        parameters are documented, the body is not."""
        self._middleware.counts["fetches"] += 1
        return await self._middleware.serve(request, FaultTarget.FETCH, lambda _body: self._my_musics(request))

    async def points(self, request: Request) -> Response:
        """GET /suno/account/integral: the balance in points, here a hundred per dollar. The body is not
        documented."""
        left = round((self._simulator.granted - self._simulator.spent()) * 100)
        document = self._middleware.dialect.envelope({"integral": left})
        return await self._middleware.serve(request, FaultTarget.EXTRA, lambda _body: ResponseData(200, document))

    def _my_musics(self, request: Request) -> ResponseData:
        page, size = _count(request, "pageNum", 1), _count(request, "pageSize", DEFAULT_PAGE)
        songs_made = self._simulator.songs()
        at, media = self._simulator.now(), base_address(request)
        rows = [
            {**self._middleware.dialect.clip(job, take, at, media), "task_id": "" if job.is_bare else job.id}
            for job, take in songs_made[(page - 1) * size : page * size]
        ]
        about = {"total": len(songs_made), "pageNum": page, "pageSize": size, "list": rows}
        return ResponseData(200, self._middleware.dialect.envelope(about))

    def _feed(self, request: Request) -> ResponseData:
        if self._middleware.plan.triggers("null-data", FaultTarget.FETCH):
            return ResponseData(200, None)
        is_blind = self._middleware.plan.triggers("unknown-id", FaultTarget.FETCH)
        asked = [] if is_blind else request.path_params["ids"].split(",")
        found = filter(None, (self._simulator.clip(clip_id) for clip_id in asked))
        at, media = self._simulator.now(), base_address(request)
        return ResponseData(200, [self._middleware.dialect.clip(job, take, at, media) for job, take in found])

    def _persona(self, request: Request, body: bytes) -> ResponseData:
        fields = parse_object(body)

        def make() -> ResponseData:
            persona = self.personas.create(fields)
            job, take = self._simulator.require_clip(persona.root_clip_id)
            shown = self._middleware.dialect.clip(job, take, self._simulator.now(), base_address(request))
            return ResponseData(200, persona_json(persona, shown))

        return self._paid(request, body, prices.PERSONA, make)

    def _tags(self, request: Request, body: bytes) -> ResponseData:
        result = self._more_tags(body)
        return self._paid(request, body, prices.TAGS, lambda: ResponseData(200, result))

    def _more_tags(self, body: bytes) -> dict[str, Any]:
        words = text_field(parse_object(body), "original_tags").strip()
        if not words:
            raise InvalidBody("original_tags is empty")
        rng = random.Random(f"{self._simulator.seed}/tags/{words}")
        return {"upsampled_tags": songs.more_tags(rng, words), "request_id": new_clip_id(rng)}

    def _timing(self, clip_id: str) -> ResponseData:
        job, take = self._simulator.require_clip(clip_id)
        if job.kind is TaskKind.UPLOAD or job.clip_status(take, self._simulator.now()) is not ClipStatus.COMPLETE:
            raise UnknownClip(clip_id)
        return ResponseData(200, timing_json(job, take))

    def _wav(self, request: Request) -> ResponseData:
        take = self._finished(request.path_params["clip"])
        if take is None:
            return ResponseData(200, {"url": "", "status": "processing"})
        document = {"url": f"{base_address(request)}/media/{take.id}.wav", "status": "complete"}
        refusal = self._file_refusal(request, "wav", take, prices.WAV)
        return refusal or ResponseData(200, document)

    def _mp4(self, request: Request, clip_id: str) -> ResponseData:
        take = self._finished(clip_id)
        refusal = None if take is None else self._file_refusal(request, "mp4", take, prices.MP4)
        if refusal is not None:
            return refusal
        is_made = take is not None and self._is_made("mp4", take)
        made = {"mp4_file_url": f"{base_address(request)}/media/{clip_id}.mp4"} if is_made else {"state": "running"}
        return ResponseData(200, self._middleware.dialect.envelope(made))

    def _mp4_state(self, request: Request) -> ResponseData:
        job = self._simulator.job(request.query_params.get("taskBatchId", ""))
        if job is None or not job.takes:
            raise UnknownClip("")
        return self._mp4(request, job.takes[0].id)

    def _midi(self, request: Request, clip_id: str) -> ResponseData:
        take = self._finished(clip_id)
        refusal = None if take is None else self._file_refusal(request, "midi", take, prices.MIDI)
        if refusal is not None:
            return refusal
        if take is None or not self._is_made("midi", take):
            return ResponseData(200, {"state": "running"})
        return ResponseData(200, {"state": "complete", "instruments": notes_json(take)})

    def _finished(self, clip_id: str) -> Take | None:
        """A clip from which a file can be made; None while it is still generating. Raises UnknownClip."""
        job, take = self._simulator.require_clip(clip_id)
        status = job.clip_status(take, self._simulator.now())
        if status is ClipStatus.ERROR:
            raise UnknownClip(take.id)
        return take if status is ClipStatus.COMPLETE else None

    def _file_refusal(self, request: Request, kind: str, take: Take, price: float) -> ResponseData | None:
        """Start making a file that was not requested before, which is billed; returns the error if it cannot be
        made."""
        name = f"{kind} {take.id}"
        if name in self._files:
            return None
        made = self._paid(request, b"", price, lambda: ResponseData(200, None))
        if made.status != 200:
            return made
        self._files[name] = self._simulator.now()
        return None

    def _is_made(self, kind: str, take: Take) -> bool:
        return (self._simulator.now() - self._files[f"{kind} {take.id}"]) * self._simulator.speed >= FILE_S

    def _paid(self, request: Request, body: bytes, price: float, make: Callable[[], ResponseData]) -> ResponseData:
        refusal = self._middleware.money_refusal(self._simulator, price)
        if refusal is not None:
            return refusal
        made = make()
        self._simulator.charge(price)
        self._middleware.counts["submits"] += 1
        self._accepted.append({"task_id": "", "path": request.url.path, "body": body.decode(errors="replace")})
        return made


def _count(request: Request, name: str, usual: int) -> int:
    """A number from 1 in the query; a page size is at most LONGEST_PAGE. Raises InvalidBody."""
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and int(given) >= 1):
        raise InvalidBody(f"{name} must be a number from 1 on")
    if name == "pageSize" and int(given) > LONGEST_PAGE:
        raise InvalidBody(f"pageSize must be at most {LONGEST_PAGE}")
    return int(given)
