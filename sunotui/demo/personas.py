"""Personas: a voice kept from a clip (protocol 1.2)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sunotui.demo.music.takes import new_clip_id
from sunotui.demo.requests.payloads import BadOrder, flag_of, number_of, text_of, texts_of
from sunotui.demo.simulator import NoSuchClip, Studio
from sunotui.domain.tasks.task import TaskKind


@dataclass(frozen=True, slots=True)
class Persona:
    """A voice that can be sung with."""

    id: str
    name: str
    description: str
    root_clip_id: str
    clip_ids: tuple[str, ...]
    is_public: bool


class Personas:
    """The personas of one gateway."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._made: dict[str, Persona] = {}

    def find(self, persona_id: str) -> Persona | None:
        """A persona by its id."""
        return self._made.get(persona_id)

    def create_of_section(self, fields: dict[str, Any]) -> Persona:
        """One more, of a section of a clip in which the voice sings (key4u, November 2026). Raises BadOrder,
        NoSuchClip."""
        start_s, end_s = number_of(fields, "vocal_start_s"), number_of(fields, "vocal_end_s")
        if start_s is None or end_s is None or not 0 <= start_s < end_s:
            raise BadOrder("vocal_start_s and vocal_end_s must be a section of the clip")
        style = text_of(fields, "user_input_styles")
        root_id = text_of(fields, "root_clip_id")
        return self.create({"root_clip_id": root_id, "name": f"Persona {len(self._made) + 1}", "description": style})

    def create(self, fields: dict[str, Any]) -> Persona:
        """One more, from a clip that was made here: an upload gives none. Raises BadOrder, NoSuchClip."""
        root_id, name = text_of(fields, "root_clip_id"), text_of(fields, "name")
        if not root_id or not name.strip():
            raise BadOrder("root_clip_id and name are required")
        clip_ids = tuple(texts_of(fields, "clips"))
        for clip_id in (root_id, *clip_ids):
            job, _ = self._studio.known(clip_id)
            if job.kind is TaskKind.UPLOAD:
                raise NoSuchClip(clip_id)
        rng = random.Random(f"{self._studio.seed}/persona/{len(self._made) + 1}")
        description, is_public = text_of(fields, "description"), flag_of(fields, "is_public")
        made = Persona(new_clip_id(rng), name, description, root_id, clip_ids, is_public)
        self._made[made.id] = made
        return made


def persona_json(persona: Persona, root_clip: dict[str, Any]) -> dict[str, Any]:
    """A persona as it stands on the wire. Only its `id` is documented; the other keys are the request's and Suno's."""
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
