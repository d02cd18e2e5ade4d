"""Parses clips and lyrics from a gateway's JSON objects, nested or flat, in either spelling (protocol 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from sunotui.domain.requests.upload import AUDIO_ENDINGS
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind, is_stream_link
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskStatus
from sunotui.domain.text import clean, trim
from sunotui.gateway.parsing.fields import (
    TITLE_LIMIT,
    JsonObject,
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
from sunotui.gateway.transport.redaction import BEFORE_CUTTING, redacted_text

_MOST_ENTRIES = 16
_NOT_PROGRESSIVE = ("hls", "dash", "m3u8", "mpegurl", "mpd", "video")
_ENCRYPTED = ("encrypt", "drm", "cenc", "widevine", "fairplay", "m4a-opus")
"""In field names and values; files of type `m4a-opus` do not play as plain files (protocol 3.4)."""
_NOT_SET = frozenset({"", "none", "null", "false", "no", "0", "unencrypted"})


def playable_audio_url(value: object, audio_url: str | None) -> str | None:
    """The link to play, from `media_urls` and the clip's own live audio link, if it has one. `audio_url` is used unless
    it is an m4a file that the list does not show as plain. Then, and without `audio_url`, the first entry is used that
    is audio, unencrypted and a whole file (not a playlist); None if there is no such entry.
    """
    if not isinstance(value, list):
        return audio_url
    entries = value[:_MOST_ENTRIES]
    plain = [url for entry in entries if isinstance(entry, dict) and (url := _plain_url(entry)) is not None]
    if not plain or audio_url in plain:
        return audio_url
    return plain[0] if audio_url is None or _ending(audio_url) == "m4a" else audio_url


def audio_urls(item: JsonObject) -> list[str]:
    """Every link in a clip's object that may be its whole audio: its own one, and the plain entries of `media_urls`."""
    value = first(item, "media_urls", "mediaUrls")
    entries = value[:_MOST_ENTRIES] if isinstance(value, list) else []
    plain = [_plain_url(entry) for entry in entries if isinstance(entry, dict)]
    own = [link(item.get("audio_url")), link(item.get("audioUrl"))]
    return list(dict.fromkeys(url for url in [*own, *plain] if url))


def _plain_url(entry: JsonObject) -> str | None:
    url = link(entry.get("url"), entry.get("src"))
    if url is None or entry.get("progressive") is False or _is_encrypted(entry):
        return None
    kinds = [value.lower() for key, value in entry.items() if isinstance(value, str) and key not in {"url", "src"}]
    ending = _ending(url)
    if any(mark in kind for kind in [*kinds, ending] for mark in _NOT_PROGRESSIVE):
        return None
    kind = first(entry, "content_type", "contentType", "mime_type", "mimeType", "type")
    is_audio = isinstance(kind, str) and kind.strip().lower().startswith("audio")
    return url if is_audio or ending in AUDIO_ENDINGS else None


def _is_encrypted(entry: JsonObject) -> bool:
    """Whether any field indicates encryption, by its name (`is_encrypted: true`, `drm: "widevine"`) or by its value."""
    for key, value in entry.items():
        if key in {"url", "src"}:
            continue
        is_named = any(mark in key.lower() for mark in _ENCRYPTED)
        if is_named and (word(value) not in _NOT_SET if isinstance(value, str) else bool(value)):
            return True
        # "unencrypted" contains "encrypt", too.
        if not is_named and isinstance(value, str):
            text = value.lower().replace("unencrypted", "")
            if any(mark in text for mark in _ENCRYPTED):
                return True
    return False


def _ending(url: str) -> str:
    """The file name extension in lower case, without the dot; empty without an extension."""
    try:
        name = urlsplit(url).path.rsplit("/", 1)[-1]
    except ValueError:
        return ""
    return name.rpartition(".")[2].lower() if "." in name else ""


MOST_PARENTS = 16
"""The maximum number of source clip ids stored for a clip."""

