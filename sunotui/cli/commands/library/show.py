"""The command that shows one task or take."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator, Mapping

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.task_text import duration_text
from sunotui.cli.output.text import length, print_json, print_page
from sunotui.cli.resolve import resolve, take_number
from sunotui.core.documents.annotation_queries import annotations_of
from sunotui.core.documents.json_documents import clip_document, iso, task_document
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.domain.annotations import NO_ANNOTATIONS, Annotations
from sunotui.domain.requests.request import Request
from sunotui.domain.requests.validation import first_words
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.differences import Difference, differences, model_note
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.failure_reasons import failure_reason
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.tasks.task import Task


def show(args: Namespace, environ: Mapping[str, str]) -> int:
    """Show one task or clip."""
    with open_library(find_paths(environ)) as library:
        task, clip = resolve(library, args.id)
        request = library.request_of(task)
        annotations = annotations_of(library, [task.id]).get(task.id, NO_ANNOTATIONS)
        about = library.summaries([task.id])[0]
        usual = None if task.status.is_final else library.duration_estimate(task.profile, task.kind)
    if args.json:
        if clip is None:
            print_json(task_document(task, request, annotations))
        else:
            print_json(clip_document(clip, take_number(task, clip), annotations.take_rating(clip.id)))
    elif clip is None:
        _print_task(task, about, request, usual, annotations)
    else:
        _print_clip(clip, take_number(task, clip), request, annotations)
    return DONE


def _print_task(
    task: Task, about: TaskSummary, request: Request | None, usual: DurationEstimate | None, annotations: Annotations
) -> None:
    reason = failure_reason(task.fail_reason)
    usually = "" if usual is None else f"{duration_text(usual)}; now {length(time.time() - task.added_at) or '0:00'}"
    print_page(
        (
            ("song", task.id),
            ("title", about.title),
            ("status", task.status.value),
            ("failed", task.fail_reason),
            ("meaning", "" if reason is None else reason.sentence),
            ("kind", about.origin.value),
            ("gateway", task.profile),
            ("submitted", iso(task.submitted_at) or ""),
            ("started", iso(task.started_at) or ""),
            ("finished", iso(task.finished_at) or ""),
            ("took", length(task.made_in_s)),
            ("usually", usually),
            ("request", task.submission_id or ""),
            ("labels", ", ".join(annotations.labels)),
            ("in the trash", "yes" if annotations.is_trashed else ""),
            *(() if task.clips else _rating_facts(annotations, "")),
            *(("note", line) for line in annotations.note.split("\n")),
        ),
        "" if task.lyrics is None else task.lyrics.text,
    )
    for number, clip in enumerate(task.clips, 1):
        print()
        _print_clip(clip, number, request, annotations)


def _print_clip(clip: Clip, number: int, request: Request | None, annotations: Annotations) -> None:
    print_page(
        (
            ("take", str(number)),
            ("id", clip.id),
            ("title", clip.title),
            ("status", clip.status.value),
            ("error", clip.error),
            ("style", clip.tags),
            ("without", clip.exclude),
            ("prompt", clip.description),
            ("model", _model_words(request, clip)),
            ("length", length(clip.duration_s)),
            ("audio", clip.audio_url or ""),
            ("video", clip.video_url or ""),
            ("image", clip.image_url or ""),
            ("made from", ", ".join(clip.parents)),
            ("bpm", clip.bpm_text),
            ("key", clip.musical_key),
            ("sliders", clip.slider_text),
            ("voice", clip.persona_id),
            ("max mode", "yes" if clip.is_max_mode else ""),
            *_rating_facts(annotations, clip.id),
            *(("differs", _words_for(found)) for found in _differences(request, clip)),
        ),
        clip.lyrics,
    )


def _rating_facts(annotations: Annotations, clip_id: str) -> Iterator[tuple[str, str]]:
    rating = annotations.take_rating(clip_id)
    yield "rating", f"{rating.rating} of 5" if rating.rating else ""
    yield "favourite", "yes" if rating.is_favourite else ""
    yield "played", iso(rating.played_at) or ""
    yield "albums", ", ".join(annotations.albums.get(clip_id, ()))


def _model_words(request: Request | None, clip: Clip) -> str:
    note = "" if request is None else model_note(request, clip)
    return f"{clip.model} ({note})" if note else clip.model


def _differences(request: Request | None, clip: Clip) -> tuple[Difference, ...]:
    return () if request is None else differences(request, clip)


def _words_for(found: Difference) -> str:
    """The first words of the requested and the returned text; --json has all of it."""
    asked, made = first_words(found.asked), first_words(found.made)
    if not made:
        return f"{found.field}: requested {asked}; the response does not mention it"
    if asked == made:
        return f"{found.field}: starts as requested, {asked}, then differs"
    return f"{found.field}: requested {asked}; got {made}"
