"""Requests that make something of a clip that is there: concat, cover, infill, stems (protocol 2.2 and 2.4)."""

from dataclasses import dataclass
from typing import ClassVar

from sunotui.domain.problem import (
    Problem,
    blocking_first,
    clip_needed,
    extra_problems,
)
from sunotui.domain.song import LONGEST_CLIP_S, SongTexts
from sunotui.domain.task import TaskKind

STEM_COUNTS = (2, 12)
"""Voice and band, or every instrument by itself."""


@dataclass(frozen=True, slots=True)
class ConcatRequest:
    """One whole song out of an extended clip and what it continues (protocol 2.4)."""

    word: ClassVar[str] = "concat"
    kind: ClassVar[TaskKind] = TaskKind.CONCAT

    clip_id: str = ""
    is_infill: bool = False
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return f"Concat of {self.clip_id}"

    def problems(self) -> tuple[Problem, ...]:
        """The clip must be given."""
        return blocking_first(
            clip_needed("clip_id", self.clip_id, "Give the id of an extended clip") + extra_problems(self.extra)
        )


@dataclass(frozen=True, slots=True)
class CoverRequest(SongTexts):
    """The same melody in another style (task "cover"); uploaded clips cannot be covered (protocol 2.2)."""

    word: ClassVar[str] = "cover"
    kind: ClassVar[TaskKind] = TaskKind.MUSIC

    clip_id: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return self.title.strip() or f"Cover of {self.clip_id}"

    def problems(self) -> tuple[Problem, ...]:
        """A clip, and a style to turn it into."""
        found = clip_needed("clip_id", self.clip_id, "Give the id of the clip to cover")
        if not self.style.strip():
            found.append(Problem("style", "Say which style the cover is to have"))
        return blocking_first(found + self.text_problems())


@dataclass(frozen=True, slots=True)
class InfillRequest(SongTexts):
    """A section of a clip made anew with its own words (task "infill"); a concat with is_infill makes the whole song
    of it (protocol 2.2)."""

    word: ClassVar[str] = "infill"
    kind: ClassVar[TaskKind] = TaskKind.MUSIC

    clip_id: str = ""
    task_id: str = ""
    """The gateway's id of the task the clip came from."""
    start_s: float | None = None
    end_s: float | None = None
    """The section to replace, in seconds of the clip."""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return self.title.strip() or f"New section of {self.clip_id}"

    def problems(self) -> tuple[Problem, ...]:
        """A clip, a section of it, and words that fit the section."""
        found = clip_needed("clip_id", self.clip_id, "Give the id of the clip whose section is to be replaced")
        if not _is_section(self.start_s, self.end_s):
            found.append(Problem("start_s", "Say where the section begins and ends, such as 0:45 and 1:10"))
        if not self.lyrics.strip() and not self.instrumental:
            found.append(Problem("lyrics", "Write the words of the new section, or choose instrumental"))
        return blocking_first(found + self.text_problems())


@dataclass(frozen=True, slots=True)
class StemsRequest:
    """A clip taken apart into its voices (task "gen_stem", protocol 2.2)."""

    word: ClassVar[str] = "stems"
    kind: ClassVar[TaskKind] = TaskKind.MUSIC

    clip_id: str = ""
    task_id: str = ""
    count: int = 2
    title: str = ""
    model: str = ""
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return self.title.strip() or f"Stems of {self.clip_id}"

    def problems(self) -> tuple[Problem, ...]:
        """A clip, and one of the two ways to take it apart."""
        found = clip_needed("clip_id", self.clip_id, "Give the id of the clip to take apart")
        if self.count not in STEM_COUNTS:
            found.append(Problem("count", "Stems come by 2 or by 12"))
        return blocking_first(found + extra_problems(self.extra))


def _is_section(start_s: float | None, end_s: float | None) -> bool:
    return start_s is not None and end_s is not None and 0 <= start_s < end_s < LONGEST_CLIP_S
