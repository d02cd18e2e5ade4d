"""What is listed: the place of the side pane, the search and the sort, and the keys that change them."""

from dataclasses import replace

from textual import work

from sunotui.domain.listing import EVERYTHING, Listing, Sort
from sunotui.domain.search import parse
from sunotui.tui.screens.take import TakeScreen
from sunotui.tui.widgets.search_bar import SearchBar
from sunotui.tui.widgets.status_line import StatusLine
from sunotui.tui.widgets.task_list import TaskList
from sunotui.tui.widgets.views import Views, place_name

_SORTS = {
    Sort.RELEVANCE: ("best fit", "what fits the search best; newest first without one, an album in its own order"),
    Sort.AGE: ("age", "newest first"),
    Sort.TITLE: ("title", "A to Z"),
    Sort.LENGTH: ("length", "longest first"),
    Sort.RATING: ("rating", "best first"),
    Sort.MODEL: ("model", "newest model first"),
}
_FILTERS = (
    ("is:starred", "Starred", "what you starred"),
    ("is:unheard", "Unheard", "finished and never heard"),
    ("rating:>=4", "Rated 4 or 5", "or any other range, such as rating:3"),
    ("since:7d", "This week", "or 12h, 3w, 6m, 2026-01-31"),
    ("len:>3:00", "Longer than 3:00", "or len:2:00-3:00, len:<1:30"),
    ("status:failed", "Failed", "or done, active, queued, lost"),
    ("kind:lyrics", "Lyrics", "or music, concat, upload"),
    ("model:v5", "Made by v5", "or any other model"),
    ("tag:", "With a tag", 'tag:jazz, tag:"city pop"'),
    ("label:", "With a label", "one of yours"),
    ("album:", "On an album", "one of yours"),
    ("-", "Without a word", "-piano"),
)


class ListingScreen(TakeScreen):
    """A screen with views, a search bar and a list."""

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()

    def relist(self) -> None:
        """Say what `listing` says; who reads it builds on this."""
        query = parse(self.listing.search, self._studio.clock.now())
        self.query_one(TaskList).wanted = query
        self.query_one(SearchBar).complain(query.complaints)
        self.query_one(StatusLine).place = self._place_words()

    def _place_words(self) -> str:
        place, sort = self.listing.place, self.listing.sort
        words = [] if place == EVERYTHING else [place_name(place)]
        if sort is not Sort.RELEVANCE or self.listing.is_reversed:
            words.append(f"by {_SORTS[sort][0]}" + (" ↑" if self.listing.is_reversed else ""))
        return " ".join(words)

    async def go_to_task(self, task_id: str) -> None:
        """Put the cursor on a task; where it is not listed, on that of everything."""
        tasks = self.query_one(TaskList)
        tasks.select(task_id)
        await tasks.catch_up()
        if tasks.current == task_id:
            return
        self.query_one(SearchBar).clear()
        self.query_one(Views).chosen = EVERYTHING
        self.listing = replace(self.listing, place=EVERYTHING, search="")
        self.relist()
        tasks.select(task_id)
        await tasks.catch_up()

    # --- what changes it ---------------------------------------------------------------------------------------------

    def on_views_chosen(self, event: Views.Chosen) -> None:
        """Another place."""
        if event.place != self.listing.place:
            self.listing = replace(self.listing, place=event.place)
            self.relist()

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        """The search has another text."""
        if event.text != self.listing.search:
            self.listing = replace(self.listing, search=event.text)
            self.relist()

    def action_search(self) -> None:
        """Search as you type."""
        self.query_one(SearchBar).open()

    @work(group="choose")
    async def action_filter(self) -> None:
        """Choose a filter; it is written into the search, where it can be changed."""
        chosen = await self.choose("Filter", _FILTERS)
        if chosen is not None:
            self.query_one(SearchBar).add(chosen)

    @work(group="choose")
    async def action_sort(self) -> None:
        """Choose what to sort by; the same once more turns it round."""
        now = self.listing.sort
        rows = [
            (sort.value, ("✓ " if sort is now else "  ") + name, "the other way round" if sort is now else words)
            for sort, (name, words) in _SORTS.items()
        ]
        chosen = await self.choose("Sort by", rows)
        if chosen is None:
            return
        sort = Sort(chosen)
        turned = sort is now and not self.listing.is_reversed
        self.listing = replace(self.listing, sort=sort, is_reversed=turned)
        self.relist()