_MOST_DERIVATIONS = 2 * MOST_PARENTS
"""Twice as many, since a gateway may name one clip under two keys."""
_HISTORIES: Mapping[str, DerivationKind] = {
    "history": DerivationKind.CONTINUATION,
    "concat_history": DerivationKind.PART,
}
_ID_LISTS: Mapping[str, DerivationKind] = {
    "mashup_clip_ids": DerivationKind.MASHUP,
    "playlist_clip_ids": DerivationKind.PLAYLIST,
}
_IDS: Mapping[str, DerivationKind] = {
    "continue_clip_id": DerivationKind.CONTINUATION,
    "cover_clip_id": DerivationKind.COVER,
    "edited_clip_id": DerivationKind.EDIT,
    "stem_from_id": DerivationKind.STEM,
    "audio_prompt_id": DerivationKind.AUDIO_PROMPT,
    "artist_clip_id": DerivationKind.ARTIST,
    "upsample_clip_id": DerivationKind.UPSAMPLE,
    "overpainting_clip_id": DerivationKind.ADDED_VOCALS,
    "underpainting_clip_id": DerivationKind.ADDED_INSTRUMENTAL,
    "speed_clip_id": DerivationKind.SPEED,
    "persona_id": DerivationKind.PERSONA,
}
_STEM_KEYS = ("stem_task", "stem_type_id", "stem_type_group_name")
_OF_A_SECTION = frozenset({DerivationKind.CONTINUATION, DerivationKind.EDIT})
"""The kinds of derivation that `infill` next to the id changes to a replaced section."""


def derivations_of(clip_id: str, item: JsonObject, inner: JsonObject) -> tuple[Derivation, ...]:
    """The derivations in a clip, without duplicates; `inner` is its metadata. A relay that drops `task` makes a plain
    continuation: the requested clip is in its history with `infill` false. Only further metadata makes it a section, a
    stem or a cover.
    """
    named = [*_named(inner), *_named(item)]
    if not named:
        # Most clips are made from nothing.
        return ()
    has_stem_keys = any(_has_stem_keys(holder) for holder in (inner, item))
    has_infill = any(holder.get("infill") is True for holder in (inner, item))
    # A history entry that is the section has `infill` itself; the others came before it.
    is_open = not any(kind is DerivationKind.SECTION for kind, _ in named)
    has_source = any(kind is DerivationKind.STEM for kind, _ in named)
    found: dict[Derivation, None] = {}
    for kind, value in named:
        parent = identity(value)
        if not parent or parent == clip_id:
            continue
        if kind in _OF_A_SECTION and has_infill and is_open:
            kind = DerivationKind.SECTION
        elif kind is DerivationKind.CONTINUATION and has_stem_keys and not has_source:
            kind = DerivationKind.STEM
        found[Derivation(kind, parent)] = None
    return tuple(found)[:_MOST_DERIVATIONS]


def parents_of(derivations: tuple[Derivation, ...]) -> tuple[str, ...]:
    """The ids of the clips among the derivations, without duplicates."""
    clips = dict.fromkeys(found.id for found in derivations if found.kind is not DerivationKind.PERSONA)
    return tuple(clips)[:MOST_PARENTS]


_NAMES = frozenset({*_HISTORIES, *_ID_LISTS, *_IDS})


def _named(holder: JsonObject) -> Iterator[tuple[DerivationKind, object]]:
    if not any(map(holder.get, _NAMES.intersection(holder))):
        return
    for name, kind in _HISTORIES.items():
        parts = holder.get(name)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield _kind_of(part, kind), part.get("id")
    for name, kind in _ID_LISTS.items():
        ids = holder.get(name)
        for value in ids if isinstance(ids, list) else ():
            yield kind, value
    for name, kind in _IDS.items():
        if value := holder.get(name):
            yield kind, value


def _kind_of(part: JsonObject, usual: DerivationKind) -> DerivationKind:
    """The derivation kind of a history entry, which may be more specific than its list."""
    if part.get("infill") is True:
        return DerivationKind.SECTION
    if _has_stem_keys(part) or identity(part.get("stem_from_id")):
        return DerivationKind.STEM
    return usual


