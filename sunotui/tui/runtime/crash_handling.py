"""A fault of the program itself ends the screens with a sentence, a private report and an exit code of its own."""

import sys
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import App

from sunotui.core.crash_report import report_crash

if TYPE_CHECKING:
    from sunotui.core.core import Studio


class Crashing(App[int]):
    """What Textual does when something raises, told as sunotui tells it."""

    studio: "Studio"
    has_crashed = False

    def on_mount(self) -> None:
        """Hear of parts that are lost, from the first one on."""
        from sunotui.tui.runtime import textual_patches

        textual_patches.end_widgets_in_order()

    def _fatal_error(self) -> None:
        """A crash is told without the values of variables, which could be a token or a prompt (K1, Z4).

        Textual has no public way to replace its own report; the name is pinned with its version and guarded by a test.
        """
        self.has_crashed = True
        self.bell()
        error = sys.exc_info()[1]
        if error is not None:
            self._exit_renderables.append(Text(report_crash(error, self.studio.places.data)))
        self._close_messages_no_wait()

    def lost(self, part: str) -> None:
        """A part of the screen was cancelled from within: it would hear nothing any more, and nobody would be told of
        it (T7)."""
        self.has_crashed = True
        words = f"sunotui had to stop (a part of the screen, {part}, was cancelled); nothing that was accepted is lost."
        self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()
