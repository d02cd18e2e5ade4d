"""The JSON documents of tasks, clips and submissions: their keys are a contract, and new ones come at the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sunotui.core.documents.annotation_queries import annotations_of

if TYPE_CHECKING:
    from sunotui.core.documents.json_models.downloads import DownloadDocument
    from sunotui.core.documents.json_models.playback import PlaybackDocument, QueueDocument
    from sunotui.core.documents.json_models.submissions import MatchDocument, SubmissionDocument
    from sunotui.core.documents.json_models.tasks import (
        AnnotationFields,
        AnnotationsDocument,
        ClipDocument,
        DifferenceDocument,
        PlayCountFields,
        RatedClipDocument,
        RatingFields,
        TaskDocument,
    )
    from sunotui.core.library.library import Library
    from sunotui.domain.annotations import Annotations, TakeRating
    from sunotui.domain.playback import PlaybackStatus
    from sunotui.domain.requests.request import Request
    from sunotui.domain.saving.downloads import FileResult
    from sunotui.domain.submission import Submission
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.song_listing import SongMatch
    from sunotui.domain.tasks.task import Task

_LATEST = 253_402_300_799.0
"""The last second of the year 9999: gateways send later times."""


def iso(at: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC; None for an unknown or invalid time."""
    if at is None or not 0 < at <= _LATEST:
        return None
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def task_document(task: Task, request: Request | None = None, annotations: Annotations | None = None) -> TaskDocument:
    """The JSON of a task; `request` is None if this library did not send it, `annotations` if they were not read."""
    rating_of = annotations.take_rating if annotations is not None else lambda _: None
    document: TaskDocument = {
        "id": task.id,
        "profile": task.profile,
        "action": task.kind.value,
        "status": task.status.value,
        "progress": task.progress,
        "fail_reason": task.fail_reason,
        "submitted_at": iso(task.submitted_at),
        "started_at": iso(task.started_at),
        "finished_at": iso(task.finished_at),
        "clips": [clip_document(clip, take, rating_of(clip.id)) for take, clip in enumerate(task.clips, 1)],
        "lyrics": None
        if task.lyrics is None
        else {"title": task.lyrics.title, "text": task.lyrics.text, "tags": list(task.lyrics.tags)},
        "submission_id": task.submission_id,
        "made_in_s": None if task.made_in_s is None else round(task.made_in_s, 1),
        "differences": [] if request is None else _differences(request, task),
    }
    return document if annotations is None else {**document, **_annotation_fields(annotations)}


def _annotation_fields(annotations: Annotations) -> AnnotationFields:
    return {
        "rating": annotations.rating,
        "starred": annotations.is_favourite,
        "heard": annotations.played,
        "labels": list(annotations.labels),
        "note": annotations.note,
        "albums": sorted({name for names in annotations.albums.values() for name in names}),
        "trashed": annotations.is_trashed,
    }


def annotations_document(task_id: str, annotations: Annotations) -> AnnotationsDocument:
    """The JSON of a task's annotations."""
    takes = {**dict.fromkeys(annotations.albums), **dict.fromkeys(annotations.ratings)}
    return {
        "id": task_id,
        **_annotation_fields(annotations),
        "clips": [_rated_clip(clip_id, annotations.take_rating(clip_id)) for clip_id in takes if clip_id],
    }


def _rated_clip(clip_id: str, rating: TakeRating) -> RatedClipDocument:
    return {
        "id": clip_id,
        "rating": rating.rating,
        "starred": rating.is_favourite,
        "heard_at": iso(rating.played_at),
        **_play_count_fields(rating),
    }


def _rating_fields(rating: TakeRating | None) -> RatingFields:
    if rating is None:
        return {}
    return {
        "rating": rating.rating,
        "starred": rating.is_favourite,
        "heard_at": iso(rating.played_at),
        **_play_count_fields(rating),
    }


def _play_count_fields(rating: TakeRating) -> PlayCountFields:
    if not rating.plays:
        return {}
    return {"plays": rating.plays, "last_played_at": iso(rating.last_played_at)}


