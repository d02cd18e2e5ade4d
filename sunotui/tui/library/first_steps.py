"""What an empty library shows in place of the list: what will be here, three keys, and what a first song costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from sunotui.domain.browse import EVERYTHING
from sunotui.domain.tasks.summary import View
from sunotui.domain.text import printable
from sunotui.tui import glyphs
from sunotui.tui.base import BaseApp
from sunotui.tui.command import Scope, shown_key
from sunotui.tui.commands import command_named
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.status import Status
from sunotui.tui.widgets.footer import Footer

_LOWER, _FULL, _UPPER = glyphs.LOWER_HALF, glyphs.FULL_BLOCK, glyphs.UPPER_HALF
_LOGO = (
    (f"{_LOWER * 2}{_FULL * 6}{_LOWER * 2}", "$mark"),
    (f"{_LOWER}{_FULL * 12}{_LOWER}", "$mark"),
    (f"{_LOWER}{_FULL * 14}{_LOWER}", "$mark"),
    (_UPPER * 16, "$key"),
    (_UPPER * 14, "$key"),
    (_UPPER * 8, "$key"),
)
"""A sun over water."""
_LOGO_FROM, _BLANK_ROWS_FROM = 18, 12
"""The rows from which the picture is shown, and blank rows between the keys."""
_KEY_CELLS, _WORDS_CELLS = 5, 24
_MOST_CELLS = 60
_LIST_VIEWS = {View.ALL, View.SONGS}


class _Step(NamedTuple):
    """A key, with what it does and a few more words."""

    command: str
    """The binding id."""
    words: str
    more: str


class FirstSteps(Widget):
    """Covers the list and the detail; the list keeps the focus and its keys. A click on a line runs it."""

    app: BaseApp

    def __init__(self) -> None:
        super().__init__(id="first-steps")
        self._first_row = 0
        self._rows: Sequence[tuple[Content, str]] = ()
        """The lines, each with the action that a click on it runs; empty where there is none."""
        self._painted: object = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.border_title = "Songs"

    def on_mount(self) -> None:
        """Follow the status: the price and the gateway become known while this is shown."""
        self._unsubscribe = self.app.status.subscribe(self._update_status)

    def on_unmount(self) -> None:
        """Follow it no longer."""
        self._unsubscribe()

    def _update_status(self) -> None:
        if self._facts() != self._painted:
            self.refresh()

    def _facts(self) -> object:
        status = self.app.status
        return status.is_opening, status.profile, status.price, status.balance

    def on_click(self, event: events.Click) -> None:
        """Run the line under the mouse."""
        offset = event.get_content_offset(self)
        at = offset.y - self._first_row if offset is not None else -1
        if 0 <= at < len(self._rows) and (action := self._rows[at][1]):
            self.call_next(self.run_action, action)

    def render(self) -> Content:
        """The lines in the middle."""
        self._painted = self._facts()
        width, height = self.size
        self._rows = self._lines(height)
        self._first_row = max(0, (height - len(self._rows)) // 2)
        margin = " " * max(0, (width - _MOST_CELLS) // 2)
        lines = [Content.assemble(margin, row).truncate(width, ellipsis=True) for row, _ in self._rows]
        return Content("\n").join([*[Content("")] * self._first_row, *lines])

    def _lines(self, height: int) -> list[tuple[Content, str]]:
        blank = (Content(""), "")
        rows: list[tuple[Content, str]] = []
        if height >= _LOGO_FROM:
            rows += [(Content.styled(line.center(_MOST_CELLS), tone), "") for line, tone in _LOGO]
            rows += [blank, blank]
        rows += [
            (Content.styled("Your songs will appear here.", "bold $strong"), ""),
            (Content.styled("Say what a song should be about, send it, hear both takes.", "$muted"), ""),
            blank,
        ]
        for step in _steps(self.app.status):
            command = command_named(step.command)
            owner = "app" if command.scope is Scope.EVERYWHERE else "screen"
            rows.append((self._step_line(step), f"{owner}.{command.action}"))
            if height >= _BLANK_ROWS_FROM:
                rows.append(blank)
        return rows

    def _step_line(self, step: _Step) -> Content:
        keys = self.app.keys_of(command_named(step.command))
        key = shown_key(keys[0]) if keys else ""
        return Content.assemble(
            (f"{key:^{_KEY_CELLS}}", "bold reverse $key"),
            (f"  {step.words:<{_WORDS_CELLS}}", "bold $strong"),
            (printable(step.more), "$muted"),
        )


def _steps(status: Status) -> tuple[_Step, ...]:
    more_commands = _Step("everywhere.command-palette", "All commands", "find any command by name")
    help = _Step("everywhere.help", "Help", "the keys for where you are")
    if status.is_opening:
        first = _Step("library.compose", "Make your first song", f"the gateway is starting {glyphs.ELLIPSIS}")
    elif not status.profile:
        first = _Step("library.profiles", "Log in to a gateway", "or try the demo there")
    else:
        first = _Step("library.compose", "Make your first song", _cost(status))
    return first, more_commands, help


def _cost(status: Status) -> str:
    """What the first song costs, as far as it is known."""
    if status.price and status.balance:
        return f"about {status.price} of {status.balance}"
    if status.price:
        return f"about {status.price}"
    return f"{status.balance} left" if status.balance else ""


def show_first_steps(ctx: LibraryContext, *, is_empty: bool) -> None:
    """Show them where the whole library is empty and nothing is searched, and take them away as soon as it is not."""
    query = ctx.state.list_query
    is_shown = is_empty and not query.query.text and query.collection.view in _LIST_VIEWS
    found = ctx.screen.query(FirstSteps)
    if is_shown and not found:
        ctx.screen.query_one("#main").mount(FirstSteps())
    elif not is_shown and found:
        found.remove()
    else:
        return
    ctx.screen.call_later(_update_footer, ctx)


def _update_footer(ctx: LibraryContext) -> None:
    for footer in ctx.screen.query(Footer):
        footer.update_keys()


def is_library_empty(ctx: LibraryContext) -> bool:
    """Whether the counts of the sidebar say that there is nothing but the trash."""
    return ctx.sidebar.counts.get(EVERYTHING) == 0
