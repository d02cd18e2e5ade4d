"""Commands that go from the selected take to the take it was made from, and to the takes made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.domain.tasks.lineage import Lineage, Relative
from sunotui.tui.dialogs.select import choose
from sunotui.tui.library.context import LibraryContext, run_in_worker
from sunotui.tui.library.current_list import go_to_task
from sunotui.tui.library.detail.lineage import relative_summary


@run_in_worker("choose")
async def go_to_parent(ctx: LibraryContext) -> None:
    """Go to a take that this one was made from."""
    await _go_to_relative(
        ctx, lambda lineage, clip_id: lineage.parents.get(clip_id, ()), "This take was not made from another one"
    )


@run_in_worker("choose")
async def go_to_child(ctx: LibraryContext) -> None:
    """Go to a take that was made from this one."""
    await _go_to_relative(
        ctx, lambda lineage, clip_id: lineage.children.get(clip_id, ()), "Nothing was made from this take"
    )


async def _go_to_relative(
    ctx: LibraryContext, relatives_of: Callable[[Lineage, str], Sequence[str]], missing: str
) -> None:
    selected = await ctx.selected_clip("There is no take here")
    if selected is None:
        return
    shown, clip = selected
    lineage = shown.lineage
    ids = relatives_of(lineage, clip.id) if lineage is not None else ()
    if lineage is None or not ids:
        ctx.say(missing, "warning")
        return
    chosen: str | None = ids[0]
    if len(ids) > 1:
        relatives = [lineage.relatives[clip_id] for clip_id in ids]
        rows = [(one.clip_id, one.making.value, relative_summary(one)) for one in relatives]
        chosen = await choose(ctx.app, "Go to", rows)
    if chosen is not None:
        await _show_relative(ctx, lineage.relatives[chosen])


async def _show_relative(ctx: LibraryContext, relative: Relative) -> None:
    if not relative.task_id:
        ctx.say(f"{relative.clip_id} is not in this library: 'sunotui fetch' adds its song", "warning")
        return
    await go_to_task(ctx, relative.task_id)
    ctx.detail.show_task(relative.task_id)
    await ctx.detail.catch_up()
    ctx.detail.choose_take(relative.take)
