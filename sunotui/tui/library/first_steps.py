"""What an empty library shows instead of the list: what will be here, three keys, and what a first song costs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.domain.browse import EVERYTHING
from sunotui.domain.tasks.summary import View
from sunotui.domain.text import printable
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope, shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.feedback.status import Status
from sunotui.tui.library.arrange import focus_pane
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Tone
from sunotui.tui.widgets.footer import Footer

_LOWER, _FULL, _UPPER = glyphs.LOWER_HALF, glyphs.FULL_BLOCK, glyphs.UPPER_HALF
_LOGO = (
    (f"{_LOWER * 2}{_FULL * 6}{_LOWER * 2}", Tone.MARK),
    (f"{_LOWER}{_FULL * 12}{_LOWER}", Tone.MARK),
    (f"{_LOWER}{_FULL * 14}{_LOWER}", Tone.MARK),
    (_UPPER * 16, Tone.KEY),
    (_UPPER * 14, Tone.KEY),
    (_UPPER * 8, Tone.KEY),
)
"""A sun over water."""
_LOGO_FROM, _BLANK_ROWS_FROM = 18, 12
"""The minimum numbers of rows for showing the picture, and blank rows between the keys."""
_KEY_CELLS, _WORDS_CELLS = 5, 24
_MOST_CELLS = 60
_WHAT_TO_DO = "Describe a song, send it, hear both takes."
_BOLD, _KEY_STYLE = Style(bold=True), Style(bold=True, reverse=True)
_LIST_VIEWS = {View.ALL, View.SONGS}


class _Step(NamedTuple):
    """A key, with what it does and a few more words."""

    command: str
    """The binding id."""
    words: str
    more: str


class _Row(NamedTuple):
    """A line, and the action that a click on it runs; empty without an action."""

    segments: Sequence[Segment]
    action: str = ""


class FirstSteps:
    """Lines instead of the rows of the list, which keeps the focus and its keys. A click on a line runs it."""

    def __init__(self, app: BaseApp, tasks: TaskList) -> None:
        self._app = app
        self._tasks = tasks
        self._drawn: object = None
        """The state for which the rows were drawn."""
        self._rows: Sequence[_Row] = ()
        self._unsubscribe = app.status.subscribe(self._update)

    def _update(self) -> None:
        if self._tasks.placeholder is self:
            self._tasks.show_placeholder(self)
        else:
            self._unsubscribe()

    @property
    def state(self) -> object:
        """What the lines depend on: the price and the gateway become known while they are shown."""
        status = self._app.status
        return status.is_opening, status.profile, status.price, status.balance

    def line(self, y: int, width: int, height: int) -> Strip:
        """One line; all are centred."""
        plain = self._app.token_styles.style(Tone.PLAIN)
        row = self._row(y, height, width)
        if row is None:
            return Strip.blank(width, plain)
        margin = Segment(" " * max(1, (width - _MOST_CELLS) // 2), plain)
        return Strip([margin, *row.segments]).adjust_cell_length(width, plain)

    def action_at(self, y: int, height: int) -> str:
        """What a click on a line runs; empty if it does nothing."""
        row = self._row(y, height, _MOST_CELLS)
        return row.action if row is not None else ""

    def _row(self, y: int, height: int, width: int) -> _Row | None:
        room = min(_MOST_CELLS, width - 2)
        drawn = self.state, self._app.token_styles, height, room
        if drawn != self._drawn:
            self._drawn, self._rows = drawn, self._drawn_rows(height, room)
        rows = self._rows
        at = y - max(0, (height - len(rows)) // 2)
        return rows[at] if 0 <= at < len(rows) else None

    def _drawn_rows(self, height: int, room: int) -> Sequence[_Row]:
        """The lines, each as wide as `room` at most."""
        style = self._app.token_styles.style
        blank = _Row(())
        rows: list[_Row] = []
        if height >= _LOGO_FROM:
            rows += [_Row((Segment(line.center(room), style(tone)),)) for line, tone in _LOGO]
            rows += [blank, blank]
        rows += [
            _Row((Segment(_cut("Your songs will appear here.", room), style(Tone.STRONG) + _BOLD),)),
            _Row((Segment(_cut(_WHAT_TO_DO, room), style(Tone.MUTED)),)),
            blank,
        ]
        for step in _steps(self._app.status):
            rows.append(self._step_row(step, room))
            if height >= _BLANK_ROWS_FROM:
                rows.append(blank)
        return rows

    def _step_row(self, step: _Step, room: int) -> _Row:
        command = command_named(step.command)
        keys = self._app.keys_of(command)
        key = shown_key(keys[0]) if keys else ""
        style = self._app.token_styles.style
        segments = (
            Segment(f"{key:^{_KEY_CELLS}}", style(Tone.KEY) + _KEY_STYLE),
            Segment(_cut(f"  {step.words:<{_WORDS_CELLS}}", room - _KEY_CELLS), style(Tone.STRONG) + _BOLD),
            Segment(_cut(step.more, room - _KEY_CELLS - 2 - _WORDS_CELLS), style(Tone.MUTED)),
        )
        owner = "app" if command.scope is Scope.EVERYWHERE else "screen"
        return _Row(segments, f"{owner}.{command.action}")


def _cut(text: str, cells: int) -> str:
    """The text with an ellipsis if it is wider than that."""
    text = printable(text)
    return text if cell_len(text) <= cells else formatting.fit(text, cells)


def _steps(status: Status) -> tuple[_Step, ...]:
    more_commands = _Step("everywhere.command-palette", "All commands", "find any command by name")
    help = _Step("everywhere.help", "Help", "the keys that work here")
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
    """Show them if the whole library is empty and nothing is searched, and remove them as soon as it is not."""
    query = ctx.state.list_query
    is_shown = is_empty and not query.query.text and query.collection.view in _LIST_VIEWS
    if is_shown is (ctx.tasks.placeholder is not None):
        return
    ctx.tasks.show_placeholder(FirstSteps(ctx.app, ctx.tasks) if is_shown else None)
    # There are no details to show. A class of the screen would style all of its widgets again.
    if is_shown:
        if ctx.detail.has_focus_within:
            focus_pane(ctx, ctx.tasks)
        ctx.detail.display = False
    else:
        ctx.detail.styles.display = None
    ctx.screen.call_later(_update_footer, ctx)


def _update_footer(ctx: LibraryContext) -> None:
    for footer in ctx.screen.query(Footer):
        footer.update_keys()


def is_library_empty(ctx: LibraryContext) -> bool:
    """Whether, by the counts of the sidebar, everything outside the trash is empty."""
    return ctx.sidebar.counts.get(EVERYTHING) == 0