def _has_stem_keys(holder: JsonObject) -> bool:
    return any(holder.get(name) not in (None, "", 0, False) for name in _STEM_KEYS)


MOST_CLIPS = 32
"""The maximum number of clips stored for one task (P3); the documented maximum is 24, for a stems task in twelve
parts."""

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
_CLIP_KEYS = frozenset(
    {"audio_url", "audioUrl", "clip_id", "metadata", "model_name", "modelName", "mv", "image_url", "imageUrl"}
)
_SONG_KEYS = ("audio_url", "audioUrl", "metadata", "model_name", "modelName")
_TEMPO_KEYS = ("avg_bpm", "avgBpm", "bpm")
_SHORTEST_KEY_ID = 8
"""The minimum length at which the key of an object of clips may be an id: shorter ones are positions."""
_NO_METADATA: JsonObject = {}
_STYLE_WEIGHT = ("style_weight", "styleWeight")
_WEIRDNESS = ("weirdness_constraint", "weirdnessConstraint")
_AUDIO_WEIGHT = ("audio_weight", "audioWeight")
_SLIDER_KEYS = frozenset({"control_sliders", *_STYLE_WEIGHT, *_WEIRDNESS, *_AUDIO_WEIGHT})


def clip_status(value: object) -> ClipStatus | None:
    """Parse a clip's status in any spelling; None for an unknown or missing one."""
    return _STATUS.get(word(value))


def looks_like_clip(item: Iterable[str]) -> bool:
    """Whether an object, or one of those with these keys, is a clip: by its keys, since `action` may be wrong."""
    return not _CLIP_KEYS.isdisjoint(item)


def is_raw_clip(item: object) -> bool:
    """Whether a whole response is one clip in Suno's own format: the test is stricter than for a clip within a task,
    since uploads and images also have ids and image links."""
    return isinstance(item, dict) and bool(identity(item.get("id"))) and any(key in item for key in _SONG_KEYS)


def clips_of(items: Sequence[object], task_status: TaskStatus | None = None) -> tuple[Clip, ...]:
    """Parse the clips of a list, without duplicate ids; items that are not clips or have no usable id are skipped."""
    found: dict[str, Clip] = {}
    for item in items:
        if len(found) == MOST_CLIPS:
            break
        if isinstance(item, dict) and (clip := clip_of(item, task_status)) is not None:
            found.setdefault(clip.id, clip)
    return tuple(found.values())


def clip_items(value: object) -> list[JsonObject]:
    """The clip objects of a `clips` field: a list, or an object with clips by id."""
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


def clip_of(item: JsonObject, task_status: TaskStatus | None = None) -> Clip | None:
    """Parse one clip; None without a usable id. The Suno account that made it is never read."""
    clip_id = identity(item.get("id")) or identity(item.get("clip_id"))
    if not clip_id:
        return None
    metadata = item.get("metadata")
    inner: JsonObject = metadata if isinstance(metadata, dict) else _NO_METADATA
    named_url = link(item.get("audio_url"), item.get("audioUrl"))
    audio_url = playable_audio_url(first(item, "media_urls", "mediaUrls"), named_url)
    stream_url = link(item.get("stream_audio_url"), item.get("streamAudioUrl"))
    duration_s = length(inner.get("duration") or item.get("duration"))
    derivations = derivations_of(clip_id, item, inner)
    holders = _slider_holders(item, inner)
    status = _status_of(item, audio_url, duration_s, task_status)
    return Clip(
        id=clip_id,
        title=exact(item.get("title"), TITLE_LIMIT),
        status=status,
        tags=tags(inner.get("tags") or first(item, "tags", "display_tags")),
        lyrics=exact(inner.get("prompt") or first(item, "prompt", "lyric", "lyrics", "text")),
        description=exact(inner.get("gpt_description_prompt") or item.get("gpt_description_prompt")),
        model=line(first(item, "model_name", "modelName", "mv", "major_model_version"), 64),
        duration_s=duration_s,
        audio_url=audio_url or stream_url,
        video_url=link(item.get("video_url"), item.get("videoUrl")),
        image_url=link(item.get("image_url"), item.get("imageUrl"), item.get("image_large_url")),
        created_at=moment(first(item, "created_at", "create_time", "createTime")),
        error=_error_of(item, inner) if status is ClipStatus.ERROR else "",
        exclude=tags(inner.get("negative_tags") or item.get("negative_tags")),
        parents=parents_of(derivations),
        derivations=derivations,
        bpm=tempo(first(inner, *_TEMPO_KEYS) or first(item, *_TEMPO_KEYS)),
        musical_key=musical_key(inner.get("key")) or musical_key(item.get("key")),
        style_weight=_slider(holders, _STYLE_WEIGHT),
        weirdness=_slider(holders, _WEIRDNESS),
        audio_weight=_slider(holders, _AUDIO_WEIGHT),
        persona_id=identity(inner.get("persona_id")) or identity(item.get("persona_id")),
        is_max_mode=inner.get("is_max_mode") is True or item.get("is_max_mode") is True,
    )


