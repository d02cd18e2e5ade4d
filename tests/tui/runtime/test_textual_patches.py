"""The patches of Textual still work with the pinned version, and are still needed."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import random
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any, ClassVar

import pyte
import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual._compositor import ChopsUpdate
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.cache import FIFOCache
from textual.containers import Horizontal, ScrollableContainer
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.widgets._toast import ToastRack

from sunotui.tui.runtime import textual_patches
from tests.support.paths import ROOT
from tests.support.source_scan import module_files


def test_every_installation_has_this_version_of_textual() -> None:
    """The patches use private names without asking whether they exist."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [name for name in project["dependencies"] if name.startswith("textual")] == [
        f"textual=={version('textual')}"
    ]


def test_a_line_cut_at_its_end_does_not_reference_itself() -> None:
    textual_patches.apply_patches()
    line = Strip([Segment("rain")])
    before = sys.getrefcount(line)
    assert line.divide([4]) == [line]
    assert sys.getrefcount(line) == before
    assert [part.text for part in line.divide([1, 4, 9])] == ["r", "ain"]


def test_a_line_has_the_caches_of_textual_once_they_are_used() -> None:
    spec = importlib.util.find_spec("textual.strip")
    assert spec is not None
    assert spec.loader is not None
    unpatched = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(unpatched)
    theirs = unpatched.Strip([Segment("rain")])
    values = {name: getattr(theirs, name) for name in Strip.__slots__}
    caches = {name: value._maxsize for name, value in values.items() if isinstance(value, FIFOCache)}
    textual_patches.apply_patches()
    line = Strip([Segment("rain")])
    created: list[FIFOCache[object, object]] = [
        value for value in gc.get_referents(line) if isinstance(value, FIFOCache)
    ]
    assert caches == {name: getattr(line, name)._maxsize for name in caches}
    assert created == []
    assert {name: getattr(line, name) for name in values.keys() - caches.keys()} == {
        name: values[name] for name in values.keys() - caches.keys()
    }
    assert line.crop(1, 2) is line.crop(1, 2)
    assert not hasattr(line, "_no_cache")


@pytest.mark.parametrize(
    "typed", ["I 🩷 this 🪿", "👩\u200d👧", "雨\u3000夜\xa0", "می\u200cخواهم", "\ue000"], ids=ascii
)
def test_every_typed_character_is_accepted_by_a_field(typed: str) -> None:
    """Textual drops characters that this Python's Unicode tables do not call printable."""
    textual_patches.apply_patches()
    keys = [event for event in XTermParser().feed(typed) if isinstance(event, events.Key)]
    assert "".join(key.character or "" for key in keys if key.is_printable) == typed


@pytest.mark.parametrize("typed", ["\t", "\r", "\x01", "\x7f", "\x1b[A", "\x1bOP"], ids=ascii)
def test_a_key_that_types_nothing_stays_one(typed: str) -> None:
    textual_patches.apply_patches()
    keys = [event for event in XTermParser().feed(typed) if isinstance(event, events.Key)]
    assert [key.is_printable for key in keys] == [False]


def test_applying_the_patches_twice_changes_nothing_more() -> None:
    textual_patches.apply_patches()
    once = (XTermParser.feed, Widget._message_loop_exit, Strip.divide, Strip.__init__, Screen.dismiss)
    textual_patches.apply_patches()
    assert (XTermParser.feed, Widget._message_loop_exit, Strip.divide, Strip.__init__, Screen.dismiss) == once


def test_a_partial_repaint_writes_the_cells_of_its_region_only() -> None:
    """And the terminal shows the same as after a repaint of the whole line."""
    textual_patches.apply_patches()
    rng, console = random.Random(3), Console(color_system="truecolor")
    signs = "ab ━─雨🎵é"
    for _ in range(500):
        screen = pyte.Screen(60, 1)
        stream = pyte.Stream(screen)
        before = [rng.choice(signs) for _ in range(24)]
        place = rng.randrange(24)
        after = [*before[:place], rng.choice(signs), *before[place + 1 :]]
        if cell_len(before[place]) != cell_len(after[place]):
            continue
        strips = [Strip([Segment(char, Style(bold=rng.random() < 0.5)) for char in chars]) for chars in (before, after)]
        at, width = cell_len("".join(before[:place])), strips[0].cell_length
        whole = ChopsUpdate([{3: strips[0]}], [(0, 3, 3 + width)], [[3 + width]]).render_segments(console)
        region = (0, 3 + at, 3 + at + cell_len(after[place]))
        part = ChopsUpdate([{3: strips[1]}], [region], [[3 + width]]).render_segments(console)
        stream.feed(whole)
        stream.feed(part)
        assert screen.display[0].rstrip() == ("   " + "".join(after)).rstrip()
        start, end = at, at + cell_len(after[place])
        has_margin = at >= textual_patches._WORTH_CUTTING, width - end >= textual_patches._WORTH_CUTTING
        column = 4 + start if has_margin[0] else 4
        shown = "".join(after[place if has_margin[0] else 0 : place + 1 if any(has_margin) else None])
        assert Text.from_ansi(part.removeprefix(f"\x1b[1;{column}H")).plain == shown