def clip_document(clip: Clip, take: int | None, rating: TakeRating | None = None) -> ClipDocument:
    """The JSON of a clip, with its take number, or None for a clip without a known task. `rating` is None if it was not
    read.
    """
    return {
        "id": clip.id,
        "take": take,
        "title": clip.title,
        "status": clip.status.value,
        "tags": clip.tags,
        "lyrics": clip.lyrics,
        "description": clip.description,
        "model": clip.model,
        "duration": clip.duration_s,
        "audio_url": clip.audio_url,
        "video_url": clip.video_url,
        "image_url": clip.image_url,
        "created_at": iso(clip.created_at),
        "error": clip.error,
        "exclude": clip.exclude,
        "parents": list(clip.parents),
        **_rating_fields(rating),
        "bpm": clip.bpm,
        "key": clip.musical_key,
        "style_weight": clip.style_weight,
        "weirdness": clip.weirdness,
        "audio_weight": clip.audio_weight,
        "persona_id": clip.persona_id,
        "is_max_mode": clip.is_max_mode,
    }


def submission_document(submission: Submission) -> SubmissionDocument:
    """The JSON of a row of the journal."""
    from sunotui.domain.requests.request import to_json

    return {
        "id": submission.id,
        "profile": submission.profile,
        "state": submission.state.value,
        "request": json.loads(to_json(submission.request)),
        "created_at": iso(submission.created_at),
        "sent_at": iso(submission.sent_at),
        "ended_at": iso(submission.ended_at),
        "task_id": submission.task_id,
        "task_hints": list(submission.task_hints),
        "retry_of": submission.retry_of,
        "trouble": submission.error,
        "trouble_kind": submission.error_code,
        "request_id": submission.request_id,
        "http_status": submission.http_status,
        "result": submission.result,
    }


def match_document(match: SongMatch) -> MatchDocument:
    """The JSON of a song in a gateway's list that an unknown submission may have become."""
    return {
        "id": match.id,
        "task_id": match.task_id or None,
        "title": match.title,
        "made_at": iso(match.made_at),
        "same": list(match.same),
        "clips": [clip_document(clip, take) for take, clip in enumerate(match.clips, 1)],
    }


def playback_document(status: PlaybackStatus, event: str) -> PlaybackDocument:
    """The JSON of what plays; `event` is what has changed."""
    entry = status.entry
    return {
        "event": event,
        "state": status.state.value,
        "task": None if entry is None else entry.task_id,
        "clip": None if entry is None else entry.clip_id,
        "take": None if entry is None else entry.take,
        "title": None if entry is None else entry.title,
        "position": round(status.position_s, 1),
        "duration": status.length_s,
        "live": status.is_live,
        "place": None if entry is None else status.index + 1,
        "takes": len(status.queue),
        "volume": status.volume,
        "muted": status.is_muted,
        "speed": status.speed,
        "repeat": status.repeat.value,
        "shuffled": status.is_shuffled,
        "problem": status.problem,
        "backend": status.backend,
        "output": status.output,
    }


def queue_document(status: PlaybackStatus) -> QueueDocument:
    """The JSON of the queue."""
    return {
        "place": None if status.entry is None else status.index + 1,
        "position": round(status.position_s, 1),
        "volume": status.volume,
        "muted": status.is_muted,
        "speed": status.speed,
        "repeat": status.repeat.value,
        "shuffled": status.is_shuffled,
        "takes": [
            {
                "place": place,
                "task": entry.task_id,
                "clip": entry.clip_id,
                "take": entry.take,
                "title": entry.title,
                "duration": entry.length_s,
                "profile": entry.profile,
                "current": place == status.index + 1,
            }
            for place, entry in enumerate(status.queue, 1)
        ],
    }


def download_document(result: FileResult) -> DownloadDocument:
    """The JSON of the result of saving a take."""
    file = result.file
    return {
        "task": result.take.task_id,
        "clip": result.take.clip_id,
        "take": result.number,
        "kind": result.kind.value,
        "state": result.state.value,
        "file": str(file.path) if file is not None else None,
        "size": file.size if file is not None else None,
        "sha256": file.sha256 if file is not None else None,
        "reason": result.reason or None,
    }


def task_documents(library: Library, tasks: Sequence[Task]) -> list[TaskDocument]:
    """The JSON of tasks with their requests and annotations. Raises LibraryError."""
    annotations = annotations_of(library, [task.id for task in tasks])
    return [task_document(task, library.request_of(task), annotations.get(task.id)) for task in tasks]


def _differences(request: Request, task: Task) -> list[DifferenceDocument]:
    from sunotui.domain.tasks.differences import differences

    return [
        {"take": take, "field": found.field, "asked": found.asked, "made": found.made}
        for take, clip in enumerate(task.clips, 1)
        for found in differences(request, clip)
    ]
