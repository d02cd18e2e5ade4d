"""A list to choose from in which j and k also move the cursor."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widgets import OptionList

from sunotui.tui.theming import glyphs


class ChoiceList(OptionList):
    """An option list in which j and k move the cursor, too. The row under the cursor has one colour, since the colours
    of its words may not be readable on the cursor's background, and a bar as its first cell."""

    BINDINGS = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]
    COMPONENT_CLASSES = {"choice-list--bar"}

    class Fitted(Message):
        """The list has another size."""

    def on_resize(self) -> None:
        """Keep the row under the cursor visible."""
        self.call_after_refresh(self._scroll_to_cursor)
        self.post_message(self.Fitted())

    def _scroll_to_cursor(self) -> None:
        self.scroll_to_highlight()
        # Textual moves the bar only while it is shown.
        self.vertical_scrollbar.position = self.scroll_y

    @property
    def current_id(self) -> str | None:
        """The id of the choice under the cursor."""
        if self.highlighted is None or self.highlighted >= self.option_count:
            return None
        return self.get_option_at_index(self.highlighted).id

    @property
    def position(self) -> str:
        """Where the cursor is among the rows that can be chosen, such as "3 of 12"; empty without rows."""
        at = self.highlighted
        if at is None or at >= self.option_count:
            return ""
        rows = [index for index, option in enumerate(self.options) if not option.disabled]
        return f"{sum(index <= at for index in rows):,} of {len(rows):,}"

    def option_under(self, event: events.Click) -> int | None:
        """The index of the option that was clicked; None beside the options, and for a row that was painted but is no
        longer in the list, as when the list is filtered while a click is on its way."""
        index: int | None = event.style.meta.get("option")
        return index if index is not None and index < self.option_count else None

    def on_click(self, event: events.Click) -> None:
        # The handler of the base class expects that what was painted is still in the list.
        if self.option_under(event) is None:
            event.prevent_default()

    def render_line(self, y: int) -> Strip:
        """A line, in one colour if it belongs to the row under the cursor."""
        strip = super().render_line(y)
        first = next(iter(strip), None)
        if first is None or first.style is None or first.style.meta.get("option", -1) != self.highlighted:
            return strip
        cursor = self.get_component_rich_style("option-list--option-highlighted")
        bar = self.get_component_rich_style("choice-list--bar") + Style(meta=first.style.meta)
        plain = [
            Segment(segment.text, segment.style + Style(color=cursor.color) if segment.style else cursor)
            for segment in strip.crop(1)
        ]
        return Strip([Segment(glyphs.CURSOR, bar), *plain], strip.cell_length)


class ScreenList(ChoiceList, inherit_bindings=False):
    """The list of a whole screen. A subclass has the keys that move the cursor, from the scope of its screen, so that
    the help has them and those of the screen in one group."""

    def action_move(self, options: int) -> None:
        """Move the cursor by some options, at most to the first or the last one."""
        if self.option_count:
            self.highlighted = max(0, min((self.highlighted or 0) + options, self.option_count - 1))

    def action_half_page(self, step: int) -> None:
        """Move the cursor half a page down or up."""
        rows = self.virtual_size.height // max(1, self.option_count)
        self.action_move(step * max(1, self.size.height // 2 // max(1, rows)))


class PageList(ScreenList):
    """A list of a whole screen in which a click moves the cursor and a double click chooses."""

    def on_click(self, event: events.Click) -> None:
        option = self.option_under(event)
        if event.chain < 2 and option is not None and not self.get_option_at_index(option).disabled:
            self.highlighted = option
            # The handler of the base class chooses.
            event.prevent_default()
