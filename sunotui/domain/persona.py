"""A voice made of a clip, to sing other songs; it lives at the gateway that made it (quirk 17)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """One voice."""

    id: str
    name: str
    clip_id: str
    """The clip it was made of: songs with the persona name it too (protocol 2.2)."""
    profile: str = ""
    """The profile whose gateway has it; other gateways do not know it."""
    created_at: float = 0.0
    """Unix seconds of our own clock; 0 when unknown."""
