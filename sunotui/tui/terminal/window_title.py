"""The title of the terminal's window: how many songs are generating. It is written only when that number changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from sunotui.core.system.terminal_notices import KEEP_TITLE, RESTORE_TITLE, has_title, title_sequence
from sunotui.tui.base import BaseApp
from sunotui.tui.runtime import textual_patches


class WindowTitle:
    """Sets the title while the screens are open, and restores the previous one afterwards."""

    def __init__(self, app: BaseApp, environ: Mapping[str, str] = os.environ) -> None:
        self._app = app
        self._environ = environ
        self._shown = ""
        """The title as set; empty while the previous title is shown."""

        self._unsubscribe: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Follow the number of songs that are generating, if the settings and the terminal allow it."""
        if self._app.core.settings.notices.title and has_title(self._environ):
            self._unsubscribe = self._app.status.subscribe(self.update)
            self._app.app_suspend_signal.subscribe(self._app, lambda _: self.restore(), immediate=True)
            self._app.app_resume_signal.subscribe(self._app, lambda _: self.update(), immediate=True)
            self.update()

    def update(self) -> None:
        """Set the title if it has changed."""
        generating = self._app.status.generating
        title = f"sunotui · {generating:,} generating" if generating else "sunotui"
        if title != self._shown:
            before = "" if self._shown else KEEP_TITLE
            self._shown = title
            textual_patches.write_to_terminal(self._app, before + title_sequence(title))

    def end(self) -> None:
        """Restore the previous title permanently."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self.restore()

    def restore(self) -> None:
        """Restore the previous title; `update` sets ours again."""
        if self._shown:
            self._shown = ""
            textual_patches.write_to_terminal(self._app, RESTORE_TITLE)
