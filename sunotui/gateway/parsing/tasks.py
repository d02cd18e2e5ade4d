"""Parses task reports from the response to a fetch, in all formats that gateways use (protocol 3.3, 4.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from pydantic_core import from_json, to_json

from sunotui.domain.errors import UnreadableResponse
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskKind, TaskReport, TaskStatus, status_from_clips
from sunotui.gateway.parsing.clips import (
    clip_items,
    clip_status,
    clips_of,
    is_concat,
    looks_like_clip,
    lyrics_together,
)
from sunotui.gateway.parsing.envelope import open_envelope
from sunotui.gateway.parsing.fields import JsonObject, first, identity, line, link, moment, number, word
from sunotui.gateway.parsing.links import is_plain_link
from sunotui.gateway.transport.redaction import BEFORE_CUTTING, redacted_text

LYRICS_PAIR = ("lyrics_a", "lyrics_b")
"""The fields in which Suno's second lyrics model returns its two versions (protocol 2.3)."""
RAW_LIMIT = 262_144
"""The maximum length of a task's stored JSON, in characters; a longer one is dropped, since a truncated one could not
be parsed again."""

_MOST_QUOTA = 1e15
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
_ENDED: dict[ClipStatus | None, TaskStatus] = {
    ClipStatus.COMPLETE: TaskStatus.SUCCESS,
    ClipStatus.ERROR: TaskStatus.FAILURE,
}
_KINDS = {
    "music": TaskKind.MUSIC,
    "lyrics": TaskKind.LYRICS,
    "concat": TaskKind.CONCAT,
    "upload": TaskKind.UPLOAD,
    "persona": TaskKind.PERSONA,
    "upsample_tags": TaskKind.TAGS,
}
_SONGLESS = frozenset({TaskKind.PERSONA, TaskKind.TAGS})
_SONGLESS_KEYS = {"root_clip_id": TaskKind.PERSONA, "upsampled_tags": TaskKind.TAGS}
"""Fields that identify the response of a task without songs."""
_BARE_KEYS = ("text", "clips", *LYRICS_PAIR)
_SECRET_WORDS = ("cookie", "jwt", "session")
_SECRET_KEY = re.compile(rf'"[^"]{{0,40}}(?:{"|".join(_SECRET_WORDS)})[^"]{{0,40}}"\s*:', re.IGNORECASE)


def reports_in(document: object, asked: Sequence[str]) -> list[TaskReport]:
    """Parse the tasks in a successful response to a fetch. Invalid items are skipped. `asked` are the ids of the
    request: a single one is the id of a task without an envelope (reference server). Raises UnreadableResponse if the
    document matches none of the known formats.
    """
    payload = _payload(document)
    items = [payload] if isinstance(payload, dict) else payload if isinstance(payload, list) else []
    tasks = [item for item in items if isinstance(item, dict) and _is_task(item)]
    # Among several tasks, one without an id must not be taken for the requested one.
    alone = asked[0] if len(asked) == 1 and len(tasks) <= 1 else ""
    found = [task_report(item, alone) for item in tasks] if tasks else [_bare_report(payload, alone)]
    reports = [report for report in found if report is not None]
    if payload and not isinstance(payload, str) and not reports:
        raise UnreadableResponse
    # null and [] mean none of these ids; a string is documented by one gateway only, and has no meaning.
    return reports


def task_report(item: JsonObject, alone: str = "") -> TaskReport | None:
    """Parse one task object; None if it has no id."""
    own_id = item.get("id")
    task_id = (
        identity(first(item, "task_id", "taskId")) or alone or (identity(own_id) if isinstance(own_id, str) else "")
    )
    if not task_id:
        return None
    status = task_status(item.get("status"))
    response = item.get("response")
    upstream: JsonObject = response if isinstance(response, dict) else {}
    data = first(item, "data")
    if data is None and "clips" in item:
        data = {"clips": item["clips"]}
    kind, clips, lyrics = _made(upstream.get("sunoData", data), status)
    fail_reason, result = _reason_and_result(item, upstream, status)
    if result and kind is not TaskKind.LYRICS and status is TaskStatus.SUCCESS:
        clips = _with_result(clips, task_id, result)
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
        charged_quota=_charged_quota(item.get("quota")),
        raw=raw_json(item),
    )


