"""Personas: voices made from clips (protocol 1.2)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sunotui.demo.music.takes import new_clip_id
from sunotui.demo.requests.payloads import InvalidBody, flag_field, number_field, text_field, text_list_field
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.domain.tasks.task import TaskKind


@dataclass(frozen=True, slots=True)
class StoredPersona:
    """A voice that songs can use."""

    id: str
    name: str
    description: str
    root_clip_id: str
    clip_ids: tuple[str, ...]
    is_public: bool


class Personas:
    """The personas of one gateway."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._made: dict[str, StoredPersona] = {}

    def find(self, persona_id: str) -> StoredPersona | None:
        """A persona by its id."""
        return self._made.get(persona_id)

    def create_of_section(self, fields: dict[str, Any]) -> StoredPersona:
        """Create a persona from a section of a clip with the voice (key4u, November 2026). Raises InvalidBody,
        UnknownClip."""
        start_s, end_s = number_field(fields, "vocal_start_s"), number_field(fields, "vocal_end_s")
        if start_s is None or end_s is None or not 0 <= start_s < end_s:
            raise InvalidBody("vocal_start_s and vocal_end_s must be a section of the clip")
        style = text_field(fields, "user_input_styles")
        root_id = text_field(fields, "root_clip_id")
        return self.create({"root_clip_id": root_id, "name": f"Persona {len(self._made) + 1}", "description": style})

    def create(self, fields: dict[str, Any]) -> StoredPersona:
        """Create a persona from a generated clip; uploads are rejected. Raises InvalidBody, UnknownClip."""
        root_id, name = text_field(fields, "root_clip_id"), text_field(fields, "name")
        if not root_id or not name.strip():
            raise InvalidBody("root_clip_id and name are required")
        clip_ids = tuple(text_list_field(fields, "clips"))
        for clip_id in (root_id, *clip_ids):
            job, _ = self._simulator.require_clip(clip_id)
            if job.kind is TaskKind.UPLOAD:
                raise UnknownClip(clip_id)
        rng = random.Random(f"{self._simulator.seed}/persona/{len(self._made) + 1}")
        description, is_public = text_field(fields, "description"), flag_field(fields, "is_public")
        made = StoredPersona(new_clip_id(rng), name, description, root_id, clip_ids, is_public)
        self._made[made.id] = made
        return made


def persona_json(persona: StoredPersona, root_clip: dict[str, Any]) -> dict[str, Any]:
    """A persona in the wire format. Only its `id` is documented; the other keys are the request's and Suno's."""
    return {
        "id": persona.id,
        "name": persona.name,
        "description": persona.description,
        "root_clip_id": persona.root_clip_id,
        "clip": root_clip,
        "persona_clips": [{"id": clip_id} for clip_id in persona.clip_ids],
        "user_display_name": "QuietLantern0001",
        "user_handle": "quietlantern0001",
        "is_public": persona.is_public,
        "is_trashed": False,
        "is_owned": True,
    }
