"""Requests that generate no song: a persona, expanded tags, a file of a clip. Gateways may bill each of them.

The attributes and kinds of these classes are stored in the journal: they never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sunotui.domain.requests.derived import is_section
from sunotui.domain.requests.validation import (
    ValidationIssue,
    blocking_first,
    clip_needed,
    damaged_texts,
    first_words,
)
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import trim


@dataclass(frozen=True, slots=True)
class PersonaRequest:
    """A request to make a persona from a clip. Gateways that make it immediately take a name and a description. Those
    that make it as a task (key4u, November 2026) take a section of the clip and a style; the name stays on this
    computer.
    """

    kind: ClassVar[str] = "persona"
    task_kind: ClassVar[TaskKind] = TaskKind.PERSONA

    clip_id: str = ""
    name: str = ""
    description: str = ""
    style: str = ""
    start_s: float | None = None
    end_s: float | None = None
    """The section of the clip with the voice, in seconds."""

    @property
    def title_hint(self) -> str:
        """The title in lists."""
        return f"Voice {first_words(self.name)}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: the clip and a name are required, and a section must be valid."""
        found = clip_needed("clip_id", self.clip_id, "Give the id of a take") + damaged_texts(self)
        if not trim(self.name):
            found.append(ValidationIssue("name", "A voice needs a name"))
        if (self.start_s, self.end_s) != (None, None) and not is_section(self.start_s, self.end_s):
            found.append(ValidationIssue("start_s", "Say where the voice begins and ends, such as 0:10 and 0:40"))
        return blocking_first(found)


@dataclass(frozen=True, slots=True)
class UpsampleTagsRequest:
    """A request to expand a few style tags into many."""

    kind: ClassVar[str] = "upsample_tags"
    task_kind: ClassVar[TaskKind] = TaskKind.TAGS

    style: str = ""

    @property
    def title_hint(self) -> str:
        """The title in lists."""
        return f"Tags from {first_words(self.style)}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: a style is required."""
        if not trim(self.style):
            return (ValidationIssue("style", "There are no tags to work on: type a style first, such as 'indie pop'"),)
        return tuple(damaged_texts(self))


@dataclass(frozen=True, slots=True)
class ClipFileRequest:
    """A request for a file of a clip that the gateway makes on request. Each file format has a subclass."""

    kind: ClassVar[str]
    label: ClassVar[str]
    task_kind: ClassVar[TaskKind] = TaskKind.FILE

    clip_id: str = ""
    task_id: str = ""
    """The gateway's id of the clip's task, which some gateways require; empty if unknown."""

    @property
    def title_hint(self) -> str:
        """The title in lists."""
        return f"{self.label} of {self.clip_id}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: the clip is required."""
        return tuple(clip_needed("clip_id", self.clip_id, "Give the id of a take") + damaged_texts(self))


@dataclass(frozen=True, slots=True)
class WavRequest(ClipFileRequest):
    """A request for the clip as a WAV file."""

    kind: ClassVar[str] = "wav"
    label: ClassVar[str] = "WAV"


@dataclass(frozen=True, slots=True)
class Mp4Request(ClipFileRequest):
    """A request for the clip as an MP4 video."""

    kind: ClassVar[str] = "mp4"
    label: ClassVar[str] = "MP4"


@dataclass(frozen=True, slots=True)
class MidiRequest(ClipFileRequest):
    """A request for the notes of the clip."""

    kind: ClassVar[str] = "midi"
    label: ClassVar[str] = "MIDI"

    stem_of: str = ""
    """The id of the clip that this one is a stem of; some gateways require it (key4u, November 2026). Empty for a clip
    that is not a stem."""
