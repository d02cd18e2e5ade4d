"""What screens and the app tell one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from sunotui.core.events import Event
    from sunotui.domain.errors import SunotuiError
    from sunotui.domain.requests.request import Request
    from sunotui.tui.composer.draft import Draft


class CoreEvent(Message):
    """An event of the studio, on its way to the screens."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class EventConsumer:
    """A screen that wants to hear every event of the studio while it is open."""

    def on_core_event(self, event: Event) -> None:
        """News: update what it touches, nothing else."""
        raise NotImplementedError


class SavesBeforeQuit:
    """A screen with a text that the end of the program would lose."""

    async def save_before_quit(self) -> bool:
        """Save the text; False when that failed, with the reason shown: the program stays open then."""
        raise NotImplementedError


class OperationFailed(Message):
    """A widget could not do its work; the app tells of it."""

    def __init__(self, trouble: SunotuiError) -> None:
        super().__init__()
        self.trouble = trouble


class SendRequested(Message):
    """A person wants this sent."""

    def __init__(
        self, request: Request, submission_ids: tuple[str, ...], *, profile: str = "", draft: Draft | None = None
    ) -> None:
        """One id for each time it is wanted; `profile` is that of the gateway, the current one when empty; `draft` is
        the form that asks."""
        super().__init__()
        self.request = request
        self.submission_ids = submission_ids
        self.profile = profile
        self.draft = draft
