"""What the panes of the library screen show of playback."""

from __future__ import annotations

from sunotui.tui.library.context import LibraryContext
from sunotui.tui.widgets.footer import Footer


def show_playing(ctx: LibraryContext) -> None:
    """Show which song plays in the list and in the detail, and what its key does now."""
    if (playing := ctx.app.playing) is None or (*playing.take, playing.sign) == ctx.state.playing:
        return
    task_id, clip_id = playing.take
    ctx.state.playing = task_id, clip_id, playing.sign
    ctx.tasks.show_playing(task_id, playing.sign)
    ctx.detail.show_playing(task_id, clip_id, playing.sign)
    ctx.screen.query_one(Footer).update_keys()


def pauses(ctx: LibraryContext) -> bool:
    """Whether the key that plays would pause: the take that is shown is the one that plays."""
    playing, clip = ctx.app.playing, ctx.detail.clip
    if playing is None or clip is None or ctx.tasks.selection:
        return False
    return playing.take[1] == clip.id and playing.is_active


def is_awaited(ctx: LibraryContext) -> bool:
    """Whether the song that is shown has no takes yet and plays by itself once it has: the key would prevent that."""
    shown = ctx.detail.shown
    if shown is None or ctx.tasks.selection or not shown.task.has_takes_later or not ctx.core.has_services:
        return False
    return ctx.core.services.playback.awaited == shown.task.id
