"""Task reports out of a fetch answer, in all the shapes that gateways give it (protocol 3.3, 4.1)."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.errors import AnswerUnreadable
from sunotui.domain.lyrics import Lyrics
from sunotui.domain.task import TaskKind, TaskReport, TaskStatus, status_from_clips
from sunotui.gateway.clips import clip_status, clips_of, is_concat, looks_like_clip, lyrics_of
from sunotui.gateway.envelope import open_envelope
from sunotui.gateway.fields import Foreign, first, identity, line, moment, word
from sunotui.gateway.masking import masked

RAW_LIMIT = 262_144
"""Characters of a task's own JSON above which it is not kept: a cut one could not be read again."""

_STATUS = {
    "not_start": TaskStatus.NOT_STARTED,
    "not_started": TaskStatus.NOT_STARTED,
    "pending": TaskStatus.NOT_STARTED,
    "submitted": TaskStatus.SUBMITTED,
    "queued": TaskStatus.QUEUED,
    "success": TaskStatus.SUCCESS,
    "complete": TaskStatus.SUCCESS,
    "completed": TaskStatus.SUCCESS,
    "succeeded": TaskStatus.SUCCESS,
    "failure": TaskStatus.FAILURE,
    "failed": TaskStatus.FAILURE,
    "fail": TaskStatus.FAILURE,
    "error": TaskStatus.FAILURE,
    "create_task_failed": TaskStatus.FAILURE,
    "generate_audio_failed": TaskStatus.FAILURE,
    "callback_exception": TaskStatus.FAILURE,
    "sensitive_word_error": TaskStatus.FAILURE,
    "unknown": TaskStatus.UNKNOWN,
}
_ENDED = {ClipStatus.COMPLETE: TaskStatus.SUCCESS, ClipStatus.ERROR: TaskStatus.FAILURE}
_KINDS = {
    "music": TaskKind.MUSIC,
    "lyrics": TaskKind.LYRICS,
    "concat": TaskKind.CONCAT,
    "upload": TaskKind.UPLOAD,
}
_SECRET_KEY = re.compile(r'"[^"]{0,40}(?:cookie|jwt|session)[^"]{0,40}"\s*:', re.IGNORECASE)
_SECRET_WORD = re.compile(r"cookie|jwt|session", re.IGNORECASE)


def reports_in(document: object, asked: Sequence[str]) -> list[TaskReport]:
    """The tasks that a successful fetch answer tells of. Items that cannot be read hide none of the others.

    `asked` are the ids of the request: a lone one names a task that came without its wrapper (reference server).
    Raises AnswerUnreadable when the document has none of the known shapes.
    """
    payload = _payload(document)
    items = [payload] if isinstance(payload, dict) else payload if isinstance(payload, list) else []
    tasks = [item for item in items if isinstance(item, dict) and _is_task(item)]
    # Of several tasks one without an id is nobody's: it must not pass for the one that was asked for.
    alone = asked[0] if len(asked) == 1 and len(tasks) <= 1 else ""
    told = [task_report(item, alone) for item in tasks] if tasks else [_bare_report(payload, alone)]
    reports = [report for report in told if report is not None]
    if payload and not isinstance(payload, str) and not reports:
        raise AnswerUnreadable
    # null and [] mean none of these ids; a string is in one gateway's documents only, and says nothing.
    return reports


def task_report(item: Foreign, alone: str = "") -> TaskReport | None:
    """One task object; None when nothing says whose it is."""
    told_id = item.get("id")
    task_id = (
        identity(first(item, "task_id", "taskId")) or alone or (identity(told_id) if isinstance(told_id, str) else "")
    )
    if not task_id:
        return None
    status = task_status(item.get("status"))
    response = item.get("response")
    upstream: Foreign = response if isinstance(response, dict) else {}
    kind, clips, lyrics = _made(upstream.get("sunoData", first(item, "data", "clips")), status)
    fail_reason = masked(
        line(first(item, "fail_reason", "failReason", "errorMessage") or first(upstream, "errorMessage"))
    )
    progress = line(item.get("progress"), 16)
    return TaskReport(
        id=task_id,
        status=_settled(status or status_from_clips(clips), progress, fail_reason),
        kind=_kind(kind, _KINDS.get(word(item.get("action")))),
        fail_reason=fail_reason,
        progress=progress,
        submitted_at=moment(first(item, "submit_time", "submitTime")),
        started_at=moment(first(item, "start_time", "startTime")),
        finished_at=moment(first(item, "finish_time", "finishTime")),
        clips=clips,
        lyrics=lyrics,
        raw=raw_json(item),
    )


