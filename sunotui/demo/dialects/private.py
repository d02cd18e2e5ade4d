"""A paid gateway: a private build of new-api with every extra that is documented (protocol 1.2, 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sunotui.demo.dialects.reference import PAID_EXTRAS, Dialect
from sunotui.demo.dialects.relays import NewApi2025
from sunotui.demo.error_responses import NewApi2026Refusals, Refusals
from sunotui.demo.music.clips import clip_json
from sunotui.demo.music.documented_tasks import FLAT_TASKS
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import BadOrder, MusicOrder
from sunotui.demo.responses import Answer

_PROGRESS = {"QUEUED": "30%", "IN_PROGRESS": "50%", "SUCCESS": "100%", "FAILURE": "100%"}
_OVERRIDING = frozenset({"underpainting", "overpainting"})
"""Tasks whose words and style replace those of the clip, which must be said."""


class _PaidRefusals(NewApi2026Refusals):
    """A private build looks for the account that a clip belongs to before it asks anybody: it knows its clips."""

    def clip_unknown(self) -> Answer:
        return self._envelope(404, "clip_not_exist", "clip not found")


class Paid(NewApi2025):
    """Passes all fields on, stores the action, and shows progress between none and all (protocol 4.4)."""

    name = "paid"
    aliases = ()
    extras = PAID_EXTRAS
    tasks = FLAT_TASKS
    has_waves = True
    system_name = "Paid API"
    version = "v0.9.4-private"
    tells_key = True
    refusals: Refusals = _PaidRefusals()

    def read_song(self, body: bytes) -> MusicOrder:
        fields = payloads.read_object(body)
        order = replace(payloads.music_of(fields), wishes=payloads.wishes_of(fields), params=fields)
        if order.wishes.task in _OVERRIDING:
            _check_overrides(order, payloads.texts_of(fields, "override_fields"))
        is_remix = payloads.flag_of(payloads.object_of(fields, "metadata"), "is_remix")
        if "audio_weight" in order.wishes.sliders and not (is_remix and order.wishes.task == "cover"):
            raise BadOrder("audio_weight goes with is_remix and task cover only")
        return order

    def refuses_parent(self, order: MusicOrder, known: Callable[[str], object]) -> Answer | None:
        return super().refuses_parent(order, known) if order.task_id else None

    def action_of(self, job: Job) -> str:
        return Dialect.action_of(self, job)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        return {"notify_hook": "", **super().task(job, seen_at, media)}

    def progress_of(self, core: dict[str, Any]) -> str:
        return _PROGRESS.get(core["status"], "0%")

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        return {**clip_json(job, take, at, media), "clip_id": take.id, "entity_type": "song_schema"}


def _check_overrides(order: MusicOrder, overridden: list[str]) -> None:
    """Raise BadOrder for an added voice or instrumental that does not say what it replaces, or with what."""
    if sorted(overridden) != ["prompt", "tags"]:
        raise BadOrder('override_fields must be ["prompt","tags"]')
    if not order.tags:
        raise BadOrder("tags is empty")
    if order.prompt and order.wishes.task == "underpainting":
        raise BadOrder("prompt must be empty for underpainting")
