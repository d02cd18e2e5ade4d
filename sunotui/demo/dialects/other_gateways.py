"""Two gateways with their own formats: gptproto and crazyrouter (protocol 3.1, 3.3, 4.1). Undocumented parts are
minimal: no extras, and only the known form of failure bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sunotui.demo.dialects.reference import Extra, ServerDialect, status_at
from sunotui.demo.dialects.relays import Relay
from sunotui.demo.error_responses import ErrorResponses, NewApi2025Errors, ReferenceErrors, Refusal
from sunotui.demo.music.clips import clip_json, lyrics_json
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests.payloads import MusicPayload
from sunotui.demo.responses import HTML, WEB_PAGE, ResponseData
from sunotui.demo.simulator import UnknownClip
from sunotui.domain.tasks.task import TaskKind, TaskStatus

_FLAT = ("tags", "prompt", "duration")
_CLIP_KEYS = ("id", "status", "audio_url", "video_url", "image_url", "title", "created_at", "model_name")

_GPTPROTO_WORDS = {
    TaskStatus.SUBMITTED: "queued",
    TaskStatus.QUEUED: "queued",
    TaskStatus.IN_PROGRESS: "processing",
    TaskStatus.SUCCESS: "completed",
    TaskStatus.FAILURE: "failed",
}

_CRAZYROUTER_WORDS = {
    TaskStatus.NOT_STARTED: "submitted",
    TaskStatus.SUBMITTED: "submitted",
    TaskStatus.QUEUED: "processing",
    TaskStatus.IN_PROGRESS: "processing",
    TaskStatus.SUCCESS: "complete",
    TaskStatus.FAILURE: "error",
}


class _GptProtoErrors(ReferenceErrors):
    """One code for every failure (sample err_gptproto_400)."""

    refusals: ClassVar[Mapping[str, Refusal]] = {
        **ReferenceErrors.refusals,
        "no_key": Refusal(401, "Unauthorized: invalid API key"),
        "bad_key": Refusal(401, "Unauthorized: invalid API key"),
        "no_money": Refusal(403, "Insufficient balance"),
        "bad_body": Refusal(400, "Invalid request: {words}"),
        "prompt_empty": Refusal(400, "Invalid prompt: prompt cannot be empty"),
    }

    def path_unknown(self, path: str) -> ResponseData:
        # The site also has web pages.
        if path.startswith("/v1/"):
            return self._response(404, "", "404 page not found")
        return ResponseData(404, WEB_PAGE, HTML)

    def crash(self) -> ResponseData:
        return self._response(500, "", "Internal server error")

    def _response(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": "error", "data": None, "message": message})


class _CrazyrouterErrors(NewApi2025Errors):
    """Its relay is a new-api; failures of its upstream have an integer code, as its successes do, which is not
    documented (protocol 3.1)."""

    def _envelope(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": 4, "description": f"{code}: {message}", "result": ""})


class GptProto(ServerDialect):
    """gptproto: everything under /v1; a single fetch returns one bare flat clip with the task's id."""

    name = "gptproto"
    prefixes = ("/v1",)
    extras = frozenset()
    takes_per_song = 1
    request_id_header = "X-Request-Id"
    reports_money = False
    reports_account = False
    errors: ErrorResponses = _GptProtoErrors()

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        return None

    def status_word(self, status: TaskStatus) -> str:
        return _GPTPROTO_WORDS[status]

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        return _flat(clip_json(job, take, at, media)) | {"id": job.id, "status": self.status_word(job.status(at))}

    def resolve_clip_id(self, shown_id: str, known: Callable[[str], Job | None]) -> str:
        job = known(shown_id)
        if job is None or not job.takes:
            raise UnknownClip(shown_id)
        return job.takes[0].id

    def models(self) -> dict[str, Any] | None:
        return None

    def pings(self) -> bool:
        return False


class Crazyrouter(Relay):
    """crazyrouter: the integer code 1, a description, and `result` for the id; statuses in lower case, no times (sample
    fetch_single_code_1_processing)."""

    name = "crazyrouter"
    extras = frozenset({Extra.CONCAT})
    has_waves = True
    says_null = False
    errors: ErrorResponses = _CrazyrouterErrors()

    def accepted(self, task_id: str) -> dict[str, Any]:
        return {"code": 1, "description": "Submitted successfully", "result": task_id}

    def envelope(self, data: Any) -> dict[str, Any]:
        return {"code": 1, "data": data}

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        return super().check_parent(payload, known) if payload.task_id else None

    def status_word(self, status: TaskStatus) -> str:
        return _CRAZYROUTER_WORDS[status]

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        status = status_at(job, seen_at)
        made = {"task_id": job.id, "status": self.status_word(status), "data": self.inner(job, seen_at, media)}
        if status is TaskStatus.FAILURE and seen_at is not None:
            made["fail_reason"] = job.fail_reason(seen_at)
        return made

    def inner(self, job: Job, seen_at: float | None, media: str) -> Any:
        if seen_at is None:
            return []
        if job.kind is TaskKind.LYRICS:
            return lyrics_json(job)
        # A file is listed only when it is finished.
        is_done = job.status(seen_at).is_final
        return [self.clip(job, take, seen_at, media) for take in job.takes] if is_done else []

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        return _flat(clip_json(job, take, at, media))

    def status_page(self) -> None:
        return None


def _flat(clip: dict[str, Any]) -> dict[str, Any]:
    """A clip without `metadata`: its lyrics and length are fields of the clip itself (protocol 3.4)."""
    metadata = clip["metadata"]
    made = {key: clip[key] for key in _CLIP_KEYS} | {key: metadata[key] for key in _FLAT}
    if metadata["error_message"]:
        made["error_message"] = metadata["error_message"]
    return made
