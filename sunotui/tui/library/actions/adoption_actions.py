"""The command that adds a song that was made elsewhere."""

from __future__ import annotations

from sunotui.core.adoption.service import AdoptionState
from sunotui.core.library.library import Library
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.song_reference import parse_reference
from sunotui.tui import formatting
from sunotui.tui.library.context import LibraryContext, run_in_worker
from sunotui.tui.library.current_list import go_to_task


@run_in_worker("look-up", exclusive=True)
async def look_up(ctx: LibraryContext) -> None:
    """Ask the gateway for the song whose link or id is in the search, and go to it."""
    text = ctx.search_bar.text
    if not text:
        ctx.say("Paste the link or the id of a song into the search first: / opens it", "warning")
        return
    try:
        reference = parse_reference(text, ctx.core.active_profiles.current_host)
        profile = ctx.core.active_profiles.current().name
        ctx.say("Looking it up at the gateway…")
        (adopted,) = await ctx.core.services.adoption.look_up([reference], profile)
        tasks = await ctx.core.read(Library.tasks, [adopted.task_id])
        is_trashed = bool(await ctx.core.read(Library.trashed, [adopted.task_id]))
    except InvalidRequest as error:
        ctx.say(error.sentence, "warning")
        return
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if not tasks:
        ctx.say(f"{adopted.reason[:1].upper()}{adopted.reason[1:]}", "warning")
        return
    title = formatting.title(tasks[adopted.task_id].title)
    if is_trashed:
        ctx.say(f"{title} is in the trash", "warning")
        return
    if text == ctx.search_bar.text:
        await go_to_task(ctx, adopted.task_id)
    ctx.say(f"{title} added to the library" if adopted.state is AdoptionState.ADDED else f"{title} is in the library")