class Layers(App[None]):
    """Widgets beside and above each other, one of which scrolls and is cut off by its container."""

    CSS = """
    Screen { layers: below above top; }
    #left { width: 20; border: round red; }
    #right { width: 70; height: 30; }
    #narrow { layer: above; width: 6; height: 12; offset: 20 1; }
    #over { layer: top; width: 24; height: 5; offset: 12 4; border: solid blue; }
    #foot { dock: bottom; height: 1; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(id="left")
            with ScrollableContainer():
                yield Static(id="right")
        yield Static(id="narrow")
        yield Static(id="over")
        yield Static(id="foot")


async def test_partial_repaints_show_the_same_as_a_repaint_of_the_whole_screen() -> None:
    textual_patches.apply_patches()
    app, rng = Layers(), random.Random(5)
    async with app.run_test(size=(60, 16)) as pilot:
        terminal = pyte.Screen(60, 16)
        stream, partial = pyte.Stream(terminal), 0

        def write(screen: Screen[object], frame: object) -> None:
            nonlocal partial
            if textual_patches.is_frame(frame):
                partial += isinstance(frame, ChopsUpdate)
                stream.feed(frame.render_segments(app.console).replace("\n", "\r\n"))

        app._display = write  # type: ignore[method-assign,assignment]
        app.screen.refresh(layout=True)
        for turn in range(60):
            for name in rng.sample(["left", "right", "narrow", "over", "foot"], rng.randint(1, 3)):
                lines = "\n".join(rng.choice("abc雨") * rng.randint(1, 70) for _ in range(30))
                app.query_one(f"#{name}", Static).update(lines, layout=False)
            if turn % 7 == 3:
                app.query_one(ScrollableContainer).scroll_to(rng.randint(0, 30), rng.randint(0, 14), animate=False)
            await pilot.pause()
            shown = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
            assert [line.rstrip() for line in terminal.display] == [line.rstrip() for line in shown], turn
        assert partial > 20


async def test_a_partial_repaint_renders_its_lines_and_no_other_widget() -> None:
    textual_patches.apply_patches()
    rendered: list[tuple[str | None, Region]] = []

    class Counted(Static):
        def render_lines(self, crop: Region) -> list[Strip]:
            rendered.append((self.id, crop))
            return super().render_lines(crop)

    class Columns(App[None]):
        CSS = "Counted { width: 20; height: 12; }"

        def compose(self) -> ComposeResult:
            with Horizontal():
                yield Counted("one\n" * 12, id="one")
                yield Counted("two\n" * 12, id="two")

    app = Columns()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        rendered.clear()
        app.query_one("#two").refresh(Region(0, 3, 20, 1), Region(0, 9, 20, 2))
        await pilot.pause()
        assert rendered == [("two", Region(0, 3, 20, 1)), ("two", Region(0, 9, 20, 2))]


def test_a_region_that_begins_in_a_wide_character_is_written_whole() -> None:
    textual_patches.apply_patches()
    strip = Strip([Segment("123456789雨b")])
    written = ChopsUpdate([{0: strip}], [(0, 10, 12)], [[12]]).render_segments(Console(color_system=None))
    assert written == "\x1b[1;1H123456789雨b"


async def test_a_function_after_a_refresh_is_called_below_a_screen_that_closes() -> None:
    """Regression: the counts of the library were not read again after a song was sent."""

    class Closing(Screen[None]):
        def _invoke_later(self, callback: Callable[[], Any], sender: MessagePump) -> None:
            """Forget it, as a screen does that closes before it is painted."""

    app, called = App[int](), list[str]()
    async with app.run_test() as pilot:
        below = app.screen
        await app.push_screen(Closing())
        below.call_after_refresh(called.append, "left to the screen on top")
        textual_patches.call_after_own_refresh(below, partial(called.append, "own"))
        await pilot.pause()
        assert called == ["own"]


async def test_a_sequence_is_written_by_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is written."""
    app = App[int]()
    written: list[str] = []
    async with app.run_test():
        monkeypatch.setattr(app._driver, "write", written.append)
        textual_patches.write_to_terminal(app, "title")
        assert written == []
        monkeypatch.setattr(type(app._driver), "is_headless", False)
        textual_patches.write_to_terminal(app, "title")
        textual_patches.write_to_terminal(app, "")
        monkeypatch.undo()
    assert written == ["title"]


