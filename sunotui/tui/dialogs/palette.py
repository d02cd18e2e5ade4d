"""The command palette: finds a command or a song by its name and runs it or goes to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from sunotui.domain.browse import ListQuery
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import parse
from sunotui.domain.text import clean
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, Dialog, move_cursor
from sunotui.tui.palette import PaletteEntry, PaletteMatch, find_entries, palette_entries
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.row import Row

_PLACE_CELLS, _KEY_CELLS = 12, 6
_LEAST_LETTERS = 2
"""So many letters are typed before songs are searched."""
_MOST_SONGS = 8
_MOST_WORDS = 6
_TITLE_LIMIT = 200

GoToSong = Callable[[str], Awaitable[object]]


def open_palette(app: BaseApp) -> None:
    """Open the palette, and run what is chosen in it."""

    def run(entry: PaletteEntry | None) -> None:
        if entry is not None:
            # Later: the dialog is still open here.
            app.call_later(entry.run)

    app.push_screen(PaletteDialog(palette_entries(app), app.navigator.go_to_song), run)


class PaletteDialog(Dialog[PaletteEntry | None]):
    """Closes with the entry that is to be run, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
    ]
    ROWS_AROUND_LIST = 7

    def __init__(self, entries: Sequence[PaletteEntry], go_to_song: GoToSong) -> None:
        """`go_to_song` puts the cursor of the list on a song, by its task id."""
        super().__init__("Commands", classes="-wide")
        self._entries = tuple(entries)
        self._go_to_song = go_to_song
        self._found: list[PaletteEntry] = []

    def compose_body(self) -> ComposeResult:
        """The line that is typed into, and what matches it."""
        line = FreeInput(
            placeholder="Type to filter; songs are found by title", id="palette-words", classes="dialog-input"
        )
        line.cursor_blink = False
        yield line
        yield ChoiceList(id="choose-list", classes="dialog-list", markup=False)

    def on_mount(self) -> None:
        """Show everything."""
        self._show("")
        self.query_one(Input).focus()

    def footer_keys(self) -> Sequence[FooterKey]:
        """Run, move, close."""
        keys = (FooterKey(ENTER, "Run", "screen.run"), FooterKey(UP_DOWN, "Move", "screen.move(1)"))
        return (*(keys if self._found else ()), FooterKey(ESCAPE, "Close", "screen.dismiss(None)"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what matches, and look for songs."""
        self._show(event.value)
        self._find_songs(event.value)

    def on_input_submitted(self) -> None:
        """Run the entry under the cursor."""
        self.action_run()

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.tell(TOKEN_REFUSED, is_bad=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Run the clicked entry."""
        self._run(event.option_index)

    def action_run(self) -> None:
        """Run the entry under the cursor."""
        self._run(self.query_one(ChoiceList).highlighted)

    def action_move(self, step: int) -> None:
        """Move the cursor while the input keeps the focus."""
        move_cursor(self.query_one(ChoiceList), step)

    def _run(self, index: int | None) -> None:
        if index is not None and index < len(self._found):
            self.dismiss(self._found[index])

    def _show(self, wanted: str) -> None:
        matches = find_entries(self._entries, wanted)
        self._found = [match.entry for match in matches]
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        choices.add_options([Option(_row(match)) for match in matches])
        if matches:
            choices.highlighted = 0
        self._describe()

    def _describe(self) -> None:
        self.show_position(f"{len(self._found):,} of {len(self._entries):,}")
        self.tell("" if self._found else "No matches.")
        self.update_keys()

    @work(group="songs", exclusive=True)
    async def _find_songs(self, wanted: str) -> None:
        """Add the songs whose title matches; those of an earlier text are never added."""
        words = re.findall(r"[^\W_]+", wanted)[:_MOST_WORDS]
        if len("".join(words)) < _LEAST_LETTERS or not self.app.core.is_started:
            return
        query = ListQuery(query=parse(" ".join(f"title:{word}" for word in words)))
        try:
            page = await self.app.core.browser.page(query, before=0, after=_MOST_SONGS - 1)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        if not self.is_mounted or self.query_one(Input).value != wanted:
            return
        now = self.app.core.clock.now()
        songs = [
            PaletteEntry(
                clean(song.title, _TITLE_LIMIT),
                "Song",
                formatting.age(song.added_at, now),
                partial(self._go_to_song, song.id),
            )
            for song in page.rows
        ]
        choices = self.query_one(ChoiceList)
        was_empty = not self._found
        matches = [next(iter(find_entries([song], wanted)), PaletteMatch(song, ())) for song in songs]
        self._found += songs
        choices.add_options([Option(_row(match)) for match in matches])
        if was_empty and self._found:
            choices.highlighted = 0
        self._describe()


def _row(match: PaletteMatch) -> Row:
    """The title with what was typed, where it works, and its key."""
    entry = match.entry
    title = Content.styled(entry.title, "$foreground")
    for start, end in match.hits:
        title = title.stylize("bold underline $mark", start, end)
    place = Content.assemble(
        (f"  {entry.place:<{_PLACE_CELLS}}", "$muted"),
        (" " * max(0, _KEY_CELLS - cell_len(entry.key)) + entry.key, "bold $key"),
    )
    return Row(title, place)
