"""The library screen: the sidebar, the task list and the detail pane. The *_actions modules have its commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.events import ScreenResume
from textual.screen import Screen

from sunotui.core import events
from sunotui.core.core import Core
from sunotui.core.submissions.pending_rows import row_id
from sunotui.domain.browse import EVERYTHING, Page
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Command, Scope
from sunotui.tui.commands.footers import LOOK_UP
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.library import saved_view
from sunotui.tui.library.actions.navigation_actions import go_in, open_line
from sunotui.tui.library.album_facts import read_album_facts
from sunotui.tui.library.arrange import apply_layout, focus_pane, layout_classes
from sunotui.tui.library.context import LibraryContext, LibraryState
from sunotui.tui.library.current_list import (
    count_hidden_in_background,
    describe_list,
    is_song_missing,
    show_collection,
    show_list,
)
from sunotui.tui.library.detail.card import DetailCard
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.library.first_steps import is_library_empty, show_first_steps
from sunotui.tui.library.list_choices import with_sort
from sunotui.tui.library.shown_keys import show_playing, shown_keys
from sunotui.tui.library.sidebar import TOGGLE, Sidebar
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.runtime.coalescer import Coalescer
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.search_bar import SearchBar
from sunotui.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from sunotui.core.events import Event
    from sunotui.core.library.task_detail import TaskDetail

_FIRST_FRAME_LIMIT_S = 0.05
"""How long the first frame waits for a library that is slow to open."""
_TYPING_PAUSE_S = 0.1
"""How long a user who types a search pauses before the song under the cursor is shown."""
_OPENING_TEXT = ("Opening the library.", "After an update this may take a while.")


class LibraryScreen(Screen[None]):
    """Three panes in a wide terminal, two or one in a narrower one."""

    app: BaseApp

    BINDINGS = bindings(Scope.LIBRARY)
    AUTO_FOCUS = "TaskList"
    # The panes cover all of it: no line behind them has to be styled and filtered.
    BLANK = True

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._counting = Coalescer(self._count)
        self._counting_searches = Coalescer(self._count_searches)
        self._is_shown = asyncio.Event()
        self._was_resumed = False
        self.context = LibraryContext(
            app=self.app,
            core=core,
            screen=self,
            header=Header("Songs"),
            sidebar=Sidebar(id="sidebar"),
            tasks=TaskList(self._load_page, self._load_ids_between, self._count_rows, core.clock.now, id="tasks"),
            detail=Detail(self._load_detail, core.clock, id="detail"),
            search_bar=SearchBar(id="search-bar"),
            state=LibraryState(),
        )
        # Before the screen is styled for the first time: every change of classes styles it again.
        self.add_class(*self.app.size_classes, *layout_classes(self.context), update=False)

    def compose(self) -> ComposeResult:
        """Header, search bar, panes and footer, laid out for the terminal's size from the first frame on."""
        apply_layout(self.context)
        # Without containers, which Textual would style, lay out and draw behind the panes in every frame.
        yield self.context.header
        yield self.context.search_bar
        yield Footer()
        yield self.context.sidebar
        yield self.context.tasks
        yield self.context.detail

    async def on_mount(self) -> None:
        """Open the library. Most libraries open at once and are in the first frame; otherwise a
        second frame would follow it 25 ms later."""
        self.app.open_core()
        try:
            async with asyncio.timeout(_FIRST_FRAME_LIMIT_S):
                await self._is_shown.wait()
        except TimeoutError:
            if not self.context.state.is_open:
                self.context.tasks.show_text(_OPENING_TEXT)

    async def open_library(self) -> None:
        """Show the library after it was opened."""
        self.context.state.is_open = True
        saved_view.restore(self.context)
        self._read_profile()
        show_list(self.context)
        self._recount()
        await self.context.tasks.catch_up()
        is_all = self.context.state.list_query.collection == EVERYTHING
        show_first_steps(self.context, is_empty=is_all and not self.context.tasks.row_count)
        describe_list(self.context)
        self._is_shown.set()

    async def show_first_detail(self) -> None:
        """Show the detail of the song under the cursor, which is not in the first frame."""
        self.context.detail.show_task(self.context.tasks.current)
        await self.context.detail.catch_up()

    # --- commands ----------------------------------------------------------------------------------------------------

    async def action_run_command(self, name: str) -> None:
        """Run a command of the registry, given by its binding id."""
        command = command_named(name)
        if command.needs_services and not self._core.has_services:
            # In a worker: this screen's own messages start the services.
            self.app.key_queue.run_dialog(self, self._run_after_start(command))
        else:
            await command.run(self.context)

    async def _run_after_start(self, command: Command) -> None:
        """Run a command whose key was pressed before the services were ready; keys after it wait."""
        await self.app.core_opened.wait()
        if self._core.has_services:
            await command.run(self.context)
        elif self.app.core_error is not None:
            self.app.notify_error(self.app.core_error)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the commands whose library is not open yet."""
        if action != "run_command":
            return self.context.state.is_open
        return self.context.state.is_open or not command_named(str(parameters[0])).needs_library

    @property
    def takes_keys(self) -> bool:
        """Whether the screen accepts keys: not while the search bar opens, since the following keys belong to the
        search."""
        return not self.is_mounted or not self.context.search_bar.is_opening

    # --- loading -----------------------------------------------------------------------------------------------------

    async def _load_page(self, *, around: str | None, at: int, before: int, after: int, is_counted: bool) -> Page:
        query = self.context.state.list_query
        return await self._core.browser.page(
            query, around=around, at=at, before=before, after=after, is_counted=is_counted
        )

    async def _count_rows(self, is_superseded: Callable[[], bool]) -> int | None:
        return await self._core.browser.count(self.context.state.list_query, is_superseded)

    async def _load_ids_between(self, first: str, last: str) -> Sequence[str]:
        return await self._core.browser.between(self.context.state.list_query, first, last)

    async def _load_detail(self, task_id: str) -> TaskDetail | None:
        await self.context.tasks.rows_painted()
        return await self._core.reader.detail(task_id)

    def reload(self) -> None:
        """Read the visible rows and all counts again."""
        self.context.tasks.reload()
        self._recount()

    def _recount(self) -> None:
        if self._counting.ask():
            self._run_counting()

    @work(group="collections")
    async def _run_counting(self) -> None:
        try:
            await self._counting.run()
        except SunotuiError as error:
            self.app.alert_error(error)

    async def _count(self) -> None:
        if self._is_shown.is_set():
            await self.context.tasks.rows_painted()
        collections = await self._core.browser.collections()
        if not self.app.is_running:
            return
        self.context.state.saved_orders = collections.orders
        sidebar = self.context.sidebar
        sidebar.show_counts(collections.counts, collections.unknown)
        saved_view.restore_search(self.context)
        # What is being sent has its own number beside this one.
        generating = max(0, sidebar.count_of(View.ACTIVE) - collections.sending)
        self.app.status.show_counts(generating, collections.unknown)
        describe_list(self.context)
        read_album_facts(self.context)
        show_first_steps(self.context, is_empty=is_library_empty(self.context))
        if collections.orders and self._counting_searches.ask():
            self._run_counting_searches()

    @work(group="collections")
    async def _run_counting_searches(self) -> None:
        # The start does not have to wait for it.
        await self.app.core_opened.wait()
        try:
            await self._counting_searches.run()
        except SunotuiError as error:
            self.app.alert_error(error)

    async def _count_searches(self) -> None:
        if await self._core.browser.count_searches() and self.app.is_running:
            self._recount()

    def on_core_event(self, event: Event) -> None:
        """Update only the parts of the screen that the event concerns."""
        if not self.context.state.is_open:
            return
        tasks, detail = self.context.tasks, self.context.detail
        if isinstance(event, events.TasksChanged):
            self.reload()
            if tasks.current in event.ids:
                detail.reload()
        elif isinstance(event, events.LibraryChanged):
            self.reload()
            detail.reload()
        elif isinstance(event, events.ConnectionChanged):
            detail.update_elapsed_time(event.profile)
        elif isinstance(event, events.SubmissionChanged):
            # A submission without a task has its own row.
            self.reload()
            if tasks.current == row_id(event.submission):
                detail.reload()
        elif isinstance(event, events.PlaybackChanged):
            show_playing(self.context)
        elif isinstance(event, events.BalanceChanged):
            detail.expect_price()
        elif isinstance(event, events.ProfileChanged):
            self._read_profile()
            show_list(self.context)
            self._recount()

    def _read_profile(self) -> None:
        """Show the current profile in the header."""
        self.app.status.read_profile()
        self.context.tasks.shows_gateways = len(self.app.profile_names()) > 1

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of the focused pane."""
        return shown_keys(self.context)

    def problems(self) -> Sequence[tuple[str, str]]:
        """The invalid parts of the search, for the help."""
        return self.context.search_bar.problems

    # --- messages of the panes ---------------------------------------------------------------------------------------

    def on_task_list_highlighted(self, event: TaskList.Highlighted) -> None:
        """Show the task under the cursor. While a search is typed, each letter may list another one, which is shown
        when the user pauses."""
        is_typing = self.context.search_bar.is_typing
        self.context.detail.show_task(event.task_id, after_s=_TYPING_PAUSE_S if is_typing else 0.0)
        saved_view.remember(self.context)
        self.query_one(Footer).update_keys()

    def on_detail_shown(self) -> None:
        """Show the keys that work on the take that is shown now."""
        self.query_one(Footer).update_keys()

    def on_task_list_selection_changed(self) -> None:
        """Update the number of marked songs, and the keys that work on them."""
        if self.context.state.hidden_selection:
            # A task that was just marked is in the list.
            count_hidden_in_background(self.context)
        describe_list(self.context)

    def on_task_list_sort_requested(self, event: TaskList.SortRequested) -> None:
        """Sort by the column whose head was clicked; again reverses the order."""
        self.context.state.list_query = with_sort(self.context.state.list_query, event.sort)
        show_list(self.context)

    def on_task_list_counted(self) -> None:
        """Show how many songs a search found."""
        describe_list(self.context)

    def on_task_list_opened(self) -> None:
        """Go to the detail of the row that was double-clicked."""
        go_in(self.context)

    def on_tab_strip_chosen(self, event: TabStrip.Chosen) -> None:
        """Show the tab that was clicked."""
        self.context.detail.choose_tab(list(Tab)[event.index])
        saved_view.remember(self.context)

    def on_detail_card_take_chosen(self, event: DetailCard.TakeChosen) -> None:
        """Show the take that was clicked."""
        self.context.detail.choose_take(event.take)

    def on_sidebar_chosen(self, event: Sidebar.Chosen) -> None:
        """List another collection."""
        show_collection(self.context, event.collection)
        read_album_facts(self.context)

    def on_sidebar_moved(self) -> None:
        """Show the keys that work on the new line."""
        self.query_one(Footer).update_keys()

    def on_sidebar_opened(self, event: Sidebar.Opened) -> None:
        """Go to what was opened: the journal, or the list."""
        open_line(self.context, event.line)

    async def on_header_clicked(self, event: Header.Clicked) -> None:
        """Go to the sidebar, which is first shown if it is hidden, or from the name of the program to the list."""
        event.stop()
        if event.is_program:
            focus_pane(self.context, self.context.tasks)
            return
        if not self.context.sidebar.display:
            await self.action_run_command(TOGGLE)
        if self.context.sidebar.display:
            focus_pane(self.context, self.context.sidebar)

    def on_resize(self) -> None:
        """Show the panes that the window has room for, and the keys for them."""
        apply_layout(self.context)
        self.query_one(Footer).update_keys()

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        """List what the new search finds."""
        state = self.context.state
        if event.text != state.list_query.query.text:
            state.list_query = state.list_query._replace(query=parse(event.text))
            show_list(self.context)

    async def on_search_bar_ended(self, event: SearchBar.Ended) -> None:
        """Return to the list; the search stays unless it was cleared. After enter, a song is looked up that the library
        does not have."""
        focus_pane(self.context, self.context.tasks)
        self.context.detail.load_now()
        if event.is_submitted:
            # A link may have been pasted just before enter.
            await self.context.tasks.catch_up()
            if is_song_missing(self.context):
                await self.action_run_command(LOOK_UP)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Keep the styles of the widgets for the first frame: they were found when the widgets were mounted. Only those
        of a scrollbar were not."""
        if self._was_resumed:
            return
        self._was_resumed = True
        event.refresh_styles = False
        if self.context.tasks.show_vertical_scrollbar:
            self.context.tasks.update_node_styles(animate=False)

    def on_screen_suspend(self) -> None:
        """Forget a digit that was typed before another screen opened: it must not count rows after that."""
        self.context.tasks.add_to_count(None)
