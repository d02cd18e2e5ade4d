"""Serves the files of clips: the finished audio and video with ranges, the endless stream before it, the cover."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sunotui.demo.media import covers, sound, video, wav
from sunotui.demo.media.byte_ranges import ranged_response
from sunotui.demo.media.flawed_audio import flawed_response
from sunotui.demo.middleware import Middleware
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.simulator import Simulator
from sunotui.domain.tasks.clip import ClipStatus

HEAD_START_S = 10.0
"""How much audio a stream sends immediately, in seconds; the rest follows at STREAM_PACE times the playback speed."""
STREAM_PACE = 4.0


class MediaPages:
    """The pages under /media. They require no key, since players and browsers do not have one (protocol 7.3)."""

    def __init__(self, simulator: Simulator, middleware: Middleware, *, has_waves: bool, has_videos: bool) -> None:
        self._simulator, self._middleware = simulator, middleware
        self._has_waves, self._has_videos = has_waves, has_videos

    def routes(self) -> list[Route]:
        """GET and HEAD of audio, stream, video and cover."""
        return [
            Route("/media/stream/{clip}", self.stream),
            Route("/media/{clip}.mp3", self.audio),
            Route("/media/{clip}.wav", self.wave),
            Route("/media/{clip}.mp4", self.video),
            Route("/media/{clip}.png", self.cover),
            Route("/media/{rest:path}", self.missing),
        ]

    async def audio(self, request: Request) -> Response:
        """The finished audio, once the clip is complete."""
        found = self._playable(request, {ClipStatus.COMPLETE})
        if found is None or found[1].is_mute:
            return _not_found()
        take = found[1]
        content = sound.render(take.loop, take.turn, take.frames)
        return self._flawed(request, content) or ranged_response(request, content)

    async def wave(self, request: Request) -> Response:
        """The finished clip's WAV file, if this gateway has them. It is not the clip's audio (see wav.py)."""
        found = self._playable(request, {ClipStatus.COMPLETE})
        if found is None or not self._has_waves:
            return _not_found()
        length_s = found[1].duration_s
        headers = {"Content-Length": str(wav.size_of(length_s))}
        if request.method == "HEAD":
            return Response(media_type="audio/wav", headers=headers)
        return StreamingResponse(wav.stream(length_s), media_type="audio/wav", headers=headers)

    async def video(self, request: Request) -> Response:
        """The finished clip's video, if this gateway makes videos: its cover with its audio (see video.py)."""
        found = self._playable(request, {ClipStatus.COMPLETE})
        if found is None or found[1].is_mute or not self._has_videos:
            return _not_found()
        take = found[1]
        # On a thread: drawing the cover would hold up the responses to others.
        content = await asyncio.to_thread(video.render, take.id, take.loop, take.turn, take.frames)
        return ranged_response(request, content, "video/mp4")

    async def stream(self, request: Request) -> Response:
        """The audio while it is generated: no length, no ranges, playable from its first byte."""
        found = self._playable(request, {ClipStatus.STREAMING, ClipStatus.COMPLETE})
        if found is None:
            return _not_found()
        take = found[1]
        content = sound.render(take.loop, take.turn, take.frames) if request.method == "GET" else b""
        flawed = self._flawed(request, content)
        if flawed is not None:
            return flawed
        return StreamingResponse(_paced(content, self._simulator.speed), media_type="audio/mpeg")

    async def cover(self, request: Request) -> Response:
        """The clip's cover; available as soon as the clip streams."""
        found = self._playable(request, {ClipStatus.STREAMING, ClipStatus.COMPLETE})
        if found is None:
            return _not_found()
        # On a thread: drawing would hold up the responses to others.
        picture = await asyncio.to_thread(covers.paint, found[1].id)
        return Response(picture, media_type="image/png", headers={"Cache-Control": "max-age=86400"})

    async def missing(self, request: Request) -> Response:
        """Any other link, None.mp3 among them."""
        return _not_found()

    def _flawed(self, request: Request, content: bytes) -> Response | None:
        if request.method != "GET":
            return None
        gateway = self._middleware
        return flawed_response(request, content, gateway.plan, speed=gateway.speed, hang_up=gateway.hang_up)

    def _playable(self, request: Request, states: set[ClipStatus]) -> tuple[Job, Take] | None:
        found = self._simulator.clip(request.path_params["clip"])
        if found is None or found[0].clip_status(found[1], self._simulator.now()) not in states:
            return None
        return found


async def _paced(content: bytes, speed: float) -> AsyncIterator[bytes]:
    start = round(HEAD_START_S / sound.FRAME_S) * sound.FRAME_BYTES
    yield content[:start]
    for at in range(start, len(content), sound.SECOND_BYTES):
        await asyncio.sleep(1 / STREAM_PACE / speed)
        yield content[at : at + sound.SECOND_BYTES]


def _not_found() -> Response:
    return Response("Not Found", 404, media_type="text/plain")
