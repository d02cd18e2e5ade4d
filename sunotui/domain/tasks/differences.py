"""Where a finished take differs from its request: relays drop fields silently and still bill the song."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sunotui.domain.gateways.capability_proofs import is_same_text, shows
from sunotui.domain.gateways.features import Feature
from sunotui.domain.gateways.models import find
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, Request
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.text import trim

_RELATIONS: Mapping[DerivationKind, str] = {
    DerivationKind.CONTINUATION: "continues",
    DerivationKind.PART: "joined from",
    DerivationKind.COVER: "cover of",
    DerivationKind.SECTION: "section of",
    DerivationKind.STEM: "stem of",
    DerivationKind.EDIT: "edit of",
    DerivationKind.AUDIO_PROMPT: "made from the audio of",
    DerivationKind.ARTIST: "voice of",
    DerivationKind.PERSONA: "voice",
    DerivationKind.UPSAMPLE: "remaster of",
    DerivationKind.ADDED_VOCALS: "vocals added to",
    DerivationKind.ADDED_INSTRUMENTAL: "instrumental added to",
    DerivationKind.SPEED: "other speed of",
    DerivationKind.MASHUP: "mashup of",
    DerivationKind.PLAYLIST: "inspired by",
}
_SOURCE_WORDS: Mapping[Feature, str] = {
    Feature.COVER: "Cover source",
    Feature.INFILL: "Section source",
    Feature.STEMS: "Stems source",
    Feature.REMASTER: "Remaster source",
    Feature.MASHUP: "Mashup source",
    Feature.INSPIRED: "Inspiration",
    Feature.ADD_VOCALS: "Vocals source",
    Feature.ADD_INSTRUMENTAL: "Instrumental source",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the response differs from the request."""

    field: str
    """The field's name on screen, such as "Style"."""
    asked: str
    made: str
    """Empty if the response does not mention it."""


def differences(request: Request, clip: Clip) -> tuple[Difference, ...]:
    """The fields of the request that the take's metadata does not confirm; empty before the take is complete. Models
    are not compared: see `model_note`.
    """
    if clip.status is not ClipStatus.COMPLETE:
        return ()
    found: list[Difference] = []
    if isinstance(request, SongFields) and not _is_without_words(request):
        if not (isinstance(request, MusicRequest) and request.is_described):
            found += _texts(request, clip)
        found += _text("Exclude", request.exclude, clip.exclude)
    found += _parents(request, clip)
    return tuple(found)


def _is_without_words(request: SongFields) -> bool:
    return isinstance(request, DerivedRequest) and not request.row.takes_words


def model_note(request: Request, clip: Clip) -> str:
    """A note for the model of a take, such as "requested v6 wild, got v6: not confirmed"; usually empty. A different
    name does not prove a different model: gateways return other names than they accept, and Suno returns v6 for some
    requests for v6 wild. Empty if one of the two names is unknown.
    """
    if not isinstance(request, SongFields) or _is_without_words(request):
        return ""
    asked, made = find(request.model), find(clip.model)
    if asked is None or made is None or asked.mv == made.mv:
        return ""
    return f"requested {asked.label}, got {made.label}: not confirmed"


def _texts(request: SongFields, clip: Clip) -> list[Difference]:
    found = _text("Title", request.title, clip.title) + _text("Style", request.style, clip.tags)
    if request.instrumental:
        found += [Difference("Instrumental", "yes", "it has words")] if trim(clip.lyrics) else []
    else:
        found += _text("Lyrics", request.lyrics, clip.lyrics)
    return found


def _parents(request: Request, clip: Clip) -> list[Difference]:
    """The requested sources and their use, if the response differs or does not report them."""
    match request:
        case MusicRequest(extend_clip_id=wanted) if wanted:
            found = [] if trim(wanted) in clip.parents else [Difference("Extension source", trim(wanted), _made(clip))]
            return found + _persona(request, clip)
        case MusicRequest():
            return _persona(request, clip)
        case DerivedRequest() if request.clip_ids:
            feature = request.row.feature
            name, wanted = _SOURCE_WORDS.get(feature, "Source"), ", ".join(request.clip_ids)
        case _:
            return []
    if shows(feature, request, clip) is not False:
        return []
    return [Difference(name, trim(wanted), _made(clip))]


def _persona(request: MusicRequest, clip: Clip) -> list[Difference]:
    wanted = trim(request.persona_id)
    if not wanted or shows(Feature.PERSONA, request, clip) is not False:
        return []
    return [Difference("Persona", wanted, _made(clip))]


def _made(clip: Clip) -> str:
    """How the clip was made according to its metadata; only the ids if the derivation is unknown."""
    known = {found.id for found in clip.derivations or ()}
    return ", ".join(
        [*map(_relation, clip.derivations or ()), *(parent for parent in clip.parents if parent not in known)]
    )


def _relation(derivation: Derivation) -> str:
    return f"{_RELATIONS[derivation.kind]} {derivation.id}"


def _text(field: str, asked: str, made: str) -> list[Difference]:
    if not trim(asked) or is_same_text(asked, made):
        return []
    return [Difference(field, trim(asked), trim(made))]
