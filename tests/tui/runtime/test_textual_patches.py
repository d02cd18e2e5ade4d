"""The mends of Textual still fit the version that is pinned."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref

import pytest
from rich.segment import Segment
from textual import events
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from sunotui.tui.runtime import textual_patches


def test_a_line_cut_where_it_ends_does_not_hold_itself() -> None:
    textual_patches.mend()
    line = Strip([Segment("rain")])
    before = sys.getrefcount(line)
    assert line.divide([4]) == [line]
    assert sys.getrefcount(line) == before
    assert [part.text for part in line.divide([1, 4, 9])] == ["r", "ain"]


def test_a_cache_of_painted_lines_is_held_by_nothing() -> None:
    textual_patches.mend()
    cache = StylesCache()
    cache.get_inner_outer(Color(1, 2, 3), Color(4, 5, 6))
    held = weakref.ref(cache)
    del cache
    gc.collect()
    assert held() is None


@pytest.mark.parametrize(
    "typed", ["I 🩷 this 🪿", "👩\u200d👧", "雨\u3000夜\xa0", "می\u200cخواهم", "\ue000"], ids=ascii
)
def test_every_letter_that_a_terminal_sends_is_one_for_a_field(typed: str) -> None:
    """Textual dropped what this Python's table of Unicode does not call printable."""
    textual_patches.mend()
    keys = [event for event in XTermParser().feed(typed) if isinstance(event, events.Key)]
    assert "".join(key.character or "" for key in keys if key.is_printable) == typed


@pytest.mark.parametrize("typed", ["\t", "\r", "\x01", "\x7f", "\x1b[A", "\x1bOP"], ids=ascii)
def test_a_key_that_is_no_letter_stays_none(typed: str) -> None:
    textual_patches.mend()
    keys = [event for event in XTermParser().feed(typed) if isinstance(event, events.Key)]
    assert [key.is_printable for key in keys] == [False]


def test_mending_twice_changes_nothing_more() -> None:
    textual_patches.mend()
    once = (Strip.divide, StylesCache.get_inner_outer)
    textual_patches.mend()
    assert (Strip.divide, StylesCache.get_inner_outer) == once


class Leaving(Static):
    """A child that lets its parent's worker go on when it is gone."""

    def on_unmount(self) -> None:
        """It is gone."""
        assert isinstance(self.parent, Working)
        self.parent.go_on.set()


class Working(Widget):
    """A widget whose worker uses its child."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.found: list[int] = []

    def compose(self) -> ComposeResult:
        """The child."""
        yield Leaving()

    def on_mount(self) -> None:
        """Begin to work."""
        self.run_worker(self._work())

    async def _work(self) -> None:
        await self.go_on.wait()
        self.found.append(len(self.query(Leaving)))


async def test_a_worker_ends_before_the_children_of_its_widget() -> None:
    """Textual lets it go on without them, and a query that finds nothing fails the app."""
    textual_patches.end_widgets_in_order()
    app: App[None] = App()
    async with app.run_test() as pilot:
        working = Working()
        await app.mount(working)
        await pilot.pause()
        await working.remove()
        await pilot.pause()
        assert working.found == []
