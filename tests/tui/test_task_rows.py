"""The list alone, on a listing in memory: what it asks for, what stays where, and what it paints again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from sunotui.domain.listing import Window
from sunotui.domain.summary import TaskSummary
from sunotui.domain.task import TaskKind, TaskStatus
from sunotui.tui.widgets.task_list import TaskList
from sunotui.tui.widgets.task_window import MARGIN

HEIGHT = 20
MANY = 100_000


def row(task_id: str, title: str = "") -> TaskSummary:
    return TaskSummary(
        task_id, "main", TaskKind.MUSIC, TaskStatus.SUCCESS, title or f"song {task_id}", "", 60.0, 0.0, None, None,
        is_streaming=False, fail_reason="", takes=2,
    )  # fmt: skip


class Shelf:
    """A listing in memory that counts the rows it gave."""

    def __init__(self, count: int) -> None:
        self.ids = [f"t{number}" for number in range(count)]
        self.titles: dict[str, str] = {}
        self.asked = 0
        self.given = 0

    async def provide(self, *, around: str | None, at: int, before: int, after: int) -> Window:
        self.asked += 1
        anchor = self.ids.index(around) if around in self.ids else None
        middle = anchor if anchor is not None else max(0, min(at, len(self.ids) - 1))
        start, stop = max(0, middle - before), min(len(self.ids), middle + after + 1)
        self.given += stop - start
        rows = tuple(row(task_id, self.titles.get(task_id, "")) for task_id in self.ids[start:stop])
        return Window(start, rows, len(self.ids), anchor)

    async def between(self, first: str, last: str) -> list[str]:
        ends = sorted((self.ids.index(first), self.ids.index(last)))
        return self.ids[ends[0] : ends[1] + 1]


class ListApp(App[None]):
    """Nothing but the list."""

    CSS = "TaskList { height: 1fr; overflow-x: hidden; }"

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.shelf = shelf

    def compose(self) -> ComposeResult:
        yield TaskList(self.shelf.provide, self.shelf.between, lambda: 1_000.0)


class Seen:
    """The list, its pilot and what it painted."""

    def __init__(self, app: ListApp, pilot: Pilot[None]) -> None:
        self.tasks = app.query_one(TaskList)
        self.shelf = app.shelf
        self.pilot = pilot
        self.painted: list[tuple[Region, ...]] = []

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def press_counted(self, count: int, key: str) -> None:
        """A key after a number; digits are keys of the screen, which passes them on."""
        for digit in str(count):
            self.tasks.add_to_count(int(digit))
        await self.press(key)

    async def settle(self) -> None:
        await self.tasks.catch_up()
        await self.pilot.pause()

    async def news(self) -> None:
        """The shelf changed."""
        self.tasks.ask()
        await self.settle()

    @property
    def line(self) -> int:
        """The line of the screen that the cursor is on."""
        return self.tasks._window.cursor - self.tasks.scroll_offset.y

    def text(self, line: int) -> str:
        return self.tasks.render_line(line).text


@asynccontextmanager
async def listing(count: int) -> AsyncIterator[Seen]:
    app = ListApp(Shelf(count))
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        seen = Seen(app, pilot)
        seen.tasks.focus()
        seen.tasks.list_other(("Nothing.",))
        await seen.settle()
        yield seen


async def test_a_hundred_thousand_rows_are_a_few_that_are_read() -> None:
    async with listing(MANY) as seen:
        assert seen.tasks.row_count == MANY
        assert seen.shelf.given < HEIGHT + 2 * MARGIN + 5
        await seen.press("G")
        assert seen.tasks.current == f"t{MANY - 1}"
        assert "song t99999" in seen.text(HEIGHT - 1)
        await seen.press_counted(50_000, "G")
        assert seen.tasks.current == "t49999"
        assert seen.shelf.given < 6 * (HEIGHT + 2 * MARGIN + 5)


async def test_moving_within_what_is_held_asks_for_nothing() -> None:
    async with listing(MANY) as seen:
        asked = seen.shelf.asked
        await seen.press(*["j"] * 25)
        assert seen.tasks.current == "t25"
        assert seen.shelf.asked == asked


async def test_a_key_held_down_meets_no_blank_line() -> None:
    async with listing(MANY) as seen:
        for _ in range(12):
            await seen.press("ctrl+d")
            assert all("song" in seen.text(line) for line in range(HEIGHT))


async def test_the_cursor_and_the_eye_stay_on_the_task_when_others_come_above() -> None:
    async with listing(500) as seen:
        await seen.press_counted(100, "j")
        await seen.press("k", "k")
        line = seen.line
        seen.shelf.ids[:0] = [f"new{number}" for number in range(7)]
        await seen.news()
        assert (seen.tasks.current, seen.line) == ("t98", line)
        seen.shelf.ids.reverse()
        await seen.news()
        assert seen.tasks.current == "t98"
        assert 0 <= seen.line < HEIGHT


async def test_at_the_top_new_rows_come_into_sight_and_the_cursor_stays_on_its_task() -> None:
    async with listing(500) as seen:
        seen.shelf.ids.insert(0, "new")
        await seen.news()
        assert (seen.tasks.current, seen.tasks.scroll_offset.y) == ("t0", 0)
        assert "song new" in seen.text(0)


async def test_a_task_that_goes_leaves_the_cursor_at_its_place() -> None:
    async with listing(500) as seen:
        await seen.press("j", "j", "j")
        seen.shelf.ids.remove("t3")
        await seen.news()
        assert seen.tasks.current == "t4"
        seen.shelf.ids.clear()
        await seen.news()
        assert (seen.tasks.current, seen.tasks.row_count) == (None, 0)
        assert "Nothing." in "".join(seen.text(line) for line in range(HEIGHT))


async def test_another_listing_keeps_the_task_or_begins_at_its_first() -> None:
    async with listing(500) as seen:
        await seen.press_counted(40, "j")
        seen.shelf.ids = seen.shelf.ids[::2]
        seen.tasks.list_other(())
        await seen.settle()
        assert seen.tasks.current == "t40"
        seen.shelf.ids = [task_id for task_id in seen.shelf.ids if task_id != "t40"]
        seen.tasks.list_other(())
        await seen.settle()
        assert (seen.tasks.current, seen.tasks.scroll_offset.y) == ("t0", 0)


async def test_a_task_that_is_awaited_gets_the_cursor_when_it_comes() -> None:
    async with listing(500) as seen:
        seen.tasks.select("late")
        await seen.settle()
        assert seen.tasks.current == "t0"
        seen.shelf.ids.insert(300, "late")
        await seen.news()
        assert seen.tasks.current == "late"
        assert 0 <= seen.line < HEIGHT


async def test_one_that_is_awaited_no_longer_when_the_cursor_is_moved() -> None:
    async with listing(500) as seen:
        seen.tasks.select("late")
        await seen.press("j")
        seen.shelf.ids.insert(0, "late")
        await seen.news()
        assert seen.tasks.current == "t1"


async def test_news_paint_the_lines_that_changed_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listing(500) as seen:
        painted: list[Region] = []
        refresh = seen.tasks.refresh
        monkeypatch.setattr(seen.tasks, "refresh", lambda *regions, **_: painted.extend(regions) or refresh(*regions))
        await seen.news()
        assert painted == []
        seen.shelf.titles["t7"] = "another"
        await seen.news()
        assert [region.y for region in painted] == [7]
        assert "another" in seen.text(7)


async def test_many_news_are_one_question_more() -> None:
    async with listing(500) as seen:
        asked = seen.shelf.asked
        for _ in range(1_000):
            seen.tasks.ask()
        await seen.settle()
        assert seen.shelf.asked - asked <= 2


async def test_marks_stay_on_their_tasks_and_ranges_go_both_ways() -> None:
    async with listing(500) as seen:
        await seen.press("v", "j", "j", "j", "V")
        assert seen.tasks.marked == ("t0", "t1", "t2", "t3", "t4")
        assert seen.text(4).startswith("◆")
        await seen.press("v")
        assert seen.tasks.marked == ("t0", "t1", "t2", "t3")
        seen.shelf.ids.reverse()
        await seen.news()
        assert seen.tasks.marked == ("t0", "t1", "t2", "t3")
        assert seen.tasks.clear_marks()
        assert seen.tasks.marked == ()
        assert not seen.tasks.clear_marks()
        await seen.press("G", "V")
        assert seen.tasks.marked == ("t0",)


def test_a_row_says_what_one_thinks_of_it() -> None:
    from rich.style import Style

    from sunotui.tui.widgets.task_row import task_strip

    def line(**facts: object) -> str:
        made = row("t")._replace(**facts)  # type: ignore[arg-type]
        return task_strip(made, 60, Style(), lambda _: Style(), 0.0, with_gateway=False).text

    assert "★4" in line(is_starred=True, rating=4)
    assert "★ " in line(is_starred=True)
    assert "·3" in line(rating=3)
    assert line(is_unheard=True).startswith("•")
