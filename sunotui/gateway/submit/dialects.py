"""Builds the fields of a song's request in a dialect. Sources: documentation of key4u, aimanyi and yunwu for `nested`,
of claude360 for `sunoapi`, of cometapi, ephone and others for `flat` (November 2026).
"""

from __future__ import annotations

from typing import Any

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import GENDER_AT_THE_TOP, Dialect
from sunotui.domain.gateways.models import find
from sunotui.domain.requests.derived import DerivedRequest
from sunotui.domain.requests.music import MusicRequest, SongFields
from sunotui.domain.text import sendable

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
_SLIDER_FIELDS = {
    "style_weight": "style_weight",
    "weirdness": "weirdness_constraint",
    "audio_weight": "audio_weight",
}
"""The wire names of sliders by the request's attributes, in both dialects that have sliders."""
_TIMED_MODEL = "chirp-fenix"
"""The only model for which a duration is documented, in custom songs."""
_ADVICE = "Use another gateway, or set another dialect (in the profile's settings or SUNOTUI_DIALECT)"


def music_in_dialect(fields: Fields, request: MusicRequest, dialect: Dialect, label: str = "") -> Fields:
    """Convert the flat fields of a new or extended song to `dialect`; `label` is that of a documented gateway
    (`DialectChoice.label`), whose variant is then used. Raises InvalidRequest if the dialect has no documented format
    for the request, which is then never sent.
    """
    if request.persona_as_voice and request.persona_id.strip() and dialect is not Dialect.SUNOAPI:
        raise _not_offered("A voice", dialect)
    match dialect:
        case Dialect.FLAT:
            return fields | _flat_settings(request, label)
        case Dialect.NESTED:
            if request.extend_upload:
                fields = fields | {"metadata_params": {"clip_id": fields["continue_clip_id"]}}
            return fields | _nested_settings(request)
        case Dialect.SUNOAPI:
            return _sunoapi(fields, request)


def derived_in_dialect(base: Fields, request: DerivedRequest, dialect: Dialect, label: str = "") -> Fields:
    """The fields of a derived task: `base` has the lyrics, labels and model, the task's row in the table the rest;
    `label` is as in `music_in_dialect`. Raises InvalidRequest if the dialect has no documented format, and ValueError
    for an unsupported number of stems.
    """
    form = request.row.forms.get(dialect)
    if form is None:
        raise _not_offered(request.row.label, dialect)
    fields: Fields = base | ({"task": form.task} if form.task else {})
    fields |= {name: value for name, attribute in form.top.items() if (value := _value(request, attribute)) is not None}
    params: Fields = {}
    for name, attribute in form.params.items():
        if (value := _value(request, attribute)) is not None:
            outer, _, inner = name.rpartition(".")
            (params.setdefault(outer, {}) if outer else params)[inner] = value
    if params:
        fields["metadata_params"] = params
    fields |= {name: list(value) if isinstance(value, tuple) else value for name, value in form.fixed.items()}
    return fields | (_flat_settings(request, label) if dialect is Dialect.FLAT else _nested_settings(request))


def seconds_number(at_s: float) -> int | float:
    """Seconds as a JSON number for Go servers; a whole number without ".0", as in all examples."""
    return int(at_s) if float(at_s).is_integer() else at_s


def _value(request: DerivedRequest, attribute: str) -> object:
    """The wire value of an attribute; None if it is empty."""
    value = getattr(request, attribute)
    if isinstance(value, str):
        return sendable(value) or None
    if isinstance(value, tuple):
        return list(value) or None
    return seconds_number(value) if isinstance(value, float | int) else value


def _flat_settings(request: SongFields, label: str) -> Fields:
    """Sliders and gender in `metadata`, as at Suno, the gender at some gateways at the top level; `audio_weight`
    belongs to covers."""
    if request.duration_s is not None:
        raise _not_offered("A duration", Dialect.FLAT)
    is_cover = isinstance(request, DerivedRequest) and request.task == "cover"
    if request.audio_weight is not None and not is_cover:
        raise InvalidRequest("Audio weight belongs to a cover here", advice="Leave it out, or make a cover")
    metadata: Fields = {}
    if sliders := {_SLIDER_FIELDS[name]: value for name, value in request.sliders.items()}:
        metadata |= {
            "create_mode": "custom",
            "control_sliders": sliders,
            "can_control_sliders": list(sliders),
        }
        if is_cover:
            metadata["is_remix"] = True
    gender: Fields = {"vocal_gender": request.gender} if request.gender else {}
    if label in GENDER_AT_THE_TOP:
        return ({"metadata": metadata} if metadata else {}) | gender
    metadata |= gender
    return {"metadata": metadata} if metadata else {}


def _nested_settings(request: SongFields) -> Fields:
    if request.sliders:
        raise _not_offered("A slider", Dialect.NESTED)
    if request.gender:
        raise _not_offered("A vocal gender", Dialect.NESTED)
    if request.duration_s is None:
        return {}
    model = find(request.model)
    is_custom = isinstance(request, MusicRequest) and not request.is_described
    if not is_custom or model is None or model.mv != _TIMED_MODEL:
        raise InvalidRequest(
            "A duration works with custom songs of v5.5 only here", advice=f"Leave it out, or choose {_TIMED_MODEL}"
        )
    return {"duration": seconds_number(request.duration_s)}


def _sunoapi(fields: Fields, request: MusicRequest) -> Fields:
    """The fields in the sunoapi dialect. `custom_mode` is always sent: without it, lyrics are interpreted as a
    description."""
    if request.extend_upload:
        raise _not_offered("Extending an upload", Dialect.SUNOAPI)
    if request.duration_s is not None:
        raise _not_offered("A duration", Dialect.SUNOAPI)
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
        use = "voice_persona" if request.persona_as_voice else "style_persona"
        made |= {"persona_id": fields["persona_id"], "persona_model": use}
    made |= {_SLIDER_FIELDS[name]: value for name, value in request.sliders.items()}
    return made | ({"vocal_gender": request.gender} if request.gender else {})


def _not_offered(what: str, dialect: Dialect) -> InvalidRequest:
    sentence = f"{what} is not offered here: the {dialect.value} form of requests does not have it"
    return InvalidRequest(sentence, advice=_ADVICE)
