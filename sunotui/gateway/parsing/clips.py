"""Clips and lyrics out of a gateway's objects, nested or flat, in either spelling (protocol 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sunotui.domain.tasks.clip import Clip, ClipStatus, is_stream_link
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskStatus
from sunotui.domain.text import clean, trim
from sunotui.gateway.parsing.derivations import derivations_of, parents_of
from sunotui.gateway.parsing.fields import (
    TITLE_LIMIT,
    Foreign,
    exact,
    first,
    identity,
    length,
    line,
    link,
    moment,
    musical_key,
    tags,
    tempo,
    weight,
    word,
)
from sunotui.gateway.parsing.media_urls import playable_audio_url
from sunotui.gateway.transport.redaction import BEFORE_CUTTING, redacted_text

MOST_CLIPS = 32
"""Clips kept of one task (P3); the most any gateway documents is 24, of a stems task in twelve parts."""

_STATUS = {
    "submitted": ClipStatus.SUBMITTED,
    "not_start": ClipStatus.SUBMITTED,
    "pending": ClipStatus.SUBMITTED,
    "queued": ClipStatus.QUEUED,
    "streaming": ClipStatus.STREAMING,
    "complete": ClipStatus.COMPLETE,
    "completed": ClipStatus.COMPLETE,
    "succeeded": ClipStatus.COMPLETE,
    "success": ClipStatus.COMPLETE,
    "error": ClipStatus.ERROR,
    "failed": ClipStatus.ERROR,
    "failure": ClipStatus.ERROR,
}
_CLIP_KEYS = ("audio_url", "audioUrl", "clip_id", "metadata", "model_name", "modelName", "mv", "image_url", "imageUrl")
_SONG_KEYS = ("audio_url", "audioUrl", "metadata", "model_name", "modelName")
_TEMPO_KEYS = ("avg_bpm", "avgBpm", "bpm")
_SHORTEST_KEY_ID = 8
"""Characters from which on the key of an object of clips may be an id: shorter ones are positions."""
_NO_METADATA: Foreign = {}


def clip_status(value: object) -> ClipStatus | None:
    """A clip's status word in any spelling; None for an unknown one or none."""
    return _STATUS.get(word(value))


def looks_like_clip(item: Foreign) -> bool:
    """Whether an object is a clip: by its keys, since `action` may be wrong."""
    return any(key in item for key in _CLIP_KEYS)


def is_raw_clip(item: object) -> bool:
    """Whether a whole answer is one clip as Suno itself gives it: more is asked than of a clip in its place, since
    uploads and pictures have ids and image links too."""
    return isinstance(item, dict) and bool(identity(item.get("id"))) and any(key in item for key in _SONG_KEYS)


def clips_of(items: Sequence[object], task_status: TaskStatus | None = None) -> tuple[Clip, ...]:
    """The clips of a list, each id once; what is no clip, or has no id to know it by, is passed over."""
    found: dict[str, Clip] = {}
    for item in items:
        if len(found) == MOST_CLIPS:
            break
        if isinstance(item, dict) and (clip := clip_of(item, task_status)) is not None:
            found.setdefault(clip.id, clip)
    return tuple(found.values())


