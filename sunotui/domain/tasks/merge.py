"""Merges a gateway's report, or an imported task, into the task that the library has (D2)."""

from __future__ import annotations

from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskReport, TaskStatus, status_from_clips

MISSES_UNTIL_LOST = 20
"""The number of consecutive responses without the task before it counts as lost: right after a submit a row may lag
(protocol 4.5)."""
LOST_AFTER_S = 600.0
"""The minimum time it must be missing, in seconds, so that a burst of responses cannot mark a task as lost."""

_TASK_ORDER = {
    TaskStatus.NOT_STARTED: 0,
    TaskStatus.SUBMITTED: 1,
    TaskStatus.QUEUED: 2,
    TaskStatus.IN_PROGRESS: 3,
}
_END_ORDER = {
    TaskStatus.LOST: 0,
    TaskStatus.UNKNOWN: 1,
    TaskStatus.FAILURE: 2,
    TaskStatus.SUCCESS: 3,
}
"""A failure may still become a success (G11), and an unknown end may become known; never the reverse."""
_WITHOUT_TAKES = frozenset({TaskKind.PERSONA, TaskKind.TAGS})
_CLIP_ORDER = {status: order for order, status in enumerate(ClipStatus)}


def merge_report(known: Task, report: TaskReport, now: float, *, is_refresh: bool = False) -> Task:
    """Merge a report into the known task. Ended tasks stay ended unless the user refreshes them (`is_refresh`); empty
    values never overwrite known ones."""
    kind = known.kind
    if known.submission_id is None:
        kind = report.kind or known.kind
    if kind in _WITHOUT_TAKES:
        # A persona has an id and a name, as a clip has, but is not a clip.
        report = report._replace(clips=(), lyrics=None)
    clips = _merge_clips(known.clips, report.clips)
    lyrics = _merge_lyrics(known.lyrics, report.lyrics)
    return known._replace(
        kind=kind,
        status=_next_status(known, report, clips, lyrics, is_refresh=is_refresh),
        fail_reason=report.fail_reason or known.fail_reason,
        progress=report.progress or known.progress,
        submitted_at=report.submitted_at or known.submitted_at,
        started_at=report.started_at or known.started_at,
        finished_at=report.finished_at or known.finished_at,
        clips=clips,
        lyrics=lyrics,
        charged_quota=report.charged_quota,
        checked_at=now,
        misses=0,
    )


def task_from_report(
    report: TaskReport, profile: str, now: float, submission_id: str | None = None, hint: str = ""
) -> Task:
    """Create a task from the report of a task that the library does not have."""
    bare = Task(
        id=report.id,
        profile=profile,
        kind=report.kind or TaskKind.MUSIC,
        status=TaskStatus.NOT_STARTED,
        added_at=now,
        submission_id=submission_id,
        title_hint=hint,
    )
    return merge_report(bare, report, now)


def record_miss(known: Task, now: float) -> Task:
    """Record a response without the task: a missing task is not failed, but after a while it is lost (G8)."""
    if known.status.is_final:
        return known
    misses = known.misses + 1
    since = known.checked_at if known.checked_at is not None else known.added_at
    is_lost = misses >= MISSES_UNTIL_LOST and now - since >= LOST_AFTER_S
    return known._replace(misses=misses, status=TaskStatus.LOST if is_lost else known.status)


def _next_status(
    known: Task, report: TaskReport, clips: tuple[Clip, ...], lyrics: Lyrics | None, *, is_refresh: bool
) -> TaskStatus:
    reported = report.status or status_from_clips(clips)
    if reported is None and lyrics is not None and lyrics.text:
        reported = TaskStatus.SUCCESS
    if reported is None:
        return known.status
    was_final, is_final = known.status.is_final, reported.is_final
    if was_final and not is_final:
        # The response is stale, from another relay. A task reopens only if it was given up, or on the user's refresh.
        return reported if is_refresh or known.status is TaskStatus.LOST else known.status
    if was_final and not is_refresh:
        return max(known.status, reported, key=_END_ORDER.__getitem__)
    if not was_final and not is_final:
        return max(known.status, reported, key=_TASK_ORDER.__getitem__)
    return reported


