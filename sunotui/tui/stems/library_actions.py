"""The command of the library that opens the stems screen."""

from __future__ import annotations

from sunotui.core.stems.splits import StemSplit
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.stems.screen import StemsScreen

_SPLIT = "library.stems"


async def open_stems(ctx: LibraryContext) -> None:
    """Play the parts of the take that is shown, or those of the split that it belongs to."""
    selected = await ctx.selected_clip("There is no take here that could have parts")
    if selected is None:
        return
    shown, clip = selected
    try:
        splits = await ctx.core.services.stems.splits(TakeRef(shown.task.id, clip.id))
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    # Parts that are still being generated have no names, lengths and sound yet.
    ready = [split for split in splits if split.parts and split.task.status.is_final]
    if ready:
        ctx.app.push_screen(StemsScreen(ctx.core, ready))
    else:
        ctx.say(_nothing(ctx, splits), "warning")


def _nothing(ctx: LibraryContext, splits: list[StemSplit]) -> str:
    """Why there are no parts."""
    if any(not split.task.status.is_final for split in splits):
        return "The stems are still being generated"
    keys = ctx.app.keys_of(command_named(_SPLIT))
    how = f": {shown_key(keys[0])} splits it" if keys else ""
    return f"This take is not split into stems{how}"
