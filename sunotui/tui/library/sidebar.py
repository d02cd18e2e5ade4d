"""The sidebar: the collections of the library in groups, with the number of tasks in each, and the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind
from sunotui.domain.tasks.summary import View
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Background, Tone
from sunotui.tui.widgets.scrollbar import LineScroll

_VIEWS = {
    View.ALL: "Songs",
    View.ACTIVE: "Generating",
    View.SONGS: "Music",
    View.LYRICS: "Lyrics",
    View.FAVOURITES: "Favourites",
    View.UNPLAYED: "Unplayed",
    View.AT_RISK: "At risk",
    View.FAILED: "Failed",
    View.TRASH: "Trash",
}
_GROUPS = {
    CollectionKind.ALBUM: "Albums",
    CollectionKind.LABEL: "Labels",
    CollectionKind.GATEWAY: "Gateways",
    CollectionKind.SEARCH: "Searches",
}
"""The groups in their order, with the head of each."""
_TRASH = Collection.of_view(View.TRASH)
_NOT_LISTED = {Collection.of_view(View.SONGS), _TRASH}
"""Views that are not among the first ones: the trash is the last line, and songs without lyrics are a filter."""
_COUNT_TONES = {
    Collection.of_view(View.ACTIVE): Tone.KEY,
    Collection.of_view(View.AT_RISK): Tone.WARN,
    Collection.of_view(View.FAILED): Tone.BAD,
}
"""The styles of counts that need attention while they are not zero."""
_NOT_COUNTED: Mapping[Collection, int] = {Collection.of_view(view): -1 for view in View}
RENAME, DELETE, TOGGLE = "library.rename-album", "library.forget-place", "library.toggle-sidebar"
"""Commands for the sidebar, as their binding ids."""
_RENAMABLE = {CollectionKind.ALBUM}
_DELETABLE = {CollectionKind.ALBUM, CollectionKind.SEARCH}
_NAME_LIMIT = 200
"""The maximum number of characters of a name: no line shows more."""
_BOLD = Style(bold=True)


class Head(NamedTuple):
    """The first line of a group, which the cursor skips."""

    title: str


class JournalLine(NamedTuple):
    """The line of the journal, which is a screen and not a collection."""


Line = Collection | Head | JournalLine


def collection_label(collection: Collection) -> str:
    """The collection's name on screen."""
    if collection.view is not None:
        return _VIEWS[collection.view]
    return printable(collection.name[:_NAME_LIMIT])


def collection_group(collection: Collection) -> str:
    """The head of the collection's group; empty for the built-in views."""
    return _GROUPS.get(collection.kind, "")


def commands_that_fail(line: Line) -> tuple[str, ...]:
    """The commands for collections that do not work on a line, as their binding ids."""
    kind = line.kind if isinstance(line, Collection) else None
    return tuple(name for name, kinds in ((RENAME, _RENAMABLE), (DELETE, _DELETABLE)) if kind not in kinds)


def _lines_of(counts: Mapping[Collection, int]) -> tuple[Line, ...]:
    """The lines of the sidebar for these collections."""
    groups: dict[CollectionKind, list[Line]] = {kind: [] for kind in CollectionKind}
    for collection in counts:
        groups[collection.kind].append(collection)
    lines = [view for view in groups[CollectionKind.VIEW] if view not in _NOT_LISTED]
    for kind, title in _GROUPS.items():
        if groups[kind]:
            lines += [Head(title), *groups[kind]]
    return (*lines, Head(""), JournalLine(), _TRASH)


