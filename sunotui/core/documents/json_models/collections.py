"""The documents of labels, albums, saved searches and personas."""

from __future__ import annotations

from typing import NotRequired

from sunotui.core.documents.json_models.base import Document


class LabelDocument(Document):
    """A label and the number of its tasks."""

    label: str
    tasks: int


class AlbumSummaryDocument(Document):
    """An album and the number of its takes that are not in the trash."""

    name: str
    takes: int
    duration: NotRequired[float]
    """The running time of its takes in seconds, as far as it is known."""
    saved: NotRequired[int]
    """How many of its takes are saved as files."""


class AlbumTakeDocument(Document):
    """A take on an album; `clip` and `take` are null for a task without takes."""

    task: str
    clip: str | None
    take: int | None
    title: str
    duration: float | None
    trashed: bool
    saved: NotRequired[bool]
    """Whether it is saved as a file."""


class AlbumDocument(Document):
    """An album with its takes in order."""

    name: str
    takes: list[AlbumTakeDocument]
    duration: NotRequired[float]
    """The running time in seconds of its takes that are not in the trash, as far as it is known."""
    saved: NotRequired[int]
    """How many of these are saved as files."""
    artist: NotRequired[str]
    """Empty for the artist of the settings."""
    cover_clip: NotRequired[str | None]
    """The take whose cover is the album's; null for a picture file, and for the first take with a cover."""
    cover_file: NotRequired[str | None]
    """The picture file that is the album's cover."""


class RenamedFileDocument(Document):
    """A file of a folder that has another name now."""

    old: str
    new: str


class MissingTakeDocument(Document):
    """A take of an album that could not be exported."""

    task: str
    clip: str
    title: str
    reason: str


class AlbumExportDocument(Document):
    """What an export of an album did to a folder; files are named relative to it."""

    album: str
    folder: str
    songs: int
    """How many songs of the album the folder has now."""
    duration: float
    """Their running time in seconds, as far as it is known."""
    written: list[str]
    """New files, and those with new content; a song that moved gets its new number in name and tags."""
    renamed: list[RenamedFileDocument]
    deleted: list[str]
    unchanged: list[str]
    kept: list[str]
    """Files of an earlier export that were changed since, and stay as they are."""
    missing: list[MissingTakeDocument]
    notes: list[str]


class SavedSearchDocument(Document):
    """A saved search."""

    name: str
    search: str
    sort: str
    reversed: bool


class PersonaDocument(Document):
    """A persona."""

    id: str
    profile: str
    name: str
    clip_id: str
    created_at: str | None
