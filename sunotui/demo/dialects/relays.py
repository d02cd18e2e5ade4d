"""The stock relays: new-api as built in 2025 and in 2026, and one-hub (protocol 4.4 and 4.5)."""

from __future__ import annotations

import math
import random
import string
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sunotui.demo.dialects.reference import Extra, ServerDialect, model_entry
from sunotui.demo.error_responses import ErrorResponses, NewApi2025Errors, NewApi2026Errors, OneHubErrors
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.music.prices import QUOTA_PER_DOLLAR
from sunotui.demo.requests.payloads import DEFAULT_MV, MusicPayload
from sunotui.demo.responses import ResponseData
from sunotui.domain.gateways.models import MODELS
from sunotui.domain.tasks.task import TaskKind

REFRESH_S = 15.0
"""How often a relay polls its upstream, in seconds at speed 1; in between it returns its copy (protocol 4.4)."""


_BILLED_MVS = (*(model.mv for model in MODELS), "suno_lyrics")


class Relay(ServerDialect):
    """A relay: it has a copy of each task, refreshed periodically, and only the core of the protocol."""

    is_relay = True
    extras: frozenset[Extra] = frozenset()
    request_id_header = "X-Oneapi-Request-Id"
    says_null = True
    reports_account = False
    system_name = ""
    version = "v0.6.6"

    def read_song(self, body: bytes) -> MusicPayload:
        """Parse the nine fields; a continue_at of 0 is not passed upstream (quirk 15)."""
        payload = super().read_song(body)
        return replace(payload, continue_at=payload.continue_at or None)

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        if not payload.task_id:
            return self.errors.parent_id_empty()
        return None if known(payload.task_id) is not None else self.errors.parent_unknown()

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))

    def seen_at(self, job: Job, now: float, opened_at: float) -> float | None:
        period = REFRESH_S / job.speed
        refreshed_at = opened_at + math.floor((now - opened_at) / period) * period
        return refreshed_at if refreshed_at >= job.submitted_at else None

    def single(self, job: Job, seen_at: float | None, media: str) -> Any:
        return self.task(job, seen_at, media)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        core = self.core(job, seen_at)
        return {**core, "progress": self.progress_of(core), "data": self.inner(job, seen_at, media)}

    def progress_of(self, core: dict[str, Any]) -> str:
        """The task's progress: stock relays report no intermediate values."""
        return "100%" if core["status"] in {"SUCCESS", "FAILURE"} else "0%"

    def status_page(self) -> dict[str, Any] | None:
        about = {
            "version": self.version,
            "start_time": 1_744_385_000,
            "system_name": self.system_name,
            "server_address": "",
            "quota_per_unit": QUOTA_PER_DOLLAR,
            "display_in_currency": True,
            "docs_link": "",
            "top_up_link": "",
            **self.marks(),
        }
        return {"success": True, "message": "", "data": about}

    def marks(self) -> dict[str, Any]:
        """The keys of /api/status that identify this relay."""
        return {}

    def pings(self) -> bool:
        return False


class NewApi2025(Relay):
    """new-api of 2025: an action that is never stored, and a task_id that an extension must name."""

    name = "new-api"
    aliases: tuple[str, ...] = ("new-api-2025",)
    system_name = "New API"
    reports_prices = True
    errors: ErrorResponses = NewApi2025Errors()

    def action_of(self, job: Job) -> str:
        return ""

    def models(self) -> dict[str, Any]:
        return {"success": True, "data": [_billed(name) for name in ("suno_music", "suno_lyrics")]}

    def marks(self) -> dict[str, Any]:
        return {"enable_task": True, "price": 7.3, "min_topup": 1}


class NewApi2026(NewApi2025):
    """new-api of 2026: its own ids, the whole row of its database, a page for the key (protocol 3.3)."""

    name = "new-api-2026"
    aliases = ()
    version = "v0.10.8"
    submit_message = "task completed successfully"
    reports_key = True
    errors: ErrorResponses = NewApi2026Errors()

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        return super().check_parent(payload, known) if payload.task_id else None

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        return "task_" + "".join(rng.choices(string.ascii_letters + string.digits, k=32))

    def action_of(self, job: Job) -> str:
        return job.kind.value.upper()

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        billed = "suno_lyrics" if job.kind is TaskKind.LYRICS else "suno_music"
        row = {
            "id": 4_800 + job.number,
            "created_at": int(job.submitted_at),
            "updated_at": int(seen_at or job.submitted_at),
            "platform": "suno",
            "user_id": 17,
            "group": "default",
            "channel_id": 5,
            "quota": round(job.price * QUOTA_PER_DOLLAR),
            "properties": {"input": "", "upstream_model_name": billed, "origin_model_name": billed},
        }
        return row | super().task(job, seen_at, media)

    def models(self) -> dict[str, Any]:
        return super().models() | {"object": "list"}


class OneHub(Relay):
    """one-hub: bills by mv, returns at most 100 tasks, removes Suno's user id from clips."""

    name = "one-hub"
    system_name = "One Hub"
    page_limit = 100
    errors: ErrorResponses = OneHubErrors()

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        made = super().task(job, seen_at, media)
        if isinstance(made["data"], list):
            for clip in made["data"]:
                clip.pop("user_id", None)
        return made

    def check_payload(
        self, payload: MusicPayload, known: Callable[[str], tuple[Job, Take] | None]
    ) -> ResponseData | None:
        return None if (payload.mv or DEFAULT_MV) in _BILLED_MVS else OneHubErrors().model_unknown(payload.mv)

    def models(self) -> dict[str, Any]:
        return {"object": "list", "data": [model_entry(mv, "Suno") for mv in _BILLED_MVS]}

    def marks(self) -> dict[str, Any]:
        return {"PaymentUSDRate": 7.3, "chat_links": ""}


def _billed(name: str) -> dict[str, Any]:
    return {**model_entry(name, "custom"), "permission": [], "root": name, "parent": None}
