"""Clips and lyrics in the wire format (protocol 3.3 and 3.4, sample fetch_batch_reference_fields)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sunotui.demo.music.jobs import Job, Part, Take
from sunotui.domain.gateways.models import label_of
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind

_ACCOUNT = {
    "user_id": "00000000-0000-4000-8000-000000000001",
    "display_name": "QuietLantern0001",
    "handle": "quietlantern0001",
}
"""The gateway's own account at Suno, not the user (protocol 3.4)."""
_TYPES = {TaskKind.CONCAT: "concat", TaskKind.UPLOAD: "upload"}


def clip_json(job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
    """A clip as Suno reports it at a time; `media` is the base URL of its links. Title, lyrics and links are empty
    until it streams, its length until it is complete.
    """
    status = job.clip_status(take, at)
    is_playable = status in {ClipStatus.STREAMING, ClipStatus.COMPLETE}
    cover = f"{media}/media/{take.id}.png" if is_playable else ""
    return {
        "id": take.id,
        # Videos are made on request only (act/mp4), which returns their links.
        "video_url": "",
        "audio_url": _audio_url(take, status, media),
        "image_url": cover,
        "image_large_url": cover,
        "is_video_pending": False,
        "major_model_version": label_of(job.model),
        "model_name": job.model,
        "is_liked": False,
        **_ACCOUNT,
        "is_handle_updated": False,
        "is_trashed": False,
        "reaction": None,
        "created_at": _iso(job.submitted_at),
        "status": status.value,
        "title": (take.title or job.title) if is_playable else "",
        "play_count": 0,
        "upvote_count": 0,
        "is_public": False,
        "metadata": _metadata(job, take, status, is_playable),
    }


def lyrics_json(job: Job) -> dict[str, Any]:
    """The lyrics of a lyrics job. The id is in Suno's form: the task's if it has that form, else derived from it."""
    status = "error" if job.error else "complete"
    return {"id": _suno_id(job.id), "status": status, "title": job.title, "text": job.lyrics}


def _audio_url(take: Take, status: ClipStatus, media: str) -> str:
    if status is ClipStatus.STREAMING:
        return f"{media}/media/stream/{take.id}"
    if status is ClipStatus.COMPLETE:
        return f"{media}/media/None.mp3" if take.is_mute else f"{media}/media/{take.id}.mp3"
    return f"{media}/media/None.mp3" if status is ClipStatus.ERROR else ""


def _metadata(job: Job, take: Take, status: ClipStatus, is_playable: bool) -> dict[str, Any]:
    has_failed = status is ClipStatus.ERROR
    return {
        "tags": job.tags if is_playable else "",
        "prompt": job.lyrics if is_playable else "",
        "gpt_description_prompt": job.description or None,
        "audio_prompt_id": None,
        "history": _history(job.history),
        "concat_history": _history(job.concat_history),
        "type": _TYPES.get(job.kind, "gen"),
        "duration": take.duration_s if status is ClipStatus.COMPLETE else None,
        "refund_credits": True if has_failed else None,
        "stream": True,
        "error_type": "generation_failed" if has_failed else None,
        "error_message": take.error if has_failed else None,
        **job.metadata,
    }


def _history(parts: tuple[Part, ...]) -> list[dict[str, Any]] | None:
    made: list[dict[str, Any]] = []
    for part in parts:
        entry: dict[str, Any] = {"id": part.clip_id, "continue_at": part.continue_at}
        if part.continue_at is not None or part.stems:
            entry |= {"type": part.kind, "source": "web", "infill": part.is_infill}
        if part.infill_end_s is not None:
            entry |= {"infill_start_s": part.continue_at, "infill_end_s": part.infill_end_s}
        made.append(entry | dict(part.stems))
    return made or None


def _suno_id(task_id: str) -> str:
    try:
        return str(uuid.UUID(task_id))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, task_id))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
