"""The library screen: views, tasks, detail. It wires them together; how each works is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from sunotui.domain.browse import EVERYTHING, Page
from sunotui.domain.errors import SunotuiError
from sunotui.domain.tasks.summary import View
from sunotui.tui import formatting
from sunotui.tui.commands import Scope, bindings, footer_of
from sunotui.tui.library.annotation_actions import KeepingScreen
from sunotui.tui.library.clip_actions import LinkScreen
from sunotui.tui.library.collection_actions import PlaceScreen
from sunotui.tui.library.derive_actions import RemakeScreen
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.lineage_actions import FamilyScreen
from sunotui.tui.library.opening import OpeningScreen
from sunotui.tui.library.sidebar import Views
from sunotui.tui.library.status_bar import StatusLine
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.messages import EventConsumer
from sunotui.tui.runtime.coalescer import Again
from sunotui.tui.widgets.key_bar import KeyBar
from sunotui.tui.widgets.search_bar import SearchBar
from sunotui.tui.widgets.text_view import LinesView

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.events import Event
    from sunotui.core.library.task_detail import TaskDetail

_TEACHING: dict[View | None, tuple[str, ...]] = {
    View.ALL: ("No songs yet.", "Press n to make the first one."),
    View.ACTIVE: ("Nothing is being made.", "Press n to change that."),
    View.SONGS: ("No songs yet.", "Press n to make the first one."),
    View.LYRICS: ("No lyrics yet.", "Press n, then F4."),
    View.STARRED: ("Nothing is starred.", "Press s on a song you like."),
    View.UNHEARD: ("You have heard everything.",),
    View.FAILED: ("Nothing failed.",),
    View.TRASH: ("The trash is empty.",),
    None: ("Nothing is here yet.",),
}


class LibraryScreen(EventConsumer, OpeningScreen, LinkScreen, RemakeScreen, PlaceScreen, FamilyScreen, KeepingScreen):
    """Three panes where there is room, two or one where there is less."""

    BINDINGS = bindings(Scope.LIBRARY)
    AUTO_FOCUS = "TaskList"

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._counting = Again(self._count)

    def compose(self) -> ComposeResult:
        """Top line, panes, bottom line, laid out for the terminal's width from the first frame on."""
        self.set_classes(self.app.size_classes)
        yield StatusLine(id="status-line")
        with Horizontal(id="panes"):
            yield Views(id="views")
            yield TaskList(self._piece, self._between, self._core.clock.now, id="tasks")
            yield Detail(self._whole, self._core.clock.now, id="detail")
        yield SearchBar(id="search-bar")
        yield KeyBar(id="key-bar")

    async def on_mount(self) -> None:
        """Say what the keys are, and have the library opened: one that opens at once, as nearly all do, is in the
        first frame, which would else be followed by a whole beat of Textual and a second one (25 ms)."""
        self.query_one(KeyBar).commands = footer_of((Scope.LIBRARY, Scope.EVERYWHERE))
        self.app.open_core()
        await self.await_library()

    @property
    def current_task(self) -> str | None:
        """The task under the cursor."""
        return self.query_one(TaskList).current

    async def caught_up(self) -> Detail:
        """The detail, once the list and it show the current task."""
        await self.query_one(TaskList).catch_up()
        return await super().caught_up()

    async def open_library(self) -> None:
        """The library is open: show it."""
        self._is_open = True
        self.draw_status()
        self.relist()
        self._recount()
        await self.query_one(TaskList).catch_up()
        self._has_shown.set()

    # --- asking the studio -------------------------------------------------------------------------------------------

    async def _piece(self, *, around: str | None, at: int, before: int, after: int) -> Page:
        return await self._core.browser.page(self.listing, around=around, at=at, before=before, after=after)

    async def _between(self, first: str, last: str) -> Sequence[str]:
        return await self._core.browser.between(self.listing, first, last)

    async def _whole(self, task_id: str) -> TaskDetail | None:
        return await self._core.reader.detail(task_id)

    def reload(self) -> None:
        """Something changed: read the rows in sight and all counts again."""
        self.query_one(TaskList).ask()
        self._recount()

    def _recount(self) -> None:
        if self._counting.ask():
            self._keep_counting()

    @work(group="library-places")
    async def _keep_counting(self) -> None:
        try:
            await self._counting.run()
        except SunotuiError as trouble:
            self.app.notify_error(trouble)

    async def _count(self) -> None:
        found = await self._core.browser.collections()
        if not self.app.is_running:
            return
        views = self.query_one(Views)
        self.kept_orders = found.orders
        views.show_counts(found.counts)
        status = self.query_one(StatusLine)
        status.active, status.unknown = views.count_of(View.ACTIVE), found.unknown

    def empty_words(self) -> Sequence[str]:
        """What teaches where nothing is listed."""
        if self.listing.query.text:
            return ("Nothing found.", "esc ends the search.")
        if not self._core.profile and self.listing.place == EVERYTHING:
            return ("No gateway yet.", "Press P to log in to one.")
        return _TEACHING[self.listing.place.view]

    def on_core_event(self, event: Event) -> None:
        """News of the studio: update what it touches, nothing else."""
        if not self._is_open:
            return
        # The first frame tells no news, and all that news can carry takes 8 ms to load.
        from sunotui.core import events
        from sunotui.core.submissions.pending_rows import row_id

        status = self.query_one(StatusLine)
        if isinstance(event, events.TasksChanged):
            self.reload()
            if self.query_one(TaskList).current in event.ids:
                self.detail.reload()
        elif isinstance(event, events.LibraryChanged):
            self.reload()
            self.detail.reload()
        elif isinstance(event, events.ConnectionChanged):
            self.detail.heard(event.profile)
            if event.profile == self._core.profile:
                status.line = event
        elif isinstance(event, events.SubmissionChanged):
            # Its row comes, changes or goes.
            row = row_id(event.submission)
            self.reload()
            if self.query_one(TaskList).current == row:
                self.detail.reload()
        elif isinstance(event, events.InFlightChanged):
            status.sending = event.count
        elif isinstance(event, events.UploadProgress):
            status.show_upload(event.sent, event.size)
        elif isinstance(event, events.BalanceChanged) and event.profile == self._core.profile:
            status.balance = str(event.balance)
        elif isinstance(event, events.LibraryHealthChanged):
            status.ailment = event.word
        elif isinstance(event, events.ProfileChanged):
            self.draw_status()
            self.relist()
            self._recount()

    def draw_status(self) -> None:
        """The top line for the profile in use."""
        status = self.query_one(StatusLine)
        profile = self._core.profile_named(self._core.profile)
        status.profile = profile.name if profile is not None else ""
        status.is_in_clear = profile is not None and profile.base_url.is_clear
        status.has_proxy = profile is not None and profile.proxy is not None
        status.line = self._core.connection()
        if self._core.is_read_only:
            status.ailment = "read only"
        balance = self._core.known_balance()
        status.balance = str(balance) if balance is not None else ""
        self.query_one(TaskList).shows_gateways = len(self.app.profile_names()) > 1

    # --- what the panes say ------------------------------------------------------------------------------------------

    def on_task_list_highlighted(self, event: TaskList.Highlighted) -> None:
        """Another task under the cursor."""
        self.detail.show_task(event.task_id)

    def on_detail_tab_chosen(self, event: Detail.TabChosen) -> None:
        """A tab was clicked."""
        self.detail.choose_tab(event.tab)

    def on_search_bar_ended(self, event: SearchBar.Ended) -> None:
        """Back to the list; the search stays unless it was given up."""
        self.query_one(TaskList).focus()

    # --- moving between panes ----------------------------------------------------------------------------------------

    def _panes(self) -> list[Widget]:
        panes: list[Widget] = [self.query_one(Views), self.query_one(TaskList), self.query_one(LinesView)]
        if self.has_class("-narrow"):
            return panes[1:]
        return [pane for pane in panes if pane.display and pane.parent is not None]

    def action_next_pane(self) -> None:
        """The pane to the right, in a circle."""
        self._turn_pane(1)

    def action_previous_pane(self) -> None:
        """The pane to the left, in a circle."""
        self._turn_pane(-1)

    def _turn_pane(self, step: int) -> None:
        panes = self._panes()
        at = panes.index(self.focused) if self.focused in panes else 0
        self._go_to(panes[(at + step) % len(panes)])

    def _go_to(self, pane: Widget) -> None:
        self.set_class(isinstance(pane, LinesView), "-detail-open")
        pane.focus()

    def action_leave(self) -> None:
        """Out of the program."""
        self.app.exit()

    def action_go_in(self) -> None:
        """From the list to the detail, from the views to the list."""
        if self.focused is self.query_one(TaskList):
            self._go_to(self.query_one(LinesView))
        elif self.focused is not self.query_one(LinesView):
            self._go_to(self.query_one(TaskList))

    def action_go_back(self) -> None:
        """Back to the list; in the list, unmark what is marked, then end the search."""
        tasks = self.query_one(TaskList)
        if self.focused is tasks and not tasks.clear_marks() and self.listing.query.text:
            self.query_one(SearchBar).clear()
        self._go_to(tasks)

    async def action_take(self, number: int) -> None:
        """Show a take; a digit in the list may also be the count of a move."""
        tasks = self.query_one(TaskList)
        if self.focused is tasks:
            tasks.add_to_count(number)
        await super().action_take(number)

    # --- the current task ---------------------------------------------------------------------------------------------

    @work(group="ask-now", exclusive=True)
    async def action_ask_now(self) -> None:
        """Ask the gateway for this task and all unfinished ones."""
        self._core.poll_now()
        detail = await self.caught_up()
        if detail.shown is None or detail.shown.is_pending:
            self.app.say("There is no task to ask about", "warning")
            return
        task_id = detail.shown.task.id
        try:
            found = await self._core.refresh([task_id])
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        if found:
            self.app.say(f"{formatting.title(found[0].title)}: {formatting.look(found[0])[1]}")
        else:
            self.app.say("The gateway does not know this task now", "warning")

    def action_submissions(self) -> None:
        """The journal."""
        self.app.navigator.open_submissions()

    def action_profiles(self) -> None:
        """The gateways."""
        self.app.navigator.open_profiles()

    def action_statistics(self) -> None:
        """Everything counted."""
        self.app.navigator.open_statistics()

    def action_messages(self) -> None:
        """Everything that was told."""
        self.app.navigator.open_messages()
