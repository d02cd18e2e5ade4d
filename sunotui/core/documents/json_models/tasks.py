"""The documents of tasks and clips, with the user's annotations of them."""

from __future__ import annotations

from typing import NotRequired

from sunotui.core.documents.json_models.base import Document


class PlayCountFields(Document, total=False):
    """What the player counted; without fields for a take that it has not played."""

    plays: int
    last_played_at: str | None


class RatingFields(PlayCountFields, total=False):
    """The user's rating of a take; without fields if the library was not read for it."""

    rating: int
    """1 to 5; 0 without a rating."""
    starred: bool
    heard_at: str | None


class ClipDocument(Document):
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
    plays: NotRequired[int]
    """How often the player has played it; this and the next one only if it has."""
    last_played_at: NotRequired[str | None]
    bpm: float | None
    key: str
    style_weight: float | None
    weirdness: float | None
    audio_weight: float | None
    persona_id: str
    is_max_mode: bool


class LyricsDocument(Document):
    """The lyrics of a lyrics task."""

    title: str
    text: str
    tags: list[str]


class DifferenceDocument(Document):
    """A field in which a take differs from the request."""

    take: int
    field: str
    asked: str
    made: str


class AnnotationFields(Document):
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


class TaskDocument(Document):
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


class RatedClipDocument(Document):
    """A take with the user's rating, 1 to 5, or 0 without one."""

    id: str
    rating: int
    starred: bool
    heard_at: str | None
    plays: NotRequired[int]
    """How often the player has played it; this and the next one only if it has."""
    last_played_at: NotRequired[str | None]


class AnnotationsDocument(AnnotationFields):
    """The user's annotations of one task."""

    id: str
    clips: list[RatedClipDocument]
