"""A fault of the program itself ends the screens with a sentence, a private report and an exit code of its own."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import App
from textual.css.query import NoMatches
from textual.message_pump import MessagePump

from sunotui.core.system.crash_report import report_crash

if TYPE_CHECKING:
    from sunotui.core.core import Core


_log = logging.getLogger(__name__)


def _raised_during_removal(error: BaseException) -> bool:
    """Whether a method on the way to the error belongs to a widget that is no longer part of a running app."""
    trace = error.__traceback__
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        if isinstance(owner, MessagePump) and not (owner.is_attached and owner.app.is_running):
            return True
        trace = trace.tb_next
    return False


class Crashing(App[int]):
    """What Textual does when something raises, told as sunotui tells it."""

    core: Core
    has_crashed = False

    def on_mount(self) -> None:
        """Hear of parts that are lost, from the first one on."""
        from sunotui.tui.runtime import textual_patches

        textual_patches.end_widgets_in_order()

    def _handle_exception(self, error: Exception) -> None:
        """Ignore a handler that looks for the children of a widget while the widget is being removed.

        A screen that opens while the program ends is still sent its Mount event, but Textual mounts no children any
        more. The name is Textual's own; test_quitting_while_a_screen_opens guards it.
        """
        if isinstance(error, NoMatches) and _raised_during_removal(error):
            _log.info("a widget that is being removed looked for its children: %s", error)
            return
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """A crash is told without the values of variables, which could be a token or a prompt (K1, Z4).

        Textual has no public way to replace its own report; the name is pinned with its version and guarded by a test.
        """
        self.has_crashed = True
        self.bell()
        error = sys.exc_info()[1]
        if error is not None:
            self._exit_renderables.append(Text(report_crash(error, self.core.paths.data)))
        self._close_messages_no_wait()

    def lost(self, part: str) -> None:
        """A part of the screen was cancelled from within: it would hear nothing any more, and nobody would be told of
        it (T7)."""
        self.has_crashed = True
        words = f"sunotui had to stop (a part of the screen, {part}, was cancelled); nothing that was accepted is lost."
        self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()