def is_concat(items: Sequence[object]) -> bool:
    """Whether these clips are one whole song joined from parts (protocol 2.4)."""
    for item in items:
        metadata = item.get("metadata") if isinstance(item, dict) else None
        if isinstance(metadata, dict) and word(metadata.get("type")) == "concat":
            return True
    return False


def lyrics_of(item: JsonObject) -> Lyrics | None:
    """Parse the lyrics of a lyrics object; None if it has neither lyrics nor an error message."""
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
    """Join the lyrics of several objects: Suno's two versions come as one task (protocol 2.3), and both were paid for.
    A section tag with the version's name precedes each further one."""
    found = [lyrics for item in versions if isinstance(item, dict) and (lyrics := lyrics_of(item)) is not None]
    if not found:
        return None
    text = found[0].text
    for number, lyrics in enumerate(found[1:], start=2):
        if lyrics.text and lyrics.text != found[0].text:
            title = clean(lyrics.title, 40).replace("[", "(").replace("]", ")")
            text += f"\n\n[Version {number}{': ' + title if title else ''}]\n\n{lyrics.text}"
    return found[0]._replace(text=exact(text))


def _slider_holders(item: JsonObject, inner: JsonObject) -> list[JsonObject]:
    """The objects that may have sliders: the control sliders of the metadata, and those with flat fields."""
    if _SLIDER_KEYS.isdisjoint(inner) and _SLIDER_KEYS.isdisjoint(item):
        return []
    places = (inner.get("control_sliders"), inner, item.get("control_sliders"), item)
    return [place for place in places if isinstance(place, dict)]


def _slider(holders: Sequence[JsonObject], names: Sequence[str]) -> float | None:
    """The value of a slider, 0 to 1."""
    for holder in holders:
        if (value := first(holder, *names)) is not None and (found := weight(value)) is not None:
            return found
    return None


def _status_of(
    item: JsonObject, audio_url: str | None, duration_s: float | None, task_status: TaskStatus | None
) -> ClipStatus:
    """The status from `status`, else `state`. An unknown value means still running. Without either, the task, the link
    and the length decide: a song has both its final link and its length only when it is complete."""
    named = first(item, "status", "state")
    has_link = audio_url is not None
    if name := word(named):
        return _STATUS.get(name) or (ClipStatus.STREAMING if has_link else ClipStatus.QUEUED)
    if task_status is TaskStatus.SUCCESS:
        return ClipStatus.COMPLETE
    if audio_url is not None and duration_s is not None and not is_stream_link(audio_url):
        return ClipStatus.COMPLETE
    if task_status is TaskStatus.FAILURE and not has_link:
        return ClipStatus.ERROR
    return ClipStatus.STREAMING if has_link else ClipStatus.SUBMITTED


def _error_of(item: JsonObject, inner: JsonObject) -> str:
    words = first(inner, "error_message", "error_type") or first(item, "error_message", "errorMessage", "msg")
    return redacted_text(line(words, BEFORE_CUTTING))
