"""Helpers of the upload tests: a loopback gateway that accepts uploads, and its object storage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sunotui.domain.errors import Charge, SunotuiError
from sunotui.domain.requests.request import UploadFileRequest
from sunotui.gateway.submit.outcome import Outcome, Rejected
from sunotui.gateway.submit.payloads import build_payload
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.conftest import Client
from tests.gateway.loopback import LoopbackServer, ReceivedRequest, Responder, loopback_server, reset, response

UPLOAD, CLIP = "11b10f4c-6bf9-499b-8d49-f7bc4661bfcb", "05c9b477-4519-4810-9ffa-00580c082067"
START, FINISH = "/suno/uploads/audio", f"/suno/uploads/audio/{UPLOAD}/upload-finish"
POLL, INITIALIZE = f"/suno/uploads/audio/{UPLOAD}", f"/suno/uploads/audio/{UPLOAD}/initialize-clip"
FIELDS = {"Content-Type": "audio/mpeg", "key": f"raw_uploads/{UPLOAD}.mp3", "policy": "eyJ=", "signature": "s/g+="}
FAST_LIMITS = TimeLimits(upload_poll_s=0.01, submit_s=5, fetch_s=5)
DONE = {"id": UPLOAD, "status": "complete", "s3_id": f"m_{CLIP}", "title": "My Hum", "image_url": "https://a.example/i"}

STORED = response(204, "")

Step = Responder
Steps = dict[str, Step]


@dataclass
class UploadSite:
    """A gateway and the storage that its uploads are sent to."""

    gateway: LoopbackServer
    storage: LoopbackServer

    @property
    def steps(self) -> list[str]:
        """The paths of the requests to the gateway, in order."""
        return [request.path for request in self.gateway.requests]


@asynccontextmanager
async def both(
    steps: Steps | None = None,
    *,
    stored: Responder = STORED,
    target: Callable[[str], object] | None = None,
    polls: tuple[object, ...] = (DONE,),
) -> AsyncIterator[UploadSite]:
    """Run a gateway that accepts uploads and its storage; `steps` replaces the response of single steps."""
    async with loopback_server(stored) as storage:
        statuses = list(polls)
        url = f"{storage.base_url.origin}/bucket/"
        usual: Steps = {
            START: response(200, target(url) if target else {"id": UPLOAD, "url": url, "fields": FIELDS}),
            FINISH: response(200, {}),
            POLL: lambda request: response(200, statuses.pop(0) if len(statuses) > 1 else statuses[0]),
            INITIALIZE: response(200, {"clip_id": CLIP}),
        }

        async def respond(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
            step = {**usual, **(steps or {})}[request.path]
            if callable(step) and step.__code__.co_argcount == 2:
                await step(request, writer)  # type: ignore[call-arg,misc]
                return
            writer.write(step(request) if callable(step) else step)  # type: ignore[arg-type,call-arg]
            await writer.drain()

        async with loopback_server(respond) as gateway:
            yield UploadSite(gateway, storage)


async def uploaded(
    client_for: Client,
    site: UploadSite,
    path: Path | str,
    report: Callable[[int, int], None] | None = None,
    **more: object,
) -> Outcome:
    limits = more.get("limits", FAST_LIMITS)
    client = client_for(site.gateway.base_url, limits=limits)
    return await client.submit(build_payload(UploadFileRequest(str(path))), file_progress=report)


def rejected(outcome: Outcome, expected: type[SunotuiError]) -> SunotuiError:
    assert isinstance(outcome, Rejected)
    assert type(outcome.error) is expected
    assert outcome.error.charge is Charge.NO
    return outcome.error


async def cut(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    """A step whose connection is reset instead of getting a response."""
    reset(writer)
