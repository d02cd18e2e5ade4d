"""Requests that make something new: a song, or words alone."""

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
from sunotui.domain.tasks.lyrics import time_mark_in
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import trim

LONGEST_CLIP_S = 3_600.0
SLIDERS = {"style_weight": "Style weight", "weirdness": "Weirdness", "audio_weight": "Audio weight"}
"""The labels of a song's sliders by their attributes."""
GENDERS = ("m", "f")


@dataclass(frozen=True, slots=True, kw_only=True)
class SongFields:
    """The fields of every request for a song, however it is made."""

    lyrics: str = ""
    title: str = ""
    style: str = ""
    exclude: str = ""
    model: str = ""
    instrumental: bool = False
    extra: str = ""
    """Further fields as a JSON object, for what is not known here; they overrule the form's."""
    style_weight: float | None = None
    weirdness: float | None = None
    audio_weight: float | None = None
    """Sliders, 0 to 1 in steps of 0.01: how closely the style is followed, how strange it may be, how closely a source
    clip is followed. None leaves each to the gateway."""
    gender: str = ""
    """The voice: one of GENDERS, or empty."""
    duration_s: float | None = None
    """The wanted length in seconds."""

    @property
    def has_own_words(self) -> bool:
        """Whether it brings lyrics, which a gateway must not read as a description."""
        return bool(trim(self.lyrics))

    @property
    def has_sliders(self) -> bool:
        """Whether any of the finer settings is made."""
        return bool(self.sliders) or bool(self.gender) or self.duration_s is not None

    @property
    def sliders(self) -> dict[str, float]:
        """The sliders that are set, by attribute."""
        values = {name: getattr(self, name) for name in SLIDERS}
        return {name: value for name, value in values.items() if value is not None}

    def text_problems(self) -> list[ValidationIssue]:
        """Texts over the limits of the model (protocol 2.1), and invalid extra fields."""
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
            ValidationIssue(name, f"{SLIDERS[name]} is a number from 0 to 1 with at most two decimals")
            for name, value in self.sliders.items()
            # Written so that NaN, which compares with nothing, is refused as well.
            if not (0 <= value <= 1 and round(value, 2) == value)
        ]
        if self.gender and self.gender not in GENDERS:
            found.append(ValidationIssue("gender", f"A gender is one of {', '.join(GENDERS)}"))
        if self.duration_s is not None and not 0 < self.duration_s < LONGEST_CLIP_S:
            found.append(ValidationIssue("duration_s", "A duration is more than 0 and less than 3,600 seconds"))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicRequest(SongFields):
    """A song: described (Suno writes the words) or custom (the words are given), new or the continuation of a clip."""

    kind: ClassVar[str] = "music"
    task_kind: ClassVar[TaskKind] = TaskKind.MUSIC

    description: str = ""
    extend_clip_id: str = ""
    extend_at_s: float | None = None
    """The point in the parent clip where the new part begins, in seconds."""
    extend_task_id: str = ""
    """The gateway's id of the task the parent clip came from; the reference server and 2025 relays require it."""
    extend_upload: bool = False
    """Whether the clip to continue was uploaded: private builds want another task word for it (protocol 2.2)."""
    persona_id: str = ""
    """The voice to sing with, made of a clip (protocol 2.2, artist_consistency)."""
    persona_clip_id: str = ""
    """The clip that the voice was made of."""
    persona_as_voice: bool = False
    """Whether only the persona's voice is used, and not its style; the sunoapi dialect alone has a form for it."""

    @property
    def is_described(self) -> bool:
        """Whether Suno is to write the words (inspiration mode)."""
        return bool(trim(self.description))

    @property
    def is_extension(self) -> bool:
        """Whether this continues a clip."""
        return bool(trim(self.extend_clip_id))

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return trim(self.title) or first_words(trim(self.description) or trim(self.lyrics) or self.style)

    def problems(self) -> tuple[ValidationIssue, ...]:
        """What is wrong, the blocking ones first."""
        found: list[ValidationIssue] = []
        if self.is_described and (trim(self.lyrics) or self.is_extension):
            found.append(ValidationIssue("description", "A description cannot go together with lyrics or an extension"))
        if not self.is_described and not trim(self.lyrics):
            if not self.instrumental:
                found.append(ValidationIssue("lyrics", "Write a description or lyrics, or choose instrumental"))
            elif not trim(self.style):
                found.append(ValidationIssue("style", "An instrumental needs a style or a description"))
        if self.instrumental and trim(self.lyrics):
            found.append(ValidationIssue("lyrics", "Instrumental is on: the lyrics are not sent", is_blocking=False))
        if self.is_extension and (self.extend_at_s is None or not 0 < self.extend_at_s < LONGEST_CLIP_S):
            found.append(ValidationIssue("extend_at_s", "Say where in the clip the new part begins, such as 1:30"))
        if trim(self.persona_id) and not trim(self.persona_clip_id):
            found.append(ValidationIssue("persona_clip_id", "A persona goes with the clip that it was made of"))
        found += over_limit("description", self.description, limits_of(self.model).description)
        if self.is_extension and not trim(self.extend_task_id):
            found.append(
                ValidationIssue(
                    "extend_task_id", "Many gateways need the task that the clip came from", is_blocking=False
                )
            )
        return blocking_first(found + self.text_problems())


@dataclass(frozen=True, slots=True)
class LyricsRequest:
    """Words only, from an idea."""

    kind: ClassVar[str] = "lyrics"
    task_kind: ClassVar[TaskKind] = TaskKind.LYRICS

    prompt: str = ""
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return first_words(self.prompt)

    def problems(self) -> tuple[ValidationIssue, ...]:
        """An empty prompt is refused by every gateway (protocol 2.3)."""
        found = extra_problems(self.extra) + damaged_texts(self)
        if not trim(self.prompt):
            found.append(ValidationIssue("prompt", "Write what the words should be about"))
        return blocking_first(found + over_limit("prompt", self.prompt, limits_of("").lyrics_prompt))
