"""Detects signs of a gateway's dialect in a task's JSON."""

from __future__ import annotations

import json

from sunotui.gateway.parsing.fields import JsonObject, first
from sunotui.gateway.parsing.tasks import inner_objects

_WHAT_WAS_ASKED = ("prompt", "tags", "gpt_description_prompt")
"""The keys in a clip's metadata with which Suno's responses, and those of relays, repeat the request."""


def has_sunoapi_clips(raw: str) -> bool:
    """Whether a task (`TaskReport.raw`) has clips in the format that claude360 documents: lyrics under `text`, and
    metadata that repeats nothing of the request. False for a text that cannot be parsed. new-api's own song type also
    has `text`, but with full metadata.
    """
    clips = [clip for clip in _clip_objects(raw) if _is_text(clip.get("text"))]
    return bool(clips) and not any(_repeats_the_request(clip) for clip in clips)


def _clip_objects(raw: str) -> list[JsonObject]:
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    if isinstance(item, dict):
        data = first(item, "data")
        return inner_objects(item if data is None else data)
    return inner_objects(item)


def _repeats_the_request(clip: JsonObject) -> bool:
    metadata = clip.get("metadata")
    return isinstance(metadata, dict) and any(_is_text(metadata.get(key)) for key in _WHAT_WAS_ASKED)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