def _charged_quota(value: object) -> float | None:
    """`quota` of new-api's task object: the charge of the task, 0 after a refund."""
    found = number(value)
    return found if found is not None and 0 <= found <= _MOST_QUOTA else None


def _kind(shape: TaskKind | None, action: TaskKind | None) -> TaskKind | None:
    """The kind according to the result; the action, which may be wrong, only shows how songs were made (protocol
    3.3)."""
    if shape is TaskKind.MUSIC and action in {TaskKind.CONCAT, TaskKind.UPLOAD}:
        return action
    if action in _SONGLESS:
        return action
    return shape or action


def task_status(value: object) -> TaskStatus | None:
    """Parse a status in any spelling; an unknown value means still running, a missing one is None (protocol 4.1)."""
    named = word(value)
    return _STATUS.get(named, TaskStatus.IN_PROGRESS) if named else None


def raw_json(item: object) -> str:
    """The object as compact JSON with printable characters only, without session data of the gateway's owner (G13)."""
    try:
        text = _compact(item)
        # The pattern is slow on a long text; hardly any text has the words.
        if _is_secret(text) and _SECRET_KEY.search(text):
            text = _compact(_without_secrets(item))
    except (ValueError, RecursionError):
        return ""
    # JSON escapes the other control characters of ASCII, and `isprintable` is slow.
    is_printable = "\x7f" not in text if text.isascii() else text.isprintable()
    if not is_printable:
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    return text if len(text) <= RAW_LIMIT else ""


def raw_text(text: str) -> str:
    """The JSON in a text as `raw_json` returns it; empty for a text that is no JSON."""
    if text.isprintable() and len(text) <= RAW_LIMIT and not _is_secret(text):
        # Hardly any stored text changes, and this comparison takes a fifth of the time of the rest.
        try:
            if to_json(from_json(text, allow_inf_nan=False)) == text.encode():
                return text
        except ValueError:
            pass
    try:
        return raw_json(json.loads(text))
    except (ValueError, RecursionError):
        return ""


def _payload(document: object) -> object:
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise UnreadableResponse
    envelope = open_envelope(document)
    # Without a code it may be the task, the clip or the lyrics themselves, without an envelope.
    is_bare_task = first(document, "task_id", "taskId") is not None or ("status" in document and "data" in document)
    is_bare = is_bare_task or looks_like_clip(document) or any(key in document for key in _BARE_KEYS)
    if not envelope.has_code and is_bare:
        return document
    if envelope.has_code or "data" in document or "result" in document:
        return envelope.payload
    raise UnreadableResponse


def _is_task(item: JsonObject) -> bool:
    """Whether an object is a task: it has inner data, or an id of its own and does not look like a clip, since flat
    clips also have a task_id."""
    if "data" in item or isinstance(item.get("response"), dict):
        return True
    return first(item, "task_id", "taskId") is not None and not looks_like_clip(item)


def _bare_report(payload: object, task_id: str) -> TaskReport | None:
    """The report of a task's inner data without the task, as the reference server returns it for a single fetch."""
    kind, clips, lyrics = _made(payload, None)
    items = inner_objects(payload)
    # Many lists have objects with ids (models, users): a clip outside a task must be recognizable.
    is_named = isinstance(payload, dict) and bool(clip_items(payload.get("clips"))) and bool(clips)
    is_known = is_named or lyrics is not None or any(looks_like_clip(item) for item in items)
    if not task_id or not is_known:
        return None
    status = status_from_clips(clips)
    if lyrics is not None:
        status = _status_of_words(items)
    return TaskReport(id=task_id, status=status, kind=kind, clips=clips, lyrics=lyrics, raw=raw_json(payload))


