"""A task that two libraries know, made one: pure, and the older knowledge never overwrites the newer (D2)."""

from __future__ import annotations

from dataclasses import replace

from sunotui.domain.tasks.merge import merge_report
from sunotui.domain.tasks.task import Task, TaskReport


def is_same(known: Task, told: Task) -> bool:
    """Whether two tasks of one id are the same: gateways that start over, and demo gateways, give ids again."""
    if known.submission_id and told.submission_id:
        return known.submission_id == told.submission_id
    if known.profile == told.profile:
        return True
    return not {clip.id for clip in known.clips}.isdisjoint(clip.id for clip in told.clips)


def merge_imported(known: Task, told: Task) -> Task:
    """What both libraries together know of a task; where they differ, the one that heard of it last is right.

    It keeps its profile, its place in the list and its takes' numbers.
    """
    is_newer = (told.checked_at or 0.0) > (known.checked_at or 0.0)
    older, newer = (known, told) if is_newer else (told, known)
    merged = merge_report(older, _report_of(newer), newer.checked_at or 0.0)
    order = {clip.id: place for place, clip in enumerate(known.clips)}
    return replace(
        merged,
        profile=known.profile,
        kind=known.kind if known.submission_id or not told.submission_id else told.kind,
        added_at=known.added_at,
        clips=tuple(sorted(merged.clips, key=lambda clip: order.get(clip.id, len(order)))),
        checked_at=newer.checked_at,
        misses=newer.misses,
        submission_id=known.submission_id or told.submission_id,
        made_in_s=known.made_in_s if known.made_in_s is not None else told.made_in_s,
        title_hint=known.title_hint or told.title_hint,
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
