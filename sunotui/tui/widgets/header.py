"""The top line of every screen: where the user is, the connection, what is generating, and money."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from sunotui.core.events import ConnectionState
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.feedback.status import Status
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.lines import LineWidget

_WORDS_FROM = 100
"""The minimum width in cells for words after signs."""
_CHECKED_FROM = 110
"""The minimum width in cells for showing the time of the last response."""
CONNECTION_LOOKS = {
    ConnectionState.STARTING: (glyphs.QUEUED, "starting", "$muted"),
    ConnectionState.WAITING: (glyphs.IDLE, "idle", "$muted"),
    ConnectionState.ONLINE: (glyphs.ONLINE, "online", "$good"),
    ConnectionState.FAILING: (glyphs.WARNING, "gateway error", "$warn"),
    ConnectionState.OFFLINE: (glyphs.FAILED, "offline", "$bad"),
    ConnectionState.REFUSED: (glyphs.FAILED, "token refused", "$bad"),
    ConnectionState.NO_TOKEN: (glyphs.FAILED, "no token", "$bad"),
}
"""Sign, words and colour of each state of a connection."""
_CALM = {ConnectionState.STARTING, ConnectionState.WAITING, ConnectionState.ONLINE}
"""States whose sign is enough in a narrow window; the words of the others are always shown."""
_GROUP_FROM = 80
"""The minimum width in cells for showing the group before a title."""
_NAME_LIMIT = 60
"""The maximum number of characters of a name that are drawn."""
_TITLE_LIMIT = 200
"""The maximum number of characters of a title that are read."""
_LEAST_TITLE = 16
"""The cells that a long title keeps when the parts on the right need room."""
_PROGRAM = " sunotui"

Part = list[tuple[str, str]]


class Header(LineWidget):
    """A breadcrumb on the left; profile, connection, unfinished tasks and money on the right. A click on a crumb posts
    a message."""

    class Clicked(Message):
        """The breadcrumb was clicked."""

        def __init__(self, header: Header, *, is_program: bool) -> None:
            super().__init__()
            self.header = header
            self.is_program = is_program
            """Whether the first crumb, the name of the program, was clicked."""

    app: BaseApp

    location: reactive[str] = reactive("")
    """The last crumb: the name of the screen, or of the collection or song that it shows."""
    group: reactive[str] = reactive("")
    """The group of the collection or screen, such as "Labels"; empty without a group."""
    count: reactive[str] = reactive("")
    """The number beside it, or a short note."""
    cost: reactive[tuple[str, str] | None] = reactive(None)
    """What a request is about to cost, and the balance that it is paid from; shown instead of the current balance. Each
    may be empty."""
    has_menu: reactive[bool] = reactive(False)
    """Whether a click on the last crumb opens a list of collections."""

    def __init__(self, location: str, *, id: str = "header") -> None:
        super().__init__(id=id)
        self.set_reactive(Header.location, location)
        self._unsubscribe: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Follow the status."""
        self._unsubscribe = self.app.status.subscribe(self.repaint_changed)

    def on_unmount(self) -> None:
        """Stop following the status."""
        self._unsubscribe()

    def on_click(self, event: events.Click) -> None:
        """Post which crumb was clicked."""
        if event.x < self._crumbs(self.size.width)[0].cell_length:
            self.post_message(self.Clicked(self, is_program=event.x < len(_PROGRAM)))

    def line(self) -> Content:
        """The line, without the less important parts if there is not enough room."""
        left, right = self._crumbs(self.size.width)
        return Content.assemble(left, " " * max(0, self.size.width - left.cell_length - right.cell_length), right)

    def _crumbs(self, width: int) -> tuple[Content, Content]:
        """The two ends of the line. A long title is cut, but not completely: instead, parts on the right are left out,
        the less important ones first."""
        gap = "   " if width >= _WORDS_FROM else "  "
        group = f" {glyphs.CRUMB} {self.group}" if self.group and width >= _GROUP_FROM else ""
        start = f" {glyphs.CRUMB} " if self.location else ""
        title = printable(self.location[:_TITLE_LIMIT])
        end = (f" {self.count}" if self.count else "", f" {glyphs.DOWN}" if self.has_menu else "")
        fixed = cell_len(_PROGRAM + group + start + "".join(end)) + 2
        parts = self._parts(width)
        while len(parts) > 1 and fixed + min(_LEAST_TITLE, cell_len(title)) + _cells(parts, len(gap)) > width:
            # The profile with its connection comes first and stays.
            parts.pop()
        pieces: Part = []
        for index, part in enumerate(parts):
            pieces += [(gap, ""), *part] if index else part
        right = Content.assemble(*pieces, " ")
        title = formatting.fit(title, min(cell_len(title), max(0, width - fixed - right.cell_length + 1)))
        left = Content.assemble(
            (_PROGRAM, "bold $key"),
            (group, "$foreground"),
            (start, "$muted"),
            (title, "bold $strong"),
            (end[0], "$muted"),
            (end[1], "$key"),
        )
        return left, right

    def _parts(self, width: int) -> list[Part]:
        """The parts on the right, the most important first."""
        status, has_words = self.app.status, width >= _WORDS_FROM
        if status.is_opening:
            return [[("opening", "$muted")]]
        parts = [_connection(status, has_words=has_words)] if status.profile else [[("no gateway", "$warn")]]
        if status.library_health and not (status.profile and status.connection in _CALM):
            parts.append([(_health(status, has_words=has_words), "bold $warn")])
        if status.unknown:
            words = " unknown" if has_words else ""
            parts.append([(f"{glyphs.UNKNOWN} {status.unknown}{words}", "bold $warn")])
        if status.upload:
            parts.append([(f"{glyphs.UPLOAD} {status.upload}", "$key")])
        elif status.sending:
            parts.append([(f"sending {status.sending}", "$key")])
        if status.saving:
            words = "saving " if has_words else ""
            parts.append([(f"{glyphs.SAVED} {words}{status.saving}", "$key")])
        if status.generating:
            words = " generating" if has_words else ""
            parts.append([(f"{glyphs.GENERATING} {status.generating:,}", "$key"), (words, "$muted")])
        if self.cost is not None:
            cost, balance = self.cost
            price = [("about ", "$muted"), (cost, "$foreground"), (" of " if balance else "", "$muted")] if cost else []
            parts += [[*price, (balance, "$muted" if cost else "$foreground")]] if cost or balance else []
        elif status.balance:
            songs = ""
            if has_words and status.songs_left is not None:
                songs = f" about {status.songs_left:,} song" + ("" if status.songs_left == 1 else "s")
            parts.append([(status.balance, "$foreground"), (songs, "$muted")])
        if width >= _CHECKED_FROM and status.answered_at is not None:
            parts.append([(f"checked {formatting.hour_and_minute(status.answered_at)}", "$muted")])
        return parts


def _connection(status: Status, *, has_words: bool) -> Part:
    """The profile and the state of its connection."""
    badges = (" http!" if status.is_unencrypted else "") + (" proxy" if status.has_proxy else "")
    name = [(printable(status.profile[:_NAME_LIMIT]), "bold $foreground"), (badges, "$warn")]
    sign, words, colour = CONNECTION_LOOKS[status.connection]
    if status.library_health and status.connection in _CALM:
        # A failure to save is more important than a working connection.
        return [*name, (" " + _health(status, has_words=has_words), "bold $warn")]
    text = f"{sign} {words}" if has_words or status.connection not in _CALM else sign
    return [*name, (" " + text, colour)]


def _health(status: Status, *, has_words: bool) -> str:
    """The problem with the library."""
    return f"{glyphs.WARNING} {'library ' if has_words else ''}{status.library_health}"


def _cells(parts: list[Part], gap: int) -> int:
    return sum(sum(cell_len(text) for text, _ in part) + gap for part in parts)