async def test_a_screen_that_is_dismissed_twice_closes_no_other() -> None:
    """Regression: a double click in a dialog closed the screen below, too, or ended the app."""
    textual_patches.apply_patches()
    app = App[None]()
    async with app.run_test():
        below, dialog = ModalScreen[None](), ModalScreen[None]()
        await app.push_screen(below)
        await app.push_screen(dialog)
        dialog.dismiss()
        await dialog.dismiss()
        assert app.screen is below
        await dialog.dismiss()
        below.dismiss()
        await below.dismiss()
        assert len(app.screen_stack) == 1


async def test_a_click_on_a_widget_that_was_just_removed_does_no_harm() -> None:
    """Regression: the second of two quick clicks ended the app."""
    textual_patches.apply_patches()

    class Page(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("rain", id="rain")

    app = Page()
    async with app.run_test() as pilot:
        rain = app.query_one("#rain")
        assert app.screen.get_widget_and_offset_at(1, 0)[0] is rain
        page = rain.parent
        assert page is not None
        rain._detach()
        app.screen._forward_event(events.MouseDown(None, 1, 0, 0, 0, 1, False, False, False))
        assert app.screen.get_widget_and_offset_at(1, 0) == (None, None)
        rain._attach(page)
        await pilot.pause()


class Leaving(Static):
    """A child that lets its parent's worker continue after its removal."""

    def on_unmount(self) -> None:
        """Record the removal."""
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
        """Start the worker."""
        self.run_worker(self._work())

    async def _work(self) -> None:
        await self.go_on.wait()
        self.found.append(len(self.query(Leaving)))


async def test_a_worker_ends_before_the_children_of_its_widget() -> None:
    """Textual lets it continue without them, and a query that finds nothing ends the app."""
    textual_patches.apply_patches()
    app: App[None] = App()
    async with app.run_test() as pilot:
        working = Working()
        await app.mount(working)
        await pilot.pause()
        await working.remove()
        await pilot.pause()
        assert working.found == []


async def test_an_apps_priority_binding_is_known_under_a_dialog() -> None:
    class Bound(App[int]):
        BINDINGS: ClassVar[list[BindingType]] = [
            Binding("ctrl+q", "quit", "Quit", priority=True),
            Binding("f1", "help", "Help"),
        ]

    app = Bound()
    async with app.run_test():
        await app.push_screen(ModalScreen[None]())
        assert textual_patches.has_priority(app, "ctrl+q")
        assert not textual_patches.has_priority(app, "f1")
        assert not textual_patches.has_priority(app, "x")


async def test_an_app_ends_with_a_message_after_its_screens(capfd: pytest.CaptureFixture[str]) -> None:
    class Ending(App[int]):
        def on_mount(self) -> None:
            textual_patches.end_with_message(self, "the last words")

    app = Ending()
    await app.run_async(headless=True)
    assert not app.is_running
    app._print_error_renderables()
    assert "the last words" in "".join(capfd.readouterr())


class Box(textual_patches.OrderedForFocus):
    """An input with its own focus order."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.focus_order = place

    def compose(self) -> ComposeResult:
        """The input."""
        yield Input(id=f"input-{self.focus_order}")


async def test_tab_follows_the_focus_order_and_not_the_layout() -> None:
    class Form(App[int]):
        def compose(self) -> ComposeResult:
            yield Box(2)
            yield Box(1)
            yield Box(3)

    app = Form()
    async with app.run_test():
        assert [widget.id for widget in app.screen.focus_chain] == ["input-1", "input-2", "input-3"]


async def test_a_closed_widget_has_no_painted_lines() -> None:
    class Painted(App[int]):
        def compose(self) -> ComposeResult:
            yield Static("rain\n" * 9, id="text")

    app = Painted()
    async with app.run_test() as pilot:
        await pilot.pause()
        text = app.query_one("#text", Static)
        assert text._styles_cache._cache, "Textual has another cache now"
        textual_patches.clear_painted_lines(text)
        assert not text._styles_cache._cache


async def test_screens_have_no_widget_for_tooltips() -> None:
    app = App[None]()
    async with app.run_test(notifications=True, tooltips=True):
        textual_patches.show_no_tooltips(app)
        await app.push_screen(Screen[None]())
        assert [type(child) for child in app.screen.children] == [ToastRack]


def test_no_widget_has_a_tooltip() -> None:
    sources = {name: path.read_text(encoding="utf-8") for name, path in module_files().items()}
    users = {name for name, source in sources.items() if ".tooltip" in source or "tooltip=" in source}
    assert users == set()
