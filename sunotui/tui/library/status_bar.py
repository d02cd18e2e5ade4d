"""The line at the top: the current list, the profile, the connection, unfinished tasks and the balance."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui import formatting
from sunotui.tui.theme import FAINT

_WAITING = "waiting"
_CONNECTIONS = {
    "starting": ("◌ starting", FAINT),
    _WAITING: ("● idle", FAINT),
    "online": ("● online", "$success"),
    "trouble": ("▲ error", "$warning"),
    "offline": ("○ offline", "$error"),
    "token refused": ("✗ token refused", "$error"),
    "no token": ("✗ no token", "$error"),
}
"""The text and colour of each `ConnectionState`, by its value."""


class StatusBar(Widget):
    """Program and list on the left; profile, connection, unfinished tasks and money on the right. Every text is valid
    until an event changes it, so nothing is repainted in between."""

    profile: reactive[str] = reactive("")
    is_unencrypted: reactive[bool] = reactive(False)
    has_proxy: reactive[bool] = reactive(False)
    connection: reactive[str] = reactive(_WAITING)
    last_response_at: reactive[float | None] = reactive(None)
    active: reactive[int] = reactive(0)
    sending: reactive[int] = reactive(0)
    unknown: reactive[int] = reactive(0)
    upload: reactive[str] = reactive("")
    balance: reactive[str] = reactive("")
    list_description: reactive[str] = reactive("")
    library_health: reactive[str] = reactive("")
    """The state of the library in a word or two, such as "read only"; empty if it is usable."""

    def show_connection(self, state: str = _WAITING, last_response_at: float | None = None) -> None:
        """Show the state of the connection, and the Unix time of the gateway's last successful response."""
        self.connection, self.last_response_at = state, last_response_at

    def show_upload(self, sent: int, size: int) -> None:
        """Show the progress of an upload in bytes. It moves in ten steps, so that a fast upload repaints no more often
        than a slow one."""
        tenths = 10 * sent // size if size > 0 else 10
        self.upload = "" if tenths >= 10 else f"upload {'▰' * tenths}{'▱' * (10 - tenths)} {tenths}0%"

    def watch_sending(self, count: int) -> None:
        """Reset the upload progress when nothing is being sent, however the last upload ended."""
        if not count:
            self.upload = ""

    def render(self) -> Content:
        """The line, without the less important parts if there is not enough room."""
        width = self.size.width
        description = "  " + self.list_description if self.list_description else ""
        left = Content.assemble((" sunotui", "bold $accent"), (description, FAINT))
        parts = self._parts()
        while len(parts) > 1 and sum(cell_len(text) + 3 for text, _ in parts) + 10 > width:
            parts.pop()
        pieces: list[tuple[str, str]] = []
        for index, (text, style) in enumerate(parts):
            if index:
                pieces.append((" · " if index > 1 else " ", FAINT))
            pieces.append((formatting.fit(text, min(cell_len(text), max(1, width - 12))), style))
        right = Content.assemble(*pieces, " ")
        gap = width - left.cell_length - right.cell_length
        if gap < 1:
            left, gap = Content.styled(" sunotui", "bold $accent"), width - 8 - right.cell_length
        return Content.assemble(left, " " * max(1, gap), right)

    def _parts(self) -> list[tuple[str, str]]:
        """The parts on the right, each with its style: the profile first, then by importance."""
        if not self.profile:
            parts = [("no gateway yet: P logs in", "$warning")]
            return [*parts, (f"▲ library {self.library_health}", "bold $warning")] if self.library_health else parts
        badges = (" http!" if self.is_unencrypted else "") + (" proxy" if self.has_proxy else "")
        parts = [(self.profile + badges, "bold"), _CONNECTIONS[self.connection]]
        if self.library_health:
            parts.append((f"▲ library {self.library_health}", "bold $warning"))
        if self.unknown:
            parts.append((f"? {self.unknown} unknown: J", "bold $warning"))
        if self.upload:
            parts.append((self.upload, "$accent"))
        elif self.sending:
            parts.append((f"sending {self.sending}", "$accent"))
        parts.append((f"{self.active} active" if self.active else "all done", "$foreground"))
        if self.balance:
            parts.append((f"{self.balance} left", "$foreground"))
        if self.last_response_at is not None:
            parts.append((f"updated {formatting.clock_time(self.last_response_at)}", FAINT))
        return parts
