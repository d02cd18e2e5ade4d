"""One piece of audio in a task's response; on screen a task's clips are its takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_DEAD_ENDINGS = ("/none.mp3", "/null.mp3", "/none.mp4", "/api/forbidden", "/forbidden")
_STREAM_MARKS = ("audiopipe", "/stream/")


class ClipStatus(StrEnum):
    """How far a clip is (protocol 4.2)."""

    SUBMITTED = "submitted"
    QUEUED = "queued"
    STREAMING = "streaming"
    COMPLETE = "complete"
    ERROR = "error"

    @property
    def is_final(self) -> bool:
        """Whether the gateway will change nothing more about this clip."""
        return self in {ClipStatus.COMPLETE, ClipStatus.ERROR}


class DerivationKind(StrEnum):
    """How a clip was made from another one, by its own metadata. The values are stored in the library."""

    CONTINUATION = "continuation"
    PART = "part"
    """It was joined with others into a whole song."""
    COVER = "cover"
    SECTION = "section"
    """A section of it was replaced: an `infill` that is true."""
    STEM = "stem"
    EDIT = "edit"
    AUDIO_PROMPT = "audio-prompt"
    ARTIST = "artist"
    """It gave the voice."""
    PERSONA = "persona"
    """The id is that of the persona and not of a clip."""
    UPSAMPLE = "upsample"
    ADDED_VOCALS = "added-vocals"
    ADDED_INSTRUMENTAL = "added-instrumental"
    SPEED = "speed"
    MASHUP = "mashup"
    PLAYLIST = "playlist"


@dataclass(frozen=True, slots=True)
class Derivation:
    """One thing that a clip was made of, and how."""

    kind: DerivationKind
    id: str
    """Of a clip, or of a persona."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of one clip. Its id is its identity: gateways change the order between polls (protocol 3.4)."""

    id: str
    title: str = ""
    status: ClipStatus = ClipStatus.SUBMITTED
    tags: str = ""
    lyrics: str = ""
    description: str = ""
    model: str = ""
    duration_s: float | None = None
    audio_url: str | None = None
    video_url: str | None = None
    image_url: str | None = None
    created_at: float | None = None
    """Unix seconds by the gateway's clock: for display only, never a sort key (P6)."""
    error: str = ""
    exclude: str = ""
    """Styles that were excluded, by the gateway's response; most gateways do not say."""
    parents: tuple[str, ...] = ()
    """Ids of the clips that this one was made of: what it continues, covers, replaces a part of or takes apart."""
    derivations: tuple[Derivation, ...] | None = None
    """How each parent was used; None where that is not known, as for clips that an older version read."""
    bpm: float | None = None
    """Its tempo in beats a minute, as the gateway measured it."""
    musical_key: str = ""
    """The key, such as "A minor"."""
    style_weight: float | None = None
    """How closely it was to follow the style, 0 to 1; this and the next two as the response says they were applied."""
    weirdness: float | None = None
    """How unusual it was to be, 0 to 1."""
    audio_weight: float | None = None
    """How closely it was to follow the clip that it was made of, 0 to 1."""
    persona_id: str = ""
    """The id of the persona that it was made with; empty without one."""
    is_max_mode: bool = False
    """Whether the response says that it was made in Suno's max mode."""

    @property
    def bpm_text(self) -> str:
        """The tempo to at most one decimal; empty when unknown."""
        return "" if self.bpm is None else f"{round(self.bpm, 1):g}"

    @property
    def slider_text(self) -> str:
        """The sliders that are known, each with its name, such as "style weight 0.6, weirdness 0.25"."""
        named = (
            ("style weight", self.style_weight),
            ("weirdness", self.weirdness),
            ("audio weight", self.audio_weight),
        )
        return ", ".join(f"{name} {round(value, 2):g}" for name, value in named if value is not None)

    @property
    def is_playable(self) -> bool:
        """Whether there is a link that gives sound now, final or still streaming."""
        return self.audio_url is not None

    @property
    def is_whole(self) -> bool:
        """Whether it was made to its end and has the link of its file."""
        return self.status is ClipStatus.COMPLETE and self.is_playable and not self.is_stream

    @property
    def is_stream(self) -> bool:
        """Whether the audio link is the endless one of a song being made: it changes at completion (protocol 7.3)."""
        url = self.audio_url or ""
        return is_stream_link(url) or (self.is_playable and self.status is ClipStatus.STREAMING)


def is_stream_link(url: str) -> bool:
    """Whether an address by itself is that of a song being made, which has no end yet (protocol 7.3)."""
    return any(mark in url for mark in _STREAM_MARKS)


def is_dead_link(url: str) -> bool:
    """Whether an address is known to give no sound: empty, None.mp3, .../api/forbidden (protocol 7.3)."""
    bare = url.strip().split("?", 1)[0].rstrip("/").lower()
    return not bare or bare.endswith(_DEAD_ENDINGS)
