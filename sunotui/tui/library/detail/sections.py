"""What the parts of the detail say of a take: its words, its facts, its request and the raw answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.annotations import TakeRating
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.differences import Difference
from sunotui.domain.tasks.failure_reasons import MAYBE_REFUNDED, REFUNDED, failure_reason, whole_takes_line
from sunotui.domain.tasks.lyrics import is_section_tag
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.domain.tasks.word_timings import WordTimings
from sunotui.domain.text import clean_lines
from sunotui.tui import formatting
from sunotui.tui.widgets.text_view import TextLine

_CLIP_WORDS = {
    ClipStatus.SUBMITTED: "submitted",
    ClipStatus.QUEUED: "queued",
    ClipStatus.STREAMING: "streaming",
    ClipStatus.COMPLETE: "done",
    ClipStatus.ERROR: "failed",
}
_RAW_LIMIT = 65_536
_INDENTED_LIMIT = 65_536
"""Characters of JSON that are indented: more would hold the screen for a moment that one feels (T8)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One take of a task, or the task alone where it has none."""

    shown: TaskDetail
    take: int

    @property
    def clip(self) -> Clip | None:
        """The take."""
        return self.shown.task.take(self.take)

    @property
    def opinion(self) -> TakeRating:
        """What a person thinks of the take."""
        return self.shown.annotations.opinion(self.clip.id if self.clip is not None else "")

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the take is not what was asked for."""
        return self.shown.differences_of(self.clip) if self.clip is not None else ()


def words(part: Part) -> Iterator[TextLine]:
    """The lyrics, each line with its time where that is known."""
    task, clip = part.shown.task, part.clip
    yield from _reasons(part)
    if part.shown.is_pending:
        yield from _waiting(part)
        return
    timing = part.shown.timings.get(clip.id) if clip is not None else None
    text = clip.lyrics if clip is not None else task.lyrics.text if task.lyrics is not None else ""
    if timing is not None and timing.words:
        yield from timed_lines(timing)
    elif text:
        yield from (_lyrics_line(line) for line in clean_lines(text).split("\n"))
    elif not task.status.is_final:
        yield TextLine("The words are not written yet.", "faint")
    else:
        instrumental = task.kind is TaskKind.MUSIC and clip is not None and bool(clip.audio_url)
        yield TextLine("No words: an instrumental." if instrumental else "No words.", "faint")


def _waiting(part: Part) -> Iterator[TextLine]:
    """What is to be known of a submission that is no task yet."""
    if not part.shown.task.status.is_final:
        yield TextLine("It is being sent; the gateway has not answered yet.", "faint")
        return
    yield TextLine("Nobody knows whether the gateway took this. J shows what came back;", "head")
    yield TextLine("there you decide: you found the task, it is lost, or it is sent once more.", "head")
    yield TextLine("There, l looks for the song in the gateway's list of songs, where it has one.", "head")


def _reasons(part: Part) -> Iterator[TextLine]:
    """Why it failed, in the gateway's words and in ours."""
    task = part.shown.task
    for reason in dict.fromkeys((task.fail_reason, part.clip.error if part.clip is not None else "")):
        if reason:
            yield TextLine(reason, "bad")
            if (meaning := failure_reason(reason)) is not None:
                # What is refunded is a task; here only a take of it failed.
                is_refunded = task.status is TaskStatus.FAILURE or meaning.money != REFUNDED
                yield TextLine((meaning if is_refunded else replace(meaning, money=MAYBE_REFUNDED)).sentence)
            yield TextLine("")
    if task.whole_takes:
        yield TextLine(whole_takes_line(task.whole_takes))
        yield TextLine("")


def _lyrics_line(line: str, label: str = "") -> TextLine:
    return TextLine(line, "head" if is_section_tag(line) else "plain", label)


def timed_lines(timing: WordTimings) -> Iterator[TextLine]:
    """The words in their lines, each with the moment at which its first word is sung."""
    line, begins_s = "", 0.0
    for word in timing.words:
        pieces = word.text.replace("\r", "").split("\n")
        for at, piece in enumerate(pieces):
            if at:
                yield from _timed_line(line, begins_s)
                line = ""
            if piece.strip() and not line.strip():
                begins_s = word.start_s
            line += piece
    yield from _timed_line(line, begins_s)


def _timed_line(line: str, begins_s: float) -> Iterator[TextLine]:
    line = " ".join(line.split())
    is_sung = bool(line) and not is_section_tag(line)
    yield _lyrics_line(line, formatting.moment_of_clip(begins_s) if is_sung else " ")