def _merge_clips(known: tuple[Clip, ...], reported: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """Clips by id, in the order in which they were first seen, so that take 1 stays take 1."""
    merged = {clip.id: clip for clip in known}
    for clip in reported:
        old = merged.get(clip.id)
        merged[clip.id] = clip if old is None else _merge_clip(old, clip)
    return tuple(merged.values())


def _merge_clip(old: Clip, new: Clip) -> Clip:
    if new == old:
        # Most reports change one clip or none.
        return old
    status = max(old.status, new.status, key=_CLIP_ORDER.__getitem__)
    if ClipStatus.COMPLETE in {old.status, new.status}:
        status = ClipStatus.COMPLETE
    is_stale = old.status is ClipStatus.COMPLETE and new.status is not ClipStatus.COMPLETE
    first, second = (old, new) if is_stale else (new, old)
    return Clip(
        id=old.id,
        title=first.title or second.title,
        status=status,
        tags=first.tags or second.tags,
        lyrics=first.lyrics or second.lyrics,
        description=first.description or second.description,
        model=first.model or second.model,
        duration_s=first.duration_s or second.duration_s,
        audio_url=_best_link(old, new) or first.audio_url or second.audio_url,
        video_url=first.video_url or second.video_url,
        image_url=first.image_url or second.image_url,
        created_at=first.created_at or second.created_at,
        error=first.error or second.error,
        exclude=first.exclude or second.exclude,
        parents=first.parents or second.parents,
        derivations=first.derivations or second.derivations or _known_none(first, second),
        bpm=first.bpm or second.bpm,
        musical_key=first.musical_key or second.musical_key,
        # 0 is a valid setting.
        style_weight=second.style_weight if first.style_weight is None else first.style_weight,
        weirdness=second.weirdness if first.weirdness is None else first.weirdness,
        audio_weight=second.audio_weight if first.audio_weight is None else first.audio_weight,
        persona_id=first.persona_id or second.persona_id,
        is_max_mode=first.is_max_mode or second.is_max_mode,
    )


def _known_none(first: Clip, second: Clip) -> tuple[Derivation, ...] | None:
    """An empty tuple if a response was parsed for derivations but did not contain any; otherwise None."""
    return None if first.derivations is second.derivations is None else ()


def _best_link(old: Clip, new: Clip) -> str | None:
    """Keep the link of the whole song if the report has a temporary stream link again: some relays report both as
    complete."""
    return old.audio_url if new.is_stream and old.is_playable and not old.is_stream else None


def _merge_lyrics(known: Lyrics | None, reported: Lyrics | None) -> Lyrics | None:
    if known is None or reported is None:
        return reported or known
    return Lyrics(
        title=reported.title or known.title,
        text=reported.text or known.text,
        tags=reported.tags or known.tags,
        error=reported.error or known.error,
    )


def is_same(known: Task, imported: Task) -> bool:
    """Whether two tasks with the same id are the same task: reset gateways and demo gateways reuse ids."""
    if known.submission_id and imported.submission_id:
        return known.submission_id == imported.submission_id
    if known.profile == imported.profile:
        return True
    return not {clip.id for clip in known.clips}.isdisjoint(clip.id for clip in imported.clips)


def merge_imported(known: Task, imported: Task) -> Task:
    """Merge an imported task into the known one; if they differ, the one updated last wins. The profile, the position
    in the list and the take numbers stay.
    """
    is_newer = (imported.checked_at or 0.0) > (known.checked_at or 0.0)
    older, newer = (known, imported) if is_newer else (imported, known)
    merged = merge_report(older, _report_of(newer), newer.checked_at or 0.0)
    order = {clip.id: place for place, clip in enumerate(known.clips)}
    return merged._replace(
        profile=known.profile,
        kind=known.kind if known.submission_id or not imported.submission_id else imported.kind,
        added_at=known.added_at,
        clips=tuple(sorted(merged.clips, key=lambda clip: order.get(clip.id, len(order)))),
        checked_at=newer.checked_at,
        misses=newer.misses,
        submission_id=known.submission_id or imported.submission_id,
        made_in_s=known.made_in_s if known.made_in_s is not None else imported.made_in_s,
        title_hint=known.title_hint or imported.title_hint,
    )


def _report_of(task: Task) -> TaskReport:
    return TaskReport(
        id=task.id,
        status=task.status,
        kind=task.kind,
        fail_reason=task.fail_reason,
        progress=task.progress,
        submitted_at=task.submitted_at,
        started_at=task.started_at,
        finished_at=task.finished_at,
        clips=task.clips,
        lyrics=task.lyrics,
    )
