"""Clips: the pieces of audio of a task. On screen, a task's clips are its takes."""

from __future__ import annotations

from enum import StrEnum

from sunotui.named_tuple import NamedTuple

_DEAD_ENDINGS = ("/none.mp3", "/null.mp3", "/none.mp4", "/api/forbidden", "/forbidden")
_STREAM_MARKS = ("audiopipe", "/stream/")


class ClipStatus(StrEnum):
    """The status of a clip (protocol 4.2)."""

    SUBMITTED = "submitted"
    QUEUED = "queued"
    STREAMING = "streaming"
    COMPLETE = "complete"
    ERROR = "error"

    @property
    def is_final(self) -> bool:
        """Whether the gateway will no longer change this clip."""
        return self in {ClipStatus.COMPLETE, ClipStatus.ERROR}


class DerivationKind(StrEnum):
    """How a clip was derived from another one, according to its metadata. The values are stored in the library."""

    CONTINUATION = "continuation"
    PART = "part"
    """The clip was joined with others into a whole song."""
    COVER = "cover"
    SECTION = "section"
    """A section of the clip was replaced: `infill` is true."""
    STEM = "stem"
    EDIT = "edit"
    AUDIO_PROMPT = "audio-prompt"
    ARTIST = "artist"
    """The clip provided the voice."""
    PERSONA = "persona"
    """The id is that of a persona and not of a clip."""
    UPSAMPLE = "upsample"
    ADDED_VOCALS = "added-vocals"
    ADDED_INSTRUMENTAL = "added-instrumental"
    SPEED = "speed"
    MASHUP = "mashup"
    PLAYLIST = "playlist"


class Derivation(NamedTuple):
    """One source of a clip, and how it was used."""

    kind: DerivationKind
    id: str
    """The id of a clip or of a persona."""


class Clip(NamedTuple):
    """The known data of a clip. Only the id identifies it: gateways change the order between polls (protocol 3.4)."""

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
    """The excluded styles, as reported by the gateway; most gateways do not report them."""
    parents: tuple[str, ...] = ()
    """The ids of the clips from which this one was derived, for example by extending, covering or splitting them."""
    derivations: tuple[Derivation, ...] | None = None
    """How each parent was used; None if unknown, for example for clips that an older version parsed."""
    bpm: float | None = None
    """The tempo in beats per minute, as measured by the gateway."""
    musical_key: str = ""
    """The key, such as "A minor"."""
    style_weight: float | None = None
    """The style weight, 0 to 1; this and the next two as the response reports them."""
    weirdness: float | None = None
    """The weirdness, 0 to 1."""
    audio_weight: float | None = None
    """The audio weight of the source clip, 0 to 1."""
    persona_id: str = ""
    """The id of the persona that sings; empty without a persona."""
    is_max_mode: bool = False
    """Whether the response reports Suno's max mode."""

    @property
    def links(self) -> tuple[str, ...]:
        """Every link that it has."""
        return tuple(filter(None, (self.audio_url, self.video_url, self.image_url)))

    @property
    def bpm_text(self) -> str:
        """The tempo with at most one decimal; empty when unknown."""
        return "" if self.bpm is None else f"{round(self.bpm, 1):g}"

    @property
    def slider_text(self) -> str:
        """The known sliders with their names, such as "style weight 0.6, weirdness 0.25"."""
        named = (
            ("style weight", self.style_weight),
            ("weirdness", self.weirdness),
            ("audio weight", self.audio_weight),
        )
        return ", ".join(f"{name} {round(value, 2):g}" for name, value in named if value is not None)

    @property
    def is_playable(self) -> bool:
        """Whether there is a playable link, final or streaming."""
        return self.audio_url is not None

    @property
    def is_whole(self) -> bool:
        """Whether it is complete and has the link of its file."""
        return self.status is ClipStatus.COMPLETE and self.is_playable and not self.is_stream

    @property
    def is_stream(self) -> bool:
        """Whether the audio link is the endless stream of a song being generated; it changes at completion (protocol
        7.3)."""
        url = self.audio_url or ""
        return is_stream_link(url) or (self.is_playable and self.status is ClipStatus.STREAMING)


def is_stream_link(url: str) -> bool:
    """Whether a URL is the stream of a song being generated, which has no end yet (protocol 7.3)."""
    return any(mark in url for mark in _STREAM_MARKS)


def is_dead_link(url: str) -> bool:
    """Whether a URL is known to have no audio: empty, None.mp3, .../api/forbidden (protocol 7.3)."""
    bare = url.strip().split("?", 1)[0].rstrip("/").lower()
    return not bare or bare.endswith(_DEAD_ENDINGS)
