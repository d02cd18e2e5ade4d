"""key4u: a private build whose derived tasks take their fields from `metadata_params` (its documentation, November
2026)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sunotui.demo.dialects.private import Paid
from sunotui.demo.dialects.reference import KEY4U_EXTRAS, Extra
from sunotui.demo.music.documented_tasks import NESTED_SECTIONS, NESTED_TASKS
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import InvalidBody, MusicPayload
from sunotui.domain.gateways.models import find

LONGEST_SONG_S = 480.0
"""The maximum `duration` in seconds; not documented, so this is Suno's longest song."""

_TIMED_MODEL = "chirp-fenix"
_COMMON = ("gpt_description_prompt", "prompt", "mv", "title", "tags", "negative_tags", "make_instrumental")
_AT_THE_TOP = ("continue_clip_id", "continue_at", "task_id", "persona_id", "artist_clip_id", "generation_type")
_EITHER_PLACE = ("artist_clip_id", "image_url")
"""Documented without the braces of `metadata_params`, in the column for its fields."""
_RANGE = {name: name for name in ("infill_start_s", "infill_end_s")}
_SECTIONS = NESTED_SECTIONS | {"infill"}
_PARAMS: Mapping[str, Mapping[str, str]] = {
    "cover": {"clip_id": "cover_clip_id"},
    "cover_extend": {"clip_id": "cover_clip_id"},
    "upload_extend": {"clip_id": "continue_clip_id"},
    **dict.fromkeys(_SECTIONS, _RANGE),
}
"""The fields of `metadata_params` and their names in the flat format, by task. All are required."""


class Key4u(Paid):
    """Ignores a derived task's fields at the top level, sliders and the vocal gender."""

    name = "key4u"
    extras = KEY4U_EXTRAS | {Extra.CONCAT, Extra.UPLOAD_URL, Extra.FEED}
    tasks = NESTED_TASKS
    has_waves = False
    system_name = "Key4u API"

    def read_song(self, body: bytes) -> MusicPayload:
        fields = payloads.parse_object(body)
        metadata = payloads.object_field(fields, "metadata")
        task = payloads.text_field(fields, "task") or payloads.text_field(metadata, "task")
        params = payloads.object_field(fields, "metadata_params") or payloads.object_field(metadata, "metadata_params")
        flat = _flat(fields, task, params)
        params = {name: fields[name] for name in _EITHER_PLACE if name in fields} | params
        options = replace(payloads.parse_options(flat), duration_s=_duration_s(fields))
        return replace(payloads.music_payload(flat), options=options, params=params)


def _duration_s(fields: dict[str, Any]) -> float | None:
    """The requested length of a song. Raises InvalidBody with a description, and with any model but v5.5."""
    duration_s = payloads.number_field(fields, "duration")
    if duration_s is None:
        return None
    model = find(payloads.text_field(fields, "mv"))
    if fields.get("gpt_description_prompt") is not None or model is None or model.mv != _TIMED_MODEL:
        raise InvalidBody("duration goes with custom songs of chirp-v5-5 only")
    if not 0 < duration_s <= LONGEST_SONG_S:
        raise InvalidBody(f"duration must be above 0 and at most {LONGEST_SONG_S:.0f}")
    return duration_s


def _flat(fields: dict[str, Any], task: str, params: dict[str, Any]) -> dict[str, Any]:
    """The body in the flat format, without the fields that this server ignores. Raises InvalidBody."""
    made = {name: fields[name] for name in (*_COMMON, *_AT_THE_TOP) if name in fields}
    made |= {"task": task, **_params(task, params, payloads.text_field(fields, "continue_clip_id"))}
    if fields.get("gpt_description_prompt") is not None:
        # Its presence overrides the lyrics; excluded styles are for custom songs only.
        if not payloads.text_field(fields, "gpt_description_prompt"):
            raise InvalidBody("gpt_description_prompt is empty")
        made |= {"prompt": "", "negative_tags": ""}
    return made


def _params(task: str, params: dict[str, Any], continue_clip_id: str) -> dict[str, Any]:
    """The fields of `metadata_params` with their names in the flat format. Raises InvalidBody for a missing one."""
    names = _PARAMS.get(task, {})
    for name in names:
        if params.get(name) in (None, ""):
            raise InvalidBody(f"metadata_params.{name} is required")
    if task == "upload_extend" and params["clip_id"] != continue_clip_id:
        raise InvalidBody("metadata_params.clip_id is not continue_clip_id")
    made = {flat: params[name] for name, flat in names.items()}
    if task in _SECTIONS:
        # The lyrics of the section are here, not in `prompt`. Where its clip belongs is not documented.
        made["prompt"] = payloads.text_field(payloads.object_field(params, "metadata"), "infill_lyrics")
        made["continue_clip_id"] = continue_clip_id or params.get("clip_id")
    return made
