"""Commands that read the library and nothing else: tasks, show, url."""

import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE
from sunotui.cli.find import find
from sunotui.cli.render import (
    clip_document,
    iso,
    length,
    print_json,
    print_page,
    print_tasks,
    say,
    task_document,
)
from sunotui.cli.session import open_library
from sunotui.domain.errors import NotFound, RequestImpossible
from sunotui.domain.task import TaskStatus
from sunotui.domain.text import URL_LIMIT, clean

if TYPE_CHECKING:
    from sunotui.domain.clip import Clip
    from sunotui.domain.task import Task


def tasks(args: Namespace, environ: Mapping[str, str]) -> int:
    """List tasks, the newest first."""
    status = TaskStatus(args.status) if args.status else None
    with open_library(environ) as library:
        found = library.recent(status, args.search, args.limit, args.profile or None)
    if args.json:
        print_json([task_document(task) for task in found])
    elif found:
        print_tasks(found, time.time())
    else:
        say("No task fits" if args.status or args.search or args.profile else "The library is empty")
    return DONE


def show(args: Namespace, environ: Mapping[str, str]) -> int:
    """Show one task or clip."""
    with open_library(environ) as library:
        task, clip = find(library, args.id)
    if args.json:
        print_json(task_document(task) if clip is None else clip_document(clip, _number_of(task, clip)))
    elif clip is None:
        _print_task(task)
    else:
        _print_clip(clip, _number_of(task, clip))
    return DONE


def url(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print one address of a take, and copy it where asked."""
    with open_library(environ) as library:
        task, clip = find(library, args.id)
    if clip is not None and args.take not in {None, _number_of(task, clip)}:
        raise RequestImpossible(f"The clip {clip.id} is take {_number_of(task, clip)}, not {args.take}")
    number = _number_of(task, clip) if clip is not None else args.take or 1
    take = task.take(number)
    if take is None:
        raise NotFound(f"The task has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    address: str | None = getattr(take, f"{args.kind}_url")
    if address is None:
        raise NotFound(
            f"Take {number} has no {args.kind} address yet", advice=f"'sunotui fetch {task.id}' asks the gateway again"
        )
    print(clean(address, URL_LIMIT))
    if args.copy:
        _copy(address, environ)
    return DONE


def _number_of(task: "Task", clip: "Clip") -> int:
    return task.clips.index(clip) + 1


def _print_task(task: "Task") -> None:
    from sunotui.domain.reasons import reason_told

    reason = reason_told(task.fail_reason)
    print_page(
        (
            ("task", task.id),
            ("title", task.title),
            ("status", task.status.value),
            ("failed", task.fail_reason),
            ("that is", "" if reason is None else reason.sentence),
            ("kind", task.kind.value),
            ("profile", task.profile),
            ("submitted", iso(task.submitted_at) or ""),
            ("started", iso(task.started_at) or ""),
            ("finished", iso(task.finished_at) or ""),
            ("submission", task.submission_id or ""),
        ),
        "" if task.lyrics is None else task.lyrics.text,
    )
    for number, clip in enumerate(task.clips, 1):
        print()
        _print_clip(clip, number)


def _print_clip(clip: "Clip", number: int) -> None:
    print_page(
        (
            ("take", str(number)),
            ("clip", clip.id),
            ("title", clip.title),
            ("status", clip.status.value),
            ("error", clip.error),
            ("tags", clip.tags),
            ("prompt", clip.description),
            ("model", clip.model),
            ("length", length(clip.duration_s)),
            ("audio", clip.audio_url or ""),
            ("video", clip.video_url or ""),
            ("image", clip.image_url or ""),
        ),
        clip.lyrics,
    )


def _copy(address: str, environ: Mapping[str, str]) -> None:
    from sunotui.studio.clipboard import copy_with_tools, osc52

    took = copy_with_tools(address, environ)
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        print(osc52(address), end="", file=terminal, flush=True)
        took.insert(0, "the terminal (OSC 52)")
    say(f"Copied by {' and '.join(took)}" if took else "Nothing here could copy it: no terminal and no clipboard tool")
