"""Help: what is wrong with the search, and every key with what it does, made from the registry of commands; each can be
run from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rich.cells import cell_len
from textual import events, on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.working_commands import HelpEntry, help_sections
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN
from sunotui.tui.dialogs.filtered import TALL, FilteredDialog, FilterInput
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import WrappedRow

GLOSSARY = (
    ("song", "what one request makes, usually two takes"),
    ("take", "one recording of a song, with its own link and rating"),
    ("gateway", "the server that makes the songs; you pay it"),
    ("journal", "everything that was sent, and how it ended (J)"),
    ("draft", "what is in the composer and was not sent yet"),
    (f"{glyphs.UNKNOWN} unknown", "it may have been charged; check the journal before you send it again"),
    ("lost", "the gateway no longer knows the song; r asks again"),
)
_GLOSSARY_TITLE, _PROBLEMS_TITLE = "Glossary", "Errors in the search"
_MOST_CELLS = 20
"""The maximum width of a column: one that is longer moves only its own row."""
_GAP = 2
"""The cells between two columns."""
_LEAST_TEXT = 30
"""The cells from which the explanations are in the list. In a narrower one each would take three lines, so that only
the one under the cursor is shown, below the list."""
_CELLS_AROUND = 8
"""The columns of the box that are not part of a row: borders, blanks and the scrollbar."""
_LEAST_WIDTH = 96


@runtime_checkable
class HasProblems(Protocol):
    """A screen on which the user may have typed something that is partly ignored."""

    def problems(self) -> Sequence[tuple[str, str]]:
        """The invalid parts, each with what is wrong with it."""


def open_help(app: BaseApp) -> None:
    """Open the help, with the keys of the focused pane first, and run what is chosen in it."""

    def run(entry: HelpEntry | None) -> None:
        if entry is not None:
            # Later: the dialog is still open here.
            app.call_later(app.run_action, entry.command.action, entry.node)

    problems = app.screen.problems() if isinstance(app.screen, HasProblems) else ()
    app.push_screen(HelpDialog(help_sections(app), problems), run)


class HelpInput(FilterInput):
    """The input of the help. While nothing is typed, the key that opens the help closes it, and the key of other
    filters is ignored."""

    class Closed(Message):
        """The user asked to close the help."""

    def on_key(self, event: events.Key) -> None:
        """All other keys are the input's."""
        if not self.value and event.key in {"slash", "question_mark"}:
            event.stop()
            event.prevent_default()
            if event.key == "question_mark":
                self.post_message(self.Closed())


