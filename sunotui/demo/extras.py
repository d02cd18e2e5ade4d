"""What paid gateways offer beside the tasks, each answered bare, without an envelope (protocol 1.2)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo.answers import Answer
from sunotui.demo.dialects import Extra
from sunotui.demo.door import Door, address_of
from sunotui.demo.faults import Place
from sunotui.demo.studio import Studio


class Extras:
    """The extras of one gateway."""

    def __init__(self, studio: Studio, door: Door) -> None:
        self._studio, self._door = studio, door

    def routes(self, root: str) -> list[Route]:
        """Those of them that the dialect offers, under `root`."""
        made = {Extra.FEED: Route(root + "/feed/{ids}", self.feed, methods=["GET"])}
        return [route for extra, route in made.items() if extra in self._door.dialect.extras]

    async def feed(self, request: Request) -> Response:
        """GET /suno/feed/{clip},{clip}: the bare clips, without a task around them."""
        self._door.counts["fetches"] += 1
        return await self._door.serve(request, Place.FETCH, lambda _body: self._feed(request))

    def _feed(self, request: Request) -> Answer:
        found = filter(None, (self._studio.clip(clip_id) for clip_id in request.path_params["ids"].split(",")))
        at, media = self._studio.now(), address_of(request)
        return Answer(200, [self._door.dialect.clip(job, take, at, media) for job, take in found])
