"""What a finished take shows by itself of the features that it was asked for."""

from sunotui.domain.clip import Clip, DerivationKind
from sunotui.domain.offers import Feature
from sunotui.domain.request import CoverRequest, InfillRequest, MusicRequest, Request, StemsRequest
from sunotui.domain.song import SongTexts


def shows(feature: Feature, request: Request, clip: Clip) -> bool | None:
    """Whether a finished take proves by its own metadata that a feature was passed on: True is proof, False is a take
    that says otherwise or nothing, None where it cannot be said.

    That the clip asked for is among the parents proves nothing: a relay that drops `task` makes a plain continuation
    of it (protocol 2). Extra fields leave no trace that is known here.
    """
    match feature, request:
        case Feature.COVER, CoverRequest(clip_id=wanted):
            return _derives(clip, DerivationKind.COVER, wanted.strip())
        case Feature.INFILL, InfillRequest(clip_id=wanted):
            return _derives(clip, DerivationKind.SECTION, wanted.strip())
        case Feature.STEMS, StemsRequest(clip_id=wanted):
            return _derives(clip, DerivationKind.STEM, wanted.strip())
        case Feature.PERSONA, MusicRequest(persona_id=persona, persona_clip_id=artist):
            by_voice = _derives(clip, DerivationKind.ARTIST, artist.strip()) if artist.strip() else False
            by_persona = _derives(clip, DerivationKind.PERSONA, persona.strip())
            return by_voice or by_persona
        case Feature.EXCLUDE, SongTexts(exclude=exclude):
            return is_same_text(exclude, clip.exclude)
    return None


def is_same_text(asked: str, made: str) -> bool:
    """Whether two texts are the same but for what gateways change on the way: blanks, case, the last comma."""
    return _plain(asked) == _plain(made)


def _derives(clip: Clip, kind: DerivationKind, wanted: str) -> bool | None:
    known = clip.derivations
    if known is not None and any(found.kind is kind and found.id == wanted for found in known):
        return True
    if kind is DerivationKind.PERSONA:
        return None if known is None else False
    # A parent of which it is not known how it was used: an older version read it.
    is_open = wanted in clip.parents and not any(found.id == wanted for found in known or ())
    return None if is_open else False


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" ,").casefold()