def _status_of_words(items: Sequence[JsonObject]) -> TaskStatus | None:
    """The status of bare lyrics: their own status is that of a clip, not of a task; an unknown one means still
    running."""
    ends = {_ENDED.get(clip_status(item["status"])) for item in items if word(item.get("status"))}
    if not ends:
        return None
    if None in ends:
        return TaskStatus.IN_PROGRESS
    return TaskStatus.SUCCESS if TaskStatus.SUCCESS in ends else TaskStatus.FAILURE


def _made(data: object, status: TaskStatus | None) -> tuple[TaskKind | None, tuple[Clip, ...], Lyrics | None]:
    """What a task's inner data is, by its shape only: songs, lyrics or nothing yet."""
    objects = inner_objects(data)
    names = set().union(*objects)
    if "text" in names and not looks_like_clip(names):
        return TaskKind.LYRICS, (), lyrics_together(objects)
    for key, songless in _SONGLESS_KEYS.items():
        if key in names:
            return songless, (), None
    clips = clips_of(objects, status)
    if not clips:
        return None, (), None
    return TaskKind.CONCAT if is_concat(objects) else TaskKind.MUSIC, clips, None


def inner_objects(data: object) -> list[JsonObject]:
    """The objects in a task's inner data: a list, {clips}, the {clip} of an upload, a pair of lyrics, or the object
    itself."""
    if isinstance(data, dict):
        if isinstance(data.get("clips"), list | dict):
            return clip_items(data["clips"])
        if isinstance(data.get("clip"), dict) and not looks_like_clip(data):
            data = [data["clip"]]
        elif any(isinstance(data.get(key), dict) for key in LYRICS_PAIR):
            data = [data.get(key) for key in LYRICS_PAIR]
        else:
            return [data]
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def _reason_and_result(item: JsonObject, upstream: JsonObject, status: TaskStatus | None) -> tuple[str, str | None]:
    """The fail reason of a task, and the link to its result. Some builds swap the two fields: each value is recognized
    by its content (protocol 3.3)."""
    reason = first(item, "fail_reason", "failReason", "errorMessage") or first(upstream, "errorMessage")
    if isinstance(reason, dict):
        reason = _message_of(reason)
    # A reason may begin with a URL.
    reason_link = link(reason) if is_plain_link(reason) else None
    result = link(item.get("result_url"), item.get("resultUrl"), reason_link)
    is_reason = status is TaskStatus.FAILURE or reason_link is None
    return redacted_text(line(reason, BEFORE_CUTTING)) if is_reason else "", result


def _message_of(reason: JsonObject) -> object:
    """The message of a reason that is an object, or of the `error` object inside it."""
    inner = reason.get("error")
    holders = (reason, inner) if isinstance(inner, dict) else (reason,)
    for holder in holders:
        for name in ("message", "msg", "error_message", "errorMessage", "detail", "error", "code"):
            if isinstance(value := holder.get(name), str) and value.strip():
                return value
    return None


def _with_result(clips: tuple[Clip, ...], task_id: str, result: str) -> tuple[Clip, ...]:
    """The takes of a task with a link outside them: a single take without a link gets it; without any, it becomes the
    only take."""
    if len(clips) > 1 or any(clip.is_playable for clip in clips):
        return clips
    lone = clips[0] if clips else Clip(task_id, status=ClipStatus.COMPLETE)
    is_video = result.split("?", 1)[0].lower().endswith(".mp4")
    return (lone._replace(video_url=result) if is_video else lone._replace(audio_url=result),)


def _settled(status: TaskStatus | None, progress: str, fail_reason: str) -> TaskStatus | None:
    """The final status: a relay freezes its copy at "100%", even with only a fail reason, and will never report FAILURE
    (4.4)."""
    if progress in {"100%", "100"} and fail_reason and (status is None or not status.is_final):
        return TaskStatus.FAILURE
    return status


def _compact(item: object) -> str:
    try:
        # Several times as fast as the standard library.
        return to_json(item, inf_nan_mode="null").decode()
    except ValueError:
        # A lone surrogate, or a deeply nested list.
        return json.dumps(item, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _is_secret(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _SECRET_WORDS)


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_secrets(part) for key, part in value.items() if not _is_secret(key)}
    return [_without_secrets(part) for part in value] if isinstance(value, list) else value
