"""The documents of labels, albums, saved searches and personas."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class LabelDocument(Document):
    """A label and the number of its tasks."""

    label: str
    tasks: int


class AlbumSummaryDocument(Document):
    """An album and the number of its takes."""

    name: str
    takes: int


class AlbumTakeDocument(Document):
    """A take on an album; `clip` and `take` are null for a task without takes."""

    task: str
    clip: str | None
    take: int | None
    title: str
    duration: float | None
    trashed: bool


class AlbumDocument(Document):
    """An album with its takes in order."""

    name: str
    takes: list[AlbumTakeDocument]


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
