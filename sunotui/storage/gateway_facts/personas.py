"""Stores personas by the profile whose gateway has them."""

from __future__ import annotations

from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.request import PersonaRequest, from_json
from sunotui.domain.text import trim
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row, storable_text

_COLUMNS = "profile, id, name, clip_id, created_at"


class PersonaStore:
    """Personas by profile. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, profile: str) -> list[Persona]:
        """The personas of a profile, newest first."""
        rows = self._db.query(
            f"SELECT {_COLUMNS} FROM persona WHERE profile = ? ORDER BY created_at DESC, id", [storable_text(profile)]
        )
        return [Persona(**dict(zip(row.keys(), row, strict=True))) for row in rows]

    def add(self, persona: Persona) -> None:
        """Add a persona; one with the same id is replaced."""
        row = (persona.profile, persona.id, persona.name, persona.clip_id, persona.created_at)
        with self._db.write() as connection:
            connection.execute(
                f"INSERT INTO persona ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (profile, id) DO UPDATE SET "
                "name = excluded.name, clip_id = excluded.clip_id, created_at = excluded.created_at",
                storable_row(row),
            )

    def add_result(self, request_text: str, result: str, profile: str, now: float) -> None:
        """Add the persona that a request made at `now`, in Unix seconds: `request_text` is the request as the journal
        keeps it, `result` the persona's id. Does nothing for a request of another kind."""
        request = from_json(request_text)
        if isinstance(request, PersonaRequest):
            self.add(Persona(result, trim(request.name), trim(request.clip_id), profile, now))
