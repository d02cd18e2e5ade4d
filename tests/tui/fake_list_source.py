"""A single task list on a screen, with a library that is a Python list: no disk, no gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from sunotui.domain.browse import Page
from sunotui.domain.errors import LibraryError
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.library.task_list.rows import HEAD
from sunotui.tui.theming.themed_app import ThemedApp

NOW = 1_000_000.0


def row(number: int, **facts: object) -> TaskSummary:
    """The row of a finished song; the higher its number, the newer it is."""
    made = TaskSummary(
        id=f"task-{number}",
        profile="main",
        kind=TaskKind.MUSIC,
        status=TaskStatus.SUCCESS,
        title=f"Song {number}",
        model="chirp-v5",
        duration_s=161.0,
        added_at=NOW - 86_400 * 2,
        submitted_at=None,
        finished_at=None,
        is_streaming=False,
        fail_reason="",
        takes=2,
    )
    return made._replace(**facts)  # type: ignore[arg-type]


@dataclass
class Imagined:
    """The listed rows, and the recorded requests."""

    rows: list[TaskSummary]
    asked: int = 0
    most_rows: int = 0
    is_broken: bool = False
    known: int | None = None
    """If set, pages among the first rows come with this number of rows before all are counted."""
    counts: asyncio.Event | None = None
    """If set, rows are counted once it is set."""
    superseded: int = 0
    """How many counts were no longer needed."""
    responds: asyncio.Event = field(default_factory=asyncio.Event)
    """Requests get a response while this is set."""

    async def window(self, *, around: str | None, at: int, before: int, after: int, is_counted: bool) -> Page:
        """The rows around a row, in the form of the library browser."""
        self.asked += 1
        await self.responds.wait()
        if self.is_broken:
            raise LibraryError("the disk is gone")
        ids = [one.id for one in self.rows]
        anchor = ids.index(around) if around in ids else None
        middle = max(0, min(at, len(ids) - 1)) if anchor is None else anchor
        start = max(0, middle - before)
        is_exact = is_counted or self.known is None or not middle < self.known < len(ids)
        total = len(ids) if is_exact or self.known is None else self.known
        rows = tuple(self.rows[start : min(total, middle + after + 1)])
        self.most_rows = max(self.most_rows, len(rows))
        return Page(start, rows, total, anchor, is_exact)

    async def count(self, is_superseded: Callable[[], bool]) -> int | None:
        """The number of rows; None if they are no longer needed when they are counted."""
        total = len(self.rows)
        if self.counts is not None:
            await self.counts.wait()
        self.superseded += is_superseded()
        return None if is_superseded() else total

    async def between(self, first: str, last: str) -> list[str]:
        """The ids from one row to another; empty if one of them is not in the list."""
        ids = [one.id for one in self.rows]
        if first not in ids or last not in ids:
            return []
        one, other = sorted((ids.index(first), ids.index(last)))
        return ids[one : other + 1]

    def change(self, task_id: str, **facts: object) -> None:
        """Change a task."""
        at = [one.id for one in self.rows].index(task_id)
        self.rows[at] = self.rows[at]._replace(**facts)  # type: ignore[arg-type]


class _Alone(ThemedApp[None]):
    CSS = """
    TaskList { width: 60; height: 20; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    def __init__(self, imagined: Imagined) -> None:
        super().__init__()
        self.list = TaskList(imagined.window, imagined.between, imagined.count, lambda: NOW)
        self.highlighted: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield self.list

    def on_task_list_highlighted(self, event: TaskList.Highlighted) -> None:
        self.highlighted.append(event.task_id)


class Alone:
    """The list, its data and its pilot."""

    def __init__(self, app: _Alone, imagined: Imagined, pilot: Pilot[None]) -> None:
        self.app = app
        self.imagined = imagined
        self.list = app.list
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys and let the responses arrive; digits are added to the count, as the screen does it."""
        for key in keys:
            if key.isdigit():
                self.list.add_to_count(int(key))
            else:
                await self.pilot.press(key)
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that can get a response is drawn."""
        for _ in range(3):
            await self.pilot.pause()
            if self.imagined.responds.is_set():
                await self.list.catch_up()
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """The rows as text, without the head above them."""
        return self._all_lines()[HEAD:]

    def state(self) -> str:
        """The position of the cursor, as the border shows it."""
        return str(self.list.border_subtitle)

    def head(self) -> str:
        """The line with the names of the columns."""
        return self._all_lines()[0]

    def _all_lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip()[:59].rstrip() for strip in strips[:20]]

    def line_of(self, words: str) -> int:
        """The line with this text."""
        return next(y for y, line in enumerate(self.lines()) if words in line)

    @asynccontextmanager
    async def repainted(self) -> AsyncIterator[set[int]]:
        """Collects the rows that are repainted; -1 is the head, and the border's own line is left out."""
        lines: set[int] = set()
        refresh: Callable[..., Widget] = Widget.refresh

        def recorded(widget: Widget, *regions: Region, **rest: object) -> Widget:
            if widget is self.list:
                for region in regions or (Region(0, 0, 60, 20),):
                    lines.update(range(region.y - HEAD, region.bottom - HEAD))
            return refresh(widget, *regions, **rest)

        Widget.refresh = recorded  # type: ignore[method-assign,assignment]
        try:
            yield lines
            await self.settle()
        finally:
            Widget.refresh = refresh  # type: ignore[method-assign, assignment]
            lines.discard(20 - HEAD)


@asynccontextmanager
async def list_alone(rows: list[TaskSummary]) -> AsyncIterator[Alone]:
    """Show a list of these rows."""
    imagined = Imagined(rows)
    imagined.responds.set()
    app = _Alone(imagined)
    async with app.run_test(size=(60, 20)) as pilot:
        alone = Alone(app, imagined, pilot)
        app.list.focus()
        app.list.show_query(("Nothing here.",))
        await alone.settle()
        yield alone
