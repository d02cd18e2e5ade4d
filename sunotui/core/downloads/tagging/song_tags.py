"""What a saved take says about itself: title, lyrics, cover and how it was made. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sunotui.core.documents.json_documents import iso
from sunotui.core.playback.lyrics_sync import LyricSheet
from sunotui.domain.requests.request import MusicRequest, Request
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean, clean_lines, printable
from sunotui.named_tuple import NamedTuple

NAME_LIMIT = 1_000
"""The maximum length of a title, an artist or an album in a tag, in characters."""
CLIP_ID = "SUNO_CLIP_ID"
"""The name of the tag with the id of the clip, by which a file is recognized again."""
TASK_ID = "SUNO_TASK_ID"


class NotTagged(Exception):
    """A file cannot have tags; it is unchanged, or still playable. The text is a sentence without its full stop."""


class AlbumPlace(NamedTuple):
    """The place of a take in an album."""

    album: str
    track: int
    """From 1."""
    tracks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SongTags:
    """The tags of one file. No text has characters that control a terminal: players print them to theirs."""

    title: str
    artist: str
    album: str = ""
    track: int = 0
    """From 1; 0 without a track number."""
    tracks: int = 0
    date: str = ""
    """When it was made, such as "2026-11-30"; empty if that is not known."""
    bpm: int = 0
    """Beats per minute; 0 if they are not known."""
    lyrics: str = ""
    synced: tuple[tuple[str, int], ...] = ()
    """The words of the lyrics with their times in milliseconds; the first word of a line begins with a newline."""
    comment: str = ""
    cover: bytes = b""
    """A picture in JPEG, PNG or WebP; empty without a cover."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further tags by name; their values are never empty."""

    @property
    def cover_type(self) -> str:
        """The media type of the cover; empty without a cover, or for a type that players do not support."""
        if self.cover.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        if self.cover.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        return "image/webp" if self.cover[:4] == b"RIFF" and self.cover[8:12] == b"WEBP" else ""


def song_tags(
    task: Task,
    clip: Clip,
    sheet: LyricSheet,
    *,
    artist: str,
    request: Request | None = None,
    gateway: str = "",
    place: AlbumPlace | None = None,
    cover: bytes = b"",
) -> SongTags:
    """The tags of a take. `gateway` is its address; without an album, the track is the number of the take."""
    take = next((at for at, one in enumerate(task.clips, 1) if one.id == clip.id), 0)
    described = _described(task, clip, request, gateway)
    return SongTags(
        title=clean(clip.title or task.title, NAME_LIMIT) or "Untitled",
        artist=clean(artist, NAME_LIMIT),
        album="" if place is None else clean(place.album, NAME_LIMIT),
        track=take if place is None else place.track,
        tracks=len(task.clips) if place is None else place.tracks,
        date=_date(clip, task),
        bpm=round(clip.bpm) if clip.bpm is not None and 0 < clip.bpm < 1_000 else 0,
        lyrics=clean_lines(lyrics_text(clip, sheet)),
        synced=tuple(_synced(sheet)),
        comment=clean_lines("\n".join(f"{label}: {text}" for label, _, text in described)),
        cover=cover,
        fields={name: text for _, name, text in described},
    )


def lyrics_text(clip: Clip, sheet: LyricSheet) -> str:
    """The lyrics as the gateway reports them, or else those of the timings."""
    return clip.lyrics if clip.lyrics.strip() else "\n".join(line.text for line in sheet.lines).strip("\n")


def _described(task: Task, clip: Clip, request: Request | None, gateway: str) -> list[tuple[str, str, str]]:
    """How the take was made: the label in the comment, the name of the tag, and the text."""
    asked = request.description if isinstance(request, MusicRequest) else ""
    texts = (
        ("Prompt", "SUNO_PROMPT", clip.description or asked),
        ("Style", "SUNO_STYLE", clip.tags),
        ("Excluded", "SUNO_EXCLUDED", clip.exclude),
        ("Model", "SUNO_MODEL", clip.model),
        ("Gateway", "SUNO_GATEWAY", gateway),
        ("Song", TASK_ID, task.id),
        ("Take", CLIP_ID, clip.id),
    )
    return [(label, name, made) for label, name, text in texts if (made := clean_lines(text.strip()))]


def _date(clip: Clip, task: Task) -> str:
    made_at = clip.created_at or task.finished_at or task.added_at
    return datetime.fromtimestamp(made_at, UTC).date().isoformat() if iso(made_at) is not None else ""


def _synced(sheet: LyricSheet) -> list[tuple[str, int]]:
    words: list[tuple[str, int]] = []
    for line in sheet.lines:
        start = 0
        for at, word in enumerate(line.words):
            text = line.text[start : word.end] if at < len(line.words) - 1 else line.text[start:].rstrip()
            words.append(("\n" * (not at and bool(words)) + printable(text), round(word.start_s * 1_000)))
            start = word.end
    return words