class HelpDialog(FilteredDialog[HelpEntry | None]):
    """Closes with the entry to run, or None."""

    BINDINGS = [
        Binding("escape", "leave", "Close", show=False, priority=True),
        Binding("f1", "dismiss(None)", "Close", show=False),
    ]
    ROWS_AROUND_LIST = 9
    MOST_ROWS = 1_000
    INPUT_TYPE = HelpInput

    def __init__(
        self, sections: Sequence[tuple[Scope, Sequence[HelpEntry]]], problems: Sequence[tuple[str, str]] = ()
    ) -> None:
        """The sections in their order, that of the focused pane first. `problems` are the invalid parts of the search,
        and what is wrong with each."""
        super().__init__("Help", classes="-help")
        self._sections = tuple(sections)
        self._problems = tuple(problems)
        entries = [entry for _, rows in self._sections for entry in rows]
        self._key_cells = _column([entry.keys for entry in entries])
        self._title_cells = _column([entry.command.title for entry in entries])
        longest = max((cell_len(entry.command.help) for entry in entries), default=0)
        self._widest = self._key_cells + self._title_cells + longest
        """The cells of the longest entry."""
        self._term_cells = _column([term for term, _ in GLOSSARY])
        self._problem_cells = _column([part for part, _ in self._problems])
        self._rows: list[HelpEntry | str | None] = []
        """What each row represents: an entry, the text of another row, or None for a heading."""

    def footer_keys(self) -> Sequence[FooterKey]:
        """Run, move, leave."""
        entry = self._current
        run = (FooterKey(ENTER, "Run", "screen.choose"),) if isinstance(entry, HelpEntry) and entry.works else ()
        move = FooterKey(UP_DOWN, "Move", "screen.move(1)")
        return *run, move, FooterKey(ESCAPE, "End filter" if self.typed.value else "Close", "screen.leave")

    def describe(self) -> None:
        """Show the text of the row under the cursor below the list, where the list has no room for it."""
        entry, at = self._current, self.choices.highlighted
        text = entry.command.help if isinstance(entry, HelpEntry) else entry or ""
        row = self.choices.get_option_at_index(at).prompt if entry is not None and at is not None else None
        is_shown = isinstance(row, WrappedRow) and row.shows_text(self._row_cells)
        self.show_message("" if is_shown else text)
        super().describe()

    @property
    def _row_cells(self) -> int:
        """The cells of a row."""
        return self._box_width - _CELLS_AROUND

    @property
    def _box_width(self) -> int:
        """The cells of the longest entry and of what surrounds it, at most those of the screen."""
        return min(self.app.size.width, max(_LEAST_WIDTH, self._widest + _CELLS_AROUND))

    def _fit_list(self) -> None:
        """Give the box its width as well, and room for a note if the list has no explanations."""
        box = self.query_one("#dialog")
        if box.styles.width is None or box.styles.width.value != self._box_width:
            box.styles.width = self._box_width
        has_texts = self._row_cells - self._key_cells - self._title_cells >= _LEAST_TEXT
        self.query_one("#dialog-note").set_class(not has_texts, "-kept")
        super()._fit_list()
        self._fill_window(not has_texts and self.size.height < TALL)

    async def action_choose(self) -> None:
        """Close with the entry under the cursor, if it works here."""
        entry = self._current
        if isinstance(entry, HelpEntry) and entry.works:
            self.dismiss(entry)
        elif isinstance(entry, HelpEntry):
            self.show_message(f"This key works in: {entry.command.scope.value}")

    def action_leave(self) -> None:
        """End the filter, or close."""
        if self.typed.value:
            self.typed.value = ""
        else:
            self.dismiss(None)

    @on(HelpInput.Closed)
    def close(self) -> None:
        """The key of the help was pressed again."""
        self.dismiss(None)

    @property
    def _current(self) -> HelpEntry | str | None:
        at = self.choices.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def show_matches(self, wanted: str) -> None:
        """Show the entries and the terms that match."""
        words = wanted.casefold().split()
        options: list[Option] = []
        self._rows = []

        def add_section(title: str, rows: Sequence[tuple[HelpEntry | str, Option]]) -> None:
            if rows:
                options.append(Option(Content(title), disabled=True))
                self._rows.append(None)
            for row, option in rows:
                options.append(option)
                self._rows.append(row)

        problems = [(part, text) for part, text in self._problems if _matches(words, _PROBLEMS_TITLE, part, text)]
        cells = self._problem_cells
        add_section(_PROBLEMS_TITLE, [(text, _text_option(part, text, cells, "$bad")) for part, text in problems])
        for scope, entries in self._sections:
            found = [entry for entry in entries if _matches(words, scope.value, entry.keys, *entry.texts)]
            add_section(scope.value, [(entry, self._option(entry)) for entry in found])
        terms = [(term, meaning) for term, meaning in GLOSSARY if _matches(words, _GLOSSARY_TITLE, term, meaning)]
        cells = self._term_cells
        add_section(_GLOSSARY_TITLE, [(text, _text_option(term, text, cells, "$foreground")) for term, text in terms])
        # The first row is a heading.
        self.show_options(options, at=1)
        self.choices.scroll_to(y=0, animate=False)

    def _option(self, entry: HelpEntry) -> Option:
        command, tone = entry.command, "bold $key" if entry.works else "$muted"
        keys, title = _padded(entry.keys, self._key_cells), _padded(command.title, self._title_cells)
        return Option(
            WrappedRow(Content.assemble((keys, tone), (title, "$foreground")), command.help, least=_LEAST_TEXT)
        )


def _matches(words: Sequence[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _text_option(name: str, text: str, cells: int, tone: str) -> Option:
    return Option(WrappedRow(Content.styled(_padded(name, cells), tone), text))


def _column(texts: Sequence[str]) -> int:
    """The width of a column, with the gap after it."""
    return min(_MOST_CELLS, max(map(cell_len, texts), default=0)) + _GAP


def _padded(text: str, cells: int) -> str:
    """A text in its column, or with a gap after it if it is longer."""
    return text + " " * max(_GAP, cells - cell_len(text))
