"""Where the file of a take may be: the library's link, then the links in responses of the gateway, its feed and others
(W9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from urllib.parse import urlsplit

from sunotui.core.context import Context
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.library.missing_link import other_audio_links, usable_link
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.stores import Stores
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.extras import Mp4Request, WavRequest
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.saving.safety import DAY_S
from sunotui.domain.tasks.clip import Clip, is_stream_link
from sunotui.domain.tasks.task import Task
from sunotui.named_tuple import NamedTuple
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.worker import StorageThread

ASK_LIMIT_S = 20.0
"""How long a gateway may take to report the current link of a take, in seconds."""
YOUNGEST_DEATH_S = DAY_S
"""The age in seconds below which a refused link does not count as expired."""
_SUNO = "suno.ai"


class LinkFinder:
    """Finds links of takes."""

    def __init__(self, storage: StorageThread, stores: Stores, pollers: PollerPool) -> None:
        self._storage, self._stores, self._pollers = storage, stores, pollers

    async def links(self, take: TakeToSave) -> AsyncGenerator[str, None]:
        """The links of a take's file in the order in which they are worth trying, each once. The gateway is asked only
        when the caller needs another one. Raises LibraryError."""
        seen: set[str] = set()
        for find in self._ways(take):
            for link in await find():
                if link not in seen:
                    seen.add(link)
                    yield link

    def _ways(self, take: TakeToSave) -> list[Callable[[], Awaitable[list[str]]]]:
        task, clip, kind = take.task, take.clip, take.kind
        poller = self._pollers.of(task.profile)

        async def stored() -> list[str]:
            return _links_of(clip, kind)

        async def asked() -> list[str]:
            return _links_in(await _within(poller.poll_now(task.id)), clip, kind)

        async def fed() -> list[str]:
            return _links_in(await _within(poller.poll_feed(task.id)), clip, kind)

        async def made() -> list[str]:
            request = Mp4Request.kind if kind is FileKind.VIDEO else WavRequest.kind
            found = await self._storage.run(self._stores.journal.reader.file_links, clip.id, request)
            return [link for one in found if (link := usable_link(one))]

        async def others() -> list[str]:
            raw = await self._storage.run(self._stores.tasks.raw, task.id)
            found = await asyncio.to_thread(other_audio_links, raw, clip.id)
            return [*(link for link in found if not is_stream_link(link)), *_suno_links(clip)]

        match kind:
            case FileKind.AUDIO:
                return [stored, asked, fed, others, made]
            case FileKind.VIDEO:
                return [stored, made, asked, fed]
            case _:
                return [made]


class LinkSeen(NamedTuple):
    """What a download revealed about the age of links."""

    take: TakeToSave
    is_alive: bool


class LinkObserver:
    """Learns how long the links of each gateway work."""

    def __init__(self, ctx: Context, life: LinkLifeStore) -> None:
        self._ctx, self._life = ctx, life

    def record(self, seen: LinkSeen) -> None:
        """Store the age of a link that worked, or was refused. Nothing is learned from a song that is being generated,
        from one with a time in the future, and from a link that was dead too early for its age to be the reason."""
        task, now = seen.take.task, self._ctx.clock.now()
        made_at = min(task.added_at, seen.take.clip.created_at or task.added_at)
        age_s = now - made_at
        teaches = seen.is_alive or age_s >= YOUNGEST_DEATH_S
        if age_s > 0 and task.status.is_final and teaches:
            self._ctx.background.start_brief("learn the life of links", self._save, task.profile, age_s, now, seen)

    async def _save(self, profile: str, age_s: float, now: float, seen: LinkSeen) -> None:
        await self._ctx.storage.run(self._life.saw, profile, age_s, now, is_alive=seen.is_alive)


def _links_of(clip: Clip, kind: FileKind) -> list[str]:
    link = usable_link(clip.video_url if kind is FileKind.VIDEO else clip.audio_url)
    # A stream ends when the song is done, and is never the final file.
    return [link] if link and (kind is FileKind.VIDEO or not clip.is_stream) else []


def _links_in(task: Task | None, known: Clip, kind: FileKind) -> list[str]:
    clips = task.clips if task is not None else ()
    return [link for clip in clips if clip.id == known.id for link in _links_of(clip, kind)]


def _suno_links(clip: Clip) -> list[str]:
    """Where Suno has the file of a clip that is known by its stream only, or by a link that ended (protocol 7.3)."""
    host = urlsplit(clip.audio_url or "").hostname or ""
    is_theirs = host == _SUNO or host.endswith(f".{_SUNO}")
    is_plain = clip.id.replace("-", "").isalnum() and clip.id.isascii()
    return [f"https://cdn1.suno.ai/{clip.id}.mp3"] if is_theirs and is_plain else []


async def _within(answer: Awaitable[Task | None]) -> Task | None:
    """What a gateway returns in time; empty if the gateway cannot be asked."""
    try:
        async with asyncio.timeout(ASK_LIMIT_S):
            return await answer
    except (SunotuiError, TimeoutError):
        return None
