"""What the panes of the library screen show of playback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.tui.library.context import LibraryContext
from sunotui.tui.widgets.footer import Footer

if TYPE_CHECKING:
    from sunotui.domain.playback import PlaybackStatus


def show_playing(ctx: LibraryContext, status: PlaybackStatus) -> None:
    """Show which song plays in the list and in the detail, and what its key does now."""
    # Most runs begin without a sound.
    from sunotui.tui.playback.transport import sign_of

    entry = status.entry
    task_id, clip_id, sign = (entry.task_id, entry.clip_id, sign_of(status.state)) if entry else ("", "", "")
    if (task_id, clip_id, sign) == ctx.state.playing:
        return
    ctx.state.playing = task_id, clip_id, sign
    ctx.tasks.show_playing(task_id, sign)
    ctx.detail.show_playing(task_id, clip_id, sign)
    for footer in ctx.screen.query(Footer):
        footer.update_keys()


def pauses(ctx: LibraryContext) -> bool:
    """Whether the key that plays would pause: the take that is shown is the one that plays."""
    status, clip = ctx.app.playing, ctx.detail.clip
    if status is None or status.entry is None or clip is None or ctx.tasks.selection:
        return False
    return status.entry.clip_id == clip.id and status.state.is_active
