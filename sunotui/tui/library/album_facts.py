"""What the screen shows about the listed album: its running time, and how many of its takes are saved."""

from __future__ import annotations

from functools import partial

from sunotui.domain.browse import Collection, CollectionKind
from sunotui.domain.errors import NotFound, SunotuiError
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.current_list import describe_list


def read_album_facts(ctx: LibraryContext) -> None:
    """Reload the facts about the listed album, and show the takes in it."""
    collection = ctx.state.list_query.collection
    is_album = collection.kind is CollectionKind.ALBUM
    ctx.detail.show_takes_of(collection.name if is_album else "")
    if is_album:
        work = partial(_read, ctx, collection)
        ctx.run_worker(work, name="read album", group="album-facts", exclusive=True)


async def _read(ctx: LibraryContext, collection: Collection) -> None:
    # The first frame does not have to wait for it.
    await ctx.app.core_opened.wait()
    if not ctx.core.has_services:
        return
    before = ctx.state.album
    try:
        ctx.state.album = await ctx.core.services.annotations.album_summary(collection.name)
    except NotFound:
        # It was deleted or renamed just now; another list follows.
        ctx.state.album = None
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if ctx.state.album != before:
        describe_list(ctx)
