"""Pictures that the terminal draws over the text, at the cursor, such as sixels.

The text under a picture is drawn as usual, and erases the part of the picture that it overwrites. So a picture is
written after each frame that writes into its region, in the same synchronized update, and at no other time. While a
dialog or another widget covers a part, the picture is not written: what the frame has written shows the text below.
"""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from sunotui.tui.runtime.textual_patches import WithPictures, is_frame, uncovered_region, writes_into


class PictureOverlay:
    """The pictures of an app's widgets."""

    def __init__(self) -> None:
        self._pictures: dict[Widget, str] = {}

    def put(self, widget: Widget, sequence: str) -> None:
        """Draw a picture over the whole of a widget with the next frame that writes it; an empty sequence removes it.
        The sequence draws from the cursor on, and must not scroll the screen while a line is left below."""
        if sequence:
            self._pictures[widget] = sequence
        else:
            self._pictures.pop(widget, None)

    def over(self, screen: Screen[Any], frame: Any) -> Any:
        """A frame of the screen on top with the pictures that it needs; anything else is returned unchanged."""
        if not self._pictures or not is_frame(frame):
            return frame
        placed = []
        for widget, sequence in self._pictures.items():
            region = uncovered_region(screen, widget)
            if region is not None and writes_into(frame, region):
                placed.append((region.offset, sequence))
        return WithPictures(frame, placed) if placed else frame
