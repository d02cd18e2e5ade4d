"""claude360: `custom_mode` distinguishes lyrics from a description, and is false by default (its documentation,
November 2026). Undocumented parts follow a relay. The persona page is not documented there, but without it no persona
could be used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sunotui.demo.dialects.reference import Extra
from sunotui.demo.dialects.relays import Relay
from sunotui.demo.error_responses import ErrorResponses, SunoapiErrors
from sunotui.demo.music.clips import clip_json
from sunotui.demo.music.documented_tasks import SUNOAPI_TASKS
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import GenerationOptions, InvalidBody, MusicPayload
from sunotui.demo.responses import ResponseData
from sunotui.domain.gateways.models import find, limits_of

DEFAULT_MODEL = "V4_5"
LONGEST_DESCRIPTION = 500
"""The maximum length of a prompt without `custom_mode`, in characters, for any model."""
PERSONA_MODELS = ("style_persona", "voice_persona")

_MODELS = {
    "V6": "chirp-hawk",
    "V6_WILD": "chirp-hawk-wild",
    "V6_MINI": "chirp-goose",
    "V5_5": "chirp-fenix",
    "V5": "chirp-crow",
    "V4_5PLUS": "chirp-bluejay",
    "V4_5ALL": "chirp-auk-turbo",
    "V4_5": "chirp-auk",
    "V4": "chirp-v4",
    "V3_5": "chirp-v3-5",
}
_BEFORE_V4_5 = frozenset({"chirp-v4", "chirp-v3-5", "chirp-v3-0"})
_KEPT_METADATA = ("type", "duration", "refund_credits", "stream", "error_type", "error_message")


class Claude360(Relay):
    """Clips have their lyrics in `text`, and repeat nothing of the request."""

    name = "claude360"
    extras = frozenset({Extra.PERSONA})
    tasks = SUNOAPI_TASKS
    errors: ErrorResponses = SunoapiErrors()

    def read_song(self, body: bytes) -> MusicPayload:
        fields = payloads.parse_object(body)
        is_custom = payloads.flag_field(fields, "custom_mode")
        prompt, mv = payloads.text_field(fields, "prompt"), _mv_of(fields)
        is_instrumental = payloads.flag_field(fields, "instrumental") or payloads.flag_field(
            fields, "make_instrumental"
        )
        if not prompt and not (is_custom and is_instrumental):
            raise InvalidBody("prompt is required")
        return MusicPayload(
            gpt_description_prompt="" if is_custom else prompt,
            prompt=prompt if is_custom else "",
            mv=mv,
            title=payloads.text_field(fields, "title"),
            tags=payloads.text_field(fields, "style") or payloads.text_field(fields, "tags"),
            continue_at=payloads.number_field(fields, "continue_at"),
            continue_clip_id=payloads.text_field(fields, "continue_clip_id"),
            make_instrumental=is_instrumental,
            options=_options_of(fields, mv),
        )

    def check_parent(self, payload: MusicPayload, known: Callable[[str], object]) -> ResponseData | None:
        return None

    def check_payload(
        self, payload: MusicPayload, known: Callable[[str], tuple[Job, Take] | None]
    ) -> ResponseData | None:
        limits = limits_of(payload.mv)
        lengths = (
            (payload.gpt_description_prompt, LONGEST_DESCRIPTION),
            (payload.prompt, limits.prompt),
            (payload.tags, limits.style),
            (payload.title, limits.title),
        )
        if any(len(text) > limit for text, limit in lengths):
            return SunoapiErrors().too_long()
        parent = known(payload.continue_clip_id)
        if parent is not None and parent[0].model != payload.mv:
            return self.errors.bad_body("model must be the one of the song to extend")
        return None

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        made = clip_json(job, take, at, media)
        metadata = made["metadata"]
        return {**made, "text": metadata["prompt"], "metadata": {name: metadata[name] for name in _KEPT_METADATA}}

    def status_page(self) -> None:
        return None


def _mv_of(fields: dict[str, Any]) -> str:
    """The model's name at Suno; `mv` and all known names are accepted. Raises InvalidBody for an unknown one."""
    named = payloads.text_field(fields, "model") or payloads.text_field(fields, "mv") or DEFAULT_MODEL
    model = find(_MODELS.get(named.upper(), named))
    if model is None:
        raise InvalidBody(f"model {named} is not supported")
    return model.mv


def _options_of(fields: dict[str, Any], mv: str) -> GenerationOptions:
    gender = payloads.text_field(fields, "vocal_gender")
    if gender not in {"", "m", "f"} or (gender and mv in _BEFORE_V4_5):
        raise InvalidBody("vocal_gender must be m or f, with V4_5 or later")
    sliders = payloads.parse_sliders(fields)
    for name, value in sliders.items():
        if round(value, 2) != value:
            raise InvalidBody(f"{name} must have two decimals at most")
    persona_id, persona_model = payloads.text_field(fields, "persona_id"), payloads.text_field(fields, "persona_model")
    if persona_id and persona_model not in PERSONA_MODELS:
        raise InvalidBody(f"persona_model must be one of {', '.join(PERSONA_MODELS)}")
    is_extension = bool(payloads.text_field(fields, "continue_clip_id"))
    if is_extension and persona_id:
        raise InvalidBody("persona_id does not go with continue_clip_id")
    return GenerationOptions(
        task="extend" if is_extension else "artist_consistency" if persona_id else "",
        negative_tags=payloads.text_field(fields, "negative_tags"),
        vocal_gender=gender,
        persona_id=persona_id,
        persona_model=persona_model if persona_id else "",
        sliders=sliders,
    )
