"""The places that a person makes: searches under a name, and albums; made, and forgotten again."""

from __future__ import annotations

from dataclasses import replace

from sunotui.domain.annotations import SavedSearch, kept_name, name_key
from sunotui.domain.browse import Collection, CollectionKind, Sort
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import parse
from sunotui.domain.text import clean
from sunotui.tui.library.list_actions import ListingScreen
from sunotui.tui.library.sidebar import Views
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.runtime.type_ahead import opens_dialog


class PlaceScreen(ListingScreen):
    """Keys that keep the search that is shown, and that order, rename and forget the place that is shown."""

    @opens_dialog
    async def action_save_search(self) -> None:
        """Ask for a name, and keep the search under it."""
        listing, name, base = self.listing, "", None
        if listing.place.kind is CollectionKind.SEARCH:
            # What was typed into a saved search narrows it; kept is what is shown.
            name = listing.place.name
            try:
                base = await self._core.services.annotations.search(name)
            except SunotuiError as trouble:
                self.app.notify_error(trouble)
                return
            listing = replace(listing, query=parse(f"{base.text} {listing.query.text}"))
        if not listing.query.text.strip():
            self.app.say("There is no search to keep: / begins one", "warning")
            return
        words = "enter keeps it among the places; it looks through everything that is not in the trash"
        from sunotui.tui.dialogs.prompt import AskModal

        asked = await self.app.push_screen_wait(
            AskModal("What is this search to be called?", name, words, check=kept_name)
        )
        if asked is None:
            return
        try:
            if not await self._may_replace(asked, base):
                return
            sentence = await self._core.services.annotations.save_search(asked, listing)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
        else:
            self.app.say(f"{sentence} · u undoes it" if sentence else "It is kept so already")

    async def _may_replace(self, name: str, base: SavedSearch | None) -> bool:
        """Whether a search may be kept under a name: where another one has it than `base`, which is shown and narrowed,
        the user decides. Raises LibraryError."""
        kept = await self._core.services.annotations.searches()
        other = next((search for search in kept if name_key(search.name) == name_key(name)), None)
        if other is None or other == base:
            return True
        from sunotui.tui.dialogs.confirm import ConfirmModal

        question = f"“{clean(other.name)}” is another search. Replace it?"
        confirm = ConfirmModal(question, "keep the one that is there", "Replace it", f"it looks for {other.text}")
        return await self.app.push_screen_wait(confirm) == "yes"

    async def action_earlier_in_album(self) -> None:
        """The task under the cursor changes places with the one above it."""
        await self._move_in_album(-1)

    async def action_later_in_album(self) -> None:
        """The task under the cursor changes places with the one below it."""
        await self._move_in_album(1)

    async def _move_in_album(self, step: int) -> None:
        listing, tasks = self.listing, self.query_one(TaskList)
        if listing.place.kind is not CollectionKind.ALBUM or listing.sort is not Sort.RELEVANCE or listing.is_reversed:
            self.app.say("Choose an album among the places, and S best fit, which is its own order", "warning")
            return
        await tasks.catch_up()
        if (task_id := tasks.current) is None:
            return
        try:
            piece = await self._core.browser.page(listing, around=task_id, before=1, after=1)
            at = next((at for at, row in enumerate(piece.rows) if row.id == task_id), None)
            if at is None or not 0 <= at + step < len(piece.rows):
                return
            other = piece.rows[at + step].id
            moved = await self._core.services.annotations.move_beside(
                listing.place.name, task_id, other, is_behind=step > 0
            )
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
        else:
            self.app.say(f"{moved} · u undoes it")

    @opens_dialog
    async def action_rename_album(self) -> None:
        """Ask for another name of the album that is shown."""
        place = self.listing.place
        if place.kind is not CollectionKind.ALBUM:
            self.app.say("Choose an album among the places to rename it", "warning")
            return
        from sunotui.tui.dialogs.prompt import AskModal

        name = await self.app.push_screen_wait(
            AskModal("What is this album to be called?", place.name, check=kept_name)
        )
        if name is None:
            return
        try:
            sentence = await self._core.services.annotations.rename_album(place.name, name)
            self.query_one(Views).rename(place, Collection(CollectionKind.ALBUM, kept_name(name)))
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        self.app.say(f"{sentence} · u undoes it" if sentence else "It is called so already")

    async def action_forget_place(self) -> None:
        """Forget the album or the saved search that is shown; no task goes with it."""
        place = self.listing.place
        if place.kind not in {CollectionKind.ALBUM, CollectionKind.SEARCH}:
            self.app.say("Choose an album or a saved search among the places to forget it", "warning")
            return
        annotations = self._core.services.annotations
        forget = annotations.delete_album if place.kind is CollectionKind.ALBUM else annotations.delete_search
        try:
            sentence = await forget(place.name)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
        else:
            self.app.say(f"{sentence} · u undoes it")
