"""Personas: voices made from a clip, for use in other songs; a persona exists only at the gateway that made it (quirk
17)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """A persona."""

    id: str
    name: str
    clip_id: str
    """The clip it was made from: songs with the persona also name this clip (protocol 2.2)."""
    profile: str = ""
    """The profile of the gateway that has it."""
    created_at: float = 0.0
    """Unix seconds of the local clock; 0 when unknown."""
