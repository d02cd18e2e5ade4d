"""The types of the documents that commands print with --json: the contract with scripts.

Keys keep their names and meanings; new ones come at the end. Times are ISO 8601 in UTC, such as "2026-11-29T16:00:00Z".
`docs/json-schema` has a JSON Schema for each entry of DOCUMENTS. Only type checkers and the generator of those files
import this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired

from pydantic import ConfigDict
from typing_extensions import TypedDict


class _Document(TypedDict):
    pass


_Document.__pydantic_config__ = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)  # type: ignore[attr-defined]


class RatingFields(_Document, total=False):
    """The user's rating of a take; without fields if the library was not read for it."""

    rating: int
    """1 to 5; 0 without a rating."""
    starred: bool
    heard_at: str | None


class ClipDocument(_Document):
    """A clip. Sliders are 0 to 1, the duration is in seconds; null or "" if the gateway does not report it."""

    id: str
    take: int | None
    """The number among the takes of its task, from 1; null for a clip of an unknown task."""
    title: str
    status: str
    tags: str
    lyrics: str
    description: str
    model: str
    duration: float | None
    audio_url: str | None
    video_url: str | None
    image_url: str | None
    created_at: str | None
    error: str
    exclude: str
    parents: list[str]
    rating: NotRequired[int]
    """This and the next two only if the library was read for the user's annotations."""
    starred: NotRequired[bool]
    heard_at: NotRequired[str | None]
    bpm: float | None
    key: str
    style_weight: float | None
    weirdness: float | None
    audio_weight: float | None
    persona_id: str
    is_max_mode: bool


class LyricsDocument(_Document):
    """The lyrics of a lyrics task."""

    title: str
    text: str
    tags: list[str]


class DifferenceDocument(_Document):
    """A field in which a take differs from the request."""

    take: int
    field: str
    asked: str
    made: str


class AnnotationFields(_Document):
    """The user's annotations of a task and its takes."""

    rating: int
    """The highest rating of the takes, 1 to 5; 0 without a rating."""
    starred: bool
    heard: int
    """How many takes were played."""
    labels: list[str]
    note: str
    albums: list[str]
    trashed: bool


class TaskDocument(_Document):
    """A task with its takes."""

    id: str
    profile: str
    action: str
    status: str
    progress: str
    fail_reason: str
    submitted_at: str | None
    started_at: str | None
    finished_at: str | None
    clips: list[ClipDocument]
    lyrics: LyricsDocument | None
    submission_id: str | None
    made_in_s: float | None
    """Seconds from the submission to the end, by this computer's clock."""
    differences: list[DifferenceDocument]
    rating: NotRequired[int]
    """This and the rest only if the library was read for the user's annotations."""
    starred: NotRequired[bool]
    heard: NotRequired[int]
    labels: NotRequired[list[str]]
    note: NotRequired[str]
    albums: NotRequired[list[str]]
    trashed: NotRequired[bool]


class RatedClipDocument(_Document):
    """A take with the user's rating, 1 to 5, or 0 without one."""

    id: str
    rating: int
    starred: bool
    heard_at: str | None


class AnnotationsDocument(AnnotationFields):
    """The user's annotations of one task."""

    id: str
    clips: list[RatedClipDocument]


class SubmissionDocument(_Document):
    """A row of the journal."""

    id: str
    profile: str
    state: str
    request: dict[str, Any]
    """The request: `kind`, and the fields of that kind."""
    created_at: str | None
    sent_at: str | None
    ended_at: str | None
    task_id: str | None
    task_hints: list[str]
    retry_of: str | None
    trouble: str
    trouble_kind: str
    """The code of the error; "" without one."""
    request_id: str
    http_status: int | None
    result: str


class MatchDocument(_Document):
    """A song in a gateway's list that a submission with an unknown outcome may have become."""

    id: str
    task_id: str | None
    title: str
    made_at: str | None
    same: list[str]
    """The fields that agree with the request."""
    clips: list[ClipDocument]


