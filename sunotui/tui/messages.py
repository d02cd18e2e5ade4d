"""The messages and interfaces between the app and its screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.message import Message

if TYPE_CHECKING:
    from sunotui.core.events import Event
    from sunotui.core.submissions.prepared_request import PreparedRequest
    from sunotui.domain.errors import SunotuiError
    from sunotui.tui.composer.drafts.draft import Draft


class CoreEvent(Message):
    """An event of the core, on its way to the screens."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


@runtime_checkable
class EventConsumer(Protocol):
    """A screen that receives every event of the core while it is open."""

    def on_core_event(self, event: Event) -> None:
        """Update only what the event changes."""


@runtime_checkable
class SavesBeforeQuit(Protocol):
    """A screen with a text that would be lost when the program ends."""

    async def save_before_quit(self) -> bool:
        """Save the text; returns False, with the reason shown, if that failed: the program then stays open."""


class OperationFailed(Message):
    """An operation of a widget failed; the app shows the error."""

    def __init__(self, error: SunotuiError) -> None:
        super().__init__()
        self.error = error


class SendingForm(Protocol):
    """A form that stays open until it is known whether its request was refused."""

    @property
    def is_waiting(self) -> bool:
        """Whether it is still open and waits."""

    def sending_failed(self, reason: str) -> None:
        """Nothing was or may have been accepted: show why, and let the user try again."""

    def sending_done(self) -> None:
        """Close: the request was sent, or its outcome takes too long."""


class SendRequested(Message):
    """The user asked to send a request."""

    def __init__(
        self,
        prepared: PreparedRequest,
        submission_ids: tuple[str, ...],
        draft: Draft,
        form: SendingForm | None = None,
    ) -> None:
        """The request is sent once for each id; `draft` is the composer's draft of it, and `form` waits for the
        outcome."""
        super().__init__()
        self.form = form
        self.prepared = prepared
        self.submission_ids = submission_ids
        self.draft = draft
