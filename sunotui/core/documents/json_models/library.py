"""The documents of an import and of a repair of the library."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class RepairedTableDocument(Document):
    """The rows of one table after a repair."""

    name: str
    rescued: int
    from_backup: int
    spoilt: int
    mended: int
    is_whole: bool


class RepairDocument(Document):
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


class BrokenLineDocument(Document):
    """A line of an import that could not be read."""

    line: int
    reason: str


class ImportDocument(Document):
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
