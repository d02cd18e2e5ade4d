"""Ends the screens after an internal error: with a sentence, a private report and a separate exit code."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from textual.app import App
from textual.css.query import DOMQuery, NoMatches
from textual.dom import NoScreen
from textual.message_pump import MessagePump
from textual.widget import MountError, Widget
from textual.worker import WorkerFailed

from sunotui.core.system.crash_report import report_crash
from sunotui.tui.runtime import textual_patches

_log = logging.getLogger(__name__)


def _node_of(error: BaseException) -> MessagePump | None:
    """The node whose descendants were searched or created: the innermost node in the traceback, or that of its
    query."""
    node: MessagePump | None = None
    trace = error.__traceback__
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        if isinstance(owner, DOMQuery):
            owner = owner.node
        if isinstance(owner, MessagePump):
            node = owner
        trace = trace.tb_next
    return node


def _is_living(node: MessagePump) -> bool:
    """Whether a node is in the running app. A screen that was closed loses its children before it is detached."""
    if not (node.is_attached and node.app.is_running):
        return False
    return not isinstance(node, Widget) or node.screen in node.app.screen_stack


class CrashHandling:
    """Replaces Textual's own reports, which print the values of variables and so possibly a token or a prompt."""

    def __init__(self, app: App[int], data_folder: Path) -> None:
        self._app = app
        self._data_folder = data_folder
        self.has_crashed = False

    def ignores(self, error: Exception) -> bool:
        """Whether an exception is harmless: code, possibly in a worker, searched for or created the children of a
        widget, or its screen, that had been removed from the app, or whose app ends.

        A screen that opens while the program ends still receives its Mount event, but Textual no longer mounts
        children. A widget that is missing on a screen in use is an error of the program, whichever code searched for
        it.
        """
        cause = error.error if isinstance(error, WorkerFailed) else error
        if not isinstance(cause, NoMatches | MountError | NoScreen):
            return False
        node = _node_of(cause)
        if node is None or _is_living(node):
            return False
        _log.info("a widget that is being removed looked for its children or its screen: %s", cause)
        return True

    def end_with_report(self) -> None:
        """End the screens because of the exception that is being handled; it is written to a private report without
        the values of variables (K1, Z4)."""
        self.has_crashed = True
        self._app.bell()
        error = sys.exc_info()[1]
        report = report_crash(error, self._data_folder) if error is not None else ""
        textual_patches.end_with_message(self._app, report)

    def end_for_cancelled_widget(self, widget: str) -> None:
        """End the screens because a widget was cancelled from within: it would no longer react, without any message
        (T7)."""
        self.has_crashed = True
        cause = f"a part of the screen, {widget}, was cancelled"
        textual_patches.end_with_message(
            self._app, f"sunotui had to stop ({cause}); nothing that was accepted is lost."
        )
