"""Which requested features a finished take proves by its own metadata."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.domain.gateways.features import Feature
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, Request
from sunotui.domain.tasks.clip import Clip, DerivationKind
from sunotui.domain.text import trim

_SLIDER_STEP = 0.005
"""Half of a slider's step."""
_KINDS = {
    Feature.COVER: DerivationKind.COVER,
    Feature.COVER_EXTEND: DerivationKind.COVER,
    Feature.INFILL: DerivationKind.SECTION,
    Feature.STEMS: DerivationKind.STEM,
    Feature.REMASTER: DerivationKind.UPSAMPLE,
    Feature.ADD_VOCALS: DerivationKind.ADDED_VOCALS,
    Feature.ADD_INSTRUMENTAL: DerivationKind.ADDED_INSTRUMENTAL,
    Feature.MASHUP: DerivationKind.MASHUP,
    Feature.INSPIRED: DerivationKind.PLAYLIST,
    Feature.HUM: DerivationKind.ARTIST,
}
"""How each feature appears in a clip's metadata; features without a documented trace are omitted."""


def shows(feature: Feature, request: Request, clip: Clip) -> bool | None:
    """Whether a finished take proves by its own metadata that a feature was passed on: True is proof, False means that
    the take reports something else or nothing, None is unknown. A matching parent alone proves nothing: a relay that
    drops `task` makes a plain continuation of that clip (protocol 2). Extra fields leave no known trace.
    """
    match feature, request:
        case _, DerivedRequest() if feature is request.row.feature:
            return _derives_from_all(clip, _KINDS.get(feature), request.clip_ids)
        case Feature.PERSONA, MusicRequest(persona_id=persona, persona_clip_id=artist):
            by_voice = _derives(clip, DerivationKind.ARTIST, trim(artist)) if trim(artist) else False
            by_persona = _derives(clip, DerivationKind.PERSONA, trim(persona))
            return by_voice or by_persona
        case Feature.SLIDERS, SongFields() if request.sliders:
            return _has_sliders(request.sliders, clip)
        case Feature.EXCLUDE, SongFields(exclude=exclude):
            return is_same_text(exclude, clip.exclude)
    return None


def _has_sliders(asked: Mapping[str, float], clip: Clip) -> bool | None:
    """Whether the clip reports the requested sliders; None if it reports no sliders."""
    reported = {name: getattr(clip, name) for name in asked}
    if all(value is None for value in reported.values()):
        return None
    return all(value is not None and abs(value - asked[name]) < _SLIDER_STEP for name, value in reported.items())


def is_same_text(asked: str, made: str) -> bool:
    """Whether two texts are equal, ignoring what gateways change: blanks, case and a trailing comma."""
    return _plain(asked) == _plain(made)


def _derives_from_all(clip: Clip, kind: DerivationKind | None, wanted: tuple[str, ...]) -> bool | None:
    if kind is None or not wanted:
        return None
    found = {_derives(clip, kind, clip_id) for clip_id in wanted}
    return False if False in found else None if None in found else True


def _derives(clip: Clip, kind: DerivationKind, wanted: str) -> bool | None:
    known = clip.derivations
    if known is not None and any(found.kind is kind and found.id == wanted for found in known):
        return True
    if kind is DerivationKind.PERSONA:
        return None if known is None else False
    # The derivation is unknown for clips that an older version parsed.
    is_open = wanted in clip.parents and not any(found.id == wanted for found in known or ())
    return None if is_open else False


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" ,").casefold()
