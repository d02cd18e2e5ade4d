"""What is listed: the place of the side pane, the search and the sort, and the keys that change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual import work

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import MATCH_ALL, parse
from sunotui.tui.library.list_choices import SORTS, chosen_order, filter_choices, filtered, is_begun, sort_choices
from sunotui.tui.library.selected_clip import TakeScreen
from sunotui.tui.library.sidebar import Views, place_name
from sunotui.tui.library.status_bar import StatusLine
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.runtime.type_ahead import HoldsKeys, opens_dialog
from sunotui.tui.widgets.search_bar import SearchBar


class ListingScreen(HoldsKeys, TakeScreen):
    """A screen with views, a search bar and a list."""

    def __init__(self) -> None:
        super().__init__()
        self.listing = ListQuery()
        self.kept_orders: Mapping[Collection, tuple[Sort, bool]] = {}
        self._order_elsewhere = ListQuery().sort, ListQuery().is_reversed
        self._hidden_marks = 0
        """How many of the marked tasks are not in the list."""

    def relist(self) -> None:
        """List what `listing` says."""
        query = self.listing.query
        self.query_one(TaskList).list_other(self.empty_words(), query)
        self.query_one(SearchBar).complain(query.issues)
        self.detail.body.show_found(query)
        self.say_place()
        if self.query_one(TaskList).marks:
            self._count_hidden_marks()

    @work(group="hidden-marks", exclusive=True)
    async def _count_hidden_marks(self) -> None:
        self._hidden_marks = await self.hidden_marks()
        self.say_place()

    async def hidden_marks(self) -> int:
        """How many of the marked tasks are not in the list now: keys work on them all the same."""
        marked = self.query_one(TaskList).marked
        try:
            return await self._core.browser.missing(self.listing, marked) if marked else 0
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return 0

    def empty_words(self) -> Sequence[str]:
        """What teaches where nothing is listed."""
        raise NotImplementedError

    def say_place(self) -> None:
        """Say in the top line what is listed, how it is sorted and how much is marked."""
        place, sort = self.listing.place, self.listing.sort
        words = [] if place == EVERYTHING else [place_name(place)]
        if sort is not Sort.RELEVANCE or self.listing.is_reversed:
            words.append(f"by {SORTS[sort][0]}" + (" ↑" if self.listing.is_reversed else ""))
        if marked := len(self.query_one(TaskList).marks):
            words.append(f"{marked:,} marked" + (f", {self._hidden_marks:,} not shown" if self._hidden_marks else ""))
        self.query_one(StatusLine).place = " · ".join(words)

    async def go_to_task(self, task_id: str) -> None:
        """Put the cursor on a task; where it is not listed, on that of everything."""
        tasks = self.query_one(TaskList)
        tasks.select(task_id)
        await tasks.catch_up()
        if tasks.current == task_id:
            return
        self.query_one(SearchBar).clear()
        self.query_one(Views).chosen = EVERYTHING
        self._turn_to(EVERYTHING)
        self.listing = replace(self.listing, query=MATCH_ALL)
        self.relist()
        tasks.select(task_id)
        await tasks.catch_up()

    # --- what changes it ---------------------------------------------------------------------------------------------

    def on_views_chosen(self, event: Views.Chosen) -> None:
        """Another place."""
        if event.place != self.listing.place:
            self._turn_to(event.place)
            self.relist()
            if event.place.kind is CollectionKind.SEARCH:
                self._check_saved_search(event.place.name)

    @work(group="saved-search", exclusive=True)
    async def _check_saved_search(self, name: str) -> None:
        """Say what of a saved search is not understood, as the search line does of what is typed."""
        try:
            saved = await self._core.services.annotations.search(name)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        query = saved.query
        if query.issues:
            self.app.say(f"In the search “{saved.name}”: {query.issues[0].sentence}", "warning")

    def _turn_to(self, place: Collection) -> None:
        """A saved search brings the order that it was kept with; who leaves it finds the order of before."""
        before = self.listing
        if before.place.kind is not CollectionKind.SEARCH:
            self._order_elsewhere = before.sort, before.is_reversed
        sort, is_reversed = self.kept_orders.get(place, self._order_elsewhere)
        self.listing = replace(before, place=place, sort=sort, is_reversed=is_reversed)

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        """The search has another text."""
        if event.text != self.listing.query.text:
            self.listing = replace(self.listing, query=parse(event.text))
            self.relist()

    def on_screen_suspend(self) -> None:
        """Another screen is in front: a digit typed before it opened counts no rows after it."""
        self.query_one(TaskList).add_to_count(None)

    def action_search(self) -> None:
        """Search as you type."""
        self.query_one(SearchBar).open()

    @property
    def takes_keys(self) -> bool:
        """Unless the search line is being opened: what is typed behind its key is searched for."""
        return not self.is_mounted or not self.query_one(SearchBar).is_opening

    @opens_dialog
    async def action_filter(self) -> None:
        """Choose a filter, which is written into the search, or taken out of it where it is in it."""
        bar = self.query_one(SearchBar)
        choices = filter_choices(bar.text, self.query_one(Views).counts)
        chosen = await self.choose("Filter", choices)
        if chosen is None:
            return
        bar.show_text(filtered(bar.text, chosen))
        if is_begun(chosen):
            bar.open()

    @opens_dialog
    async def action_sort(self) -> None:
        """Choose what to sort by; the same once more turns it round."""
        chosen = await self.choose("Sort by", sort_choices(self.listing))
        if chosen is not None:
            self.listing = chosen_order(self.listing, Sort(chosen))
            self.relist()

    # --- marks -------------------------------------------------------------------------------------------------------

    async def action_mark(self) -> None:
        """Mark the task under the cursor, or unmark it."""
        await self.query_one(TaskList).mark()

    async def action_mark_range(self) -> None:
        """Mark everything from the last mark to the cursor; the next key comes after it, and works on all of it."""
        try:
            await self.query_one(TaskList).mark_range()
        except SunotuiError as trouble:
            self.app.notify_error(trouble)

    def on_task_list_marked(self) -> None:
        """Another number of tasks is marked."""
        if self._hidden_marks:
            # Marks made in this list are in it.
            self._count_hidden_marks()
        self.say_place()