class LabelDocument(_Document):
    """A label and the number of its tasks."""

    label: str
    tasks: int


class AlbumSummaryDocument(_Document):
    """An album and the number of its takes."""

    name: str
    takes: int


class AlbumTakeDocument(_Document):
    """A take on an album; `clip` and `take` are null for a task without takes."""

    task: str
    clip: str | None
    take: int | None
    title: str
    duration: float | None
    trashed: bool


class AlbumDocument(_Document):
    """An album with its takes in order."""

    name: str
    takes: list[AlbumTakeDocument]


class SavedSearchDocument(_Document):
    """A saved search."""

    name: str
    search: str
    sort: str
    reversed: bool


class PersonaDocument(_Document):
    """A persona."""

    id: str
    profile: str
    name: str
    clip_id: str
    created_at: str | None


class _CountFields(_Document):
    tasks: int
    ended: int
    failed: int
    failure_rate: float | None
    """0 to 1; null while no task has ended."""
    takes: int
    kept: int
    """Takes that are starred, rated 4 or more, or on an album."""


class WeekDocument(_CountFields):
    """The counts of the week that begins on the Monday `week`, such as "2026-11-23"."""

    week: str


class ModelDocument(_CountFields):
    """The counts of a model."""

    model: str


class ProfileCountsDocument(_CountFields):
    """The counts of a profile."""

    profile: str


class TimesDocument(_Document):
    """How long songs took, in seconds."""

    profile: str
    model: str
    median_s: float
    p90_s: float
    songs: int


class SpendingDocument(_Document):
    """An estimate of the money spent at one gateway."""

    profile: str
    unit: str
    amount: float
    priced: int
    unpriced: int
    kept: int
    per_kept_take: float | None


class StatisticsDocument(_Document):
    """The statistics of the library."""

    total: _CountFields
    weeks: list[WeekDocument]
    models: list[ModelDocument]
    gateways: list[ProfileCountsDocument]
    times: list[TimesDocument]
    spending: list[SpendingDocument]


class WordDocument(_Document):
    """A word of a song with the seconds at which it begins and ends."""

    text: str
    start_s: float
    end_s: float


class TimingsDocument(_Document):
    """The word timings of a clip."""

    id: str
    words: list[WordDocument]


class TagsDocument(_Document):
    """Tags that a gateway expanded."""

    profile: str
    tags: str
    upsampled_tags: str


class UrlDocument(_Document):
    """The link to a take's file; `kind` is "wav" or "mp4"."""

    task: str
    clip: str
    take: int
    kind: str
    url: str


class MidiDocument(_Document):
    """A MIDI file that was written."""

    task: str
    clip: str
    take: int
    file: str
    notes: int
    instruments: int


class ProfileDocument(_Document):
    """A profile; `offers` has "offered", "missing" or "unknown" for each feature."""

    name: str
    base_url: str
    proxy: str
    model: str
    token_in: str
    is_current: bool
    software: str
    version: str
    offers: dict[str, str]


class FindingDocument(_Document):
    """One check of the doctor; `state` is "ok", "warn" or "fail"."""

    name: str
    state: str
    sentence: str


class FeatureDocument(_Document):
    """Whether a gateway supports a feature, since when that is known, and why."""

    feature: str
    verdict: str
    since: str | None
    reason: str


class BalanceDocument(_Document):
    """The remaining balance at a gateway."""

    remaining: float
    unit: str


class PriceDocument(_Document):
    """The learned price of a kind of request."""

    request: str
    amount: float
    unit: str
    seen: int


class DurationDocument(_Document):
    """How long tasks of a kind take, in seconds."""

    action: str
    median_s: float
    p90_s: float
    count: int


class DialectDocument(_Document):
    """The dialect in which requests are sent."""

    name: str
    reason: str
    is_proved: bool
    since: str | None


