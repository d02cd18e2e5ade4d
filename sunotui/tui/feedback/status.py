"""What every screen's header and footer show: the connection, money, what is generating, and the last message."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from sunotui.core import events
from sunotui.core.core import Core
from sunotui.core.events import Event
from sunotui.named_tuple import NamedTuple

_SONG = "music"
"""The `Request.kind` of a song."""
_MOST_SONGS = 1_000_000
_EVENT_S = 2.0
"""The minimum time for which a message about an event is shown, in seconds."""
_MOST_WAITING = 5
"""The maximum number of messages about events that wait; older ones are only in the message log."""

Severity = Literal["information", "warning", "error"]
_IMPORTANCE: dict[Severity, int] = {"information": 0, "warning": 1, "error": 2}


class Notice(NamedTuple):
    """A message about what just happened, for the right end of the footer."""

    text: str
    severity: Severity = "information"
    undo: str = ""
    """The command that undoes it, as its binding id; empty without one."""
    arrived_at: float = 0.0
    """The Unix time of an event, which no key has caused; 0 for the outcome of a key."""

    @property
    def is_event(self) -> bool:
        """Whether it was not caused by the user."""
        return self.arrived_at > 0


class Status:
    """The state behind headers and footers. Every text made from it stays valid until an event changes it, so that
    nothing is repainted in between."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._listeners: list[Callable[[], None]] = []
        self.profile = ""
        self.is_unencrypted = False
        """Whether the gateway's address is http and not on this computer."""
        self.has_proxy = False
        self.is_opening = True
        """Whether the profiles are not known yet, so that a missing gateway is not reported."""
        self.waits_for_gateway = False
        """Whether a gateway of this run is still starting, so that the profiles are not complete."""
        self.connection = events.ConnectionState.WAITING
        self.answered_at: float | None = None
        """The Unix time of the gateway's last good response."""
        self.generating = self.sending = self.unknown = 0
        self.upload = ""
        """The progress of an upload in tenths, such as "30%"; empty without an upload."""
        self.saving = ""
        """The progress of all downloads in steps of five percent, such as "35%"; empty while nothing is saved."""
        self.balance = ""
        self.price = ""
        """What a song costs at this gateway; empty when that is unknown."""
        self.songs_left: int | None = None
        """About how many songs the balance pays for; None when the price or the balance is unknown."""
        self.library_health = ""
        """The problem with the library in a word or two, such as "read only"; otherwise empty."""
        self.notice: Notice | None = None
        self._waiting: deque[Notice] = deque(maxlen=_MOST_WAITING)

    def show_notice(self, notice: Notice | None) -> None:
        """Show a message in the footers; None removes it. A message about an event waits until the previous one could
        be read, unless it is more important."""
        if notice is not None and self._must_wait(notice):
            self._waiting.append(notice)
            return
        if notice != self.notice:
            self.notice = notice
            self._changed()

    def _must_wait(self, notice: Notice) -> bool:
        shown = self.notice
        return (
            shown is not None
            and notice.arrived_at > 0
            and self._is_fresh(notice.arrived_at)
            and _IMPORTANCE[notice.severity] <= _IMPORTANCE[shown.severity]
        )

    def show_next_event(self, now: float) -> None:
        """Show the event that has waited longest, if the time of the previous one is over."""
        if self._waiting and not self._is_fresh(now):
            self.show_notice(self._waiting.popleft()._replace(arrived_at=now))

    def next_event_in_s(self, now: float) -> float | None:
        """Seconds until the next event can be shown; None if no event waits."""
        if not self._waiting:
            return None
        return max(0.0, self.notice.arrived_at + _EVENT_S - now) if self.notice is not None else 0.0

    def _is_fresh(self, now: float) -> bool:
        """Whether an event is shown that cannot have been read yet."""
        return self.notice is not None and now - self.notice.arrived_at < _EVENT_S

    def end_notice(self, now: float, *, keeps_events: bool = False) -> None:
        """Remove the message because of a key. An event that has just arrived stays, since it cannot have been read;
        `keeps_events` says that a dialog covers them."""
        if self.notice is None or (keeps_events and self.notice.is_event):
            return
        if not self._is_fresh(now):
            self.show_notice(None)

    def show_counts(self, generating: int, unknown: int) -> None:
        """Show how many tasks are generating, and how many submissions have an unknown outcome."""
        if (generating, unknown) != (self.generating, self.unknown):
            self.generating, self.unknown = generating, unknown
            self._changed()

    def on_core_event(self, event: Event) -> None:
        """Update the status from an event."""
        match event:
            case events.ConnectionChanged(profile=profile) if profile == self._core.active_profiles.name:
                self.connection, self.answered_at = event.state, event.answered_at
            case events.InFlightChanged():
                self.sending = event.in_flight
                if not event.in_flight:
                    # However the last upload ended, none is in progress.
                    self.upload = ""
            case events.UploadProgress():
                # In ten steps, so that a fast upload repaints no more often than a slow one.
                tenths = 10 * event.sent // event.size if event.size > 0 else 10
                self.upload = "" if tenths >= 10 else f"{10 * tenths}%"
            case events.DownloadsChanged(status=status):
                saving = _share(status.received, status.total) if status.is_busy else ""
                if saving == self.saving:
                    return
                self.saving = saving
            case events.BalanceChanged(profile=profile) if profile == self._core.active_profiles.name:
                self.balance = str(event.balance)
                self._count_songs()
            case events.LibraryHealthChanged():
                self.library_health = event.problem
            case events.ProfileChanged():
                self.read_profile()
            case _:
                return
        self._changed()

    def read_profile(self) -> None:
        """Show the current profile, its connection and its balance."""
        core = self._core
        profile = core.active_profiles.named(core.active_profiles.name)
        self.profile = profile.name if profile is not None else ""
        self.is_opening = self.waits_for_gateway and profile is None
        self.is_unencrypted = profile is not None and profile.base_url.is_clear
        self.has_proxy = profile is not None and profile.proxy is not None
        connection = core.connection()
        self.connection = connection.state if connection is not None else events.ConnectionState.WAITING
        self.answered_at = connection.answered_at if connection is not None else None
        if core.is_read_only:
            self.library_health = "read only"
        balance = core.known_balance()
        self.balance = str(balance) if balance is not None else ""
        self._count_songs()
        self._changed()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def end_wait_for_gateway(self) -> None:
        """The start is complete: what is missing now is reported as missing."""
        if self.waits_for_gateway:
            self.waits_for_gateway = False
            self.read_profile()

    def _count_songs(self) -> None:
        self.songs_left, self.price = None, ""
        if not self._core.has_services:
            return
        price = self._core.services.billing.price(self.profile, _SONG)
        if price is None:
            return
        self.price = str(price)
        if (balance := self._core.known_balance()) is not None:
            self.songs_left = price.covered(balance, _MOST_SONGS)


def _share(received: int, total: int | None) -> str:
    """A share in steps of five percent, so that many small files repaint no more often than a few large ones."""
    return f"{min(95, 5 * (20 * received // total))}%" if total else "0%"
