"""Commands that annotate the selected take or all marked tasks: stars, ratings, labels, notes, albums and the trash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.dialogs.checklist import ChecklistDialog, ChecklistItem, ChecklistSpec
from sunotui.tui.dialogs.note import NoteDialog
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.feedback.changes import report_change, undo_last
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.library.current_list import listed_marks, marked_text

_NO_TASK = "There is no song here"
_NO_SONG_YET = "This request has no song yet; J shows what is known about it"
_ALL_HIDDEN = "No marked song is in this list; esc unmarks them"


class _Chosen(NamedTuple):
    """What a command works on."""

    takes: list[TakeRef]
    marks: Sequence[str] = ()
    """The marked tasks among them, which are unmarked once they were changed."""
    hidden: int = 0
    """How many marked tasks are not in the list, and therefore unchanged."""


async def toggle_favourite(ctx: LibraryContext) -> None:
    """Make favourites; if all are favourites, remove them from the favourites."""
    await _annotate(ctx, lambda takes: ctx.core.services.annotations.mark_favourite(takes))


async def toggle_played(ctx: LibraryContext) -> None:
    """Mark as played; if all were played, as not played."""
    await _annotate(ctx, lambda takes: ctx.core.services.annotations.mark_played(takes, None))


@run_as_dialog
async def rate(ctx: LibraryContext) -> None:
    """Ask for a rating."""
    if not _has_task(ctx):
        return
    selected = _select_now(ctx)
    if not ctx.tasks.selection:
        await ctx.loaded_detail()
    rating = await ctx.app.push_screen_wait(_rate_dialog(ctx))
    if rating is not None:
        await _annotate_chosen(ctx, selected, lambda takes: ctx.core.services.annotations.rate(takes, rating))


def _rate_dialog(ctx: LibraryContext) -> RateDialog:
    """The dialog, with the song and the rating that are shown now; several marked songs have no common rating."""
    if ctx.tasks.selection:
        return RateDialog(detail=marked_text(ctx))
    shown, clip = ctx.detail.shown, ctx.detail.clip
    if shown is None or shown.task.id != ctx.tasks.current:
        return RateDialog()
    takes = len(shown.task.clips)
    detail = f"take {ctx.detail.take} of {takes}" if clip is not None and takes > 1 else ""
    rating = shown.annotations.take_rating(clip.id if clip is not None else "").rating
    return RateDialog(formatting.title(shown.task.title), detail, rating)


async def toggle_trash(ctx: LibraryContext) -> None:
    """Move to the trash; restore if all are in the trash."""

    async def toggle(takes: Sequence[TakeRef]) -> str:
        annotations = ctx.core.services.annotations
        ids = [take.task_id for take in takes]
        saved = await annotations.annotations(ids)
        is_trashed = bool(saved) and all(found.is_trashed for found in saved.values())
        return await (annotations.restore(ids) if is_trashed else annotations.trash(ids))

    await _annotate(ctx, toggle)


async def undo(ctx: LibraryContext) -> None:
    """Undo the last change."""
    await undo_last(ctx.app)


def edit_labels(ctx: LibraryContext) -> None:
    """Add and remove labels."""
    if not _has_task(ctx):
        return
    annotations, selected = ctx.core.services.annotations, _select_now(ctx)

    async def read() -> list[ChecklistItem]:
        ids = list(dict.fromkeys(take.task_id for take in (await selected).takes))
        counts = await annotations.labels_of(ids)
        return [ChecklistItem(label.name, counts.get(label.name, 0), len(ids)) for label in await annotations.labels()]

    async def toggle(name: str, is_on: bool) -> str:
        return await annotations.label([take.task_id for take in (await selected).takes], name, is_on)

    async def report(sentences: tuple[str, ...] | None) -> None:
        if sentences:
            _report_changes(ctx, sentences, await selected)

    ctx.app.push_screen(ChecklistDialog(ChecklistSpec(_title(ctx, "Labels"), "label", read, toggle)), report)


def edit_albums(ctx: LibraryContext) -> None:
    """Add to albums and remove from them."""
    if not _has_task(ctx):
        return
    annotations, selected = ctx.core.services.annotations, _select_now(ctx)

    async def read() -> list[ChecklistItem]:
        takes = (await selected).takes
        counts = await annotations.albums_of(takes)
        return [
            ChecklistItem(album.name, counts.get(album.name, 0), len(takes)) for album in await annotations.albums()
        ]

    async def toggle(name: str, is_on: bool) -> str:
        takes = (await selected).takes
        return await (annotations.add_to_album(name, takes) if is_on else annotations.remove_from_album(name, takes))

    async def report(sentences: tuple[str, ...] | None) -> None:
        if sentences:
            _report_changes(ctx, sentences, await selected)

    ctx.app.push_screen(ChecklistDialog(ChecklistSpec(_title(ctx, "Albums"), "album", read, toggle)), report)


def _title(ctx: LibraryContext, name: str) -> str:
    """The title of a dialog, with the number of songs that it works on."""
    return f"{name}: {marked_text(ctx)}" if ctx.tasks.selection else name


def edit_note(ctx: LibraryContext) -> None:
    """Edit the note of the song under the cursor, also while others are marked."""
    if ctx.tasks.current is None:
        ctx.say(_NO_TASK, "warning")
        return
    annotations = ctx.core.services.annotations
    selected = asyncio.create_task(_shown_take(ctx), name="the song of the note")

    async def read() -> tuple[str, str] | None:
        takes = await selected
        if not takes:
            _say_no_song(ctx)
            return None
        try:
            return takes[0].task_id, await annotations.note_of(takes[0].task_id)
        except SunotuiError as error:
            ctx.notify_error(error)
            return None

    async def write(text: str, before: str) -> str:
        return await annotations.note((await selected)[0].task_id, text, base=before)

    def report(sentence: str | None) -> None:
        if sentence is not None:
            report_change(ctx.app, sentence)

    ctx.app.push_screen(NoteDialog(read, write), report)


async def _choose(ctx: LibraryContext) -> _Chosen:
    """The takes to annotate: the one that is shown, or each marked task that is listed. Submissions without a task are
    left out. Raises SunotuiError."""
    if not (marked := ctx.tasks.selected):
        return _Chosen(await _shown_take(ctx))
    marks = await listed_marks(ctx)
    takes = [TakeRef(task_id) for task_id in marks if submission_id_of(task_id) is None]
    return _Chosen(takes, marks, len(marked) - len(marks))


async def _shown_take(ctx: LibraryContext) -> list[TakeRef]:
    """The take that is shown; nothing for a submission without a task."""
    detail = await ctx.loaded_detail()
    if detail.shown is None or detail.shown.is_pending:
        return []
    return [TakeRef(detail.shown.task.id, detail.clip.id if detail.clip is not None else "")]


def _select_now(ctx: LibraryContext) -> asyncio.Task[_Chosen]:
    """Start reading the takes to annotate: the cursor may move while a dialog is open."""
    return asyncio.create_task(_choose(ctx), name="takes to annotate")


def _say_no_song(ctx: LibraryContext) -> None:
    """Show why there is nothing to work on: the list is empty, or the marked requests, or that under the cursor, have
    no known task."""
    is_pending = bool(ctx.tasks.selection) or (ctx.detail.shown is not None and ctx.detail.shown.is_pending)
    ctx.say(_NO_SONG_YET if is_pending else _NO_TASK, "warning")


def _has_task(ctx: LibraryContext) -> bool:
    """Whether there is a task to work on; shows a message if not."""
    marked = len(ctx.tasks.selection)
    if marked and ctx.state.hidden_selection >= marked:
        ctx.say(_ALL_HIDDEN, "warning")
        return False
    if not marked and ctx.tasks.current is None:
        _say_no_song(ctx)
        return False
    return True


async def _annotate(ctx: LibraryContext, change: Callable[[list[TakeRef]], Awaitable[str]]) -> None:
    await _annotate_chosen(ctx, _choose(ctx), change)


async def _annotate_chosen(
    ctx: LibraryContext, choosing: Awaitable[_Chosen], change: Callable[[list[TakeRef]], Awaitable[str]]
) -> None:
    try:
        chosen = await choosing
        if not chosen.takes:
            if chosen.hidden:
                ctx.say(_ALL_HIDDEN, "warning")
            else:
                _say_no_song(ctx)
            return
        sentence = await change(chosen.takes)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    _report_change(ctx, sentence, chosen)


def _report_change(ctx: LibraryContext, sentence: str, chosen: _Chosen) -> None:
    """Show what was changed, and unmark it; songs that are not listed stay marked."""
    ctx.tasks.unmark(chosen.marks)
    left = f"; {chosen.hidden:,} not in this list {'stays' if chosen.hidden == 1 else 'stay'} marked"
    said = sentence or "No change"
    ctx.say(f"{said}{left if chosen.hidden else ''}", can_undo=bool(sentence))


def _report_changes(ctx: LibraryContext, sentences: Sequence[str], chosen: _Chosen) -> None:
    more = f", and {len(sentences) - 1} before that" if len(sentences) > 1 else ""
    _report_change(ctx, sentences[-1] + more, chosen)
