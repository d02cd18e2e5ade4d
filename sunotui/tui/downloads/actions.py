"""Commands of the library screen that save takes."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.downloads.screen import DownloadsScreen
from sunotui.tui.library.context import LibraryContext, run_in_worker
from sunotui.tui.library.current_list import listed_marks

_DOWNLOADS = "library.downloads"


@run_in_worker("save")
async def save(ctx: LibraryContext) -> None:
    """Save the marked songs, or the take that is shown."""
    try:
        await (_save_marked(ctx) if ctx.tasks.selection else _save_shown(ctx))
    except SunotuiError as error:
        ctx.notify_error(error)


@run_in_worker("save")
async def save_at_risk(ctx: LibraryContext) -> None:
    """Save all takes that are at risk."""
    try:
        takes = await ctx.core.services.safety.at_risk()
        if not takes:
            ctx.say("Nothing is at risk")
            return
        added = await ctx.core.services.downloads.add(takes)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    ctx.say(f"Saving {counted(added, 'take')} at risk{_more(ctx)}" if added else "All takes at risk are being saved")


def open_downloads(ctx: LibraryContext) -> None:
    """Open the downloads screen."""
    ctx.app.push_screen(DownloadsScreen(ctx.core))


async def _save_shown(ctx: LibraryContext) -> None:
    selected = await ctx.selected_clip("There is no take here to save")
    if selected is None:
        return
    shown, clip = selected
    if not clip.status.is_final and not shown.task.status.is_final:
        ctx.say("The song is still being generated; it can be saved when it is done", "warning")
        return
    take = TakeRef(shown.task.id, clip.id)
    name = _name(shown.task, clip)
    if await ctx.core.services.downloads.add([take]):
        ctx.say(f"Saving {name}")
        return
    file = (await ctx.core.services.downloads.saved([clip.id])).get(clip.id)
    ctx.say(f"Saved before: {file.path}" if file is not None else f"{name} is being saved already")


async def _save_marked(ctx: LibraryContext) -> None:
    marked = len(ctx.tasks.selection)
    marks = await listed_marks(ctx)
    ids = [task_id for task_id in marks if submission_id_of(task_id) is None]
    if not ids:
        hidden = marked - len(marks)
        words = "No marked song is in this list; esc unmarks them" if hidden else "This request has no song yet"
        ctx.say(words, "warning")
        return
    takes = await ctx.core.services.safety.takes_of(ids)
    added = await ctx.core.services.downloads.add(takes)
    ctx.tasks.unmark(marks)
    songs = counted(len(ids), "song")
    ctx.say(f"Saving {counted(added, 'take')} of {songs}{_more(ctx)}" if added else f"{songs} saved before")


def _name(task: Task, clip: Clip) -> str:
    """A take in a sentence; its number is said only of songs with several."""
    title = formatting.title(clip.title or task.title)
    number = next(at for at, one in enumerate(task.clips, 1) if one.id == clip.id)
    return f"{title}, take {number}" if len(task.clips) > 1 else title


def _more(ctx: LibraryContext) -> str:
    keys: Sequence[str] = ctx.app.keys_of(command_named(_DOWNLOADS))
    return f"; {shown_key(keys[0])} shows how far it is" if keys else ""
