"""Personas and word timings, saved so that they are requested only once."""

from __future__ import annotations

from collections.abc import Callable

from sunotui.domain.gateways.persona import Persona
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.gateway_facts.timings import TimingStore


def test_personas_are_stored_by_profile_newest_first(open_db: Callable[..., Database]) -> None:
    first = open_db()
    for persona in (
        Persona("p1", "Low voice", "c1", "main", 1.0),
        Persona("p2", "High voice", "c2", "main", 2.0),
        Persona("p1", "Elsewhere", "c9", "other", 3.0),
    ):
        PersonaStore(first).add(persona)
    first.close()
    personas = PersonaStore(open_db())
    assert [persona.name for persona in personas.all("main")] == ["High voice", "Low voice"]
    personas.add(Persona("p1", "Lowest voice", "c1", "main", 1.0))
    assert [persona.name for persona in personas.all("main")] == ["High voice", "Lowest voice"]
    assert len(personas.all("other")) == 1


def test_timings_are_stored_by_clip_and_the_newest_count(db: Database) -> None:
    timings = TimingStore(db)
    assert timings.get("c1") == ""
    timings.put("c1", "[1]")
    timings.put("c1", "[2]")
    timings.put("c2", "[3]")
    assert timings.get("c1") == "[2]"
    assert timings.of(["c2", "c1", "c3"]) == {"c1": "[2]", "c2": "[3]"}
    assert timings.of([]) == {}
