"""The details of one task. Imported when the first task is shown, since a list does not need it (12 ms)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunotui.core.stores import Stores
from sunotui.core.submissions import pending_rows
from sunotui.core.submissions.pending_search import task_of
from sunotui.domain.annotations import NO_ANNOTATIONS, Annotations
from sunotui.domain.gateways.money import Price
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.requests.request import source_clip_ids
from sunotui.domain.saving.downloads import SavedFile
from sunotui.domain.saving.safety import NO_LINK_LIFE, LinkLife
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.differences import Difference, differences, model_note
from sunotui.domain.tasks.durations import DurationEstimate, estimate_duration
from sunotui.domain.tasks.lineage import Lineage, Relative
from sunotui.domain.tasks.task import Task
from sunotui.storage.annotations.lookup import read_annotations
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.tasks.lineage_store import LineageStore


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """The details of one task, or of a submission that may have become one."""

    task: Task
    submission: Submission | None
    raw: str
    """The gateway's JSON of the task, as last received."""
    duration_estimate: DurationEstimate | None = None
    """How long tasks of this kind usually take at this gateway; None with too few measured tasks."""
    timings: Mapping[str, WordTimings] = field(default_factory=dict)
    """The word timings of the takes by clip id, as far as they were fetched before."""
    lineage: Lineage | None = None
    """The sources of the takes and the clips derived from them; None if there are neither."""
    sources: tuple[Relative, ...] = ()
    """The clips that the request names, while there is no take that could have a lineage."""
    annotations: Annotations = NO_ANNOTATIONS
    """The user's stars, ratings, labels, albums and note."""

    price: Price | None = None
    """What such a request usually costs at the gateway, as learned from balances; None for a song made elsewhere, and
    while no price is known."""

    files: Mapping[str, SavedFile] = field(default_factory=dict)
    """The existing files of the takes with their sound, by clip id."""
    link_life: LinkLife = NO_LINK_LIFE
    """How long the links of its gateway work."""

    @property
    def is_pending(self) -> bool:
        """Whether it is not a task yet but a submission that is being sent or has an unknown outcome."""
        return self.submission is not None and self.submission.state in pending_rows.PENDING_STATES

    def differences_of(self, clip: Clip) -> tuple[Difference, ...]:
        """Where a finished take differs from the request; empty for a task made elsewhere."""
        return differences(self.submission.request, clip) if self.submission is not None else ()

    def model_note_of(self, clip: Clip) -> str:
        """A note if the take's model is not the requested one; otherwise empty."""
        return model_note(self.submission.request, clip) if self.submission is not None else ""


def read_detail(stores: Stores, task_id: str) -> TaskDetail | None:
    """Read the details of a task, or of the submission of a pending row; None if the library has neither. For the
    storage thread. Raises LibraryError.
    """
    pending = _submission_of_row(stores, task_id)
    if pending is not None:
        return TaskDetail(task_of(pending), pending, pending.answer, sources=_sources_of(stores, pending))
    task = stores.tasks.task(task_id)
    if task is None:
        return None
    submission = stores.journal.reader.get(task.submission_id) if task.submission_id else None
    return TaskDetail(
        task,
        submission,
        stores.tasks.raw(task_id),
        estimate_duration(stores.tasks.durations(task.profile, task.kind)),
        _timings_of(stores, task),
        LineageStore(stores.database).around([clip.id for clip in task.clips]),
        () if task.clips else _sources_of(stores, submission),
        read_annotations(stores.database, [task_id]).get(task_id, NO_ANNOTATIONS),
        _price_of(stores, submission),
        _files_of(stores, task),
        LinkLifeStore(stores.database).all().get(task.profile, NO_LINK_LIFE),
    )


def _files_of(stores: Stores, task: Task) -> dict[str, SavedFile]:
    found = SavedFileStore(stores.database).of([clip.id for clip in task.clips])
    best = {
        clip_id: [file for file in files if file.is_there and file.kind.is_sound] for clip_id, files in found.items()
    }
    return {clip_id: files[0] for clip_id, files in best.items() if files}


def _price_of(stores: Stores, submission: Submission | None) -> Price | None:
    if submission is None:
        return None
    return next(iter(PriceStore(stores.database).prices(submission.profile, submission.request.kind)), None)


def _sources_of(stores: Stores, submission: Submission | None) -> tuple[Relative, ...]:
    return LineageStore(stores.database).named(source_clip_ids(submission.request)) if submission is not None else ()


def _submission_of_row(stores: Stores, row: str) -> Submission | None:
    submission_id = pending_rows.submission_id_of(row)
    return stores.journal.reader.get(submission_id) if submission_id is not None else None


def _timings_of(stores: Stores, task: Task) -> Mapping[str, WordTimings]:
    saved = TimingStore(stores.database).of([clip.id for clip in task.clips])
    if not saved:
        return {}
    # The JSON parser of the gateway package is only needed for takes with timings.
    from sunotui.gateway.parsing.word_timings import timing_of_text

    return {clip_id: timing_of_text(text) for clip_id, text in saved.items()}
