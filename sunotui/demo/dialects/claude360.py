"""claude360: `custom_mode` tells words from a description, and is false unless it is given (its pages, November 2026).

What they do not tell is that of a relay. The persona page is not documented there; without it no persona could be used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sunotui.demo.dialects.reference import Extra
from sunotui.demo.dialects.relays import Relay
from sunotui.demo.error_responses import Refusals, SunoapiRefusals
from sunotui.demo.music.clips import clip_json
from sunotui.demo.music.documented_tasks import SUNOAPI_TASKS
from sunotui.demo.music.jobs import Job, Take
from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import BadOrder, MusicOrder, Wishes
from sunotui.demo.responses import Answer
from sunotui.domain.models import find, limits_of

DEFAULT_MODEL = "V4_5"
LONGEST_DESCRIPTION = 500
"""Characters of a prompt without `custom_mode`, whatever the model."""
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
    """Clips tell their words under `text`, and nothing of what was asked."""

    name = "claude360"
    extras = frozenset({Extra.PERSONA})
    tasks = SUNOAPI_TASKS
    refusals: Refusals = SunoapiRefusals()

    def read_song(self, body: bytes) -> MusicOrder:
        fields = payloads.read_object(body)
        is_custom = payloads.flag_of(fields, "custom_mode")
        prompt, mv = payloads.text_of(fields, "prompt"), _mv_of(fields)
        is_instrumental = payloads.flag_of(fields, "instrumental") or payloads.flag_of(fields, "make_instrumental")
        if not prompt and not (is_custom and is_instrumental):
            raise BadOrder("prompt is required")
        return MusicOrder(
            gpt_description_prompt="" if is_custom else prompt,
            prompt=prompt if is_custom else "",
            mv=mv,
            title=payloads.text_of(fields, "title"),
            tags=payloads.text_of(fields, "style") or payloads.text_of(fields, "tags"),
            continue_at=payloads.number_of(fields, "continue_at"),
            continue_clip_id=payloads.text_of(fields, "continue_clip_id"),
            make_instrumental=is_instrumental,
            wishes=_wishes_of(fields, mv),
        )

    def refuses_parent(self, order: MusicOrder, known: Callable[[str], object]) -> Answer | None:
        return None

    def refuses_order(self, order: MusicOrder, known: Callable[[str], tuple[Job, Take] | None]) -> Answer | None:
        limits = limits_of(order.mv)
        lengths = (
            (order.gpt_description_prompt, LONGEST_DESCRIPTION),
            (order.prompt, limits.prompt),
            (order.tags, limits.style),
            (order.title, limits.title),
        )
        if any(len(text) > limit for text, limit in lengths):
            return SunoapiRefusals().too_long()
        parent = known(order.continue_clip_id)
        if parent is not None and parent[0].model != order.mv:
            return self.refusals.bad_body("model must be the one of the song to extend")
        return None

    def clip(self, job: Job, take: Take, at: float, media: str) -> dict[str, Any]:
        made = clip_json(job, take, at, media)
        metadata = made["metadata"]
        return {**made, "text": metadata["prompt"], "metadata": {name: metadata[name] for name in _KEPT_METADATA}}

    def status_page(self) -> None:
        return None


def _mv_of(fields: dict[str, Any]) -> str:
    """The model under Suno's own name; `mv` and any known spelling are taken. Raises BadOrder for an unknown one."""
    named = payloads.text_of(fields, "model") or payloads.text_of(fields, "mv") or DEFAULT_MODEL
    model = find(_MODELS.get(named.upper(), named))
    if model is None:
        raise BadOrder(f"model {named} is not supported")
    return model.mv


def _wishes_of(fields: dict[str, Any], mv: str) -> Wishes:
    gender = payloads.text_of(fields, "vocal_gender")
    if gender not in {"", "m", "f"} or (gender and mv in _BEFORE_V4_5):
        raise BadOrder("vocal_gender must be m or f, with V4_5 or later")
    sliders = payloads.sliders_of(fields)
    for name, value in sliders.items():
        if round(value, 2) != value:
            raise BadOrder(f"{name} must have two decimals at most")
    persona_id, persona_model = payloads.text_of(fields, "persona_id"), payloads.text_of(fields, "persona_model")
    if persona_id and persona_model not in PERSONA_MODELS:
        raise BadOrder(f"persona_model must be one of {', '.join(PERSONA_MODELS)}")
    is_extension = bool(payloads.text_of(fields, "continue_clip_id"))
    if is_extension and persona_id:
        raise BadOrder("persona_id does not go with continue_clip_id")
    return Wishes(
        task="extend" if is_extension else "artist_consistency" if persona_id else "",
        negative_tags=payloads.text_of(fields, "negative_tags"),
        vocal_gender=gender,
        persona_id=persona_id,
        persona_model=persona_model if persona_id else "",
        sliders=sliders,
    )
