"""What is known to go wrong with a request about a clip that another gateway, or nobody's Suno, made."""

from sunotui.domain.features import Feature
from sunotui.domain.request import ConcatRequest, DerivedRequest, MusicRequest, Request
from sunotui.domain.task import Task, TaskKind
from sunotui.storage.desk import Desk
from sunotui.storage.library import Library


class Parentage:
    """Looks into the library for the clips that a request is about."""

    def __init__(self, desk: Desk, library: Library) -> None:
        self._desk = desk
        self._library = library

    async def warnings(self, request: Request, profile: str) -> tuple[str, ...]:
        """A sentence for each clip that the gateway will hardly take; none for clips that the library does not know.

        Raises LibraryTrouble.
        """
        found: list[str] = []
        for clip_id in _parents_of(request):
            known = await self._desk.run(self._library.clip, clip_id)
            if known is not None and (sentence := parent_warning(known[0], request, profile)):
                found.append(sentence)
        return tuple(dict.fromkeys(found))


def parent_warning(task: Task, request: Request, profile: str) -> str:
    """What speaks against using a clip of this task (quirks 16 and 17); covers work across accounts."""
    is_voice = isinstance(request, MusicRequest) and bool(request.persona_clip_id.strip())
    if task.kind is TaskKind.UPLOAD and (is_voice or _is_cover(request)):
        return "That clip was uploaded: gateways are known to refuse covers and personas of uploads"
    if task.profile != profile and not _is_cover(request):
        return f"That clip was made at '{task.profile}'; '{profile}' may not know it"
    return ""


def _parents_of(request: Request) -> list[str]:
    match request:
        case MusicRequest():
            ids = [request.extend_clip_id, request.persona_clip_id]
        case ConcatRequest():
            ids = [request.clip_id]
        case DerivedRequest():
            ids = list(request.clip_ids)
        case _:
            ids = []
    return [clip_id.strip() for clip_id in ids if clip_id.strip()]


def _is_cover(request: Request) -> bool:
    return isinstance(request, DerivedRequest) and request.row.feature is Feature.COVER
