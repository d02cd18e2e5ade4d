"""The lines of each tab of the detail pane."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.annotations import TakeRating
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.differences import Difference
from sunotui.domain.tasks.failure_reasons import MAYBE_REFUNDED, REFUNDED, failure_reason, whole_takes_line
from sunotui.domain.tasks.lyrics import is_section_tag
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.domain.text import clean_lines, counted
from sunotui.tui import formatting
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.library.detail.lineage import lineage_lines
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.widgets.text_view import TextLine

_CLIP_STATUS_TEXTS = {
    ClipStatus.SUBMITTED: "submitted",
    ClipStatus.QUEUED: "queued",
    ClipStatus.STREAMING: "streaming",
    ClipStatus.COMPLETE: "done",
    ClipStatus.ERROR: "failed",
}
_TIME_CELLS = 6
"""The width of the column of times beside the lyrics."""
_RAW_LIMIT = 65_536
"""The maximum number of characters of JSON in the pane."""
_INDENTED_LIMIT = 65_536
"""The maximum length of JSON that is indented, in characters: more would block the screen noticeably (T8)."""


def tab_lines(detail: ClipDetail, tab: Tab) -> list[TextLine]:
    """The lines of a tab."""
    return list(_TAB_LINES[tab](detail))


def lyrics_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """The lyrics, each line with its time if that is known."""
    task, clip = detail.shown.task, detail.clip
    yield from _failure_lines(detail)
    if detail.shown.is_pending:
        yield from _pending_lines(detail)
        return
    timing = detail.shown.timings.get(clip.id) if clip is not None else None
    text = clip.lyrics if clip is not None else task.lyrics.text if task.lyrics is not None else ""
    if timing is not None and timing.words:
        yield from timed_lines(lyric_sheet("", timing))
    elif text:
        yield from (_lyrics_line(line) for line in clean_lines(text).split("\n"))
    elif not task.status.is_final and (sent := _sent_lyrics(detail)):
        yield from (_lyrics_line(line) for line in clean_lines(sent).split("\n"))
    elif not task.status.is_final:
        yield TextLine("Lyrics are not ready yet.", "faint")
    else:
        instrumental = task.kind is TaskKind.MUSIC and clip is not None and bool(clip.audio_url)
        yield TextLine("No lyrics: an instrumental." if instrumental else "No lyrics.", "faint")


def _sent_lyrics(detail: ClipDetail) -> str:
    """The lyrics of the request, if it has its own."""
    submission = detail.shown.submission
    return getattr(submission.request, "lyrics", "") if submission is not None else ""


def _pending_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """The state of a submission that has no task yet."""
    if not detail.shown.task.status.is_final:
        yield TextLine("It is being sent; the gateway has not responded yet.", "faint")
        return
    yield TextLine(
        "It is unknown whether the gateway accepted this, and it may have been charged. Decide in the journal (J): "
        "look for the song at the gateway, enter its id, send the request again, or give up on it.",
        "head",
    )


def _failure_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """Why the task or take failed: the gateway's message, and what it means."""
    task = detail.shown.task
    for reason in dict.fromkeys((task.fail_reason, detail.clip.error if detail.clip is not None else "")):
        if reason:
            yield TextLine(reason, "bad")
            # A pending request may have been charged: `_pending_lines` says what to do, never "send it again" alone.
            if not detail.shown.is_pending and (meaning := failure_reason(reason)) is not None:
                # Gateways refund a task, and here only one take of it failed.
                is_refunded = task.status is TaskStatus.FAILURE or meaning.money != REFUNDED
                yield TextLine((meaning if is_refunded else replace(meaning, money=MAYBE_REFUNDED)).sentence)
            yield TextLine("")
    if task.whole_takes:
        yield TextLine(whole_takes_line(task.whole_takes))
        yield TextLine("")


def _lyrics_line(line: str) -> TextLine:
    """A line of the lyrics; a section tag such as [Verse] is a heading."""
    if is_section_tag(line):
        return TextLine(line.strip().strip("[]").upper(), "head")
    return TextLine(line)


def timed_lines(sheet: LyricSheet) -> Iterator[TextLine]:
    """The lyrics, each sung line with the time of its first word, and a blank line before each section: the times come
    without blank lines."""
    before = ""
    for line in sheet.lines:
        if before.strip() and is_section_tag(line.text):
            yield TextLine("")
        before = line.text
        label = formatting.moment_of_clip(line.start_s) if line.start_s is not None else " "
        yield _lyrics_line(line.text)._replace(label=label, label_cells=max(_TIME_CELLS, len(label) + 1))


