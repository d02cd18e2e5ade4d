"""Rewrites a song's fields from the flat form into the form of another dialect.

Sources: published pages of key4u, aimanyi and yunwu for `nested`, of claude360 for `sunoapi` (November 2026).
"""

from typing import Any

from sunotui.domain.dialect import Dialect
from sunotui.domain.errors import RequestImpossible
from sunotui.domain.models import find

Fields = dict[str, Any]

_SUNOAPI_MODELS = {
    "chirp-hawk": "V6",
    "chirp-hawk-wild": "V6_WILD",
    "chirp-goose": "V6_MINI",
    "chirp-fenix": "V5_5",
    "chirp-crow": "V5",
    "chirp-bluejay": "V4_5PLUS",
    "chirp-auk-turbo": "V4_5ALL",
    "chirp-auk": "V4_5",
    "chirp-v4": "V4",
    "chirp-v3-5": "V3_5",
}
_SUNOAPI_TASKS = frozenset({"extend", "artist_consistency"})
_NESTED_TASKS = frozenset({"extend", "upload_extend", "cover", "infill", "artist_consistency"})
_ADVICE = "Use another gateway, or set another dialect in the profile"


def in_dialect(fields: Fields, dialect: Dialect) -> Fields:
    """The fields of POST /suno/submit/music, given in the flat form, as `dialect` writes them.

    Raises RequestImpossible for a task that the dialect has no documented form for: it is never sent.
    """
    match dialect:
        case Dialect.FLAT:
            return fields
        case Dialect.NESTED:
            return _nested(fields)
        case Dialect.SUNOAPI:
            return _sunoapi(fields)


def _nested(fields: Fields) -> Fields:
    """Extensions keep their fields at the top; covers and sections move theirs into `metadata_params`."""
    _require(fields, _NESTED_TASKS, Dialect.NESTED)
    made = dict(fields)
    match fields.get("task"):
        case "cover":
            made["metadata_params"] = {"clip_id": made.pop("cover_clip_id")}
        case "infill":
            made["metadata_params"] = {
                **{name: made.pop(name) for name in ("infill_start_s", "infill_end_s") if name in made},
                "metadata": {"infill_lyrics": fields.get("prompt", "")},
            }
        case "upload_extend":
            made["metadata_params"] = {"clip_id": fields["continue_clip_id"]}
    return made


def _sunoapi(fields: Fields) -> Fields:
    """`custom_mode` always goes: without it, lyrics are read as a description."""
    _require(fields, _SUNOAPI_TASKS, Dialect.SUNOAPI)
    description = fields.get("gpt_description_prompt")
    made: Fields = {"custom_mode": description is None, "prompt": fields.get("prompt", "")}
    if description is not None:
        made["prompt"] = description
    made |= {
        new: fields[old]
        for old, new in (("tags", "style"), ("title", "title"), ("negative_tags", "negative_tags"))
        if old in fields
    }
    model = find(fields["mv"])
    made["model"] = _SUNOAPI_MODELS.get(model.mv, fields["mv"]) if model is not None else fields["mv"]
    made["instrumental"] = fields["make_instrumental"]
    made |= {name: fields[name] for name in ("continue_clip_id", "continue_at") if name in fields}
    if "persona_id" in fields:
        made |= {"persona_id": fields["persona_id"], "persona_model": "style_persona"}
    return made


def _require(fields: Fields, known: frozenset[str], dialect: Dialect) -> None:
    task = fields.get("task")
    if task is not None and task not in known:
        raise RequestImpossible(
            f"This is not offered here: the {dialect.value} dialect has no '{task}'", advice=_ADVICE
        )
