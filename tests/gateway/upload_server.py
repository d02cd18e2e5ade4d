"""What the tests of file uploads share: a gateway that takes them, with a storage beside it."""

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
from tests.gateway.loopback import Answering, Asked, Loopback, answer, listening, reset

UPLOAD, CLIP = "11b10f4c-6bf9-499b-8d49-f7bc4661bfcb", "05c9b477-4519-4810-9ffa-00580c082067"
START, FINISH = "/suno/uploads/audio", f"/suno/uploads/audio/{UPLOAD}/upload-finish"
LOOK, MAKE = f"/suno/uploads/audio/{UPLOAD}", f"/suno/uploads/audio/{UPLOAD}/initialize-clip"
FIELDS = {"Content-Type": "audio/mpeg", "key": f"raw_uploads/{UPLOAD}.mp3", "policy": "eyJ=", "signature": "s/g+="}
SOON = TimeLimits(upload_poll_s=0.01, submit_s=5, fetch_s=5)
DONE = {"id": UPLOAD, "status": "complete", "s3_id": f"m_{CLIP}", "title": "My Hum", "image_url": "https://a.example/i"}

STORED = answer(204, "")

Step = Answering
Steps = dict[str, Step]


@dataclass
class Both:
    """A gateway and the storage that it names."""

    gateway: Loopback
    storage: Loopback

    @property
    def steps(self) -> list[str]:
        """The paths that the gateway was asked for, in order."""
        return [asked.path for asked in self.gateway.asked]


@asynccontextmanager
async def both(
    steps: Steps | None = None,
    *,
    stored: Answering = STORED,
    place: Callable[[str], object] | None = None,
    looks: tuple[object, ...] = (DONE,),
) -> AsyncIterator[Both]:
    """A gateway that takes uploads, but for the steps given, with a storage beside it."""
    async with listening(stored) as storage:
        reported = list(looks)
        url = f"{storage.base_url.origin}/bucket/"
        usual: Steps = {
            START: answer(200, place(url) if place else {"id": UPLOAD, "url": url, "fields": FIELDS}),
            FINISH: answer(200, {}),
            LOOK: lambda asked: answer(200, reported.pop(0) if len(reported) > 1 else reported[0]),
            MAKE: answer(200, {"clip_id": CLIP}),
        }

        async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
            step = {**usual, **(steps or {})}[asked.path]
            if callable(step) and step.__code__.co_argcount == 2:  # type: ignore[attr-defined]
                await step(asked, writer)  # type: ignore[call-arg,misc]
                return
            writer.write(step(asked) if callable(step) else step)  # type: ignore[arg-type,call-arg]
            await writer.drain()

        async with listening(respond) as gateway:
            yield Both(gateway, storage)


async def uploaded(
    client_for: Client, site: Both, path: Path | str, report: Callable[[int, int], None] | None = None, **more: object
) -> Outcome:
    limits = more.get("limits", SOON)
    client = client_for(site.gateway.base_url, limits=limits)
    return await client.submit(build_payload(UploadFileRequest(str(path))), file_progress=report)


def rejected(outcome: Outcome, expected: type[SunotuiError]) -> SunotuiError:
    assert isinstance(outcome, Rejected)
    assert type(outcome.error) is expected
    assert outcome.error.charge is Charge.NO
    return outcome.error


async def cut(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A step whose connection is cut instead of answered."""
    reset(writer)