def facts(part: Part) -> Iterator[TextLine]:
    """What is known of the take and its task; what differs from the request comes first."""
    for difference in part.differences:
        yield TextLine(difference_sentence(difference), "odd", "≠ Differs")
    task, clip = part.shown.task, part.clip
    rows: list[tuple[str, str]] = []
    if clip is not None:
        rows += [
            ("Title", formatting.title(clip.title)),
            ("Take", f"{part.take} of {len(task.clips)}, {_CLIP_WORDS[clip.status]}"),
            ("Model", _model_words(part.shown.model_note_of(clip), clip.model)),
            ("Length", formatting.length(clip.duration_s)),
        ]
    rows += kept_rows(part)
    if clip is not None:
        rows += [
            ("Tags", clip.tags or "—"),
            ("Excluded", clip.exclude or "—"),
            ("Description", clip.description or "—"),
            ("Made of", ", ".join(clip.parents) or "—"),
            ("BPM", clip.bpm_text or "—"),
            ("Key", clip.musical_key or "—"),
            ("Sliders", clip.slider_text or "—"),
            ("Persona", clip.persona_id or "—"),
            ("Max mode", "yes" if clip.is_max_mode else "—"),
            ("Audio", (clip.audio_url or "—") + (" (while it is made)" if clip.is_stream else "")),
            ("Video", clip.video_url or "—"),
            ("Image", clip.image_url or "—"),
            ("Clip id", clip.id),
        ]
    rows += [
        ("Task id", "—" if part.shown.is_pending else task.id),
        ("Gateway", task.profile),
        ("State", formatting.look(task)[1] + (f", {task.progress}" if task.progress else "")),
        ("Reason", task.fail_reason or "—"),
        ("Added here", formatting.moment(task.added_at)),
        ("Submitted", formatting.moment(task.submitted_at)),
        ("Started", formatting.moment(task.started_at)),
        ("Finished", formatting.moment(task.finished_at)),
        ("Took", formatting.length(task.made_in_s)),
        ("Last heard", formatting.moment(task.checked_at)),
    ]
    yield from (TextLine(text, label=name) for name, text in rows if text != "—")


def kept_rows(part: Part) -> Iterator[tuple[str, str]]:
    """What a person keeps of the take and its task: names and texts."""
    kept, opinion = part.shown.annotations, part.opinion
    clip_id = part.clip.id if part.clip is not None else ""
    if opinion.is_starred:
        yield "Starred", "yes"
    if opinion.rating:
        yield "Rating", f"{'★' * opinion.rating} {opinion.rating} of 5"
    if part.clip is not None and part.shown.task.status.is_final:
        yield "Heard", "not yet" if opinion.heard_at is None else formatting.moment(opinion.heard_at)
    yield "Labels", ", ".join(kept.labels) or "—"
    yield "Albums", ", ".join(kept.albums.get(clip_id, ())) or "—"
    for at, line in enumerate(clean_lines(kept.note, len(kept.note) + 1).split("\n") if kept.note else ()):
        yield ("Note" if at == 0 else " "), line
    if kept.is_trashed:
        yield "Trash", "It is in the trash; x takes it out"


def _model_words(note: str, name: str) -> str:
    """The model by its label, with its name at the gateway and what is to be said of it."""
    return formatting.model(name) + "".join(f" ({words})" for words in (name, note) if words)


def difference_sentence(difference: Difference) -> str:
    """One field in which the take is not what was asked for."""
    asked = f"{difference.field}: asked for “{_short(difference.asked)}”"
    if difference.made:
        return f"{asked}, the gateway says “{_short(difference.made)}”"
    return f"{asked}, the answer says nothing of it: it may have been dropped on the way"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79].rstrip() + "…"


def request(part: Part) -> Iterator[TextLine]:
    """What was sent, when and where to."""
    submission = part.shown.submission
    if submission is None:
        yield TextLine("This task was made elsewhere; its request is not known here.", "faint")
        return
    yield TextLine(submission.state.value, label="Submission")
    yield TextLine(submission.id, label="Id")
    yield TextLine(formatting.moment(submission.sent_at), label="Sent")
    yield TextLine(submission.path, label="To")
    yield TextLine("")
    yield from (TextLine(line) for line in pretty_json(submission.body).split("\n"))


def raw(part: Part) -> Iterator[TextLine]:
    """The gateway's own JSON."""
    if not part.shown.raw:
        yield TextLine("The gateway has not spoken of this task yet.", "faint")
        return
    text = pretty_json(part.shown.raw)
    yield from (TextLine(line) for line in text.split("\n"))
    if len(text) >= _RAW_LIMIT:
        yield TextLine("(cut here; Y copies more of it)", "faint")


def pretty_json(text: str) -> str:
    """JSON text with indents, fit to show; what is no JSON as it stands.

    Cleaned once more: an escaped control in the gateway's JSON comes to life when the JSON is read.
    """
    if len(text) <= _INDENTED_LIMIT:
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            pass
    return clean_lines(text, _RAW_LIMIT)