class GatewayDocument(_Document):
    """The report about a gateway."""

    profile: str
    base_url: str
    software: str
    version: str
    system_name: str
    models: list[str]
    probed_at: str | None
    offers: list[FeatureDocument]
    balance: BalanceDocument | None
    prices: list[PriceDocument]
    usual: list[DurationDocument]
    dialect: DialectDocument
    proxy: str


class DoctorDocument(_Document):
    """The doctor's findings; `gateway` is null without a profile."""

    ok: bool
    findings: list[FindingDocument]
    gateway: GatewayDocument | None


class RepairedTableDocument(_Document):
    """The rows of one table after a repair."""

    name: str
    rescued: int
    from_backup: int
    spoilt: int
    mended: int
    is_whole: bool


class RepairDocument(_Document):
    """A repair of the library (`doctor --repair`)."""

    ok: bool
    library: str
    was_sound: bool
    was_cut_off: bool
    kept: str | None
    """The path of the damaged file."""
    backup: str | None
    tables: list[RepairedTableDocument]
    stood_in: list[str]
    strays: int


class BrokenLineDocument(_Document):
    """A line of an import that could not be read."""

    line: int
    reason: str


class ImportDocument(_Document):
    """An import. `records` counts the statuses by kind of record."""

    added: int
    completed: int
    there: int
    broken: int
    records: dict[str, dict[str, int]]
    broken_lines: list[BrokenLineDocument]
    adopted: list[str]
    missing: list[str]
    is_cut_off: bool


class DemoDocument(_Document):
    """A demo gateway that is running."""

    base_url: str
    token: str
    dialect: str


DOCUMENTS: Mapping[str, Any] = {
    "album": AlbumDocument,
    "albums": list[AlbumSummaryDocument],
    "annotations": list[AnnotationsDocument],
    "clip": ClipDocument,
    "clips": list[ClipDocument],
    "demo-gateway": DemoDocument,
    "doctor": DoctorDocument,
    "import": ImportDocument,
    "labels": list[LabelDocument],
    "matches": list[MatchDocument],
    "midi": MidiDocument,
    "persona": PersonaDocument,
    "personas": list[PersonaDocument],
    "profiles": list[ProfileDocument],
    "repair": RepairDocument,
    "searches": list[SavedSearchDocument],
    "stats": StatisticsDocument,
    "submission": SubmissionDocument,
    "submissions": list[SubmissionDocument],
    "tags": TagsDocument,
    "task": TaskDocument,
    "tasks": list[TaskDocument],
    "timing": TimingsDocument,
    "url": UrlDocument,
}
"""The documents by the names of their schema files."""

_TASK, _ANNOTATIONS, _ALBUMS, _SEARCHES = ("task", "tasks"), ("annotations",), ("albums",), ("searches",)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("music", "lyrics", "upload", "concat", "stems"), _TASK),
    **dict.fromkeys(("fetch", "wait", "tasks", "search show"), ("tasks",)),
    **dict.fromkeys(("tag add", "tag remove", "rate", "note", "trash", "restore"), _ANNOTATIONS),
    **dict.fromkeys(("album list", "album add", "album remove", "album move", "album rename", "album delete"), _ALBUMS),
    **dict.fromkeys(("search list", "search save", "search delete"), _SEARCHES),
    **dict.fromkeys(("wav", "video"), ("url",)),
    "album show": ("album",),
    "demo-gateway": ("demo-gateway",),
    "doctor": ("doctor", "repair"),
    "feed": ("clips",),
    "import": ("import",),
    "midi": ("midi",),
    "persona": ("persona",),
    "personas": ("personas",),
    "profiles": ("profiles",),
    "show": ("task", "clip"),
    "stats": ("stats",),
    "submissions": ("submissions", "submission", "matches"),
    "tag list": ("labels",),
    "tags": ("tags",),
    "timing": ("timing",),
}
"""The documents that each command prints: which one depends only on its arguments."""
