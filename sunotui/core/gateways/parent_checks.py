"""Checks requests about a clip for known problems: its gateway, its kind, and positions outside of the clip."""

from __future__ import annotations

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.features import Feature
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
)
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.origin import Origin
from sunotui.domain.tasks.task import Task, TaskKind
from sunotui.domain.text import trim
from sunotui.storage.tasks.lineage_store import LineageStore
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.worker import StorageThread

TOLERANCE_S = 1.0
"""Gateways round lengths: a position this many seconds after the end still counts as inside."""
_NOTHING_TO_JOIN = "That take is not known to continue another one: joining needs an extended take"


class ParentChecks:
    """Checks the clips that a request refers to, in the library."""

    def __init__(self, storage: StorageThread, library: TaskStore, lineage: LineageStore) -> None:
        self._storage = storage
        self._library = library
        self._lineage = lineage

    async def warnings(self, request: Request, profile: str) -> tuple[str, ...]:
        """A sentence for each known clip that the gateway will probably reject.

        Raises LibraryError.
        """
        found: list[str] = []
        for clip_id in _parents_of(request):
            known = await self._storage.run(self._library.clip, clip_id)
            if known is not None and (sentence := parent_warning(known[0], request, profile)):
                found.append(sentence)
            if known is not None and isinstance(request, ConcatRequest):
                found += [] if await self._storage.run(self._lineage.is_child, clip_id) else [_NOTHING_TO_JOIN]
        return tuple(dict.fromkeys(found))

    async def check_range(self, request: Request) -> None:
        """Raise InvalidRequest for a point or section outside of its clip, if the library knows the clip's final
        length. Raises LibraryError."""
        clip_id, position_s = _last_position(request)
        known = await self._storage.run(self._library.clip, clip_id) if position_s is not None else None
        if known is not None and position_s is not None:
            check_inside(known[1], position_s)

    async def check_take(self, request: Request, dialect: Dialect) -> None:
        """Raise InvalidRequest for a take with which the request is known to fail: a song of this library that
        continues nothing cannot be joined; and in the nested dialect a video belongs to a task, and the documentation
        shows that of the first take (key4u, November 2026). Raises LibraryError."""
        if isinstance(request, ConcatRequest):
            await self._storage.run(self._check_join, trim(request.clip_id))
        if not isinstance(request, Mp4Request) or dialect is not Dialect.NESTED:
            return
        known = await self._storage.run(self._library.clip, trim(request.clip_id))
        first = known[0].take(1) if known is not None else None
        if first is not None and first.id != trim(request.clip_id):
            raise InvalidRequest("This gateway makes the video of a song's first take only", advice="Choose take 1")

    def _check_join(self, clip_id: str) -> None:
        known = self._library.clip(clip_id)
        if known is None or known[0].submission_id is None or self._lineage.is_child(clip_id):
            return
        if [row.origin for row in self._library.summaries([known[0].id])] == [Origin.SONG]:
            raise InvalidRequest("That take continues no other one", advice="Join a take that extends another one")


def check_inside(clip: Clip, position_s: float) -> None:
    """Raise InvalidRequest for a position, in seconds, after the end of a clip with a final length."""
    end_s = clip.duration_s
    if clip.status is ClipStatus.COMPLETE and end_s is not None and position_s > end_s + TOLERANCE_S:
        raise InvalidRequest(f"The take ends at {_moment(end_s)}; {_moment(position_s)} is after its end")


def _last_position(request: Request) -> tuple[str, float | None]:
    """The clip that a request refers to and the last position in it, in seconds; None without a position."""
    match request:
        case MusicRequest() if request.is_extension:
            return trim(request.extend_clip_id), request.extend_at_s
        case DerivedRequest():
            row = request.row
            return trim(request.clip_id), request.end_s if row.has_range else request.at_s if row.has_point else None
        case PersonaRequest():
            return trim(request.clip_id), request.end_s
        case _:
            return "", None


def _moment(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}" if rest % 1 else f"{int(minutes)}:{int(rest):02d}"


def parent_warning(task: Task, request: Request, profile: str) -> str:
    """A warning against using a clip of this task (quirks 16 and 17), or an empty text; covers work across accounts."""
    is_voice = isinstance(request, PersonaRequest) or (
        isinstance(request, MusicRequest) and bool(trim(request.persona_clip_id))
    )
    if task.kind is TaskKind.UPLOAD and (is_voice or _is_cover(request)):
        return "That take was uploaded: gateways are known to refuse covers and voices of uploads"
    if task.profile != profile and not _is_cover(request):
        return f"That take was made at '{task.profile}'; '{profile}' may not know it"
    return ""


def _parents_of(request: Request) -> list[str]:
    match request:
        case MusicRequest():
            ids = [request.extend_clip_id, request.persona_clip_id]
        case ConcatRequest() | PersonaRequest():
            ids = [request.clip_id]
        case DerivedRequest():
            ids = list(request.clip_ids)
        case _:
            ids = []
    return [trim(clip_id) for clip_id in ids if trim(clip_id)]


def _is_cover(request: Request) -> bool:
    return isinstance(request, DerivedRequest) and request.row.feature is Feature.COVER
