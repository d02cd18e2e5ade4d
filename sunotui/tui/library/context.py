"""The context of the commands of the library screen, and how they run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.worker import Worker

from sunotui.core.core import Core
from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.errors import SunotuiError
from sunotui.named_tuple import NamedTuple
from sunotui.tui.base import BaseApp
from sunotui.tui.feedback.status import Severity
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.layout import Layout
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.widgets.footer import UNDO
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.annotations import AlbumSummary
    from sunotui.domain.tasks.clip import Clip


FIRST_QUERY = ListQuery(is_grouped=True)
"""The list until another one is chosen or restored."""
AsyncWork = Callable[[], Coroutine[Any, Any, None]]


class LibraryState:
    """The state of the library screen; it changes while the screen is open."""

    def __init__(self) -> None:
        self.is_open = False
        """Whether the library is open. Until then the query can change, but nothing is listed."""
        self.list_query = FIRST_QUERY
        """What is listed: the collection, the search and the order."""
        self.saved_orders: Mapping[Collection, tuple[Sort, bool]] = {}
        """The order of each saved search, and whether it is reversed."""
        self.order_elsewhere = FIRST_QUERY.sort, FIRST_QUERY.is_reversed
        """The order of all lists except albums and saved searches, which have their own."""
        self.search_to_restore: Collection | None = None
        """The saved search that was listed when the program ended, until its order is known."""
        self.applied_sizes = 0, 0, 0
        """The sizes of the panes that the style sheet does not decide: of `Layout.sizes`."""
        self.layout = Layout()
        """Which panes the user wants to see, where, and how large."""
        self.album: AlbumSummary | None = None
        """The album that was listed last, without its takes; None until it was read."""
        self.export_folders: dict[str, str] = {}
        """Where albums were exported to since the program began, by name."""
        self.is_ordering = False
        """Whether the keys that seek order the songs of the album that is shown."""
        self.playing = "", "", ""
        """The ids of the song and of the take that playback has loaded, and the sign of the playback state."""
        self.hidden_selection = 0
        """How many of the marked tasks are not in the list."""
        self.file_links: dict[str, dict[str, str]] = {}
        """Links to WAV and MP4 files by clip id and by name. They expire without notice, so no file keeps them."""

    @property
    def shown_album(self) -> AlbumSummary | None:
        """The album that is listed, without its takes; None for another list, and until it was read."""
        album, collection = self.album, self.list_query.collection
        is_shown = collection.kind is CollectionKind.ALBUM and album is not None and album.name == collection.name
        return album if is_shown else None


class LibraryContext(NamedTuple):
    """The interface of the library screen for its commands."""

    app: BaseApp
    core: Core
    screen: Screen[None]
    """The screen itself: workers belong to it, and end with it."""
    header: Header
    sidebar: Sidebar
    tasks: TaskList
    detail: Detail
    search_bar: SearchBar
    state: LibraryState

    def say(self, text: str, severity: Severity = "information", *, can_undo: bool = False) -> None:
        """Show in the footer what just happened; `can_undo` shows the undo key beside it."""
        self.app.say(text, severity, undo=UNDO if can_undo else "")

    def notify_error(self, error: SunotuiError) -> None:
        """Show an error."""
        self.app.notify_error(error)

    async def loaded_detail(self) -> Detail:
        """The detail pane, once the list and the pane have loaded the current task. Keys can be faster than the disk,
        and a command must never work on the previous row."""
        await self.tasks.catch_up()
        self.detail.show_task(self.tasks.current)
        await self.detail.catch_up()
        return self.detail

    async def selected_clip(self, missing: str) -> tuple[TaskDetail, Clip] | None:
        """The task and the take that are shown; without a take, None, and the message `missing` is shown."""
        detail = await self.loaded_detail()
        if detail.shown is None or detail.clip is None:
            self.say(missing, "warning")
            return None
        return detail.shown, detail.clip

    def run_worker(self, work: AsyncWork, *, name: str, group: str, exclusive: bool = False) -> Worker[None]:
        """Run something in a worker that ends with this screen. An exclusive one cancels the others of its group."""
        return self.screen.run_worker(work, name=name, group=group, exclusive=exclusive)

    def cost_of(self, kind: str, profile: str) -> str:
        """What a request of a kind costs at a profile's gateway, as the end of a sentence: the price that was learned,
        or that it may cost something."""
        return self.app.cost_of(kind, profile)

    def run_paid(self, work: AsyncWork, *, name: str) -> Worker[None]:
        """Run something that may cost money in a worker of the app: it continues if this screen closes."""
        return self.app.run_worker(work, name=name, group="paid")


AsyncHandler = Callable[[LibraryContext], Coroutine[Any, Any, None]]
Handler = Callable[[LibraryContext], None]


def run_in_worker(group: str, *, exclusive: bool = False) -> Callable[[AsyncHandler], Handler]:
    """Run a command in a worker of the screen, so that the keys after it do not have to wait for it. An exclusive one
    cancels the others of its group."""

    def decorate(handler: AsyncHandler) -> Handler:
        @wraps(handler)
        def start(ctx: LibraryContext) -> None:
            ctx.run_worker(partial(handler, ctx), name=handler.__name__, group=group, exclusive=exclusive)

        return start

    return decorate


def run_as_dialog(handler: AsyncHandler) -> Handler:
    """Run a command that opens a dialog in a worker of the screen. It may read something first: keys wait until the
    dialog is open or the command has ended."""

    @wraps(handler)
    def start(ctx: LibraryContext) -> None:
        ctx.app.key_queue.run_dialog(ctx.screen, handler(ctx))

    return start
