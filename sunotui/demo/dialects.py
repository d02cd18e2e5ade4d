"""The servers that the demo can speak as: the reference, new-api and one-hub (protocol 1.2, 3.3, 4.4 and 4.5)."""

import math
import random
import string
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sunotui.demo.clips import clips_json, lyrics_json
from sunotui.demo.jobs import Job
from sunotui.demo.refusals import Answer, NewApiRefusals, OneHubRefusals, ReferenceRefusals, Refusals
from sunotui.demo.studio import DEFAULT_MV, LYRICS_PRICE, SONG_PRICE
from sunotui.domain.models import MODELS
from sunotui.domain.task import TaskKind, TaskStatus

REFRESH_S = 15.0
"""How often a relay asks upstream, in seconds at speed 1; in between it repeats its copy (protocol 4.4)."""

_WIRE_WORDS = {TaskStatus.NOT_STARTED: "NOT_START"}


class Dialect:
    """What differs from server to server. This one is the reference, with the extras that paid gateways have."""

    name = "reference"
    is_relay = False
    has_extras = True
    """Whether concat, uploads and feed exist; stock relays have none of them (protocol 1.2)."""
    submit_message = ""
    request_id_header = "X-Any2api-Request-Id"
    page_limit = 1_000_000
    """How many tasks one batch answer holds at most."""
    says_null = False
    """Whether a batch that finds nothing answers null in place of [] (protocol 4.5)."""
    refusals: Refusals = ReferenceRefusals()

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        """A task id: 32 hex digits, but Suno's dashed one for lyrics (sample submit_ok_hex32)."""
        made = uuid.UUID(int=rng.getrandbits(128), version=4)
        return str(made) if kind is TaskKind.LYRICS else made.hex

    def seen_at(self, job: Job, now: float, opened_at: float) -> float | None:
        """The moment whose truth the server tells now; None while it has heard nothing of the job."""
        return now

    def single(self, job: Job, seen_at: float | None, media: str) -> Any:
        """The `data` of a single fetch: the bare inner data on the reference (protocol 3.3)."""
        return _inner(job, seen_at, media)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        """A task object of a batch; the reference's has no progress (sample fetch_batch_reference_fields)."""
        return {
            "id": job.number,
            "created_at": _rfc3339(job.submitted_at),
            "updated_at": _rfc3339(seen_at or job.submitted_at),
            **_core(job, seen_at, job.kind.value.upper()),
            "search_item": "",
            "data": _inner(job, seen_at, media),
        }

    def refuses_parent(self, task_id: str, known: Callable[[str], object]) -> Answer | None:
        """What is wrong with the parent task of an extension; the reference only wants it named."""
        return None if task_id else self.refusals.parent_id_empty()

    def refuses_model(self, mv: str) -> Answer | None:
        """What is wrong with an mv; most servers do not look at it."""
        return None

    def models(self) -> dict[str, Any]:
        """GET /v1/models."""
        return {"object": "list", "data": [_model(mv, "Suno") for mv in _BILLED_MVS]}

    def status_page(self) -> dict[str, Any] | None:
        """GET /api/status, the relays' fingerprint; the reference has none."""
        return None


class _Relay(Dialect):
    is_relay = True
    has_extras = False
    request_id_header = "X-Oneapi-Request-Id"
    says_null = True
    system_name = ""

    def seen_at(self, job: Job, now: float, opened_at: float) -> float | None:
        period = REFRESH_S / job.speed
        refreshed_at = opened_at + math.floor((now - opened_at) / period) * period
        return refreshed_at if refreshed_at >= job.submitted_at else None

    def single(self, job: Job, seen_at: float | None, media: str) -> Any:
        return self.task(job, seen_at, media)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        core = _core(job, seen_at, self.action_of(job))
        is_done = core["status"] in {"SUCCESS", "FAILURE"}
        return {**core, "progress": "100%" if is_done else "0%", "data": _inner(job, seen_at, media)}

    def action_of(self, job: Job) -> str:
        """The `action` of a task object."""
        return job.kind.value.upper()

    def refuses_parent(self, task_id: str, known: Callable[[str], object]) -> Answer | None:
        if not task_id:
            return self.refusals.parent_id_empty()
        return None if known(task_id) is not None else self.refusals.parent_unknown()

    def status_page(self) -> dict[str, Any]:
        about = {
            "version": "v0.6.6",
            "system_name": self.system_name,
            "quota_per_unit": 500_000,
            "display_in_currency": True,
        }
        return {"success": True, "message": "", "data": about}