def _kind(shape: TaskKind | None, action: TaskKind | None) -> TaskKind | None:
    """What was made decides; the action, which may be wrong, only says which way songs came about (protocol 3.3)."""
    if shape is TaskKind.MUSIC and action in {TaskKind.CONCAT, TaskKind.UPLOAD}:
        return action
    return shape or action


def task_status(value: object) -> TaskStatus | None:
    """A status word in any spelling; an unknown word is still running, no word is None (protocol 4.1)."""
    told = word(value)
    return _STATUS.get(told, TaskStatus.IN_PROGRESS) if told else None


def raw_json(item: object) -> str:
    """The object as compact JSON of printable characters only, without sessions of the gateway's owner (G13)."""
    try:
        text = _compact(item)
        if _SECRET_KEY.search(text):
            text = _compact(_without_secrets(item))
    except (ValueError, RecursionError):
        return ""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    return text if len(text) <= RAW_LIMIT else ""


def _payload(document: object) -> object:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise AnswerUnreadable
    envelope = open_envelope(document)
    # Without a code it may be the task, the clip or the words themselves, without any wrapper.
    is_bare_task = first(document, "task_id", "taskId") is not None or ("status" in document and "data" in document)
    if not envelope.has_code and (is_bare_task or looks_like_clip(document) or "text" in document):
        return document
    if envelope.has_code or "data" in document or "result" in document:
        return envelope.payload
    raise AnswerUnreadable


def _is_task(item: Foreign) -> bool:
    """A task has inner data, or an id of its own without looking like a clip: flat clips carry a task_id too."""
    if "data" in item or isinstance(item.get("response"), dict):
        return True
    return first(item, "task_id", "taskId") is not None and not looks_like_clip(item)


def _bare_report(payload: object, task_id: str) -> TaskReport | None:
    """The inner data without its task, as the reference server answers a single fetch."""
    kind, clips, lyrics = _made(payload, None)
    items = payload if isinstance(payload, list) else [payload]
    # Many lists hold things with ids (models, users): a clip outside a task must show that it is one.
    is_known = lyrics is not None or any(isinstance(item, dict) and looks_like_clip(item) for item in items)
    if not task_id or not is_known:
        return None
    status = status_from_clips(clips)
    if lyrics is not None and isinstance(payload, dict):
        # Its own status is a clip's word, not a task's.
        ended = clip_status(payload.get("status"))
        status = _ENDED.get(ended) if ended is not None else None
    return TaskReport(id=task_id, status=status, kind=kind, clips=clips, lyrics=lyrics, raw=raw_json(payload))


def _made(data: object, status: TaskStatus | None) -> tuple[TaskKind | None, tuple[Clip, ...], Lyrics | None]:
    """What a task's inner data is, by its shape alone: songs, words or nothing yet."""
    if isinstance(data, dict) and isinstance(data.get("clips"), list):
        data = data["clips"]
    items: list[Any] = [data] if isinstance(data, dict) else data if isinstance(data, list) else []
    objects = [item for item in items if isinstance(item, dict)]
    if objects and "text" in objects[0] and not looks_like_clip(objects[0]):
        return TaskKind.LYRICS, (), lyrics_of(objects[0])
    clips = clips_of(objects, status)
    if not clips:
        return None, (), None
    return TaskKind.CONCAT if is_concat(objects) else TaskKind.MUSIC, clips, None


def _settled(status: TaskStatus | None, progress: str, fail_reason: str) -> TaskStatus | None:
    """A relay freezes its copy at "100%", also when only a fail reason came: it will never say FAILURE (4.4)."""
    if progress == "100%" and fail_reason and (status is None or not status.is_final):
        return TaskStatus.FAILURE
    return status


def _compact(item: object) -> str:
    return json.dumps(item, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_secrets(part) for key, part in value.items() if not _SECRET_WORD.search(key)}
    return [_without_secrets(part) for part in value] if isinstance(value, list) else value
