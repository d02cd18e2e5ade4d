"""Where a finished take differs from what was asked: relays drop fields without a word and bill all the same."""

from dataclasses import dataclass

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.features import Feature
from sunotui.domain.models import find
from sunotui.domain.request import DerivedRequest, MusicRequest, Request
from sunotui.domain.song import SongTexts

_SOURCE_WORDS = {Feature.COVER: "Cover of", Feature.INFILL: "Section of", Feature.STEMS: "Stems of"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the answer does not say what the request said."""

    field: str
    """As people call it, such as "Style"."""
    asked: str
    made: str
    """Empty when the answer does not mention it at all."""


def differences(request: Request, clip: Clip) -> tuple[Difference, ...]:
    """What of the request cannot be found in the take's metadata; nothing before the take is complete.

    Models are not compared here: see `model_note`.
    """
    if clip.status is not ClipStatus.COMPLETE:
        return ()
    found: list[Difference] = []
    if isinstance(request, SongTexts) and not _is_without_words(request):
        if not (isinstance(request, MusicRequest) and request.is_described):
            found += _texts(request, clip)
        found += _text("Exclude", request.exclude, clip.exclude)
    found += _parents(request, clip)
    return tuple(found)


def _is_without_words(request: SongTexts) -> bool:
    return isinstance(request, DerivedRequest) and not request.row.takes_words


def model_note(request: Request, clip: Clip) -> str:
    """A note beside the model of a take, such as "asked v6 wild, answered v6: not confirmed"; else empty.

    Gateways return other names than they take, and Suno answers v6 to some requests for v6 wild: another name proves no
    other model. Nothing is said where one of the two names is not known.
    """
    if not isinstance(request, SongTexts) or _is_without_words(request):
        return ""
    asked, made = find(request.model), find(clip.model)
    if asked is None or made is None or asked.mv == made.mv:
        return ""
    return f"asked {asked.label}, answered {made.label}: not confirmed"


def _texts(request: SongTexts, clip: Clip) -> list[Difference]:
    found = _text("Title", request.title, clip.title) + _text("Style", request.style, clip.tags)
    if request.instrumental:
        found += [Difference("Instrumental", "yes", "it has words")] if clip.lyrics.strip() else []
    else:
        found += _text("Lyrics", request.lyrics, clip.lyrics)
    return found


def _parents(request: Request, clip: Clip) -> list[Difference]:
    """The clip that this should have been made of, where the answer names others or none."""
    match request:
        case MusicRequest(extend_clip_id=wanted) if wanted:
            name = "Continues"
        case DerivedRequest(clip_id=wanted) if wanted.strip():
            name = _SOURCE_WORDS.get(request.row.feature, "Made of")
        case _:
            return []
    if wanted.strip() in clip.parents:
        return []
    return [Difference(name, wanted.strip(), ", ".join(clip.parents))]


def _text(field: str, asked: str, made: str) -> list[Difference]:
    if not asked.strip() or _plain(asked) == _plain(made):
        return []
    return [Difference(field, asked.strip(), made.strip())]


def _plain(text: str) -> str:
    """Without what gateways change on the way: blanks, case, the last comma."""
    return " ".join(text.split()).strip(" ,").casefold()
