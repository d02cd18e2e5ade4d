"""The command of the library that triages its unplayed takes."""

from __future__ import annotations

from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.core.triage.service import MOST_SONGS
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import parse
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.triage.screen import TriageScreen

_UNPLAYED = parse("is:unplayed")


@run_as_dialog
async def triage(ctx: LibraryContext) -> None:
    """Hear the unplayed takes of the marked songs, or of the list as it is sorted and searched."""
    try:
        marked = [row for row in ctx.tasks.selected if submission_id_of(row) is None]
        if not ctx.tasks.selection:
            listing = ctx.state.list_query
            unplayed = listing._replace(query=listing.query.narrowed_by(_UNPLAYED))
            marked = await ctx.core.browser.first_ids(unplayed, MOST_SONGS)
        session = await ctx.core.services.triage.begin(marked)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if not session.takes and not session.pending:
        await ctx.core.services.triage.end(session)
        ctx.say("There are no unplayed takes here", "warning")
        return
    ctx.tasks.clear_selection()
    ctx.core.services.playback.pause()
    ctx.app.push_screen(TriageScreen(ctx.core, session))
