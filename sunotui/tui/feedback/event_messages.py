"""Notifies the user of events that concern no open screen: in the footer, in toasts, in the message log, and outside
the screens. Imported after the first frame."""

from __future__ import annotations

from sunotui.core.events import (
    AutoSaveFailed,
    BackgroundTaskFailed,
    ConnectionChanged,
    DownloadsChanged,
    Event,
    HookFailed,
    LibraryHealthChanged,
    MediaCacheFailed,
    QueueReplaced,
    RefundChecked,
    SongsFound,
    TaskEnded,
    TaskPlayable,
)
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.feedback.advice import error_text
from sunotui.tui.feedback.ended_downloads import EndedDownloads
from sunotui.tui.feedback.ended_tasks import EndedTasks
from sunotui.tui.runtime.unhandled_errors import internal_error
from sunotui.tui.terminal.notices import Notices
from sunotui.tui.widgets.footer import UNDO


class EventMessages:
    """Shows messages for results that the user waits for, and for what went wrong in the background."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._ended_tasks = EndedTasks(app)
        self._ended_downloads = EndedDownloads(app)
        self.notices = Notices(app)
        """What the terminal shows outside the screens."""

    def show(self, event: Event) -> None:
        """Show a message for an event, if it is one of these."""
        app = self._app
        if isinstance(event, TaskEnded | TaskPlayable):
            self.notices.add(event)
        if isinstance(event, DownloadsChanged):
            self._ended_downloads.show(event.status)
        elif isinstance(event, TaskEnded):
            self._ended_tasks.add(event)
        elif isinstance(event, RefundChecked):
            words = f"{formatting.title(event.task.title)}: {event.refund.sentence}"
            if event.refund.is_unknown:
                # Not news for the user: it is only in the message log.
                app.message_log.add("information", words, None)
            else:
                app.say(words, is_event=True)
        elif isinstance(event, SongsFound):
            app.alert(f"{event.submission.request.title_hint}: the gateway lists a song like it; J, then l, shows it")
        elif isinstance(event, LibraryHealthChanged) and event.error is not None:
            app.alert_error(event.error)
        elif isinstance(event, HookFailed | MediaCacheFailed | AutoSaveFailed):
            app.say(event.message, "warning", is_event=True)
        elif isinstance(event, QueueReplaced):
            app.say(f"The queue of {counted(event.takes, 'take')} was replaced", undo=UNDO)
        elif isinstance(event, BackgroundTaskFailed):
            app.alert(internal_error(event.error, event.name), "error")
        elif isinstance(event, ConnectionChanged) and event.error is not None:
            app.message_log.add("warning", error_text(event.error), event.error)
