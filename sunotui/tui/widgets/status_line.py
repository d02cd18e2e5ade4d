"""The top line: the truth about the connection, in words that stay true without repainting."""

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sunotui.studio.events import Line, LineChanged
from sunotui.tui import show

_DOTS = {
    Line.STARTING: ("◌", "$text-muted"),
    Line.WAITING: ("●", "$text-muted"),
    Line.ONLINE: ("●", "$success"),
    Line.TROUBLED: ("▲", "$warning"),
    Line.OFFLINE: ("○", "$error"),
    Line.REFUSED: ("✗", "$error"),
    Line.NO_TOKEN: ("✗", "$error"),
}


class StatusLine(Widget):
    """Name of the program and view on the left; profile, connection, unfinished tasks and money on the right."""

    profile: reactive[str] = reactive("")
    is_in_clear: reactive[bool] = reactive(False)
    line: reactive[LineChanged | None] = reactive(None)
    active: reactive[int] = reactive(0)
    sending: reactive[int] = reactive(0)
    balance: reactive[str] = reactive("")
    place: reactive[str] = reactive("")

    def render(self) -> Content:
        """The line, the less important parts left out where there is no room."""
        width = self.size.width
        left = Content.assemble((" sunotui", "bold $accent"), ("  " + self.place if self.place else "", "$text-muted"))
        parts = self._parts()
        while len(parts) > 1 and sum(cell_len(text) + 3 for text, _ in parts) + 10 > width:
            parts.pop()
        pieces: list[tuple[str, str]] = []
        for at, (text, style) in enumerate(parts):
            if at:
                pieces.append((" · " if at > 1 else " ", "$text-muted"))
            pieces.append((show.fit(text, min(cell_len(text), max(1, width - 12))), style))
        right = Content.assemble(*pieces, " ")
        gap = width - left.cell_length - right.cell_length
        if gap < 1:
            left, gap = Content.styled(" sunotui", "bold $accent"), width - 8 - right.cell_length
        return Content.assemble(left, " " * max(1, gap), right)

    def _parts(self) -> list[tuple[str, str]]:
        """Profile first, then by importance."""
        if not self.profile:
            return [("no gateway yet: P logs in", "$warning")]
        line = self.line
        state = line.line if line is not None else Line.WAITING
        dot, colour = _DOTS[state]
        parts = [(self.profile + (" http!" if self.is_in_clear else ""), "bold"), (f"{dot} {state.value}", colour)]
        if self.sending:
            parts.append((f"sending {self.sending}", "$accent"))
        parts.append((f"{self.active} active" if self.active else "nothing unfinished", "$text"))
        if self.balance:
            parts.append((f"{self.balance} left", "$text"))
        if line is not None and line.heard_at is not None:
            parts.append((f"heard {show.clock_time(line.heard_at)}", "$text-muted"))
        return parts
