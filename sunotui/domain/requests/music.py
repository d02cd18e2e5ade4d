"""Requests that generate something new: a song or lyrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sunotui.domain.gateways.models import limits_of
from sunotui.domain.requests.validation import (
    ValidationIssue,
    blocking_first,
    damaged_texts,
    extra_problems,
    first_words,
    over_limit,
)
from sunotui.domain.tasks.lyrics import sung_text, time_mark_in
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import trim

LONGEST_CLIP_S = 3_600.0
SLIDERS = {"style_weight": "Style weight", "weirdness": "Weirdness", "audio_weight": "Audio weight"}
"""The labels of a song's sliders, by attribute."""
GENDERS = ("m", "f")
TAKES_PER_SONG = 2
"""The number of takes that Suno makes for a request for a song; a gateway may pass on fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SongFields:
    """The fields that all requests for songs share."""

    lyrics: str = ""
    title: str = ""
    style: str = ""
    exclude: str = ""
    model: str = ""
    instrumental: bool = False
    extra: str = ""
    """Additional fields as a JSON object, for options that the program does not know; they override the form's
    fields."""
    style_weight: float | None = None
    weirdness: float | None = None
    audio_weight: float | None = None
    """Sliders, 0 to 1 in steps of 0.01: style weight, weirdness and audio weight of a source clip. None is the
    gateway's default."""
    gender: str = ""
    """The voice: one of GENDERS, or empty."""
    duration_s: float | None = None
    """The requested length in seconds."""

    @property
    def has_own_words(self) -> bool:
        """Whether it has its own lyrics, which a gateway must not interpret as a description."""
        return bool(trim(self.lyrics))

    @property
    def has_sliders(self) -> bool:
        """Whether an advanced setting is made."""
        return bool(self.sliders) or bool(self.gender) or self.duration_s is not None

    @property
    def sliders(self) -> dict[str, float]:
        """The values of the sliders that are set, by attribute."""
        values = {name: getattr(self, name) for name in SLIDERS}
        return {name: value for name, value in values.items() if value is not None}

    def text_problems(self) -> list[ValidationIssue]:
        """The issues of its texts: longer than the model's limits (protocol 2.1), or invalid extra fields."""
        limits = limits_of(self.model)
        return [
            *over_limit("lyrics", self.lyrics, limits.prompt),
            *over_limit("style", self.style, limits.style),
            *over_limit("title", self.title, limits.title),
            *self._time_mark_problems(),
            *self._slider_problems(),
            *extra_problems(self.extra),
            *damaged_texts(self),
        ]

    def _time_mark_problems(self) -> list[ValidationIssue]:
        mark = time_mark_in(self.lyrics)
        sentence = f"The lyrics have time marks such as {mark}, which may be sung: take them out first"
        return [ValidationIssue("lyrics", sentence, is_blocking=False)] if mark else []

    def _slider_problems(self) -> list[ValidationIssue]:
        found = [
            ValidationIssue(name, f"{SLIDERS[name]} must be a number from 0 to 1 with at most two decimals")
            for name, value in self.sliders.items()
            # Written so that NaN is rejected, too.
            if not (0 <= value <= 1 and round(value, 2) == value)
        ]
        if self.gender and self.gender not in GENDERS:
            found.append(ValidationIssue("gender", f"A gender is one of {', '.join(GENDERS)}"))
        if self.duration_s is not None and not 0 < self.duration_s < LONGEST_CLIP_S:
            found.append(ValidationIssue("duration_s", "A duration is more than 0 and less than 3,600 seconds"))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicRequest(SongFields):
    """A request for a song: from a description (Suno writes the lyrics) or custom (with lyrics), new or the
    continuation of a clip."""

    kind: ClassVar[str] = "music"
    task_kind: ClassVar[TaskKind] = TaskKind.MUSIC

    description: str = ""
    extend_clip_id: str = ""
    extend_at_s: float | None = None
    """Where the new part begins in the parent clip, in seconds."""
    extend_task_id: str = ""
    """The gateway's id of the parent clip's task; the reference server and relays of 2025 require it."""
    extend_upload: bool = False
    """Whether the clip to continue was uploaded: private builds require another task name for it (protocol 2.2)."""
    persona_id: str = ""
    """The persona that sings (protocol 2.2, artist_consistency)."""
    persona_clip_id: str = ""
    """The clip that the persona was made from."""
    persona_as_voice: bool = False
    """Whether only the persona's voice is used and not its style; only the sunoapi dialect supports it."""

    @property
    def is_described(self) -> bool:
        """Whether Suno writes the lyrics (inspiration mode)."""
        return bool(trim(self.description))

    @property
    def is_extension(self) -> bool:
        """Whether this continues a clip."""
        return bool(trim(self.extend_clip_id))

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        return trim(self.title) or first_words(trim(self.description) or sung_text(self.lyrics) or self.style)

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues, blocking ones first."""
        found: list[ValidationIssue] = []
        if self.is_described and (trim(self.lyrics) or self.is_extension):
            found.append(ValidationIssue("description", "A description cannot go together with lyrics or an extension"))
        if not self.is_described and not trim(self.lyrics) and not self.instrumental:
            found.append(ValidationIssue("lyrics", "Add lyrics, or choose Instrumental"))
        if self.instrumental and not self.is_described and not trim(self.style):
            found.append(ValidationIssue("style", "An instrumental needs a style or a description"))
        if self.instrumental and trim(self.lyrics):
            found.append(ValidationIssue("lyrics", "Instrumental is on: the lyrics are not sent", is_blocking=False))
        if self.is_extension and (self.extend_at_s is None or not 0 < self.extend_at_s < LONGEST_CLIP_S):
            found.append(ValidationIssue("extend_at_s", "Say where in the take the new part begins, such as 1:30"))
        if trim(self.persona_id) and not trim(self.persona_clip_id):
            found.append(ValidationIssue("persona_clip_id", "A voice needs the take that it was made from"))
        found += over_limit("description", self.description, limits_of(self.model).description)
        if self.is_extension and not trim(self.extend_task_id):
            found.append(
                ValidationIssue(
                    "extend_task_id", "Many gateways need the song that the take is from", is_blocking=False
                )
            )
        return blocking_first(found + self.text_problems())


@dataclass(frozen=True, slots=True)
class LyricsRequest:
    """A request for lyrics from a prompt."""

    kind: ClassVar[str] = "lyrics"
    task_kind: ClassVar[TaskKind] = TaskKind.LYRICS

    prompt: str = ""
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        return first_words(self.prompt)

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: every gateway rejects an empty prompt (protocol 2.3)."""
        found = extra_problems(self.extra) + damaged_texts(self)
        if not trim(self.prompt):
            found.append(ValidationIssue("prompt", "Write what the words should be about"))
        return blocking_first(found + over_limit("prompt", self.prompt, limits_of("").lyrics_prompt))
