"""What another library learned on its way, taken in: times of words, voices, prices, offers, drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sunotui.domain.export_records import ExportedCapabilities, ExportedDraft, ExportedPrice, ExportedTimings
from sunotui.domain.persona import Persona
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, storable_row


def _insert(db: Database, table: str, values: Mapping[str, Value]) -> str:
    """A row that is not there yet; what is there is newer or the same, and stays."""
    marks = ", ".join("?" * len(values))
    with db.write() as connection:
        came = connection.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING 1",
            storable_row(values.values()),
        ).fetchall()
    return "added" if came else "there"


def _timing(db: Database, told: ExportedTimings) -> str:
    return _insert(db, "timing", {"clip_id": told.clip_id, "text": told.text})


def _persona(db: Database, told: Persona) -> str:
    values: dict[str, Value] = {"profile": told.profile, "id": told.id, "name": told.name}
    return _insert(db, "persona", {**values, "clip_id": told.clip_id, "created_at": told.created_at})


def _price(db: Database, told: ExportedPrice) -> str:
    """A price has no name of its own: one of the same moment is the same."""
    values = storable_row((told.profile, told.action, told.amount, told.unit, told.learned_at))
    same = "profile = ? AND action = ? AND amount = ? AND unit = ? AND learned_at = ?"
    if db.query(f"SELECT 1 FROM price WHERE {same}", values):
        return "there"
    names = ("profile", "action", "amount", "unit", "learned_at")
    return _insert(db, "price", dict(zip(names, values, strict=True)))


def _offers(db: Database, told: ExportedCapabilities) -> str:
    return _insert(db, "offers", {"profile": told.profile, "text": told.text})


def _draft(db: Database, told: ExportedDraft) -> str:
    return _insert(db, "draft", {"name": told.name, "text": told.text})


EXTRAS: Mapping[type, Callable[[Database, Any], str]] = {
    ExportedTimings: _timing,
    Persona: _persona,
    ExportedPrice: _price,
    ExportedCapabilities: _offers,
    ExportedDraft: _draft,
}
"""What takes in a record of each kind; the word of its fate."""
