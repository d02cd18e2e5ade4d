"""The parts of a take as a list: which are audible, and why others are not."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.core.stems.session import PartState, PartStatus, StemsStatus
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.playback.transport import BOLD
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, Tone

_SIGN_CELLS = 3
_SAVED = " saved"
_LENGTH_CELLS = 7
_NAME_CELLS = 20
"""The width of a name in cells, unless the names are longer or there is no room."""
_SOLO, _MUTED, _SILENCED = "solo", "muted", "silent"


class PartList(ScrollView, can_focus=True):
    """Draws one line for each part; a click on a line chooses it, a second one mutes it."""

    DEFAULT_CLASSES = "pane"
    BINDINGS = bindings(Scope.PARTS)
    app: BaseApp

    class Clicked(Message):
        """A part was clicked twice."""

    class Moved(Message):
        """The cursor is on another part."""

    def __init__(self, status: StemsStatus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content(formatting.title(status.title))
        self._status = status
        self._saved: frozenset[str] = frozenset()
        self.cursor = 0
        """The index of the part under the cursor."""

    @property
    def current(self) -> PartStatus | None:
        """The part under the cursor."""
        parts = self._status.parts
        return parts[self.cursor] if self.cursor < len(parts) else None

    def show(self, status: StemsStatus) -> None:
        """Show a new state of the parts."""
        if (status.parts, status.title) == (self._status.parts, self._status.title):
            return
        self._status = status
        self.border_title = Content(formatting.title(status.title))
        self.cursor = max(0, min(self.cursor, len(status.parts) - 1))
        self._fit()

    def show_saved(self, clip_ids: frozenset[str]) -> None:
        """Mark the parts that are saved on disk."""
        if clip_ids != self._saved:
            self._saved = clip_ids
            self.refresh()

    def on_mount(self) -> None:
        """Show the parts."""
        self._fit()

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self.refresh()

    def on_blur(self) -> None:
        """Paint the cursor in its blurred style."""
        self.refresh()

    def _fit(self) -> None:
        self.virtual_size = Size(0, max(1, len(self._status.parts)))
        audible = sum(map(self._status.is_audible, range(len(self._status.parts))))
        parts = counted(len(self._status.parts), "part")
        self.border_subtitle = Content(f"{audible} of {parts} heard" if self._status.parts else "")
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One part."""
        width = self.scrollable_content_region.width
        index, style = y + self.scroll_offset.y, self.app.token_styles.style
        if index >= len(self._status.parts):
            text = "There are no parts yet." if not self._status.parts and not index else ""
            return Strip([Segment(formatting.fit("   " + text, width), style(Tone.MUTED))], width)
        shown, is_audible = self._status.parts[index], self._status.is_audible(index)
        is_cursor = index == self.cursor
        ground = Background.PLAIN if not is_cursor else Background.CURSOR if self.has_focus else Background.CURSOR_IDLE
        sign, word, tone = self._look(shown, is_audible=is_audible)
        room = max(0, width - 1 - _SIGN_CELLS - len(_SAVED) - _LENGTH_CELLS - 1)
        saved = _SAVED if shown.part.clip.id in self._saved else " " * len(_SAVED)
        longest = max(cell_len(part.part.name) for part in self._status.parts)
        name_cells = min(room, max(_NAME_CELLS, longest + 2))
        length = formatting.length(shown.part.clip.duration_s) if shown.part.clip.duration_s else ""
        name = style(Tone.STRONG if is_audible else Tone.MUTED, ground)
        return Strip(
            [
                Segment(glyphs.CURSOR if is_cursor and self.has_focus else " ", style(Tone.KEY, ground)),
                Segment(f"{sign}  ", style(tone, ground)),
                Segment(formatting.fit(shown.part.name, name_cells), name + BOLD if is_audible else name),
                Segment(formatting.fit(word, room - name_cells), style(tone, ground)),
                Segment(saved, style(Tone.MUTED, ground)),
                Segment(length.rjust(_LENGTH_CELLS), style(Tone.MUTED, ground)),
                Segment(" ", style(Tone.MUTED, ground)),
            ]
        ).adjust_cell_length(width, style(Tone.PLAIN, ground))

    def _look(self, shown: PartStatus, *, is_audible: bool) -> tuple[str, str, Tone]:
        """The sign of a part, the words beside it, and their tone."""
        if shown.state is PartState.FETCHING:
            return glyphs.QUEUED, "fetching", Tone.MUTED
        if shown.state is PartState.FAILED:
            reason = shown.problem[:1].lower() + shown.problem[1:]
            return glyphs.FAILED, reason, Tone.BAD
        if shown.is_solo:
            return glyphs.ONLINE, _SOLO, Tone.KEY
        if shown.is_muted:
            return glyphs.NOTHING, _MUTED, Tone.WARN
        return (glyphs.ONLINE, "", Tone.KEY) if is_audible else (glyphs.IDLE, _SILENCED, Tone.MUTED)

    # --- keys and mouse ----------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """Move the cursor."""
        self._move_to(self.cursor + step)

    def action_first(self) -> None:
        """Move to the first part."""
        self._move_to(0)

    def action_last(self) -> None:
        """Move to the last part."""
        self._move_to(len(self._status.parts) - 1)

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self._status.parts) - 1))
        if index != self.cursor:
            self.cursor = index
            self.scroll_to_region(Region(0, index, 1, 1), animate=False, force=True, immediate=True, x_axis=False)
            self.refresh()
            self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Choose the part under the mouse; a second click mutes or unmutes it."""
        at = event.get_content_offset(self)
        if at is None or (index := at.y + self.scroll_offset.y) >= len(self._status.parts):
            return
        self._move_to(index)
        if event.chain == 2:
            self.post_message(self.Clicked())
