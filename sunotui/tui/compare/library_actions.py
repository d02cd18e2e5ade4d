"""The command of the library that compares takes."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.tui.compare.screen import CompareScreen
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.library.current_list import listed_marks


@run_as_dialog
async def compare(ctx: LibraryContext) -> None:
    """Compare the marked songs of the list, each by its best take, or all takes of the only one or the one shown."""
    try:
        marks = await listed_marks(ctx)
        if ctx.tasks.selection and not marks:
            ctx.say("No marked song is in this list; esc unmarks them", "warning")
            return
        takes = await (_marked_takes(ctx, marks) if marks else _shown_takes(ctx))
        if takes:
            screen = CompareScreen(ctx.core)
            await screen.prepare(takes)
            ctx.tasks.unmark(marks)
            ctx.core.services.playback.pause()
            ctx.app.push_screen(screen)
    except SunotuiError as error:
        ctx.notify_error(error)


async def _shown_takes(ctx: LibraryContext) -> list[TakeRef]:
    """The takes of the song that is shown, from the one that is shown on."""
    selected = await ctx.selected_clip("There is no take here to compare")
    if selected is None:
        return []
    task, clip = selected[0].task, selected[1]
    at = next((at for at, one in enumerate(task.clips) if one.id == clip.id), 0)
    return [TakeRef(task.id, one.id) for one in (*task.clips[at:], *task.clips[:at])]


async def _marked_takes(ctx: LibraryContext, marks: Sequence[str]) -> list[TakeRef]:
    """Of each marked song the take that is shown, a favourite, the one that is rated best, or the first; of the only
    one, all takes."""
    shown = await ctx.loaded_detail()
    takes = []
    for task_id in marks:
        if submission_id_of(task_id) is not None or (detail := await ctx.core.reader.detail(task_id)) is None:
            continue
        if len(marks) == 1:
            return [TakeRef(task_id, clip.id) for clip in detail.task.clips]
        ratings = {clip.id: detail.annotations.take_rating(clip.id) for clip in detail.task.clips}
        best = max(ratings, key=lambda clip_id: (ratings[clip_id].is_favourite, ratings[clip_id].rating), default="")
        if shown.shown is not None and shown.shown.task.id == task_id and shown.clip is not None:
            best = shown.clip.id
        if best:
            takes.append(TakeRef(task_id, best))
    return takes
