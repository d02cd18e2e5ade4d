"""Help: every key with what it does, made from the registry of commands; each can be run from here."""

from __future__ import annotations

from collections.abc import Sequence

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
from sunotui.tui.dialogs.filtered import FilteredDialog, FilterInput
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row

GLOSSARY = (
    ("song", "what one request makes, usually two takes"),
    ("take", "one recording of a song, with its own link and rating"),
    ("gateway", "the server that makes the songs; you pay it"),
    ("journal", "everything that was sent, and how it ended (J)"),
    ("draft", "what is in the composer and was not sent yet"),
    (f"{glyphs.UNKNOWN} unknown", "it may have been charged; check the journal before you send it again"),
    ("lost", "the gateway no longer knows the song; r asks again"),
)
_GLOSSARY_TITLE = "Glossary"
_KEY_CELLS, _TITLE_CELLS = 12, 18


def open_help(app: BaseApp) -> None:
    """Open the help, with the keys of the focused pane first, and run what is chosen in it."""

    def run(entry: HelpEntry | None) -> None:
        if entry is not None:
            # Later: the dialog is still open here.
            app.call_later(app.run_action, entry.command.action, entry.node)

    app.push_screen(HelpDialog(help_sections(app)), run)


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

    def __init__(self, sections: Sequence[tuple[Scope, Sequence[HelpEntry]]]) -> None:
        """The sections in their order, that of the focused pane first."""
        super().__init__("Help", classes="-help")
        self._sections = tuple(sections)
        self._rows: list[HelpEntry | str | None] = []
        """What each row represents: an entry, the meaning of a term, or None for a heading."""

    def footer_keys(self) -> Sequence[FooterKey]:
        """Run, move, leave."""
        entry = self._current
        run = (FooterKey(ENTER, "Run", "screen.choose"),) if isinstance(entry, HelpEntry) and entry.works else ()
        move = FooterKey(UP_DOWN, "Move", "screen.move(1)")
        return *run, move, FooterKey(ESCAPE, "End filter" if self.typed.value else "Close", "screen.leave")

    def describe(self) -> None:
        """Show the whole text of the entry under the cursor, too."""
        entry = self._current
        self.show_message(entry.command.help if isinstance(entry, HelpEntry) else entry or "")
        super().describe()

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

        for scope, entries in self._sections:
            found = [entry for entry in entries if _matches(words, scope.value, entry.keys, *entry.texts)]
            add_section(scope.value, [(entry, _option(entry)) for entry in found])
        terms = [(term, meaning) for term, meaning in GLOSSARY if _matches(words, _GLOSSARY_TITLE, term, meaning)]
        add_section(_GLOSSARY_TITLE, [(meaning, _term_option(term, meaning)) for term, meaning in terms])
        # The first row is a heading.
        self.show_options(options, at=1)
        self.choices.scroll_to(y=0, animate=False)


def _matches(words: Sequence[str], *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _option(entry: HelpEntry) -> Option:
    keys = entry.keys + " " * max(1, _KEY_CELLS - cell_len(entry.keys))
    title = entry.command.title + " " * max(2, _TITLE_CELLS - cell_len(entry.command.title))
    tone = "bold $key" if entry.works else "$muted"
    return Option(Row(Content.assemble((keys, tone), (title, "$foreground"), (entry.command.help, "$muted"))))


def _term_option(term: str, meaning: str) -> Option:
    pad = " " * max(1, _KEY_CELLS - cell_len(term))
    return Option(Row(Content.assemble((term + pad, "$foreground"), (meaning, "$muted"))))
