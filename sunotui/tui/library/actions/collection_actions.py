"""Commands for the collections that the user makes: saved searches and albums."""

from __future__ import annotations

from sunotui.domain.annotations import SavedSearch, name_key, valid_name
from sunotui.domain.browse import Collection, CollectionKind, Sort
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import parse
from sunotui.domain.text import clean
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.feedback.changes import report_change
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.library.current_list import describe_list

_NO_ALBUM_ORDER = "Choose an album in the sidebar, and album order with S"


@run_as_dialog
async def save_search(ctx: LibraryContext) -> None:
    """Ask for a name, and save the search under it."""
    query, name, base = ctx.state.list_query, "", None
    if query.collection.kind is CollectionKind.SEARCH:
        # The search bar narrows the saved search that is shown: both together are saved.
        name = query.collection.name
        try:
            base = await ctx.core.services.annotations.search(name)
        except SunotuiError as error:
            ctx.notify_error(error)
            return
        query = query._replace(query=parse(f"{base.text} {query.query.text}"))
    if not query.query.text.strip():
        ctx.say("There is no search to save: / starts one", "warning")
        return
    hint = "Enter saves it to the sidebar; it searches everything outside the trash"
    answer = await ctx.app.push_screen_wait(
        PromptDialog("Name this search", name, hint, check=valid_name, accept="Save")
    )
    if answer is None:
        return
    try:
        if not await _may_replace(ctx, answer, base):
            return
        sentence = await ctx.core.services.annotations.save_search(answer, query)
    except SunotuiError as error:
        ctx.notify_error(error)
    else:
        report_change(ctx.app, sentence)


async def _may_replace(ctx: LibraryContext, name: str, base: SavedSearch | None) -> bool:
    """Whether a search may be saved under a name. If another search than `base`, the one that is shown, has the name,
    the user decides. Raises LibraryError."""
    saved = await ctx.core.services.annotations.searches()
    other = next((search for search in saved if name_key(search.name) == name_key(name)), None)
    if other is None or other == base:
        return True
    question = f"There is another search named “{clean(other.name)}”. Replace it?"
    dialog = ConfirmDialog(question, "keep the other one", "Replace it", f"it searches for {other.text}")
    return await ctx.app.push_screen_wait(dialog) == "yes"


async def move_earlier(ctx: LibraryContext) -> None:
    """Move the task under the cursor up in the album."""
    await _move_in_album(ctx, -1)


async def move_later(ctx: LibraryContext) -> None:
    """Move the task under the cursor down in the album."""
    await _move_in_album(ctx, 1)


def order_album(ctx: LibraryContext) -> None:
    """Begin or end the mode in which the keys that seek order the album that is shown."""
    if not ctx.state.is_ordering and not _is_in_album_order(ctx):
        ctx.say(_NO_ALBUM_ORDER, "warning")
        return
    ctx.state.is_ordering = not ctx.state.is_ordering
    describe_list(ctx)


def _is_in_album_order(ctx: LibraryContext) -> bool:
    query = ctx.state.list_query
    is_own_order = query.sort is Sort.RELEVANCE and not query.is_reversed
    return query.collection.kind is CollectionKind.ALBUM and is_own_order


async def _move_in_album(ctx: LibraryContext, step: int) -> None:
    query = ctx.state.list_query
    if not _is_in_album_order(ctx):
        ctx.say(_NO_ALBUM_ORDER, "warning")
        return
    await ctx.tasks.catch_up()
    if (task_id := ctx.tasks.current) is None:
        return
    try:
        page = await ctx.core.browser.page(query, around=task_id, before=1, after=1)
        index = next((index for index, row in enumerate(page.rows) if row.id == task_id), None)
        if index is None or not 0 <= index + step < len(page.rows):
            return
        other = page.rows[index + step].id
        sentence = await ctx.core.services.annotations.move_beside(
            query.collection.name, task_id, other, is_behind=step > 0
        )
    except SunotuiError as error:
        ctx.notify_error(error)
    else:
        ctx.say(sentence, can_undo=True)


@run_as_dialog
async def rename_album(ctx: LibraryContext) -> None:
    """Ask for a new name of the album that is shown."""
    collection = ctx.state.list_query.collection
    if collection.kind is not CollectionKind.ALBUM:
        ctx.say("Choose an album in the sidebar to rename it", "warning")
        return
    await rename_named(ctx, collection)


async def rename_named(ctx: LibraryContext, collection: Collection) -> None:
    """Ask for a new name of an album. Call it in a worker."""
    name = await ctx.app.push_screen_wait(PromptDialog("Name this album", collection.name, check=valid_name))
    if name is None:
        return
    try:
        sentence = await ctx.core.services.annotations.rename_album(collection.name, name)
        ctx.sidebar.rename(collection, Collection(CollectionKind.ALBUM, valid_name(name)))
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    report_change(ctx.app, sentence)


async def delete_collection(ctx: LibraryContext) -> None:
    """Delete the album or the saved search that is shown. Its tasks stay in the library."""
    collection = ctx.state.list_query.collection
    if collection.kind not in {CollectionKind.ALBUM, CollectionKind.SEARCH}:
        ctx.say("Choose an album or a saved search in the sidebar to delete it", "warning")
        return
    await delete_named(ctx, collection)


async def delete_named(ctx: LibraryContext, collection: Collection) -> None:
    """Delete an album or a saved search."""
    annotations = ctx.core.services.annotations
    delete = annotations.delete_album if collection.kind is CollectionKind.ALBUM else annotations.delete_search
    try:
        sentence = await delete(collection.name)
    except SunotuiError as error:
        ctx.notify_error(error)
    else:
        ctx.say(sentence, can_undo=True)
