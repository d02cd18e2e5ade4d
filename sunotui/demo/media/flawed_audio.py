"""Audio with the faults of a plan: slow, stalled, cut, short, endless, refused, or not audio at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sunotui.demo.faults import FaultPlan, FaultTarget
from sunotui.demo.media.byte_ranges import ranged_response
from sunotui.demo.media.sound import SECOND_BYTES
from sunotui.demo.responses import WEB_PAGE, HangUp, TruncatedResponse

STALL_AFTER_S = 20
"""How many seconds of audio arrive before it stalls."""
_MPEG = "audio/mpeg"


def flawed_response(
    request: Request, content: bytes, plan: FaultPlan, *, speed: float, hang_up: HangUp
) -> Response | None:
    """The response to a request for audio if a fault of the plan applies to it. `speed` is that of the gateway."""

    def triggers(name: str) -> bool:
        return plan.triggers(name, FaultTarget.AUDIO)

    if triggers("expired-audio"):
        return Response("Request has expired", 403, media_type="text/plain")
    if triggers("html-audio"):
        return Response(WEB_PAGE, media_type="text/html")
    if triggers("cut-audio"):
        return TruncatedResponse(hang_up, ranged_response(request, content))
    if triggers("short-audio"):
        return ranged_response(request, content[: len(content) // 2])
    if triggers("endless-audio"):
        return StreamingResponse(_endless(content, speed), media_type=_MPEG)
    whole = {"Content-Length": str(len(content))}
    if triggers("stalled-audio"):
        return StreamingResponse(_stalled(content), media_type=_MPEG, headers=whole)
    if triggers("slow-audio"):
        return StreamingResponse(_slow(content, speed), media_type=_MPEG, headers=whole)
    return None


async def _endless(content: bytes, speed: float) -> AsyncIterator[bytes]:
    while True:
        for start in range(0, len(content), SECOND_BYTES):
            yield content[start : start + SECOND_BYTES]
            await asyncio.sleep(0.25 / speed)


async def _stalled(content: bytes) -> AsyncIterator[bytes]:
    yield content[: STALL_AFTER_S * SECOND_BYTES]
    await asyncio.Event().wait()


async def _slow(content: bytes, speed: float) -> AsyncIterator[bytes]:
    for start in range(0, len(content), SECOND_BYTES):
        yield content[start : start + SECOND_BYTES]
        await asyncio.sleep(2 / speed)