class NewApi(_Relay):
    """new-api: ids of its own, an action that is never stored, the whole row of its database (protocol 3.3)."""

    name = "new-api"
    system_name = "New API"
    submit_message = "task completed successfully"
    refusals: Refusals = NewApiRefusals()

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        return "task_" + "".join(rng.choices(string.ascii_letters + string.digits, k=32))

    def action_of(self, job: Job) -> str:
        return ""

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
            "quota": round(job.price * 500_000),
            "properties": {"input": "", "upstream_model_name": billed, "origin_model_name": billed},
        }
        return row | super().task(job, seen_at, media)

    def models(self) -> dict[str, Any]:
        return {"success": True, "data": [_model(name, "custom") for name in ("suno_music", "suno_lyrics")]}

    def status_page(self) -> dict[str, Any]:
        page = super().status_page()
        page["data"] |= {"enable_task": True, "price": 7.3, "min_topup": 1}
        return page


class OneHub(_Relay):
    """one-hub: bills by mv, answers at most 100 tasks, cuts Suno's user id out of the clips."""

    name = "one-hub"
    system_name = "One Hub"
    page_limit = 100
    refusals: Refusals = OneHubRefusals()

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        made = super().task(job, seen_at, media)
        if isinstance(made["data"], list):
            for clip in made["data"]:
                clip.pop("user_id", None)
        return made

    def refuses_model(self, mv: str) -> Answer | None:
        return None if (mv or DEFAULT_MV) in _BILLED_MVS else OneHubRefusals().model_unknown(mv)

    def status_page(self) -> dict[str, Any]:
        page = super().status_page()
        page["data"] |= {"PaymentUSDRate": 7.3, "chat_links": ""}
        return page


DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Dialect(), NewApi(), OneHub())}


def find_dialect(name: str) -> Dialect:
    """A dialect by name, the reference for "". Raises ValueError with the names there are."""
    found = DIALECTS.get(name or "reference")
    if found is None:
        raise ValueError(f"There is no dialect {name!r}; there are {', '.join(DIALECTS)}")
    return found


def price_of(kind: TaskKind) -> float:
    """Dollars for one task."""
    return {TaskKind.LYRICS: LYRICS_PRICE, TaskKind.UPLOAD: 0.0}.get(kind, SONG_PRICE)


_BILLED_MVS = (*(model.mv for model in MODELS), "suno_lyrics")


def _core(job: Job, seen_at: float | None, action: str) -> dict[str, Any]:
    status = TaskStatus.NOT_STARTED if seen_at is None else job.status(seen_at)
    return {
        "task_id": job.id,
        "action": action,
        "status": _WIRE_WORDS.get(status, status.value.upper()),
        "fail_reason": "" if seen_at is None else job.fail_reason(seen_at),
        "submit_time": int(job.submitted_at),
        "start_time": 0 if seen_at is None else int(job.started_at(seen_at) or 0),
        "finish_time": 0 if seen_at is None else int(job.finished_at(seen_at) or 0),
    }


def _inner(job: Job, seen_at: float | None, media: str) -> Any:
    if seen_at is None:
        return None
    return lyrics_json(job) if job.kind is TaskKind.LYRICS else clips_json(job, seen_at, media)


def _model(name: str, owner: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_677_649_963, "owned_by": owner}


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