class Sidebar(LineScroll, can_focus=True, inherit_bindings=False):
    """One line for each collection. Moving the cursor chooses a collection, unless this is a popup. Only visible lines
    are rendered, so that thousands of collections cost no more than twenty."""

    app: ThemedApp[object]

    DEFAULT_CLASSES = "pane"

    BINDINGS = bindings(Scope.SIDEBAR)
    BORDER_TITLE = "Library"

    class Chosen(Message):
        """Posted when the user chooses another collection."""

        def __init__(self, collection: Collection) -> None:
            super().__init__()
            self.collection = collection

    class Opened(Message):
        """A line was opened: the journal by a click, another one by a double click, or any by a click in a popup."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    class Moved(Message):
        """The cursor is on another line."""

    chosen: reactive[Collection] = reactive(EVERYTHING)
    counts: reactive[Mapping[Collection, int]] = reactive(_NOT_COUNTED, init=False, repaint=False)
    """The number of tasks in each collection, -1 if it is not counted."""
    unknown: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of submissions with an unknown outcome, beside the journal."""

    def __init__(self, *, id: str | None = None, is_popup: bool = False) -> None:
        super().__init__(id=id)
        self._is_popup = is_popup
        self._lines: tuple[Line, ...] = _lines_of(_NOT_COUNTED)
        self._index = 0

    @property
    def current(self) -> Line:
        """The line under the cursor."""
        return self._lines[self._index]

    def count_of(self, view: View) -> int:
        """The number of tasks in a built-in view; 0 before they are counted."""
        return max(0, self.counts.get(Collection.of_view(view), 0))

    def show_counts(self, counts: Mapping[Collection, int], unknown: int = 0) -> None:
        """Show these collections and counts; only lines that change are repainted. If the chosen collection is gone,
        everything is chosen."""
        before, here, had_line = self._visible(), self.current, self.chosen in self._lines
        cursor_before = self._index - self.scroll_offset.y
        self.unknown, self.counts = unknown, counts
        self._lines = _lines_of(counts)
        self.resize_content(Size(0, len(self._lines)))
        if self.chosen not in counts:
            self.chosen = EVERYTHING
        else:
            # A collection that was chosen before it was counted had no line for the cursor until now.
            index = self._index_of(here if had_line and here in self._lines else self.chosen)
            if index != self._index:
                self._index = index
                self._scroll_to_cursor()
        now, cursor = self._visible(), self._index - self.scroll_offset.y
        moved = {cursor_before, cursor} if cursor != cursor_before else set()
        for y in range(max(len(before), len(now))):
            if before[y : y + 1] != now[y : y + 1] or y in moved:
                self.refresh(Region(0, y, self.size.width, 1))

    def rename(self, old: Collection, new: Collection) -> None:
        """Show a collection under its new name; it stays chosen if it was."""
        was_chosen = self.chosen == old
        self.counts = {new if collection == old else collection: count for collection, count in self.counts.items()}
        self._lines = _lines_of(self.counts)
        if was_chosen:
            self.chosen = new
        self.refresh()

    def _visible(self) -> Sequence[tuple[Line, str]]:
        top = self.scroll_offset.y
        return [(line, self._number(line)) for line in self._lines[top : top + self.size.height]]

    def _index_of(self, line: Line) -> int:
        return self._lines.index(line) if line in self._lines else 0

    def watch_chosen(self, collection: Collection) -> None:
        """Move the cursor to the collection, and post a message."""
        self._index = self._index_of(collection)
        self._scroll_to_cursor()
        self.post_message(self.Chosen(collection))

    # --- moving ------------------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go to the line below or above."""
        self._move_to(self._index + step, step)

    def action_half_page(self, step: int) -> None:
        """Move half a page down or up, at most to the last or first line."""
        target = self._index + step * max(1, self.size.height // 2)
        self._move_to(max(0, min(target, len(self._lines) - 1)), step)

    def action_first(self) -> None:
        """Go to the first line."""
        self._move_to(0, 1)

    def action_last(self) -> None:
        """Go to the last line."""
        self._move_to(len(self._lines) - 1, -1)

    def on_click(self, event: events.Click) -> None:
        """Go to the line under the mouse, and open it where a click does."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = offset.y + self.scroll_offset.y
        if not 0 <= index < len(self._lines) or isinstance(self._lines[index], Head):
            return
        self._move_to(index, 1)
        if self._is_popup or event.chain > 1 or isinstance(self.current, JournalLine):
            self.post_message(self.Opened(self.current))

    def _move_to(self, index: int, step: int) -> None:
        """Move the cursor to a line; from a head on to the next one in the direction of `step`."""
        while 0 <= index < len(self._lines) and isinstance(self._lines[index], Head):
            index += 1 if step > 0 else -1
        if not 0 <= index < len(self._lines) or index == self._index:
            return
        old, self._index = self._index, index
        for moved in (old, index):
            self.refresh(Region(0, moved - self.scroll_offset.y, self.size.width, 1))
        self._scroll_to_cursor()
        self.post_message(self.Moved())
        line = self.current
        if isinstance(line, Collection) and not self._is_popup:
            self.chosen = line

    def _scroll_to_cursor(self) -> None:
        # Before the first layout no row is visible, and it would scroll further than it has to.
        if self.size.height:
            self.scroll_to_region(Region(0, self._index, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

    def on_resize(self) -> None:
        """Keep the cursor visible."""
        self.resize_content(Size(0, len(self._lines)))
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self.refresh()

    def on_blur(self) -> None:
        """Move the cursor back to what is listed, and paint it in its blurred style."""
        if not self._is_popup:
            self._index = self._index_of(self.chosen)
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _number(self, line: Line) -> str:
        """The number at the end of a line."""
        if isinstance(line, Head):
            return ""
        number = self.unknown if isinstance(line, JournalLine) else self.counts.get(line, -1)
        # Beside the journal, the number is that of unknown outcomes: no dash says that it is empty.
        nothing = "" if isinstance(line, JournalLine) else glyphs.NOTHING
        return f"{number:,}" if number > 0 else nothing if number == 0 else ""

    def render_line(self, y: int) -> Strip:
        """The line of one collection."""
        width, index = self.size.width, y + self.scroll_offset.y
        styles = self.app.token_styles
        plain = styles.style(Tone.PLAIN)
        if index >= len(self._lines):
            return Strip.blank(width, plain)
        line = self._lines[index]
        if isinstance(line, Head):
            title = f" {line.title} " if line.title else " "
            rule = glyphs.BAR_REST * max(0, width - len(title) - 1)
            head = Segment(title, styles.style(Tone.MUTED))
            return Strip([head, Segment(rule, styles.style(Tone.RULE))]).adjust_cell_length(width, plain)
        number, is_here = self._number(line), index == self._index
        tone = Tone.MUTED
        if self.counts.get(line, 0) > 0 if isinstance(line, Collection) else self.unknown:
            tone = Tone.WARN if isinstance(line, JournalLine) else _COUNT_TONES.get(line, tone)
        background = (
            Background.PLAIN if not is_here else Background.CURSOR if self.has_focus else Background.CURSOR_IDLE
        )
        style = styles.style(Tone.PLAIN, background) + _BOLD if is_here else plain
        count_style = style if background is Background.CURSOR else styles.style(tone, background)
        label = "Journal" if isinstance(line, JournalLine) else collection_label(line)
        return Strip(
            [
                Segment(glyphs.CURSOR if is_here else " ", styles.style(Tone.KEY, background)),
                Segment(formatting.fit(label, max(0, width - 3 - len(number))), style),
                Segment(f" {number} ", count_style),
            ]
        ).adjust_cell_length(width, style)