def clip_items(value: object) -> list[Foreign]:
    """The clip objects of a `clips` field: of a list, or of an object that holds them by their ids."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        return []
    return [
        item
        if identity(item.get("id")) or identity(item.get("clip_id")) or len(key) < _SHORTEST_KEY_ID
        # The key is the only id.
        else {**item, "id": key}
        for key, item in value.items()
    ]


def clip_of(item: Foreign, task_status: TaskStatus | None = None) -> Clip | None:
    """One clip; None without a usable id. Whose Suno account made it is never read."""
    clip_id = identity(item.get("id")) or identity(item.get("clip_id"))
    if not clip_id:
        return None
    metadata = item.get("metadata")
    inner: Foreign = metadata if isinstance(metadata, dict) else _NO_METADATA
    named_url = link(item.get("audio_url"), item.get("audioUrl"))
    audio_url = playable_audio_url(first(item, "media_urls", "mediaUrls"), named_url)
    stream_url = link(item.get("stream_audio_url"), item.get("streamAudioUrl"))
    duration_s = length(first(inner, "duration") or first(item, "duration"))
    derivations = derivations_of(clip_id, item, inner)
    status = _status_of(item, audio_url, duration_s, task_status)
    return Clip(
        id=clip_id,
        title=exact(item.get("title"), TITLE_LIMIT),
        status=status,
        tags=tags(first(inner, "tags") or first(item, "tags", "display_tags")),
        lyrics=exact(first(inner, "prompt") or first(item, "prompt", "lyric", "lyrics", "text")),
        description=exact(first(inner, "gpt_description_prompt") or first(item, "gpt_description_prompt")),
        model=line(first(item, "model_name", "modelName", "mv", "major_model_version"), 64),
        duration_s=duration_s,
        audio_url=audio_url or stream_url,
        video_url=link(item.get("video_url"), item.get("videoUrl")),
        image_url=link(item.get("image_url"), item.get("imageUrl"), item.get("image_large_url")),
        created_at=moment(first(item, "created_at", "create_time", "createTime")),
        error=_error_of(item, inner) if status is ClipStatus.ERROR else "",
        exclude=tags(first(inner, "negative_tags") or first(item, "negative_tags")),
        parents=parents_of(derivations),
        derivations=derivations,
        bpm=tempo(first(inner, *_TEMPO_KEYS) or first(item, *_TEMPO_KEYS)),
        musical_key=musical_key(inner.get("key")) or musical_key(item.get("key")),
        style_weight=_slider(item, inner, "style_weight", "styleWeight"),
        weirdness=_slider(item, inner, "weirdness_constraint", "weirdnessConstraint"),
        audio_weight=_slider(item, inner, "audio_weight", "audioWeight"),
        persona_id=identity(inner.get("persona_id")) or identity(item.get("persona_id")),
        is_max_mode=inner.get("is_max_mode") is True or item.get("is_max_mode") is True,
    )


def is_concat(items: Sequence[object]) -> bool:
    """Whether these clips are a whole song put together of parts (protocol 2.4)."""
    for item in items:
        metadata = item.get("metadata") if isinstance(item, dict) else None
        if isinstance(metadata, dict) and word(metadata.get("type")) == "concat":
            return True
    return False


def lyrics_of(item: Foreign) -> Lyrics | None:
    """The words of a lyrics object; None when it has none, nor a reason why."""
    named = item.get("tags")
    parts = named if isinstance(named, list) else named.split(",") if isinstance(named, str) else []
    lyrics = Lyrics(
        title=exact(item.get("title"), TITLE_LIMIT),
        text=exact(item.get("text")),
        tags=tuple(tag for part in parts[:64] if (tag := trim(exact(part, 100)))),
        error=redacted_text(line(first(item, "error_message", "errorMessage"), BEFORE_CUTTING)),
    )
    return lyrics if lyrics.title or lyrics.text or lyrics.error else None


def lyrics_together(versions: Sequence[object]) -> Lyrics | None:
    """The words of several lyrics objects as one: what Suno writes twice comes as one task (protocol 2.3), and both
    were paid for. A section tag that names the version stands before each further one."""
    found = [lyrics for item in versions if isinstance(item, dict) and (lyrics := lyrics_of(item)) is not None]
    if not found:
        return None
    text = found[0].text
    for number, lyrics in enumerate(found[1:], start=2):
        if lyrics.text and lyrics.text != found[0].text:
            title = clean(lyrics.title, 40).replace("[", "(").replace("]", ")")
            text += f"\n\n[Version {number}{': ' + title if title else ''}]\n\n{lyrics.text}"
    return replace(found[0], text=exact(text))


def _slider(item: Foreign, inner: Foreign, *names: str) -> float | None:
    """Where one slider stood, 0 to 1: among the control sliders of the metadata, or flat."""
    for holder in (inner, item):
        sliders = holder.get("control_sliders")
        for place in (sliders, holder):
            found = weight(first(place, *names)) if isinstance(place, dict) else None
            if found is not None:
                return found
    return None


def _status_of(
    item: Foreign, audio_url: str | None, duration_s: float | None, task_status: TaskStatus | None
) -> ClipStatus:
    """`status`, else `state`. An unknown word is still running; without any, the task, the link and the length tell: a
    song has both its final link and its length only when it is whole."""
    named = first(item, "status", "state")
    has_link = audio_url is not None
    if word(named):
        return clip_status(named) or (ClipStatus.STREAMING if has_link else ClipStatus.QUEUED)
    if task_status is TaskStatus.SUCCESS:
        return ClipStatus.COMPLETE
    if audio_url is not None and duration_s is not None and not is_stream_link(audio_url):
        return ClipStatus.COMPLETE
    if task_status is TaskStatus.FAILURE and not has_link:
        return ClipStatus.ERROR
    return ClipStatus.STREAMING if has_link else ClipStatus.SUBMITTED


def _error_of(item: Foreign, inner: Foreign) -> str:
    words = first(inner, "error_message", "error_type") or first(item, "error_message", "errorMessage", "msg")
    return redacted_text(line(words, BEFORE_CUTTING))
