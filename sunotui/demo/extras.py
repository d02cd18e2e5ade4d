"""What paid gateways offer beside the tasks, each answered bare, without an envelope (protocol 1.2)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo import prices
from sunotui.demo.dialects import Extra
from sunotui.demo.faults import Place
from sunotui.demo.media.notes import notes_json
from sunotui.demo.middleware import Door, address_of
from sunotui.demo.music import songs
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.music.takes import Flaws, new_clip_id
from sunotui.demo.music.word_timings import timing_json
from sunotui.demo.personas import Personas, persona_json
from sunotui.demo.requests.payloads import BadOrder, read_object, text_of
from sunotui.demo.responses import Answer
from sunotui.demo.simulator import NoSuchClip, Studio
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind

FILE_S = 8.0
"""How long an MP4 or the notes take to be made, in seconds at speed 1; no document tells."""
DEFAULT_PAGE = 10
LONGEST_PAGE = 100
"""Songs on a page of my-musics; no document tells the limit."""


class Extras:
    """The extras of one gateway."""

    def __init__(self, studio: Studio, door: Door, accepted: list[dict[str, str]]) -> None:
        """`accepted` is where everything that was paid for is noted."""
        self._studio, self._door, self._accepted = studio, door, accepted
        self.personas = Personas(studio)
        self._files: dict[str, float] = {}
        """When each file was asked for first, by its kind and clip: it is made, and paid, once."""

    def routes(self, root: str) -> list[Route]:
        """Those of them that the dialect offers, under `root`."""
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
        return [route for extra, route in made if extra in self._door.dialect.extras]

    async def feed(self, request: Request) -> Response:
        """GET /suno/feed/{clip},{clip}: the bare clips, without a task around them; unknown ones are left out."""
        self._door.counts["fetches"] += 1
        return await self._door.serve(request, Place.FETCH, lambda _body: self._feed(request))

    async def persona(self, request: Request) -> Response:
        """POST /suno/persona/create: a voice out of a clip."""
        self._door.counts["posts"] += 1
        return await self._door.serve(request, Place.EXTRA, lambda body: self._persona(request, body))

    async def tags(self, request: Request) -> Response:
        """POST /suno/act/tags: a few words of style made into many."""
        self._door.counts["posts"] += 1
        return await self._door.serve(request, Place.EXTRA, lambda body: self._tags(request, body))

    async def timing(self, request: Request) -> Response:
        """GET /suno/act/timing/{clip}: when each word is sung. The documents speak of chirp-auk's clips only; here
        every generated clip has it."""
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._timing(request.path_params["clip"]))

    async def wav(self, request: Request) -> Response:
        """GET /suno/act/wav/{clip}: the address of the WAV. Its body was seen at a neighbour only."""
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._wav(request))

    async def mp4(self, request: Request) -> Response:
        """GET /suno/act/mp4/{clip}: the address of a video, under `data`. There is no video behind it here."""
        clip = request.path_params["clip"]
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._mp4(request, clip))

    async def mp4_state(self, request: Request) -> Response:
        """GET /suno/act/mp4-state?taskBatchId: the same of the first clip of a task (key4u, November 2026)."""
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._mp4_state(request))

    async def midi(self, request: Request) -> Response:
        """GET /suno/act/midi/{clip}: the notes, once they are written out."""
        clip = request.path_params["clip"]
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._midi(request, clip))

    async def midi_by_query(self, request: Request) -> Response:
        """GET /suno/act/midi?clipId: the same (key4u, November 2026)."""
        clip = request.query_params.get("clipId", "")
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._midi(request, clip))

    def order_persona(self, body: bytes, flaws: Flaws) -> Job | Answer:
        """POST /suno/submit/persona: a voice out of a section of a clip, as a task. Raises BadOrder and
        NoSuchClip."""
        fields = read_object(body)
        refusal = self._door.money_refusal(self._studio, prices.PERSONA)
        if refusal is not None:
            return refusal
        persona = self.personas.create_of_section(fields)
        job, take = self._studio.known(persona.root_clip_id)
        shown = self._door.dialect.clip(job, take, self._studio.now(), "")
        return self._studio.make_aside(TaskKind.PERSONA, persona.name, persona_json(persona, shown), flaws)

    def order_tags(self, body: bytes, flaws: Flaws) -> Job | Answer:
        """POST /suno/submit/upsample-tags: a few words of style made into many, as a task. Raises BadOrder."""
        told = self._more_tags(body)
        refusal = self._door.money_refusal(self._studio, prices.TAGS)
        return refusal or self._studio.make_aside(TaskKind.TAGS, "Tags", told, flaws)

    async def my_musics(self, request: Request) -> Response:
        """GET /suno/act/my-musics?pageNum&pageSize: the clips that this key made, the newest first. The path and the
        two parameters are documented, the body is not."""
        self._door.counts["fetches"] += 1
        return await self._door.serve(request, Place.FETCH, lambda _body: self._my_musics(request))

    async def points(self, request: Request) -> Response:
        """GET /suno/account/integral: the balance in points, here a hundred to the dollar. The body is not
        documented."""
        left = round((self._studio.granted - self._studio.spent()) * 100)
        told = self._door.dialect.told({"integral": left})
        return await self._door.serve(request, Place.EXTRA, lambda _body: Answer(200, told))

    def _my_musics(self, request: Request) -> Answer:
        page, size = _count(request, "pageNum", 1), _count(request, "pageSize", DEFAULT_PAGE)
        songs_made = self._studio.songs()
        at, media = self._studio.now(), address_of(request)
        rows = [
            {**self._door.dialect.clip(job, take, at, media), "task_id": "" if job.is_bare else job.id}
            for job, take in songs_made[(page - 1) * size : page * size]
        ]
        about = {"total": len(songs_made), "pageNum": page, "pageSize": size, "list": rows}
        return Answer(200, self._door.dialect.told(about))

    def _feed(self, request: Request) -> Answer:
        if self._door.plan.strikes("null-data", Place.FETCH):
            return Answer(200, None)
        is_blind = self._door.plan.strikes("unknown-id", Place.FETCH)
        asked = [] if is_blind else request.path_params["ids"].split(",")
        found = filter(None, (self._studio.clip(clip_id) for clip_id in asked))
        at, media = self._studio.now(), address_of(request)
        return Answer(200, [self._door.dialect.clip(job, take, at, media) for job, take in found])

    def _persona(self, request: Request, body: bytes) -> Answer:
        fields = read_object(body)

        def make() -> Answer:
            persona = self.personas.create(fields)
            job, take = self._studio.known(persona.root_clip_id)
            shown = self._door.dialect.clip(job, take, self._studio.now(), address_of(request))
            return Answer(200, persona_json(persona, shown))

        return self._paid(request, body, prices.PERSONA, make)

    def _tags(self, request: Request, body: bytes) -> Answer:
        told = self._more_tags(body)
        return self._paid(request, body, prices.TAGS, lambda: Answer(200, told))

    def _more_tags(self, body: bytes) -> dict[str, Any]:
        words = text_of(read_object(body), "original_tags").strip()
        if not words:
            raise BadOrder("original_tags is empty")
        rng = random.Random(f"{self._studio.seed}/tags/{words}")
        return {"upsampled_tags": songs.more_tags(rng, words), "request_id": new_clip_id(rng)}

    def _timing(self, clip_id: str) -> Answer:
        job, take = self._studio.known(clip_id)
        if job.kind is TaskKind.UPLOAD or job.clip_status(take, self._studio.now()) is not ClipStatus.COMPLETE:
            raise NoSuchClip(clip_id)
        return Answer(200, timing_json(job, take))

    def _wav(self, request: Request) -> Answer:
        take = self._finished(request.path_params["clip"])
        if take is None:
            return Answer(200, {"url": "", "status": "processing"})
        told = {"url": f"{address_of(request)}/media/{take.id}.wav", "status": "complete"}
        refusal = self._file_refusal(request, "wav", take, prices.WAV)
        return refusal or Answer(200, told)

    def _mp4(self, request: Request, clip_id: str) -> Answer:
        take = self._finished(clip_id)
        refusal = None if take is None else self._file_refusal(request, "mp4", take, prices.MP4)
        if refusal is not None:
            return refusal
        is_made = take is not None and self._is_made("mp4", take)
        made = {"mp4_file_url": f"{address_of(request)}/media/{clip_id}.mp4"} if is_made else {"state": "running"}
        return Answer(200, self._door.dialect.told(made))

    def _mp4_state(self, request: Request) -> Answer:
        job = self._studio.job(request.query_params.get("taskBatchId", ""))
        if job is None or not job.takes:
            raise NoSuchClip("")
        return self._mp4(request, job.takes[0].id)

    def _midi(self, request: Request, clip_id: str) -> Answer:
        take = self._finished(clip_id)
        refusal = None if take is None else self._file_refusal(request, "midi", take, prices.MIDI)
        if refusal is not None:
            return refusal
        if take is None or not self._is_made("midi", take):
            return Answer(200, {"state": "running"})
        return Answer(200, {"state": "complete", "instruments": notes_json(take)})

    def _finished(self, clip_id: str) -> Take | None:
        """A clip that a file can be made of; None while it is being made itself. Raises NoSuchClip."""
        job, take = self._studio.known(clip_id)
        status = job.clip_status(take, self._studio.now())
        if status is ClipStatus.ERROR:
            raise NoSuchClip(take.id)
        return take if status is ClipStatus.COMPLETE else None

    def _file_refusal(self, request: Request, kind: str, take: Take, price: float) -> Answer | None:
        """Begin to make a file that was not asked for before, which is paid for; what is wrong, where it cannot."""
        name = f"{kind} {take.id}"
        if name in self._files:
            return None
        made = self._paid(request, b"", price, lambda: Answer(200, None))
        if made.status != 200:
            return made
        self._files[name] = self._studio.now()
        return None

    def _is_made(self, kind: str, take: Take) -> bool:
        return (self._studio.now() - self._files[f"{kind} {take.id}"]) * self._studio.speed >= FILE_S

    def _paid(self, request: Request, body: bytes, price: float, make: Callable[[], Answer]) -> Answer:
        refusal = self._door.money_refusal(self._studio, price)
        if refusal is not None:
            return refusal
        made = make()
        self._studio.charge(price)
        self._door.counts["submits"] += 1
        self._accepted.append({"task_id": "", "path": request.url.path, "body": body.decode(errors="replace")})
        return made


def _count(request: Request, name: str, usual: int) -> int:
    """A number from 1 on in the query, a page size up to LONGEST_PAGE. Raises BadOrder."""
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and int(given) >= 1):
        raise BadOrder(f"{name} must be a number from 1 on")
    if name == "pageSize" and int(given) > LONGEST_PAGE:
        raise BadOrder(f"pageSize must be at most {LONGEST_PAGE}")
    return int(given)
