"""The cover of a take. It is loaded when the cursor rests, so that moving through a list causes no requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from sunotui.core.clock import Clock
from sunotui.core.media.cover_source import CoverSource
from sunotui.tui.base import BaseApp
from sunotui.tui.theming.token_styles import Tone

if TYPE_CHECKING:
    from sunotui.tui.cover_drawing import Drawn

REST_S = 0.2
"""How long a take must be shown until its cover is loaded, in seconds."""


class Cover(Widget):
    """Draws a cover over its whole size, which its container sets; blank until the cover is loaded."""

    ALLOW_SELECT = False
    app: BaseApp

    # Textual's own lays out the screen once more when a layout has changed the size. Nothing scrolls in here.
    virtual_size = Reactive(Size(0, 0))

    class Failed(Message):
        """The cover that should be shown cannot be fetched: its space is free."""

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._source: CoverSource | None = None
        self._drawn: Drawn | None = None
        self._changed_at = float("-inf")
        self._is_resting = False
        """Whether a worker waits until the cursor rests."""
        self._never = asyncio.Event()

    def show(self, source: CoverSource | None) -> None:
        """Show the cover of a take, or no cover. It is shown at once if it was drawn before, unless the previous take
        was shown for only a moment: a cover takes more to paint than the rest of the line."""
        if source == self._source:
            return
        now = self._clock.monotonic()
        has_rested = now - self._changed_at >= REST_S
        had_picture = self._drawn is not None
        self._source, self._changed_at = source, now
        self._use(self.app.cover_art.drawn(source, *self.size) if source is not None and has_rested else None)
        if had_picture or self._drawn is not None:
            self.refresh()
        if source is not None and self._drawn is None:
            self._load_soon()

    def on_unmount(self) -> None:
        """Remove the picture from the screen."""
        self.app.picture_overlay.put(self, "")

    def on_resize(self) -> None:
        """Draw the cover in the new size."""
        self.draw_again()

    def draw_again(self) -> None:
        """Forget what is drawn, and draw the cover."""
        self._use(None)
        if self._source is not None:
            self._load_soon()

    def render_line(self, y: int) -> Strip:
        """A line of the cover."""
        ground = self.app.token_styles.style(Tone.PLAIN)
        if self._drawn is not None and y < len(self._drawn.strips):
            # kitty's pictures leave a margin where cells are not twice as high as wide.
            return self._drawn.strips[y].apply_style(ground)
        return Strip.blank(self.size.width, ground)

    def _load_soon(self) -> None:
        if not self._is_resting:
            self._is_resting = True
            self._load()

    @work(group="cover", exclusive=True)
    async def _load(self) -> None:
        await self.app.core_opened.wait()
        while (left_s := self._changed_at + REST_S - self._clock.monotonic()) > 0:
            await self._clock.wait(self._never, left_s)
        self._is_resting = False
        source, size = self._source, self.size
        if source is None or not size.area:
            return
        drawn = await self.app.cover_art.draw(source, *size)
        if (source, size) != (self._source, self.size):
            return
        if drawn is None:
            self.post_message(self.Failed())
        else:
            self._use(drawn)
            self.refresh()

    def _use(self, drawn: Drawn | None) -> None:
        self._drawn = drawn
        self.app.picture_overlay.put(self, drawn.overlay if drawn is not None else "")
