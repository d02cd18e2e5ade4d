"""The reference server's dialect (protocol 3.3, 4.3), with the methods that other dialects override."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sunotui.demo.error_responses import ErrorResponses, ReferenceErrors, Refusal
from sunotui.demo.music.clips import clip_json, lyrics_json
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import MusicPayload
from sunotui.demo.responses import ResponseData
from sunotui.domain.tasks.task import TaskKind, TaskStatus

_ACTIONS = {TaskKind.TAGS: "UPSAMPLE_TAGS"}
_WIRE_WORDS = {TaskStatus.NOT_STARTED: "NOT_START"}


class Extra(StrEnum):
    """The endpoints that a gateway may offer beyond the core (protocol 1.2)."""

    CONCAT = "concat"
    UPLOAD_URL = "uploads/audio-url"
    UPLOAD_FILE = "uploads/audio"
    FEED = "feed"
    PERSONA = "persona"
    TAGS = "act/tags"
    TIMING = "act/timing"
    WAV = "act/wav"
    MP4 = "act/mp4"
    MIDI = "act/midi"
    SUBMIT_PERSONA = "submit/persona"
    SUBMIT_TAGS = "submit/upsample-tags"
    MP4_STATE = "act/mp4-state"
    MIDI_BY_QUERY = "act/midi?clipId"
    MY_MUSICS = "act/my-musics"
    POINTS = "account/integral"


KEY4U_EXTRAS = frozenset(
    {
        *(Extra.MY_MUSICS, Extra.POINTS, Extra.SUBMIT_PERSONA, Extra.SUBMIT_TAGS),
        *(Extra.MP4_STATE, Extra.MIDI_BY_QUERY),
    }
)
"""The extras that only key4u documents (November 2026)."""
PAID_EXTRAS = frozenset(Extra) - KEY4U_EXTRAS
"""The extras of several paid gateways."""


class ServerDialect:
    """The differences between servers. This class is the reference server with the most common extras of paid gateways.
    The real reference server has no extras; here it is the default gateway for trying everything.
    """

    name = "reference"
    aliases: tuple[str, ...] = ()
    is_relay = False
    prefixes: tuple[str, ...] = ("", "/v1")
    """The path prefix of the task protocol."""
    extras: frozenset[Extra] = frozenset({Extra.CONCAT, Extra.UPLOAD_URL, Extra.FEED, Extra.TIMING})
    tasks: frozenset[str] = frozenset()
    """The derived tasks that it supports; empty if fields beyond the nine of protocol 2 do not reach Suno."""
    takes_per_song = 2
    has_waves = False
    """Whether there is a WAV file beside each finished MP3 (protocol 7.3)."""
    submit_message = ""
    request_id_header = "X-Any2api-Request-Id"
    page_limit = 1_000_000
    """The maximum number of tasks in one batch response."""
    says_null = False
    """Whether an empty batch response is null instead of [] (protocol 4.5)."""
    reports_money = True
    """Whether the billing pages exist."""
    reports_account = True
    """Whether /suno/account exists, which only the reference has (protocol 1.3)."""
    reports_prices = False
    """Whether /api/pricing exists, which only new-api has (protocol 1.3)."""
    reports_key = False
    """Whether /api/usage/token exists (protocol 1.3)."""
    errors: ErrorResponses = ReferenceErrors()

    @property
    def has_videos(self) -> bool:
        """Whether it makes MP4 files of clips."""
        return not self.extras.isdisjoint({Extra.MP4, Extra.MP4_STATE})

    # --- requests -----------------------------------------------------------------------------------------------------

    def read_song(self, body: bytes) -> MusicPayload:
        """Parse the payload of a song: nine fields, all others are dropped (protocol 2). Raises InvalidBody."""
        return payloads.parse_music(body)

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        """The error for the parent task of an extension, or None; the reference only requires its id."""
        return None if payload.task_id else self.errors.parent_id_empty()

    def check_payload(
        self, payload: MusicPayload, known: Callable[[str], tuple[Job, Take] | None]
    ) -> ResponseData | None:
        """The error for the rest of a song's payload, or None; `known` finds clips. Most servers do not check."""
        return None

    # --- responses ----------------------------------------------------------------------------------------------------

    def new_id(self, rng: random.Random, kind: TaskKind) -> str:
        """A new task id: 32 hex digits, but Suno's dashed form for lyrics (sample submit_ok_hex32)."""
        made = uuid.UUID(int=rng.getrandbits(128), version=4)
        return str(made) if kind is TaskKind.LYRICS else made.hex

    def accepted(self, task_id: str) -> dict[str, Any]:
        """The response to a submit (protocol 3.2)."""
        return {"code": "success", "message": self.submit_message, "data": task_id}

    def envelope(self, data: Any) -> dict[str, Any]:
        """The envelope of a fetch (protocol 3.1)."""
        return {"code": "success", "message": "", "data": data}

    def seen_at(self, job: Job, now: float, opened_at: float) -> float | None:
        """The time whose state the server reports now; None while it does not know the job."""
        return now

    def single(self, job: Job, seen_at: float | None, media: str) -> Any:
        """The `data` of a single fetch: the bare inner data on the reference (protocol 3.3)."""
        return self.inner(job, seen_at, media)

    def task(self, job: Job, seen_at: float | None, media: str) -> dict[str, Any]:
        """A task object of a batch; the reference's has no progress (sample fetch_batch_reference_fields)."""
        return {
            "id": job.number,
            "created_at": rfc3339(job.submitted_at),
            "updated_at": rfc3339(seen_at or job.submitted_at),
            **self.core(job, seen_at),
            "search_item": "",
            "data": self.inner(job, seen_at, media),
        }

    def core(self, job: Job, seen_at: float | None) -> dict[str, Any]:
        """The keys of a task object on all open servers. Times are in seconds, 0 while unknown."""
        return {
            "task_id": job.id,
            "action": self.action_of(job),
            "status": self.status_word(status_at(job, seen_at)),
            "fail_reason": "" if seen_at is None else job.fail_reason(seen_at),
            "submit_time": int(job.submitted_at),
            "start_time": 0 if seen_at is None else int(job.started_at(seen_at) or 0),
            "finish_time": 0 if seen_at is None else int(job.finished_at(seen_at) or 0),
        }

    def action_of(self, job: Job) -> str:
        """The `action` of a task object."""
        return _ACTIONS.get(job.kind, job.kind.value.upper())

    def status_word(self, status: TaskStatus) -> str:
        """A task's status in this server's spelling (protocol 4.1)."""
        return _WIRE_WORDS.get(status, status.value.upper())

    def inner(self, job: Job, seen_at: float | None, media: str) -> Any:
        """A task's `data`: clips, lyrics, or null while unknown (protocol 3.3)."""
        if seen_at is None:
            return None
        if job.kind is TaskKind.LYRICS:
            return lyrics_json(job)
        if job.made:
            return dict(job.made) if job.status(seen_at) is TaskStatus.SUCCESS else None
        return [self.clip(job, take, seen_at, media) for take in job.takes]

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        """A clip in this server's format (protocol 3.4)."""
        return clip_json(job, take, at, media)

    def resolve_clip_id(self, shown_id: str, known: Callable[[str], Job | None]) -> str:
        """The simulator's id of a clip that this server reported as `shown_id`. Raises UnknownClip."""
        return shown_id

    # --- pages outside the task protocol (1.3) ------------------------------------------------------------------------

    def models(self) -> dict[str, Any] | None:
        """The response to GET /v1/models, which only relays have."""
        return None

    def status_page(self) -> dict[str, Any] | None:
        """The response to GET /api/status, by which relays are recognized; the reference server does not have it."""
        return None

    def pings(self) -> bool:
        """Whether GET /ping responds, by which the reference is recognized."""
        return True


class _ErrorsOfScreens(ReferenceErrors):
    """An unknown clip is named, as paid gateways do it, which shows that the endpoint exists."""

    refusals: ClassVar[Mapping[str, Refusal]] = {
        **ReferenceErrors.refusals,
        "clip_unknown": Refusal(404, "clip not found"),
    }


class ReferenceOfScreens(ServerDialect):
    """The reference of `--demo`: the check of a gateway finds its timings, so that lyrics are shown as they are
    sung."""

    errors: ErrorResponses = _ErrorsOfScreens()


def status_at(job: Job, seen_at: float | None) -> TaskStatus:
    """The task's status at the reported time."""
    return TaskStatus.NOT_STARTED if seen_at is None else job.status(seen_at)


def model_entry(name: str, owner: str) -> dict[str, Any]:
    """One model of GET /v1/models."""
    return {"id": name, "object": "model", "created": 1_677_649_963, "owned_by": owner}


def rfc3339(at: float) -> str:
    """A time in Go's RFC 3339 format."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
