"""The detail pane: one take of the current task, its words, its facts, its request and the raw answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.messages import OperationFailed
from sunotui.tui.theme import FAINT
from sunotui.tui.widgets.text_view import LinesView

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.tasks.clip import Clip
    from sunotui.tui.library.detail.sections import Part
    from sunotui.tui.widgets.text_view import TextLine


class Tab(StrEnum):
    """The parts of the detail, in their order."""

    LYRICS = "Lyrics"
    DETAILS = "Details"
    FAMILY = "Family"
    REQUEST = "Request"
    RAW = "Raw"


class Detail(Vertical):
    """Shows one task. It holds no second copy: what changed is asked for again."""

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def __init__(
        self, load: Callable[[str], Awaitable[TaskDetail | None]], now: Callable[[], float], *, id: str | None = None
    ) -> None:
        """`load` gives what is known of a task; `now` the time until which an unfinished one has taken."""
        super().__init__(id=id)
        self._load_shown = load
        self._now = now
        self._task_id: str | None = None
        self._is_loaded = asyncio.Event()
        self._is_loaded.set()
        self.shown: TaskDetail | None = None
        self.take = 1
        self.tab = Tab.LYRICS

    def compose(self) -> ComposeResult:
        """Head, tabs, text."""
        yield Static(id="detail-head", markup=False)
        yield TabStrip(id="detail-tabs")
        yield LinesView(id="detail-body")

    @property
    def clip(self) -> Clip | None:
        """The take that is shown."""
        return self.shown.task.take(self.take) if self.shown is not None else None

    @property
    def part(self) -> Part | None:
        """The take that is shown with all that belongs to it."""
        if self.shown is None:
            return None
        from sunotui.tui.library.detail.sections import Part

        return Part(self.shown, self.take)

    @property
    def body(self) -> LinesView:
        """The text of the tab."""
        return self.query_one(LinesView)

    def show_task(self, task_id: str | None) -> None:
        """Show a task, from its first take; None empties the pane. A task that is shown already stays as it is."""
        if task_id != self._task_id:
            self._task_id, self.take = task_id, 1
            self._is_loaded.clear()
            self.reload()

    async def catch_up(self) -> None:
        """Wait until what is shown is the task that was asked for; at once when it is."""
        await self._is_loaded.wait()

    def reload(self) -> None:
        """Ask again for the task shown."""
        if self._task_id is None:
            self.shown = None
            self._is_loaded.set()
            self._draw()
        else:
            self._load(self._task_id)

    @work(group="detail", exclusive=True)
    async def _load(self, task_id: str) -> None:
        try:
            shown = await self._load_shown(task_id)
        except SunotuiError as trouble:
            self.post_message(OperationFailed(trouble))
            shown = None
        if task_id != self._task_id:
            return
        self._is_loaded.set()
        is_same = self.shown is not None and shown is not None and self.shown.task.id == shown.task.id
        self.shown = shown
        self._draw(keep_place=is_same)

    def choose_take(self, number: int) -> bool:
        """Show take `number`; False when there is none."""
        if self.shown is None or self.shown.task.take(number) is None:
            return False
        self.take = number
        self._draw()
        return True

    def choose_tab(self, tab: Tab) -> None:
        """Show another part."""
        self.tab = tab
        self._draw()

    def turn_tab(self, step: int) -> None:
        """The next part, or the one before, in a circle."""
        tabs = list(Tab)
        self.choose_tab(tabs[(tabs.index(self.tab) + step) % len(tabs)])

    def _draw(self, *, keep_place: bool = False) -> None:
        self._draw_head()
        self.query_one(TabStrip).show_tab(self.tab)
        self.body.show_lines(self._lines(), keep_place=keep_place)

    def heard(self, profile: str) -> None:
        """A gateway spoke: how long its unfinished task has taken so far is told anew. No timer does this."""
        task = self.shown.task if self.shown is not None else None
        if task is not None and task.profile == profile and not task.status.is_final:
            self._draw_head()

    def _draw_head(self) -> None:
        self.query_one("#detail-head", Static).update(self._head())

    def _head(self) -> Content:
        part = self.part
        if part is None:
            return Content.styled("No task chosen", FAINT)
        task, clip = part.shown.task, part.clip
        glyph, word, tone = formatting.look(task)
        colour = {"good": "$success", "bad": "$error", "active": "$accent", "odd": "$warning"}.get(tone, FAINT)
        takes = f"take {self.take} of {len(task.clips)}" if task.clips else task.kind.value
        name = formatting.title(clip.title if clip is not None and clip.title else task.title)
        facts = [
            formatting.model(clip.model if clip is not None else task.model),
            formatting.length(clip.duration_s if clip else None),
            formatting.opinion(part.opinion),
        ]
        second = " · ".join(fact for fact in facts if fact != "—")
        tags = clip.tags if clip is not None else ", ".join(task.lyrics.tags) if task.lyrics is not None else ""
        pieces: list[tuple[str, str]] = [
            (name, "bold"),
            ("\n" + glyph + " " + word, colour),
            (f" · {takes}" + (f" · {second}" if second else ""), FAINT),
            ("\n" + printable(tags), f"{FAINT} italic"),
        ]
        if not task.status.is_final and part.shown.duration_estimate is not None:
            pieces.append(("\n" + formatting.usual(part.shown.duration_estimate, self._now() - task.added_at), FAINT))
        if part.differences:
            fields = ", ".join(difference.field for difference in part.differences)
            pieces.append((f"\n≠ not as asked: {fields}", "$warning"))
        return Content.assemble(*pieces)

    def _lines(self) -> list[TextLine]:
        part = self.part
        if part is None:
            return []
        # 4 ms, not before a task is shown.
        from sunotui.tui.library.detail import sections
        from sunotui.tui.library.detail.lineage import family_lines

        lines_of = {
            Tab.LYRICS: sections.words,
            Tab.DETAILS: sections.facts,
            Tab.FAMILY: family_lines,
            Tab.REQUEST: sections.request,
            Tab.RAW: sections.raw,
        }
        return list(lines_of[self.tab](part))


class TabStrip(Static):
    """The names of the parts, the current one standing out; a click chooses."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown: tuple[Tab, int] | None = None

    @property
    def _margin(self) -> int:
        """Blanks on either side of a name, where there is room for them."""
        return 1 if self.size.width >= sum(len(tab.value) + 3 for tab in Tab) - 1 else 0

    def show_tab(self, current: Tab) -> None:
        """Mark the current part."""
        margin = self._margin
        if (current, margin) == self._shown:
            return
        self._shown = current, margin
        pieces: list[tuple[str, str]] = []
        for tab in Tab:
            if pieces:
                pieces.append(("│", FAINT))
            blanks = " " * margin
            pieces.append((f"{blanks}{tab.value}{blanks}", "bold reverse" if tab is current else FAINT))
        self.update(Content.assemble(*pieces))

    def on_resize(self) -> None:
        """More or less room for the names."""
        if self._shown is not None:
            self.show_tab(self._shown[0])

    def on_click(self, event: events.Click) -> None:
        """The tab under the mouse."""
        start = 0
        for tab in Tab:
            width = len(tab.value) + 2 * self._margin + 1
            if start <= event.x < start + width:
                self.post_message(Detail.TabChosen(tab))
                return
            start += width