def fact_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """All facts about the take and its task; differences from the request come first."""
    for difference in detail.differences:
        yield TextLine(difference_sentence(difference), "odd", "≠ Differs")
    task, clip = detail.shown.task, detail.clip
    rows: list[tuple[str, str]] = []
    if clip is not None:
        rows += [
            ("Title", formatting.title(clip.title)),
            ("Take", f"{detail.take} of {len(task.clips)}, {_CLIP_STATUS_TEXTS[clip.status]}"),
            ("Model", _model_text(detail.shown.model_note_of(clip), clip.model)),
            ("Length", formatting.length(clip.duration_s)),
        ]
    rows += annotation_rows(detail)
    if clip is not None:
        rows += [
            ("Style", clip.tags or "—"),
            ("Excluded", clip.exclude or "—"),
            ("Description", clip.description or "—"),
            ("Made from", ", ".join(clip.parents) or "—"),
            ("BPM", clip.bpm_text or "—"),
            ("Key", clip.musical_key or "—"),
            ("Sliders", clip.slider_text or "—"),
            ("Voice", clip.persona_id or "—"),
            ("Max mode", "yes" if clip.is_max_mode else "—"),
            ("Audio", (clip.audio_url or "—") + (" (while it is generating)" if clip.is_stream else "")),
            ("Video", clip.video_url or "—"),
            ("Image", clip.image_url or "—"),
            ("Take id", clip.id),
        ]
    rows += [
        ("Song id", "—" if detail.shown.is_pending else task.id),
        ("Gateway", task.profile),
        ("State", formatting.look(task)[1] + (f", {task.progress}" if task.progress else "")),
        ("Reason", task.fail_reason or "—"),
        ("Added here", formatting.moment(task.added_at)),
        ("Submitted", formatting.moment(task.submitted_at)),
        ("Started", formatting.moment(task.started_at)),
        ("Finished", formatting.moment(task.finished_at)),
        ("Cost", _cost_text(detail)),
        ("Took", formatting.length(task.made_in_s)),
        ("Last update", formatting.moment(task.checked_at)),
    ]
    yield from (TextLine(text, label=name) for name, text in rows if text != "—")


def _played_text(rating: TakeRating) -> str:
    if rating.played_at is None:
        return "not yet"
    at = formatting.moment(rating.played_at if rating.last_played_at is None else rating.last_played_at)
    return f"{at}, {counted(rating.plays, 'time')}" if rating.plays > 1 else at


def annotation_rows(detail: ClipDetail) -> Iterator[tuple[str, str]]:
    """The user's annotations of the take and its task: names and texts."""
    annotations, rating = detail.shown.annotations, detail.rating
    clip_id = detail.clip.id if detail.clip is not None else ""
    if rating.is_favourite:
        yield "Favourite", "yes"
    if rating.rating:
        yield "Rating", f"{'★' * rating.rating} {rating.rating} of 5"
    if detail.clip is not None and detail.shown.task.status.is_final:
        yield "Played", _played_text(rating)
    yield "Labels", ", ".join(annotations.labels) or "—"
    yield "Albums", ", ".join(annotations.albums.get(clip_id, ())) or "—"
    note = clean_lines(annotations.note, len(annotations.note) + 1).split("\n") if annotations.note else ()
    for index, line in enumerate(note):
        yield ("Note" if index == 0 else " "), line
    if annotations.is_trashed:
        yield "Trash", "It is in the trash; x restores it"


def _cost_text(detail: ClipDetail) -> str:
    """What the request cost, as far as it is known. A failed one may have been refunded."""
    shown = detail.shown
    is_unclear = shown.task.status is not TaskStatus.SUCCESS and shown.task.status.is_final
    return f"about {shown.price} (the usual price)" if shown.price is not None and not is_unclear else "—"


def _model_text(note: str, name: str) -> str:
    """The label of the model, its name at the gateway, and a note about it."""
    return formatting.model(name) + "".join(f" ({text})" for text in (name, note) if text)


def difference_sentence(difference: Difference) -> str:
    """One field in which the take differs from the request, as a sentence."""
    requested = f"{difference.field}: requested “{_short(difference.asked)}”"
    if difference.made:
        return f"{requested}, the gateway reports “{_short(difference.made)}”"
    return f"{requested}, the response does not have it: it may have been dropped on the way"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79].rstrip() + "…"


def request_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """What was sent, when and to which path."""
    submission = detail.shown.submission
    if submission is None:
        yield TextLine("This song was made elsewhere; its request is unknown.", "faint")
        return
    yield TextLine(submission.state.value, label="State")
    yield TextLine(submission.id, label="Id")
    yield TextLine(formatting.moment(submission.sent_at), label="Sent")
    yield TextLine(submission.path, label="To")
    yield TextLine("")
    yield from (TextLine(line) for line in pretty_json(submission.body).split("\n"))


def raw_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """The gateway's own JSON."""
    if not detail.shown.raw:
        yield TextLine("The gateway has not reported this song yet.", "faint")
        return
    text = pretty_json(detail.shown.raw)
    yield from (TextLine(line) for line in text.split("\n"))
    if len(text) >= _RAW_LIMIT:
        yield TextLine("(cut here; Y copies more of it)", "faint")


def pretty_json(text: str) -> str:
    """JSON text with indents, cleaned for display; other text is only cleaned.

    It is cleaned after parsing: parsing turns an escaped control character in the gateway's JSON into a real one.
    """
    if len(text) <= _INDENTED_LIMIT:
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            pass
    return clean_lines(text, _RAW_LIMIT)


_TAB_LINES: dict[Tab, Callable[[ClipDetail], Iterator[TextLine]]] = {
    Tab.LYRICS: lyrics_lines,
    Tab.DETAILS: fact_lines,
    Tab.LINEAGE: lineage_lines,
    Tab.REQUEST: request_lines,
    Tab.RAW: raw_lines,
}
