"""What the commands print: JSON documents of a fixed shape for scripts, tables and pages for people."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sunotui.domain.text import clean, clean_lines

if TYPE_CHECKING:
    from sunotui.domain.clip import Clip
    from sunotui.domain.submission import Submission
    from sunotui.domain.task import Task

Document = dict[str, Any] | list[dict[str, Any]]
_LATEST = 253_402_300_799.0
"""The last second of the year 9999: gateways tell times that no calendar has."""


def iso(at: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC, or None for a time that is unknown or no time."""
    if at is None or not 0 < at <= _LATEST:
        return None
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def task_document(task: "Task") -> dict[str, Any]:
    """The JSON of a task; its keys are a contract."""
    return {
        "id": task.id,
        "profile": task.profile,
        "action": task.kind.value,
        "status": task.status.value,
        "progress": task.progress,
        "fail_reason": task.fail_reason,
        "submitted_at": iso(task.submitted_at),
        "started_at": iso(task.started_at),
        "finished_at": iso(task.finished_at),
        "clips": [clip_document(clip, take) for take, clip in enumerate(task.clips, 1)],
        "lyrics": None
        if task.lyrics is None
        else {"title": task.lyrics.title, "text": task.lyrics.text, "tags": list(task.lyrics.tags)},
        "submission_id": task.submission_id,
    }


def clip_document(clip: "Clip", take: int) -> dict[str, Any]:
    """The JSON of a clip, with its number among the task's takes; its keys are a contract."""
    return {
        "id": clip.id,
        "take": take,
        "title": clip.title,
        "status": clip.status.value,
        "tags": clip.tags,
        "lyrics": clip.lyrics,
        "description": clip.description,
        "model": clip.model,
        "duration": clip.duration_s,
        "audio_url": clip.audio_url,
        "video_url": clip.video_url,
        "image_url": clip.image_url,
        "created_at": iso(clip.created_at),
        "error": clip.error,
    }


def submission_document(submission: "Submission") -> dict[str, Any]:
    """The JSON of a row of the journal."""
    from sunotui.domain.request import to_json

    return {
        "id": submission.id,
        "profile": submission.profile,
        "state": submission.state.value,
        "request": json.loads(to_json(submission.request)),
        "created_at": iso(submission.created_at),
        "sent_at": iso(submission.sent_at),
        "ended_at": iso(submission.ended_at),
        "task_id": submission.task_id,
        "task_hints": list(submission.task_hints),
        "retry_of": submission.retry_of,
        "trouble": submission.trouble,
        "trouble_kind": submission.trouble_kind,
        "request_id": submission.request_id,
        "http_status": submission.http_status,
    }


def print_json(document: Document) -> None:
    """One document on standard output, in ASCII, so that no terminal obeys what a gateway wrote."""
    # allow_nan=False: NaN is no JSON, and storage lets none through.
    print(json.dumps(document, ensure_ascii=True, indent=2, allow_nan=False))


def say(sentence: str) -> None:
    """A message to the person, beside the output."""
    print(clean(sentence, 2_000), file=sys.stderr, flush=True)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, flexible: int = 0) -> None:
    """Rows under heads, in columns; on a terminal the column `flexible` gives way so that no row wraps."""
    for line in table_lines(heads, rows, _terminal_width(), flexible):
        print(line)


def table_lines(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None, flexible: int = 0
) -> list[str]:
    """The lines of a table: every cell cleaned, columns as wide as their widest cell, cut to `width` when given."""
    from rich.cells import cell_len

    cells = [[clean(cell, 500) for cell in row] for row in (heads, *rows)]
    widths = [max(cell_len(row[at]) for row in cells) for at in range(len(heads))]
    if width is not None:
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        widths[flexible] = max(8, widths[flexible] - max(0, excess))
    return ["  ".join(_fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells]


def _fit(cell: str, size: int) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(cell) > size:
        cell = set_cell_size(cell, size - 1) + "…"
    return cell + " " * (size - cell_len(cell))


def print_tasks(tasks: Sequence["Task"], now: float) -> None:
    """Tasks as a table for people."""
    rows = [
        (
            task.id,
            task.status.value,
            task.kind.value,
            task.title or "untitled",
            task.model,
            length(task.duration_s),
            str(len(task.clips) or ""),
            age(now - task.added_at),
        )
        for task in tasks
    ]
    print_table(("TASK", "STATUS", "KIND", "TITLE", "MODEL", "LENGTH", "TAKES", "AGE"), rows, flexible=3)


def print_page(facts: Sequence[tuple[str, str]], text: str = "") -> None:
    """Named facts one a line, those that are empty left out, then a text of many lines."""
    shown = [(name, clean(value, 2_100)) for name, value in facts if value]
    size = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{size}}  {value}")
    if text:
        print()
        print(clean_lines(text))


def length(seconds: float | None) -> str:
    """A length as people write it: 2:41."""
    if seconds is None or not 0 < seconds < 1e6:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits: now, 14m, 2h, 3d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "now"


def _terminal_width() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil

    return max(40, shutil.get_terminal_size().columns)
