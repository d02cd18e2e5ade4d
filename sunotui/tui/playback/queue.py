"""The queue: its takes in playing order, to choose, reorder and remove them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.core.playback.service import PlaybackService
from sunotui.domain.playback import PlaybackStatus, QueueEntry, RepeatMode
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.playback.transport import BOLD, sign_of
from sunotui.tui.theming.token_styles import Background, Tone
from sunotui.tui.widgets.footer import UNDO
from sunotui.tui.widgets.lines import PaintedLines

_SIGN_CELLS = 3
_LENGTH_CELLS = 7
_ORDERS = {RepeatMode.OFF: "repeat off", RepeatMode.ALL: "repeats the queue", RepeatMode.ONE: "repeats this take"}


def order_text(status: PlaybackStatus) -> str:
    """What repeats, and in which order the queue plays."""
    return f"{_ORDERS[status.repeat]}, {'shuffled' if status.is_shuffled else 'in this order'}"


class QueueList(ScrollView, can_focus=True):
    """Draws the queue line by line, so that thousands of takes open at once. The cursor stays on its take while the
    queue changes around it; it follows what plays until it is moved."""

    DEFAULT_CLASSES = "pane"
    BINDINGS = bindings(Scope.QUEUE)
    app: BaseApp

    class Chosen(Message):
        """A take was chosen to be played."""

    def __init__(self, status: PlaybackStatus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Queue"
        self._status = status
        self._cursor = max(0, status.index)
        self._painted = PaintedLines(self, self._line_content)
        self._songs_with_more_takes = _songs_with_more_takes(status.queue)

    @property
    def playback(self) -> PlaybackService:
        """What plays."""
        return self.app.core.services.playback

    @property
    def current(self) -> QueueEntry | None:
        """The take under the cursor."""
        queue = self._status.queue
        return queue[self._cursor] if 0 <= self._cursor < len(queue) else None

    def on_mount(self) -> None:
        """Show the queue around what plays."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the lines to the new size."""
        self._draw()

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self._painted.repaint_changed()

    def on_blur(self) -> None:
        """Paint the cursor in its blurred style."""
        self._painted.repaint_changed()

    def show(self, status: PlaybackStatus) -> None:
        """Show a new state of the queue."""
        before, self._status = self._status, status
        if status.queue == before.queue:
            if status.index != before.index and self._cursor == before.index:
                self._cursor = max(0, status.index)
        else:
            self._songs_with_more_takes = _songs_with_more_takes(status.queue)
            self._keep_cursor(before)
        if (status.queue, status.index, status.state, status.repeat, status.is_shuffled) != (
            (before.queue, before.index, before.state, before.repeat, before.is_shuffled)
        ):
            self._draw()

    def _keep_cursor(self, before: PlaybackStatus) -> None:
        """Stay on the same take, or else at the same index."""
        under = before.queue[self._cursor] if 0 <= self._cursor < len(before.queue) else None
        queue = self._status.queue
        same = [at for at, entry in enumerate(queue) if entry == under]
        if same:
            self._cursor = min(same, key=lambda at: abs(at - self._cursor))
        self._cursor = max(0, min(self._cursor, len(queue) - 1))

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        queue = self._status.queue
        rows = len(queue) + 2 if queue else 1
        if self.virtual_size.height != rows:
            self.virtual_size = Size(0, rows)
        total_s = sum(entry.length_s or 0.0 for entry in queue)
        length = f", {formatting.length(total_s)}" if total_s else ""
        self.border_subtitle = Content(f"{counted(len(queue), 'take')}{length}")
        self._scroll_to_cursor()
        self._painted.repaint_changed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the lines at their new positions."""
        super().watch_scroll_y(old_value, new_value)
        self._painted.repaint_changed()

    def _line_content(self, y: int) -> object:
        """Everything that a line depends on."""
        index, queue = y + self.scroll_offset.y, self._status.queue
        if index < len(queue):
            state = self._status.state if index == self._status.index else None
            return queue[index], state, index == self._cursor, self.has_focus
        return order_text(self._status) if queue and index == len(queue) + 1 else None

    def render_line(self, y: int) -> Strip:
        """One take, or the order below the last one."""
        self._painted.paint(y)
        width = self.scrollable_content_region.width
        index, queue, style = y + self.scroll_offset.y, self._status.queue, self.app.token_styles.style
        if index >= len(queue):
            text = order_text(self._status) if queue and index == len(queue) + 1 else ""
            if not queue and not index:
                text = "The queue is empty."
            return Strip([Segment(formatting.fit("   " + text, width), style(Tone.MUTED))], width)
        is_cursor, is_playing = index == self._cursor, index == self._status.index
        ground = Background.PLAIN if not is_cursor else Background.CURSOR if self.has_focus else Background.CURSOR_IDLE
        entry = queue[index]
        sign = sign_of(self._status.state) if is_playing else "  "
        length = formatting.length(entry.length_s) if entry.length_s else ""
        room = max(0, width - _SIGN_CELLS - _LENGTH_CELLS - 1)
        title = formatting.title(entry.title)
        tail = f"  take {entry.take}" if entry.task_id in self._songs_with_more_takes else ""
        used = min(cell_len(title), max(0, room - cell_len(tail)))
        tail = formatting.fit(tail, room - used)
        tone = style(Tone.STRONG if is_playing else Tone.PLAIN, ground)
        return Strip(
            [
                Segment(f"{sign} ", style(Tone.KEY, ground)),
                Segment(formatting.fit(title, used), tone + BOLD if is_playing else tone),
                Segment(tail, style(Tone.MUTED, ground)),
                Segment(length.rjust(_LENGTH_CELLS) + " ", style(Tone.MUTED, ground)),
            ]
        ).adjust_cell_length(width, style(Tone.PLAIN, ground))

    # --- keys --------------------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """Move the cursor."""
        self._move_to(self._cursor + step)

    def action_first(self) -> None:
        """Move to the first take."""
        self._move_to(0)

    def action_last(self) -> None:
        """Move to the last take."""
        self._move_to(len(self._status.queue) - 1)

    def action_play(self) -> None:
        """Play the take under the cursor."""
        if self.current is not None:
            self.playback.jump(self._cursor)
            self.post_message(self.Chosen())

    def action_remove(self) -> None:
        """Remove the take under the cursor."""
        if (entry := self.current) is not None:
            self.playback.remove(self._cursor)
            self.app.say(f"{formatting.title(entry.title)} removed from the queue", undo=UNDO)

    def action_move_entry(self, step: int) -> None:
        """Move the take under the cursor."""
        if self.current is not None:
            self._cursor = self.playback.move(self._cursor, step)
            # The event with the new order arrives later, when the cursor is already on its take.
            self._status = self.playback.status
            self._draw()

    def action_clear(self) -> None:
        """Stop, and empty the queue."""
        if self._status.queue:
            self.playback.clear()
            self.app.say("Queue emptied", undo=UNDO)

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self._status.queue) - 1))
        if index != self._cursor:
            self._cursor = index
            self._scroll_to_cursor()
            self._painted.repaint_changed()

    def _scroll_to_cursor(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

    # --- mouse -------------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Move to the take under the mouse; a second click plays it."""
        at = event.get_content_offset(self)
        if at is None or (index := at.y + self.scroll_offset.y) >= len(self._status.queue):
            return
        self._move_to(index)
        if event.chain == 2:
            self.action_play()


def _songs_with_more_takes(queue: Sequence[QueueEntry]) -> frozenset[str]:
    """The ids of the songs with more than one take in the queue."""
    counts = Counter(task_id for task_id, _ in {entry.ref for entry in queue})
    return frozenset(task_id for task_id, count in counts.items() if count > 1)
