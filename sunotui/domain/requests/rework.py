"""The request that joins clips (protocol 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sunotui.domain.requests.validation_issue import (
    ValidationIssue,
    blocking_first,
    clip_needed,
    damaged_texts,
    extra_problems,
)
from sunotui.domain.tasks.task import TaskKind


@dataclass(frozen=True, slots=True)
class ConcatRequest:
    """One whole song out of an extended clip and what it continues (protocol 2.4)."""

    kind: ClassVar[str] = "concat"
    task_kind: ClassVar[TaskKind] = TaskKind.CONCAT

    clip_id: str = ""
    is_infill: bool = False
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """What to call the task until the gateway names it."""
        return f"Concat of {self.clip_id}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The clip must be given."""
        return blocking_first(
            clip_needed("clip_id", self.clip_id, "Give the id of an extended clip")
            + extra_problems(self.extra)
            + damaged_texts(self)
        )
