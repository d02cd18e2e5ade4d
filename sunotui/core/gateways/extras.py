"""Free extras of some gateways: word timings, personas, the feed, fresh links. Each response is evidence about the
gateway's capabilities."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from sunotui.core.context import Context
from sunotui.core.events import TimingsArrived
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling.pollers import PollerPool
from sunotui.domain.errors import NotFound, NotSupported, SunotuiError
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.parsing.word_timings import timing_of_text
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.tasks.task_store import TaskStore

T = TypeVar("T")

FREE_LIMIT_S = 10.0
"""How long a gateway may take to respond to a request that the user did not make, in seconds."""


class ExtrasService:
    """Fetches extras and saves those that do not change. Every method raises SunotuiError only."""

    def __init__(
        self,
        ctx: Context,
        *,
        library: TaskStore,
        timings: TimingStore,
        personas: PersonaStore,
        capabilities: CapabilityService,
        pollers: PollerPool,
    ) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._library = library
        self._timings = timings
        self._personas = personas
        self._capabilities = capabilities
        self._pollers = pollers

    async def timing(self, task_id: str, clip_id: str) -> WordTimings:
        """The word timings of a clip, from the library or else from the gateway, which are saved."""
        saved = await self._storage.run(self._timings.get, clip_id)
        if saved:
            return timing_of_text(saved)
        task, clip = await self._clip(task_id, clip_id)
        if not clip.status.is_final:
            # A response about a song that is being generated is not evidence of what the gateway offers.
            raise NotFound("There are no timings before the song is done", advice="")
        timing = await self._ask(task.profile, Feature.TIMING, lambda client: client.timing(clip_id))
        await self._storage.run(self._timings.put, clip_id, timing.raw)
        self._events.publish(TimingsArrived(clip_id))
        return timing

    async def free_timing(
        self, task: Task, clip: Clip, before_request: Callable[[], Awaitable[object]] | None = None
    ) -> WordTimings | None:
        """The word timings of a take, from the library or else from a gateway that is known to offer them, within a few
        seconds; None if they are not available. `before_request` is awaited before the gateway is asked. Never raises
        SunotuiError."""
        try:
            saved = await self._storage.run(self._timings.get, clip.id)
            if saved:
                return timing_of_text(saved)
            is_offered = self._capabilities.known(task.profile).support(Feature.TIMING) is Support.OFFERED
            if not is_offered or not clip.is_whole or not clip.lyrics.strip():
                return None
            if before_request is not None:
                await before_request()
            async with asyncio.timeout(FREE_LIMIT_S):
                return await self.timing(task.id, clip.id)
        except (SunotuiError, TimeoutError):
            return None

    async def feed(self, profile: str, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """The given clips that the profile's gateway knows, wherever they were made; the library is unchanged."""
        return await self._ask(profile, Feature.FEED, lambda client: client.feed(clip_ids))

    async def personas(self, profile: str) -> list[Persona]:
        """The personas of a profile's gateway, newest first."""
        return await self._storage.run(self._personas.all, profile)

    async def fresh_clip(self, task_id: str, clip_id: str) -> Clip:
        """The clip with a currently valid link, for playing, opening, copying or saving it (protocol 7.3). A finished
        clip's stored link is final. Otherwise it is requested from the gateway, then from the feed, since a relay's
        copy may be outdated (quirk 23). If neither has one, returns the stored clip. Raises NotFound and LibraryError.
        """
        task, clip = await self._clip(task_id, clip_id)
        if _is_settled(clip):
            return clip
        poller = self._pollers.of(task.profile)
        try:
            clip = _clip_of(await poller.poll_now(task_id), clip)
            if not _is_settled(clip):
                clip = _clip_of(await poller.poll_feed(task_id), clip)
        except SunotuiError:
            return clip
        return clip

    async def _clip(self, task_id: str, clip_id: str) -> tuple[Task, Clip]:
        task = await self._storage.run(self._library.task, task_id)
        clip = next((clip for clip in task.clips if clip.id == clip_id), None) if task is not None else None
        if task is None or clip is None:
            raise NotFound(f"There is no take {clip_id}")
        return task, clip

    async def _ask(self, profile: str, feature: Feature, ask: Callable[[GatewayClient], Awaitable[T]]) -> T:
        client = await self._clients.client(profile)
        try:
            answer = await ask(client)
        except NotSupported as error:
            await self._capabilities.learn(profile, feature, False, error.detail or "the gateway has no such endpoint")
            raise
        await self._capabilities.learn(profile, feature, True, "it responded")
        return answer


def _is_settled(clip: Clip) -> bool:
    """Whether a later response cannot improve it: it has its final link, or failed."""
    if clip.status is ClipStatus.ERROR:
        return True
    return clip.status is ClipStatus.COMPLETE and clip.is_playable and not clip.is_stream


def _clip_of(task: Task | None, known: Clip) -> Clip:
    clips = task.clips if task is not None else ()
    return next((clip for clip in clips if clip.id == known.id), known)
