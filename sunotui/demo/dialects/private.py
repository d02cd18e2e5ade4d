"""A paid gateway: a private build of new-api with all documented extras (protocol 1.2, 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from sunotui.demo.dialects.reference import PAID_EXTRAS, ServerDialect
from sunotui.demo.dialects.relays import NewApi2025
from sunotui.demo.error_responses import ErrorResponses, NewApi2026Errors, Refusal
from sunotui.demo.music.clips import clip_json
from sunotui.demo.music.documented_tasks import FLAT_TASKS
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import InvalidBody, MusicPayload
from sunotui.demo.responses import ResponseData

_PROGRESS = {"QUEUED": "30%", "IN_PROGRESS": "50%", "SUCCESS": "100%", "FAILURE": "100%"}
_OVERRIDING = frozenset({"underpainting", "overpainting"})
"""Tasks whose lyrics and style replace those of the clip, for which the request must have `override_fields`."""


class _PaidErrors(NewApi2026Errors):
    """A private build looks up the account of a clip before it calls any upstream: it knows its clips."""

    refusals: ClassVar[Mapping[str, Refusal]] = {
        **NewApi2026Errors.refusals,
        "clip_unknown": Refusal(404, "clip not found", "clip_not_exist"),
    }


class Paid(NewApi2025):
    """Passes all fields on, stores the action, and reports intermediate progress (protocol 4.4)."""

    name = "paid"
    aliases = ()
    extras = PAID_EXTRAS
    tasks = FLAT_TASKS
    has_waves = True
    system_name = "Paid API"
    version = "v0.9.4-private"
    reports_key = True
    errors: ErrorResponses = _PaidErrors()

    def read_song(self, body: bytes) -> MusicPayload:
        fields = payloads.parse_object(body)
        payload = replace(payloads.music_payload(fields), options=payloads.parse_options(fields), params=fields)
        if payload.options.task in _OVERRIDING:
            _check_overrides(payload, payloads.text_list_field(fields, "override_fields"))
        is_remix = payloads.flag_field(payloads.object_field(fields, "metadata"), "is_remix")
        if "audio_weight" in payload.options.sliders and not (is_remix and payload.options.task == "cover"):
            raise InvalidBody("audio_weight goes with is_remix and task cover only")
        return payload

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        return super().check_parent(payload, known) if payload.task_id else None

    def action_of(self, job: Job) -> str:
        return ServerDialect.action_of(self, job)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        return {"notify_hook": "", **super().task(job, seen_at, media)}

    def progress_of(self, core: dict[str, Any]) -> str:
        return _PROGRESS.get(core["status"], "0%")

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        return {**clip_json(job, take, at, media), "clip_id": take.id, "entity_type": "song_schema"}


def _check_overrides(payload: MusicPayload, overridden: list[str]) -> None:
    """Raise InvalidBody for added vocals or an added instrumental without `override_fields`, or without the
    replacements."""
    if sorted(overridden) != ["prompt", "tags"]:
        raise InvalidBody('override_fields must be ["prompt","tags"]')
    if not payload.tags:
        raise InvalidBody("tags is empty")
    if payload.prompt and payload.options.task == "underpainting":
        raise InvalidBody("prompt must be empty for underpainting")
