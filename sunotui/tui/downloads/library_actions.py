"""Commands of the library screen that save takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sunotui.core.library.library import Library
from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.extras import ClipFileRequest
from sunotui.domain.requests.saved_formats import KINDS, REQUESTS
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.dialogs.select import choose
from sunotui.tui.downloads.screen import DownloadsScreen
from sunotui.tui.library.context import LibraryContext, run_as_dialog, run_in_worker
from sunotui.tui.library.current_list import listed_marks

_DOWNLOADS = "library.downloads"


def save(ctx: LibraryContext) -> None:
    """Save the marked songs, or the take that is shown, in the format of the settings."""
    kind = KINDS[ctx.core.settings.save.format]
    # A dialog opens only for a file that the gateway makes on request.
    start = run_as_dialog(_save) if kind in REQUESTS else run_in_worker("save")(_save)
    start(ctx)


async def _save(ctx: LibraryContext) -> None:
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
    take, kind = TakeRef(shown.task.id, clip.id), KINDS[ctx.core.settings.save.format]
    name = _name(shown.task, clip)
    if await _asks_gateway(ctx, [take], kind, f"Saving {name}"):
        return
    downloads = ctx.core.services.downloads
    if await downloads.add([take], kind=kind):
        ctx.say(f"Saving {name}")
        return
    file = next((one.file for one in await downloads.results([take], kind, None)), None)
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
    kind, songs = KINDS[ctx.core.settings.save.format], counted(len(ids), "song")
    if await _asks_gateway(ctx, takes, kind, f"Saving {counted(len(takes), 'take')} of {songs}{_more(ctx)}"):
        ctx.tasks.unmark(marks)
        return
    added = await ctx.core.services.downloads.add(takes, kind=kind)
    ctx.tasks.unmark(marks)
    ctx.say(f"Saving {counted(added, 'take')} of {songs}{_more(ctx)}" if added else f"{songs} saved before")


async def _asks_gateway(ctx: LibraryContext, takes: Sequence[TakeRef], kind: FileKind, sentence: str) -> bool:
    """Whether the gateway has yet to make files of this kind. If so, ask the user what to do, with the price, and do
    it; `sentence` is shown when the files exist."""
    request = REQUESTS.get(kind)
    unmade = await ctx.core.services.downloads.without_link(takes, kind) if request is not None else []
    if request is None or not unmade:
        return False
    tasks = await ctx.core.read(Library.tasks, [take.task_id for take in unmade])
    unmade = [take for take in unmade if take.task_id in tasks]
    profiles = list(dict.fromkeys(tasks[take.task_id].profile for take in unmade))
    whom = profiles[0] if len(profiles) == 1 else "the gateways"
    files = f"the {request.label}" if len(unmade) == 1 else f"{len(unmade):,} {request.label} files"
    cost = ctx.cost_of(request.kind, profiles[0]) if len(profiles) == 1 else "may cost money"
    choices = [
        ("ask", f"Ask {whom} for {files}", cost if len(unmade) == 1 else f"each {cost}"),
        ("mp3", "Save as MP3", "costs nothing"),
    ]
    what = formatting.title(next(iter(tasks.values())).title) if len(unmade) == 1 else counted(len(unmade), "take")
    chosen = await choose(ctx.app, f"Save {what} as {request.label}", choices)
    if chosen == "ask":
        wanted = [(request(take.clip_id, take.task_id), tasks[take.task_id].profile) for take in unmade]
        ctx.run_paid(partial(_save_made, ctx, wanted, takes, kind, sentence), name="save made files")
    elif chosen is not None:
        await ctx.core.services.downloads.add(takes)
        ctx.say(sentence)
    return True


async def _save_made(
    ctx: LibraryContext,
    wanted: Sequence[tuple[ClipFileRequest, str]],
    takes: Sequence[TakeRef],
    kind: FileKind,
    sentence: str,
) -> None:
    """Request the files from the gateway, until it refuses one, and save those that it has made."""
    for request, profile in wanted:
        ctx.say(f"Asking {profile} for the {request.label} …")
        if await ctx.app.submit.result_of(request, profile) is None:
            break
    downloads = ctx.core.services.downloads
    try:
        unmade = await downloads.without_link(takes, kind)
        made = [take for take in takes if take not in unmade]
        if made and await downloads.add(made, kind=kind):
            ctx.say(sentence)
    except SunotuiError as error:
        ctx.notify_error(error)


def _name(task: Task, clip: Clip) -> str:
    """A take in a sentence; its number is included only for songs with several takes."""
    title = formatting.title(clip.title or task.title)
    number = next(at for at, one in enumerate(task.clips, 1) if one.id == clip.id)
    return f"{title}, take {number}" if len(task.clips) > 1 else title


def _more(ctx: LibraryContext) -> str:
    keys: Sequence[str] = ctx.app.keys_of(command_named(_DOWNLOADS))
    return f"; {shown_key(keys[0])} shows how far it is" if keys else ""
