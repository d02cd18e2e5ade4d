"""The detail pane: one take of the current task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from sunotui.core.clock import Clock
from sunotui.domain.errors import SunotuiError
from sunotui.tui.base import BaseApp
from sunotui.tui.library.detail.card import DetailCard
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.library.detail.cover_size import CoverSize, cover_size
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.messages import OperationFailed
from sunotui.tui.widgets.cover import Cover
from sunotui.tui.widgets.lines import LabelledBorder
from sunotui.tui.widgets.tab_strip import TabStrip
from sunotui.tui.widgets.text_view import TextLine, TextView

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.tasks.clip import Clip


class Detail(Vertical, LabelledBorder):
    """Shows one take of a task: its card, and its lyrics, details, lineage, request or JSON. The task is read again
    whenever it changes."""

    DEFAULT_CLASSES = "pane"
    app: BaseApp

    class Shown(Message):
        """The pane shows something else: another task, take or tab, or a change of the task."""

    def __init__(
        self, load: Callable[[str], Awaitable[TaskDetail | None]], clock: Clock, *, id: str | None = None
    ) -> None:
        """`load` reads a task by its id; the clock shows how long an unfinished task has taken, and when the cursor
        rests."""
        super().__init__(id=id)
        self._read = load
        self._clock = clock
        self._art = Cover(clock, id="detail-cover")
        self._card = DetailCard(id="detail-card")
        self._cover_size: CoverSize | None = None
        self._task_id: str | None = None
        self._is_other = False
        """Whether another task was requested since one was shown, even if it is that one again by now."""
        self._is_loaded = asyncio.Event()
        self._is_loaded.set()
        self._is_awaited = asyncio.Event()
        """Set when a task is needed that is to be read a little later."""
        self.shown: TaskDetail | None = None
        self.take = 1
        self.tab = Tab.LYRICS
        self._album = ""
        self._playing = "", "", ""

    def compose(self) -> ComposeResult:
        """Card, tabs, text."""
        yield self._art
        yield self._card
        yield TabStrip([tab.value for tab in Tab], id="detail-tabs")
        yield TextView(id="detail-body")

    @property
    def clip(self) -> Clip | None:
        """The take that is shown."""
        return self.shown.task.take(self.take) if self.shown is not None else None

    @property
    def body(self) -> TextView:
        """The text of the tab."""
        return self.query_one(TextView)

    def show_takes_of(self, album: str) -> None:
        """For each task, first show the take that is in this album; empty for the first take."""
        if album != self._album:
            self._album = album
            if album and self.shown is not None:
                self.choose_take(self._first_take(self.shown))

    def _first_take(self, shown: TaskDetail) -> int:
        """The number of the take that is shown first."""
        albums, clips = shown.annotations.albums, shown.task.clips
        return next((at for at, clip in enumerate(clips, 1) if self._album in albums.get(clip.id, ())), 1)

    def show_task(self, task_id: str | None, *, after_s: float = 0.0) -> None:
        """Show the first take of a task; None clears the pane. If the task is already shown, nothing changes. The task
        is read `after_s` seconds later, unless it is awaited or another one is requested before."""
        if task_id != self._task_id:
            self._task_id, self._is_other = task_id, True
            self._is_loaded.clear()
            self._is_awaited.clear()
            if task_id is None or not after_s:
                self.reload()
            else:
                self._load_later(task_id, after_s)

    def show_playing(self, task_id: str, clip_id: str, sign: str) -> None:
        """Show the playback state of a take of this song at the bottom of the border; empty without a take."""
        self._playing = task_id, clip_id, sign
        self._draw_playing()

    def _draw_playing(self) -> None:
        task_id, clip_id, sign = self._playing
        text = ""
        if sign and self.shown is not None and self.shown.task.id == task_id:
            takes = [clip.id for clip in self.shown.task.clips]
            number = takes.index(clip_id) + 1 if clip_id in takes else 0
            text = f"{sign.strip()} take {number}" if number else ""
        self.show_at_bottom(text)

    def load_now(self) -> None:
        """Read a task now that is to be read a little later."""
        self._is_awaited.set()

    async def catch_up(self) -> None:
        """Wait until the requested task is shown."""
        self.load_now()
        await self._is_loaded.wait()

    def expect_price(self) -> None:
        """Reload a task whose price may be known now: the first one of a gateway is learned after the song was sent."""
        if self.shown is not None and self.shown.submission is not None and self.shown.price is None:
            self.reload()

    def reload(self) -> None:
        """Read the task again."""
        if self._task_id is None:
            self.shown, self._is_other = None, False
            self._is_loaded.set()
            self._draw()
        else:
            self._load(self._task_id)

    @work(group="detail", exclusive=True)
    async def _load_later(self, task_id: str, after_s: float) -> None:
        try:
            async with asyncio.timeout(after_s):
                await self._is_awaited.wait()
        except TimeoutError:
            pass
        await self._show(task_id)

    @work(group="detail", exclusive=True)
    async def _load(self, task_id: str) -> None:
        await self._show(task_id)

    async def _show(self, task_id: str) -> None:
        try:
            shown = await self._read(task_id)
        except SunotuiError as error:
            self.post_message(OperationFailed(error))
            shown = None
        if task_id != self._task_id:
            return
        self._is_loaded.set()
        is_same = self.shown is not None and shown is not None and self.shown.task.id == shown.task.id
        is_same, self._is_other = is_same and not self._is_other, False
        self.shown = shown
        if shown is not None and not is_same:
            self.take = self._first_take(shown)
        self._draw(keep_position=is_same)

    def choose_take(self, number: int) -> bool:
        """Show a take by its number, from 1. False if the task has no such take."""
        if self.shown is None or self.shown.task.take(number) is None:
            return False
        self.take = number
        self._draw()
        return True

    def choose_tab(self, tab: Tab) -> None:
        """Show a tab."""
        self.tab = tab
        self._draw()

    def cycle_tab(self, step: int) -> None:
        """Show the next tab or the previous one; after the last comes the first."""
        tabs = list(Tab)
        self.choose_tab(tabs[(tabs.index(self.tab) + step) % len(tabs)])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the text, wherever the mouse is in the pane."""
        self._scroll_text(1)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the text, wherever the mouse is in the pane."""
        self._scroll_text(-1)
        event.stop()

    def _scroll_text(self, direction: int) -> None:
        self.body.scroll_relative(y=direction * self.app.scroll_sensitivity_y, animate=False)

    def update_elapsed_time(self, profile: str) -> None:
        """Update how long an unfinished task has taken. It is called when the task's gateway responds; no timer is
        needed."""
        if self.shown is None:
            return
        if self.shown.task.profile == profile and not self.shown.task.status.is_final:
            self._card.show(ClipDetail(self.shown, self.take), self._clock.now())

    def _draw(self, *, keep_position: bool = False) -> None:
        detail = ClipDetail(self.shown, self.take) if self.shown is not None else None
        self.show_at_top(detail.title if detail is not None else "")
        self._show_cover()
        self._card.show(detail, self._clock.now())
        self.query_one(TabStrip).current = list(Tab).index(self.tab)
        self.body.show_lines(self._lines(detail), keep_position=keep_position)
        self._draw_playing()
        self.post_message(self.Shown())

    def on_resize(self) -> None:
        """Show the cover in the size that the pane has room for."""
        self._show_cover()

    def on_cover_failed(self) -> None:
        """Use the space of a cover that cannot be fetched for the facts."""
        self._show_cover()

    def _show_cover(self) -> None:
        """Show the cover of the take at the left of the card, if there is one and the pane has room for it."""
        source = ClipDetail(self.shown, self.take).cover if self.shown is not None else None
        is_shown = self.app.cover_art.is_shown(source)
        size = cover_size(self.app.size, self.content_size) if is_shown else None
        if size != self._cover_size:
            self._cover_size = size
            self._art.display = size is not None
            if size is not None:
                self._art.styles.width, self._art.styles.height = size.columns, size.rows
            self._card.set_cover_size(size)
        self._art.show(source if size is not None else None)

    def _lines(self, detail: ClipDetail | None) -> Sequence[TextLine]:
        """The lines of the tab."""
        if detail is None:
            return (TextLine("Nothing is selected.", "faint"),) if self._task_id is None else ()
        # Loading this takes 4 ms, for which the first frame does not have to wait.
        from sunotui.tui.library.detail import sections

        return sections.tab_lines(detail, self.tab)
