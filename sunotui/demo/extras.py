"""What paid gateways offer beside the tasks, each answered bare, without an envelope (protocol 1.2)."""

import random
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo import prices, songs
from sunotui.demo.answers import Answer
from sunotui.demo.dialects import Extra
from sunotui.demo.door import Door, address_of
from sunotui.demo.faults import Place
from sunotui.demo.orders import BadOrder, read_object, text_of
from sunotui.demo.personas import Personas, persona_json
from sunotui.demo.studio import NoSuchClip, Studio
from sunotui.demo.takes import new_clip_id
from sunotui.demo.timing import timing_json
from sunotui.domain.clip import ClipStatus
from sunotui.domain.task import TaskKind

DEFAULT_PAGE = 10
LONGEST_PAGE = 100
"""Songs on a page of my-musics; no document tells the limit."""


class Extras:
    """The extras of one gateway."""

    def __init__(self, studio: Studio, door: Door) -> None:
        self._studio, self._door = studio, door
        self.personas = Personas(studio)
        self._waves: set[str] = set()

    def routes(self, root: str) -> list[Route]:
        """Those of them that the dialect offers, under `root`."""
        made = [
            (Extra.FEED, Route(root + "/feed/{ids}", self.feed, methods=["GET"])),
            (Extra.PERSONA, Route(root + "/persona/create", self.persona, methods=["POST"])),
            (Extra.PERSONA, Route(root + "/persona/create/", self.persona, methods=["POST"])),
            (Extra.TAGS, Route(root + "/act/tags", self.tags, methods=["POST"])),
            (Extra.TIMING, Route(root + "/act/timing/{clip}", self.timing, methods=["GET"])),
            (Extra.WAV, Route(root + "/act/wav/{clip}", self.wav, methods=["GET"])),
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
        return await self._door.serve(request, Place.EXTRA, lambda body: self._persona(request, body))

    async def tags(self, request: Request) -> Response:
        """POST /suno/act/tags: a few words of style made into many."""
        return await self._door.serve(request, Place.EXTRA, self._tags)

    async def timing(self, request: Request) -> Response:
        """GET /suno/act/timing/{clip}: when each word is sung. The documents speak of chirp-auk's clips only; here
        every generated clip has it."""
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._timing(request.path_params["clip"]))

    async def wav(self, request: Request) -> Response:
        """GET /suno/act/wav/{clip}: the address of the WAV. Its body was seen at a neighbour only."""
        return await self._door.serve(request, Place.EXTRA, lambda _body: self._wav(request))

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

        return self._paid(prices.PERSONA, make)

    def _tags(self, body: bytes) -> Answer:
        words = text_of(read_object(body), "original_tags").strip()
        if not words:
            raise BadOrder("original_tags is empty")
        rng = random.Random(f"{self._studio.seed}/tags/{words}")
        told = {"upsampled_tags": songs.more_tags(rng, words), "request_id": new_clip_id(rng)}
        return self._paid(prices.TAGS, lambda: Answer(200, told))

    def _timing(self, clip_id: str) -> Answer:
        job, take = self._studio.known(clip_id)
        if job.kind is TaskKind.UPLOAD or job.clip_status(take, self._studio.now()) is not ClipStatus.COMPLETE:
            raise NoSuchClip(clip_id)
        return Answer(200, timing_json(job, take))

    def _wav(self, request: Request) -> Answer:
        job, take = self._studio.known(request.path_params["clip"])
        status = job.clip_status(take, self._studio.now())
        if status is ClipStatus.ERROR:
            raise NoSuchClip(take.id)
        if status is not ClipStatus.COMPLETE:
            return Answer(200, {"url": "", "status": "processing"})
        told = {"url": f"{address_of(request)}/media/{take.id}.wav", "status": "complete"}
        # It is made, and paid, once.
        price = 0.0 if take.id in self._waves else prices.WAV
        made = self._paid(price, lambda: Answer(200, told))
        if made.status == 200:
            self._waves.add(take.id)
        return made

    def _paid(self, price: float, make: Callable[[], Answer]) -> Answer:
        refusal = self._door.money_refusal(self._studio, price)
        if refusal is not None:
            return refusal
        made = make()
        self._studio.charge(price)
        return made


def _count(request: Request, name: str, usual: int) -> int:
    """A number from 1 on in the query, a page size up to LONGEST_PAGE. Raises BadOrder."""
    given = request.query_params.get(name, str(usual))
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and int(given) >= 1):
        raise BadOrder(f"{name} must be a number from 1 on")
    if name == "pageSize" and int(given) > LONGEST_PAGE:
        raise BadOrder(f"pageSize must be at most {LONGEST_PAGE}")
    return int(given)
