"""Pictures over the text: written with each frame that writes their cells, and never where something covers them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from sunotui.tui.runtime import textual_patches
from sunotui.tui.runtime.picture_overlay import PictureOverlay
from sunotui.tui.runtime.textual_patches import WithPictures
from tests.support.waiting import until_async


class _Gallery(App[None]):
    """A picture of 10 by 4 cells at (3, 2), a line below it, and what was written of pictures."""

    CSS = """
    Screen { layers: base over; }
    #picture { width: 10; height: 4; offset: 3 2; }
    #line { dock: bottom; height: 1; }
    #over { layer: over; width: 4; height: 1; offset: 8 3; }
    """

    def __init__(self) -> None:
        textual_patches.apply_patches()
        super().__init__()
        self.overlay = PictureOverlay()
        self.written: list[tuple[int, int]] = []
        self.frames = 0

    def compose(self) -> ComposeResult:
        yield Static("picture", id="picture")
        yield Static("line", id="line")

    def on_mount(self) -> None:
        self.overlay.put(self.query_one("#picture"), "PICTURE")

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        frame = self.overlay.over(screen, renderable)
        self.frames += renderable is not None
        if isinstance(frame, WithPictures):
            self.written += [(offset.x, offset.y) for offset, _ in frame.sequences]

    async def frame(self, pilot: Any, place: tuple[int, int] | None) -> bool:
        """Wait for a picture that is written at `place`, or, for None, for frames without one. Whether it was so."""
        if place is not None:
            await until_async(lambda: place in self.written, f"the picture at {place}", pause=pilot.pause)
        await pilot.pause(0.05)
        found, self.written = set(self.written), []
        return found == ({place} if place is not None else set())


async def test_a_picture_is_written_only_with_frames_that_write_its_cells() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        assert await app.frame(pilot, (3, 2))
        before = app.frames
        app.query_one("#line", Static).update("other")
        await until_async(lambda: app.frames > before, "a frame", pause=pilot.pause)
        assert await app.frame(pilot, None)
        app.query_one("#picture").refresh()
        assert await app.frame(pilot, (3, 2))


async def test_a_covered_picture_waits_until_it_is_whole_again() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await app.frame(pilot, (3, 2))
        over = Static("over", id="over")
        await app.screen.mount(over)
        assert await app.frame(pilot, None)
        app.query_one("#picture").refresh()
        assert await app.frame(pilot, None)
        await over.remove()
        assert await app.frame(pilot, (3, 2))


async def test_a_picture_is_not_written_over_a_dialog() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await app.frame(pilot, (3, 2))
        await app.push_screen(ModalScreen())
        assert await app.frame(pilot, None)
        app.pop_screen()
        assert await app.frame(pilot, (3, 2))


async def test_a_picture_moves_with_its_widget_and_ends_with_it() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await app.frame(pilot, (3, 2))
        picture = app.query_one("#picture")
        picture.styles.offset = (5, 4)
        assert await app.frame(pilot, (5, 4))
        app.overlay.put(picture, "")
        picture.refresh()
        assert await app.frame(pilot, None)


async def test_a_picture_that_is_cut_or_could_scroll_the_screen_is_not_written() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await app.frame(pilot, (3, 2))
        picture = app.query_one("#picture")
        for x, y, is_whole in ((35, 2, False), (3, 7, True), (3, 8, False), (3, 10, False)):
            app.query_one("#line").display = False
            picture.styles.offset = (x, y)
            assert await app.frame(pilot, (x, y) if is_whole else None), (x, y)


async def test_a_picture_is_written_again_in_a_window_of_another_size() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        await app.frame(pilot, (3, 2))
        await pilot.resize_terminal(50, 14)
        assert await app.frame(pilot, (3, 2))
        app.post_message(events.Resize(app.size, app.size))
        assert await app.frame(pilot, None)


def test_pictures_come_after_the_text_of_their_frame() -> None:
    class Frame(CompositorUpdate):
        def render_segments(self, console: Console) -> str:
            return "text"

    frame = WithPictures(Frame(), [(Offset(3, 2), "ONE"), (Offset(0, 0), "TWO")])
    assert frame.render_segments(Console()) == "text\x1b[3;4HONE\x1b[1;1HTWO"


async def test_a_screen_under_an_opaque_one_writes_nothing() -> None:
    app = _Gallery()
    async with app.run_test(size=(40, 12)) as pilot:
        lower = app.screen
        await app.frame(pilot, (3, 2))
        await app.push_screen(Screen())
        await app.frame(pilot, None)
        before = app.frames
        lower.query_one("#line", Static).update("other")
        await app.frame(pilot, None)
        assert app.frames == before
        app.pop_screen()
        assert await app.frame(pilot, (3, 2))
        before = app.frames
        lower.query_one("#line", Static).update("third")
        await until_async(lambda: app.frames > before, "a frame", pause=pilot.pause)
