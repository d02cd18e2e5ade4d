"""Tasks as tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.cli.output.text import age, length, print_table
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean_lines


def print_lyrics(tasks: Sequence[Task]) -> None:
    """Print the lyrics of lyrics tasks below their table."""
    for task in tasks:
        if task.lyrics is not None and task.lyrics.text:
            print(f"\n{clean_lines(task.lyrics.text)}")


def print_tasks(tasks: Sequence[TaskSummary], now: float) -> None:
    """Print tasks as a table."""
    rows = [
        (
            task.id,
            task.status.value,
            task.origin.value,
            task.title or "untitled",
            task.model,
            length(task.duration_s),
            str(task.takes or ""),
            age(now - task.added_at),
        )
        for task in tasks
    ]
    print_table(("SONG", "STATUS", "KIND", "TITLE", "MODEL", "LENGTH", "TAKES", "AGE"), rows, flexible=3)


def duration_text(usual: DurationEstimate) -> str:
    """A duration estimate, such as "2:10, 9 of 10 within 3:40"."""
    return f"{length(usual.median_s) or '0:00'}, 9 of 10 within {length(usual.p90_s) or '0:00'}"
