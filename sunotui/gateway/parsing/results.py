"""Parses responses that are a result and not a task: a persona's id, expanded tags, the link to a file, notes. Sources:
documentation of cometapi, deerapi, key4u, kkiai and yutoai, 2025 and November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sunotui.domain.music.midi import Instrument, Note, notes_to_json
from sunotui.gateway.parsing.envelope import open_envelope
from sunotui.gateway.parsing.fields import JsonObject, first, identity, line, link, number, tags, word
from sunotui.gateway.parsing.links import is_plain_link
from sunotui.gateway.submit.outcome import looks_like_id
from sunotui.gateway.transport.redaction import masked
from sunotui.named_tuple import NamedTuple

LONGEST_TAGS = 2_000
"""The maximum length of expanded tags in characters: more than any model takes."""
MOST_INSTRUMENTS = 64
MOST_NOTES = 200_000
"""The maximum number of notes of one clip; a song has some thousands."""

_LINK_NAMES: Mapping[str, tuple[str, ...]] = {
    "wav": ("wav_url", "wavUrl", "wav_file_url", "audio_wav_url", "audioWavUrl", "url", "download_url"),
    "mp4": ("mp4_file_url", "mp4_url", "mp4Url", "video_url", "videoUrl", "url", "download_url"),
}
_FAILED_WORDS = frozenset({"error", "failed", "failure", "fail"})
_RUNNING_WORDS = frozenset({"running", "processing", "pending", "queued", "submitted", "in_progress", "not_started"})


class ResultReading(NamedTuple):
    """The result parsed from a response."""

    value: str = ""
    """The persona's id, the tags, the link, or the notes as JSON (domain/music/midi.py); empty without a result."""
    has_failed: bool = False
    """Whether the response says that there will be no result."""


def read_result(kind: str, document: object, secret: str = "") -> ResultReading:
    """The result of a kind ("persona", "upsample_tags", "wav", "mp4", "midi") in a successful response. Never raises.

    A result that contains `secret` is ignored.
    """
    match kind:
        case "persona":
            value = next(filter(None, map(_persona_id, _holders(document))), "")
        case "upsample_tags":
            value = next(filter(None, (_tags(holder, secret) for holder in _holders(document))), "")
        case "midi":
            value = next(filter(None, map(_notes, _holders(document))), "")
        case _:
            value = next(filter(None, (_link(kind, holder) for holder in _holders(document))), "")
    if secret and secret in value:
        value = ""
    return ResultReading(value, has_failed=not value and _has_failed(document))


def _holders(document: object) -> Iterator[object]:
    """The objects that may have a result: the content of the envelope, the first object of a list there, or the
    document."""
    payload = open_envelope(document).payload
    for holder in (payload, document):
        yield holder[0] if isinstance(holder, list) and holder and isinstance(holder[0], dict) else holder


def _persona_id(holder: object) -> str:
    if not isinstance(holder, dict):
        return ""
    inner = holder.get("persona")
    if isinstance(inner, dict) and (found := _persona_id(inner)):
        return found
    return identity(first(holder, "persona_id", "personaId", "id"))


def _tags(holder: object, secret: str) -> str:
    value = first(holder, "upsampled_tags", "upsampledTags", "tags") if isinstance(holder, dict) else holder
    found = masked(tags(value, LONGEST_TAGS), secret)
    # The id of a task is not a style.
    return "" if looks_like_id(found) else found


def _link(kind: str, holder: object) -> str:
    if not isinstance(holder, dict):
        return (link(holder) if is_plain_link(holder) else None) or ""
    found = link(*(holder.get(name) for name in _LINK_NAMES[kind]))
    if found is None and kind == "wav":
        audio = link(holder.get("audio_url"))
        found = audio if audio is not None and audio.split("?", 1)[0].lower().endswith(".wav") else None
    return found or ""


def _notes(holder: object) -> str:
    """The notes as JSON; empty while they are still being transcribed."""
    if not isinstance(holder, dict) or word(_state(holder)) in _RUNNING_WORDS:
        return ""
    value = holder.get("instruments")
    if not isinstance(value, list):
        return ""
    scale = _velocity_scale(value)
    found: list[Instrument] = []
    left = MOST_NOTES
    for each in value[:MOST_INSTRUMENTS]:
        if not isinstance(each, dict):
            continue
        notes = each.get("notes")
        read = [note for item in _some(notes, left) if (note := _note(item, scale)) is not None]
        left -= len(read)
        found.append(Instrument(line(each.get("name"), 64), tuple(read)))
    return notes_to_json(tuple(found))


def _some(notes: object, most: int) -> list[object]:
    return notes[:most] if isinstance(notes, list) else []


def _note(item: object, scale: float) -> Note | None:
    """Parse one note; None without a pitch between 0 and 127 or without a time."""
    if not isinstance(item, dict):
        return None
    pitch, start, end = (number(item.get(name)) for name in ("pitch", "start", "end"))
    if pitch is None or start is None or end is None or not 0 <= pitch <= 127 or not 0 <= start <= end <= 86_400:
        return None
    velocity = number(item.get("velocity"))
    loudness = 100 if velocity is None else round(min(max(velocity * scale, 1), 127))
    return Note(int(pitch), start, end, loudness)


def _velocity_scale(instruments: list[object]) -> float:
    """The factor for velocities: 127 if all are at most 1, as fractions of the loudest; 1 if they are MIDI
    velocities."""
    for each in instruments[:MOST_INSTRUMENTS]:
        for note in _some(each.get("notes"), MOST_NOTES) if isinstance(each, dict) else ():
            velocity = number(note.get("velocity")) if isinstance(note, dict) else None
            if velocity is not None and velocity > 1:
                return 1.0
    return 127.0


def _has_failed(document: object) -> bool:
    return any(isinstance(holder, dict) and word(_state(holder)) in _FAILED_WORDS for holder in _holders(document))


def _state(holder: JsonObject) -> object:
    return first(holder, "state", "status")
