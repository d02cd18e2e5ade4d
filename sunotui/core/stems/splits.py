"""Reads into which parts a take was split."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.music.stems import StemPart, is_split, parts_of, source_of
from sunotui.domain.requests.request import source_clip_ids
from sunotui.domain.tasks.task import Task
from sunotui.storage.tasks.lineage_store import LineageStore


@dataclass(frozen=True, slots=True)
class StemSplit:
    """One split of a take into parts."""

    task: Task
    """The task of the parts."""
    title: str
    """The title of the take that was split."""
    source: TakeRef | None
    """The take that was split; None if the library does not have it."""
    parts: tuple[StemPart, ...]


def read_splits(stores: Stores, take: TakeRef) -> list[StemSplit]:
    """The splits of a take, the newest first, without those in the trash; for a take that is a part itself, the split
    that it belongs to, and then the others of its song. For the storage thread. Raises LibraryError.
    """
    task = stores.tasks.task(take.task_id)
    if task is None:
        return []
    own = _split(stores, task)
    if own is None:
        return _splits_of(stores, take.clip_id)
    others = _splits_of(stores, own.source.clip_id) if own.source is not None else []
    return [own, *(split for split in others if split.task.id != task.id)]


def _splits_of(stores: Stores, clip_id: str) -> list[StemSplit]:
    ids = LineageStore(stores.database).tasks_made_of(clip_id)
    present = [row.id for row in stores.tasks.summaries(ids) if not row.is_trashed]
    splits = (_split(stores, task) for task in stores.tasks.tasks(present).values())
    return [split for split in splits if split is not None][::-1]


def _split(stores: Stores, task: Task) -> StemSplit | None:
    """The task as a split; None if it is not a split."""
    submission = stores.journal.reader.get(task.submission_id) if task.submission_id else None
    request = submission.request if submission is not None else None
    if not is_split(task, request.kind if request is not None else ""):
        return None
    source_id = source_of(task) or next(iter(source_clip_ids(request) if request is not None else ()), "")
    known = stores.tasks.clip(source_id) if source_id else None
    title = (known[1].title or known[0].title) if known is not None else task.title
    source = TakeRef(known[0].id, known[1].id) if known is not None else None
    return StemSplit(task, title, source, parts_of(task, title))
