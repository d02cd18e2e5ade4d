"""The top line: the truth about the connection, in words that stay true without repainting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.tui import formatting
from sunotui.tui.theme import FAINT

if TYPE_CHECKING:
    from sunotui.core.events import ConnectionChanged

_WAITING = "waiting"
_DOTS = {
    "starting": ("◌", FAINT),
    _WAITING: ("●", FAINT),
    "online": ("●", "$success"),
    "trouble": ("▲", "$warning"),
    "offline": ("○", "$error"),
    "token refused": ("✗", "$error"),
    "no token": ("✗", "$error"),
}
"""How each `Line` looks, by its word, so that the first frame need not load the studio's events."""


class StatusLine(Widget):
    """Name of the program and view on the left; profile, connection, unfinished tasks and money on the right."""

    profile: reactive[str] = reactive("")
    is_in_clear: reactive[bool] = reactive(False)
    has_proxy: reactive[bool] = reactive(False)
    line: reactive[ConnectionChanged | None] = reactive(None)
    active: reactive[int] = reactive(0)
    sending: reactive[int] = reactive(0)
    unknown: reactive[int] = reactive(0)
    upload: reactive[str] = reactive("")
    balance: reactive[str] = reactive("")
    place: reactive[str] = reactive("")
    ailment: reactive[str] = reactive("")
    """What the library suffers from, in a word or two, such as "read only"."""

    def show_upload(self, sent: int, size: int) -> None:
        """How far a file's upload is, in ten steps, so that a fast one paints no more than a slow one."""
        tenths = 10 * sent // size if size > 0 else 10
        self.upload = "" if tenths >= 10 else f"upload {'▰' * tenths}{'▱' * (10 - tenths)} {tenths}0%"

    def watch_sending(self, count: int) -> None:
        """Nothing is under way, however the last upload ended."""
        if not count:
            self.upload = ""

    def render(self) -> Content:
        """The line, the less important parts left out where there is no room."""
        width = self.size.width
        left = Content.assemble((" sunotui", "bold $accent"), ("  " + self.place if self.place else "", FAINT))
        parts = self._parts()
        while len(parts) > 1 and sum(cell_len(text) + 3 for text, _ in parts) + 10 > width:
            parts.pop()
        pieces: list[tuple[str, str]] = []
        for at, (text, style) in enumerate(parts):
            if at:
                pieces.append((" · " if at > 1 else " ", FAINT))
            pieces.append((formatting.fit(text, min(cell_len(text), max(1, width - 12))), style))
        right = Content.assemble(*pieces, " ")
        gap = width - left.cell_length - right.cell_length
        if gap < 1:
            left, gap = Content.styled(" sunotui", "bold $accent"), width - 8 - right.cell_length
        return Content.assemble(left, " " * max(1, gap), right)

    def _parts(self) -> list[tuple[str, str]]:
        """Profile first, then by importance."""
        if not self.profile:
            parts = [("no gateway yet: P logs in", "$warning")]
            return [*parts, (f"▲ library {self.ailment}", "bold $warning")] if self.ailment else parts
        line = self.line
        state = line.state.value if line is not None else _WAITING
        dot, colour = _DOTS[state]
        badges = (" http!" if self.is_in_clear else "") + (" proxy" if self.has_proxy else "")
        parts = [(self.profile + badges, "bold"), (f"{dot} {state}", colour)]
        if self.ailment:
            parts.append((f"▲ library {self.ailment}", "bold $warning"))
        if self.unknown:
            parts.append((f"? {self.unknown} unknown: J", "bold $warning"))
        if self.upload:
            parts.append((self.upload, "$accent"))
        elif self.sending:
            parts.append((f"sending {self.sending}", "$accent"))
        parts.append((f"{self.active} active" if self.active else "nothing unfinished", "$foreground"))
        if self.balance:
            parts.append((f"{self.balance} left", "$foreground"))
        if line is not None and line.heard_at is not None:
            parts.append((f"heard {formatting.clock_time(line.heard_at)}", FAINT))
        return parts
