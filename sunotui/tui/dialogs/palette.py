"""The command palette: finds a command or a song by its name and runs it or goes to it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from rich.cells import cell_len
from textual import work
from textual.content import Content
from textual.widgets.option_list import Option

from sunotui.domain.browse import ListQuery
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.folding import fold
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.text import clean
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.palette import PaletteEntry, PaletteMatch, find_entries, palette_entries
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN
from sunotui.tui.dialogs.filtered import FilteredDialog
from sunotui.tui.library.task_list.row import relation_of
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row

_SCOPE_CELLS, _KEY_CELLS = 12, 6
_LEAST_LETTERS = 2
"""The number of letters from which songs are searched."""
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


class PaletteDialog(FilteredDialog[PaletteEntry | None]):
    """Closes with the entry to run, or None."""

    PLACEHOLDER = "Type to filter; songs are found by title"

    def __init__(self, entries: Sequence[PaletteEntry], go_to_song: GoToSong) -> None:
        """`go_to_song` puts the cursor of the list on a song, by its task id."""
        super().__init__("Commands", classes="-wide")
        self._entries = tuple(entries)
        self._go_to_song = go_to_song
        self._found: list[PaletteEntry] = []

    def footer_keys(self) -> Sequence[FooterKey]:
        """Run, move, close."""
        keys = (FooterKey(ENTER, "Run", "screen.choose"), FooterKey(UP_DOWN, "Move", "screen.move(1)"))
        return (*(keys if self._found else ()), FooterKey(ESCAPE, "Close", "screen.leave"))

    async def action_choose(self) -> None:
        """Run the entry under the cursor."""
        index = self.choices.highlighted
        if index is not None and index < len(self._found):
            self.dismiss(self._found[index])

    @property
    def hits(self) -> tuple[int, int]:
        """The commands and songs that were found, of all commands and these songs."""
        songs = sum(entry not in self._entries for entry in self._found)
        return len(self._found), len(self._entries) + songs

    def show_matches(self, wanted: str) -> None:
        """Show what matches, and search for songs."""
        matches = find_entries(self._entries, wanted)
        self._found = [match.entry for match in matches]
        self.show_options([Option(_row(match)) for match in matches])
        self._find_songs(wanted)

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
        if not self.is_mounted or not page.rows:
            return
        now = self.app.core.clock.now()
        songs = [
            PaletteEntry(
                song_title(song),
                song.origin.value.capitalize(),
                formatting.age(song.added_at, now),
                partial(self._go_to_song, song.id),
            )
            for song in page.rows
        ]
        was_empty = not self._found
        songs.sort(key=lambda song: _distance(song.title, wanted))
        matches = [next(iter(find_entries([song], wanted)), PaletteMatch(song, ())) for song in songs]
        if was_empty:
            # The row that says that songs are being searched.
            self.choices.clear_options()
        self._found += songs
        self.choices.add_options([Option(_row(match)) for match in matches])
        if was_empty:
            self.choices.highlighted = 0
        self.describe()


def song_title(song: TaskSummary) -> str:
    """The title with how it was made of another song, which often has the same title."""
    title, relation = clean(song.title, _TITLE_LIMIT), relation_of(song)
    return f"{title} · {relation}" if relation else title


def _distance(title: str, wanted: str) -> int:
    """How far the title of a song is from the text; a song is also found by the titles of its takes."""
    title, wanted = fold(title).strip(), fold(wanted).strip()
    return 0 if title == wanted else 1 if title.startswith(wanted) else 2 if wanted in title else 3


def _row(match: PaletteMatch) -> Row:
    """The title with the matches, where it works, and its key."""
    entry = match.entry
    title = Content.styled(entry.title, "$foreground")
    for start, end in match.hits:
        title = title.stylize("bold underline $mark", start, end)
    right = Content.assemble(
        (f"  {entry.scope:<{_SCOPE_CELLS}}", "$muted"),
        (" " * max(0, _KEY_CELLS - cell_len(entry.key)) + entry.key, "bold $key"),
    )
    return Row(title, right)
