"""Builds requests from an existing take: extend, cover, replace a section, split into stems, reuse."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.features import Feature
from sunotui.domain.requests.derived import DERIVED_TASKS, VARIATIONS, DerivedTask, derived_task
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    MusicRequest,
    Request,
)
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import TaskKind
from sunotui.tui.composer.fields import has_mode

_WITH_KEYS = frozenset({"cover", "infill", "stems"})
"""Derived tasks with their own key."""
_OF_UPLOADS = frozenset({"upload_infill", "hum"})
"""Derived tasks that work with uploaded takes only."""
_NOTES = {
    "upload_infill": "needs an uploaded take",
    "hum": "needs an uploaded take",
    "stems_short": "for gateways that refuse the usual stems request",
}
"""Notes that distinguish tasks from others with a similar name."""


def reused(shown: TaskDetail, clip: Clip | None) -> Request | None:
    """The task's own request, if the composer has a form for it; for a task made elsewhere, one built from its take."""
    if shown.submission is not None:
        return shown.submission.request if has_mode(shown.submission.request) else None
    return MusicRequest(lyrics=clip.lyrics, title=clip.title, style=clip.tags) if clip is not None else None


def extended(shown: TaskDetail, clip: Clip) -> MusicRequest:
    """Continue from the end of the take."""
    return MusicRequest(
        title=clip.title,
        style=clip.tags,
        extend_clip_id=clip.id,
        extend_at_s=float(int(clip.duration_s)) if clip.duration_s else None,
        extend_task_id=_gateway_task(shown, clip),
        extend_upload=shown.task.kind is TaskKind.UPLOAD,
    )


def joined(shown: TaskDetail, clip: Clip) -> ConcatRequest:
    """Join the take with the take that it extends, or with the song whose section it replaces."""
    is_section = shown.submission is not None and _is_section(shown.submission.request)
    return ConcatRequest(clip.id, is_infill=is_section)


def covered(shown: TaskDetail, clip: Clip) -> DerivedRequest:
    """A cover of the take; the user adds the style."""
    return DerivedRequest("cover", clip.id, lyrics=clip.lyrics, title=clip.title)


def section_replacement(shown: TaskDetail, clip: Clip) -> DerivedRequest:
    """A regenerated section of the take; the user adds the section."""
    return DerivedRequest("infill", clip.id, _gateway_task(shown, clip), title=clip.title, style=clip.tags)


def split_into_stems(shown: TaskDetail, clip: Clip) -> DerivedRequest:
    """The stems of the take."""
    return DerivedRequest("stems", clip.id, _gateway_task(shown, clip), title=clip.title)


def from_lyrics(shown: TaskDetail, clip: Clip | None) -> MusicRequest | None:
    """A custom song with these lyrics; None without lyrics."""
    lyrics = shown.task.lyrics
    if lyrics is not None and lyrics.text:
        return MusicRequest(lyrics=lyrics.text, title=lyrics.title, style=", ".join(lyrics.tags))
    if clip is not None and clip.lyrics:
        return MusicRequest(lyrics=clip.lyrics, title=clip.title, style=clip.tags)
    return None


def _is_section(request: Request) -> bool:
    return isinstance(request, DerivedRequest) and request.row.feature is Feature.INFILL


def _gateway_task(shown: TaskDetail, clip: Clip) -> str:
    """The gateway's id of the take's task; empty if it gave only a clip, whose id is then the task id here."""
    return "" if shown.task.id == clip.id else shown.task.id


def derived_choices(dialect: Dialect, *, has_take: bool, made_as: TaskKind | None = None) -> list[tuple[str, str, str]]:
    """The derived tasks without their own key, as rows to choose from: name, label, and a note if the dialect does not
    offer it; these come last. With `has_take` those that are made from clips, otherwise those that do not need a clip;
    `made_as` is how the take was made, if that is known: tasks that need an upload come after those that work with any
    take."""

    def rank(task: DerivedTask) -> int:
        is_for_others = made_as is not None and made_as is not TaskKind.UPLOAD and task.name in _OF_UPLOADS
        return 2 if dialect not in task.forms else int(is_for_others)

    return [
        (task.name, task.label, _NOTES.get(task.name, "") if dialect in task.forms else "not offered here")
        for task in sorted(DERIVED_TASKS, key=rank)
        if task.name not in _WITH_KEYS and (task.clips > 0 or task.is_many) is has_take
    ]


def derived(shown: TaskDetail, clip: Clip, task: str, others: Sequence[str] = (), lyrics: str = "") -> DerivedRequest:
    """A derived task of this take and of other clips, with these lyrics."""
    row = derived_task(task)
    return DerivedRequest(
        task,
        clip.id,
        _gateway_task(shown, clip) if row.has_range else "",
        more_clip_ids=tuple(others),
        lyrics=lyrics,
        title=clip.title,
        style=clip.tags if row.takes_words or row.needs_style else "",
        variation=VARIATIONS[1] if "variation" in row.needs else "",
        start_s=0.0 if row.has_range and clip.duration_s else None,
        end_s=float(int(clip.duration_s)) if row.has_range and clip.duration_s else None,
        at_s=float(int(clip.duration_s)) if row.has_point and clip.duration_s else None,
    )
