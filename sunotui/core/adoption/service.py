"""Looks up songs that were made elsewhere at a gateway, and adds them to the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sunotui.core.context import Context
from sunotui.core.polling.pollers import PollerPool
from sunotui.domain.errors import NotSupported
from sunotui.domain.song_reference import SongReference
from sunotui.domain.tasks.task import Task
from sunotui.storage.tasks.task_store import TaskStore

IDS_AT_ONCE = 200
"""The number of ids that are looked up together: what is found is saved before the next ones."""
NOT_THERE = "the gateway has no song with this id"
NO_FEED = "the gateway has no song with this id, and cannot look up single takes"


class AdoptionState(StrEnum):
    """The outcome of a reference. The values are printed with --json."""

    ADDED = "added"
    KNOWN = "known"
    """It was already in the library."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The outcome of one reference."""

    reference: SongReference
    state: AdoptionState
    task_id: str = ""
    """The id of the task; empty if it is missing."""
    clip_id: str = ""
    """The id of the clip, if the reference is that of a clip."""
    reason: str = ""
    """Why it is missing, for the user."""


class AdoptionService:
    """Adds songs to the library that a gateway knows, by the id of a task or of a clip."""

    def __init__(self, ctx: Context, library: TaskStore, pollers: PollerPool) -> None:
        self._storage = ctx.storage
        self._library = library
        self._pollers = pollers

    async def look_up(self, references: Sequence[SongReference], profile: str) -> list[Adoption]:
        """Add what the library does not have: first by the id of a task, then by that of a clip, if the gateway has a
        feed. A clip without a known task becomes a task of its own with the clip's id. Returns a result for each
        reference, in their order. Raises SunotuiError if the gateway cannot be asked; what was found before that is
        kept.
        """
        found: dict[str, Adoption] = {}
        wanted = {reference.id: reference for reference in references}
        for start in range(0, len(wanted), IDS_AT_ONCE):
            some = dict(list(wanted.items())[start : start + IDS_AT_ONCE])
            found |= await self._storage.run(self._known, some, AdoptionState.KNOWN)
            found |= await self._fetched([wanted_id for wanted_id in some if wanted_id not in found], some, profile)
        return [found[reference.id] for reference in references]

    async def _fetched(
        self, ids: Sequence[str], wanted: Mapping[str, SongReference], profile: str
    ) -> Mapping[str, Adoption]:
        if not ids:
            return {}
        poller = self._pollers.of(profile)
        reason = NOT_THERE
        fetched = {task.id for task in await poller.refresh(ids)}
        left = [one for one in ids if one not in fetched]
        if left:
            try:
                await poller.refresh_clips(left)
            except NotSupported:
                reason = NO_FEED
        added = await self._storage.run(self._known, {one: wanted[one] for one in ids}, AdoptionState.ADDED)
        return {one: added.get(one) or Adoption(wanted[one], AdoptionState.MISSING, reason=reason) for one in ids}

    def _known(self, wanted: Mapping[str, SongReference], state: AdoptionState) -> dict[str, Adoption]:
        """The references that the library has; on the storage thread."""
        return {one.reference.id: one for one in self._read(wanted, state)}

    def _read(self, wanted: Mapping[str, SongReference], state: AdoptionState) -> Iterator[Adoption]:
        tasks: Mapping[str, Task] = self._library.tasks(list(wanted))
        for reference in wanted.values():
            task = tasks.get(reference.id)
            if task is not None and not reference.is_clip:
                yield Adoption(reference, state, task.id)
                continue
            found = self._library.clip(reference.id)
            if found is not None:
                yield Adoption(reference, state, found[0].id, found[1].id)
            elif task is not None:
                yield Adoption(reference, state, task.id)
