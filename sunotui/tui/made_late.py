"""Helpers of the app that are made when they are first needed: the first frame says, sends and drafts nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from sunotui.tui.runtime.type_ahead import KeyQueue

if TYPE_CHECKING:
    from sunotui.tui.app import SunoApp
    from sunotui.tui.composer.draft_store import DraftKeeper
    from sunotui.tui.message_log import Chronicle
    from sunotui.tui.submit import Sending


class MadeLate(KeyQueue):
    """Has them as if they had always been there."""

    @cached_property
    def chronicle(self) -> Chronicle:
        """Everything that was told."""
        from sunotui.tui.message_log import Chronicle

        return Chronicle()

    @cached_property
    def sending(self) -> Sending:
        """The way of every paid request."""
        from sunotui.tui.submit import Sending

        return Sending(cast("SunoApp", self))

    @cached_property
    def draft_keeper(self) -> DraftKeeper:
        """Keeps the composer's drafts."""
        # With forms and requests it takes 10 ms to load, which only the composer needs.
        from sunotui.tui.composer.draft_store import DraftKeeper

        app = cast("SunoApp", self)
        return DraftKeeper(lambda: app.core.reader, app.say_trouble, lambda words: app.say(words, "warning"))
