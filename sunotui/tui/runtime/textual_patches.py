"""Every use of Textual's private names, with its reason and the text of an issue for Textual. Only the patch that comes
before the widgets are imported is in `class_patches`.

pyproject.toml pins Textual exactly, so every installation has the tested version, and
tests/tui/runtime/test_textual_patches.py guards each function here. `BaseApp` also overrides `_handle_exception` and
`_fatal_error`, for which Textual has no public replacement; both delegate to `crash_handling`, and
tests/tui/runtime/test_crash_handling.py guards them. Issue text: "Let an app replace the report of an unhandled
exception. The traceback prints local variables, which may hold secrets." It overrides `_display` for `picture_overlay`.
Issue text: "Let an app append sequences to a frame, such as pictures, inside the same synchronized update, and tell it
which cells the frame writes." The three stay overrides, since they need the objects of the one app;
tests/test_private_names.py fails for any other use.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, TypeGuard, runtime_checkable

from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.cache import FIFOCache
from textual.drivers import linux_driver
from textual.geometry import Offset, Region
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from sunotui.tui.terminal.paste_parsing import PasteFilter

_NOT_TYPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls, lone surrogates and line ends: categories that no version of Unicode changes."""


def apply_patches() -> None:
    """Apply all patches; a second call changes nothing. Call it before the driver starts."""
    accept_every_letter()
    keep_pastes_whole()
    end_widgets_in_order()
    free_cut_lines()
    create_line_caches_on_use()
    close_own_screen_only()
    tolerate_invalid_utf8()
    select_in_attached_widgets_only()
    render_changed_lines_only()
    write_changed_cells_only()
    leave_covered_screens_unpainted()


def accept_every_letter() -> None:
    """Let fields accept every character that is typed.

    Reason: Textual asks `str.isprintable`, which knows only the Unicode version of the running Python: newer emoji were
    dropped while they were typed, and so were the joiners inside emoji and all spaces but one.

    Issue text: "Key.is_printable drops typed characters that this Python's Unicode tables do not call printable, such
    as U+1FA77, U+200D and U+3000. Typed text should be every character that is not a control."
    """
    events.Key.is_printable = property(_is_typed)  # type: ignore[assignment,method-assign]


def _is_typed(key: events.Key) -> bool:
    return key.character is not None and not any(unicodedata.category(char) in _NOT_TYPED for char in key.character)


def keep_pastes_whole() -> None:
    """Let every parser of terminal input remove escape characters from bracketed pastes.

    Reason: Textual reads an escape inside a paste as the beginning of a key sequence, and delivers what follows as
    keys, before the paste.

    Issue text: "An ESC inside a bracketed paste (ESC[200~ ... ESC[201~) is parsed as a key sequence. The text after it
    arrives as key events ahead of the Paste event, so pasted text can run commands."
    """
    feed = XTermParser.feed
    if feed.__module__ == __name__:
        return

    def feed_filtered(self: XTermParser, data: str) -> Iterable[Message]:
        paste_filter: PasteFilter = self.__dict__.setdefault("_paste_filter", PasteFilter())
        text = paste_filter.filtered(data)
        # Textual takes an empty text for the end of the input.
        return feed(self, text) if text or not data else ()

    XTermParser.feed = feed_filtered  # type: ignore[method-assign]


@runtime_checkable
class HandlesCancelledWidgets(Protocol):
    """An app that is notified when one of its widgets was cancelled."""

    def end_for_cancelled_widget(self, widget: str) -> None:
        """`widget` is the name of its class."""


def end_widgets_in_order() -> None:
    """Cancel a widget's workers before its children are removed, and notify the app of a widget that ends with
    CancelledError.

    Reason: Textual cancels the workers after the children are removed; a worker that continues in between queries
    children that no longer exist, and that exception ends the app. Textual also takes a CancelledError raised by a
    callback for the end of that widget, and removes its message loop without any message: the screen stays, but no
    longer reacts to keys (T7).

    Issue text: "Widget workers outlive the widget's children: _message_loop_exit removes the children before
    cancel_node. A CancelledError that leaks from a callback ends the message loop of its widget silently."
    """
    end = Widget._message_loop_exit
    if end.__module__ == __name__:
        return

    async def end_in_order(self: Widget) -> None:
        self.workers.cancel_node(self)
        if not self._closing and isinstance(self.app, HandlesCancelledWidgets) and self.app.is_running:
            self.app.end_for_cancelled_widget(type(self).__name__)
        await end(self)

    Widget._message_loop_exit = end_in_order  # type: ignore[method-assign]


def free_cut_lines() -> None:
    """Keep a painted line from caching itself.

    Reason: when a line is cut where it ends, Textual caches the line in itself, so that every painted line has to wait
    for the collector: after the composer was shown in all its modes a collection took 78 ms, with this 37 ms (T8).

    Issue text: "Strip.divide caches self in its own _divide_cache when the only cut is the strip's length, which makes
    a reference cycle of every painted strip. Return [self] before the cache is used."
    """
    divide = Strip.divide
    if divide.__module__ == __name__:
        return

    def divide_uncached_at_end(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        within = [cut for cut in cuts if cut <= self.cell_length]
        return [self] if within == [self.cell_length] else divide(self, within)

    Strip.divide = divide_uncached_at_end  # type: ignore[method-assign]


_LINE_CACHES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""The caches of a painted line, and how many values each keeps in Textual."""


def create_line_caches_on_use() -> None:
    """Create the seven caches of a painted line when they are used.

    Reason: most lines use one or none of them. Creating all took a seventh of the processor time of a key in a list,
    and each is two objects for the collector.

    Issue text: "Strip.__init__ creates seven FIFOCache objects (fourteen with their dicts), which is most of its cost.
    Create each one on first use."
    """
    if Strip.__init__.__module__ == __name__:
        return

    def create(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
        self._segments = list(segments)
        self._cell_length = cell_length
        self._render_cache = self._link_ids = self._cell_count = None

    def create_cache(self: Strip, name: str) -> FIFOCache[Any, Any]:
        # Called for attributes that have no value yet.
        size = _LINE_CACHES.get(name)
        if size is None:
            raise AttributeError(name)
        cache: FIFOCache[Any, Any] = FIFOCache(size)
        setattr(self, name, cache)
        return cache

    Strip.__init__ = create  # type: ignore[method-assign]
    Strip.__getattr__ = create_cache  # type: ignore[attr-defined]


def close_own_screen_only() -> None:
    """Let `Screen.dismiss` do nothing unless the screen is the one on top.

    Reason: Textual closes the screen on top, whichever it is. A double click chooses in a dialog twice, and the second
    choice closed the screen below the dialog, or ended the app with an error if that was the last one.

    Issue text: "Screen.dismiss pops the current screen, also when it is another one: a list that dismisses its screen
    in OptionSelected pops two screens when it is double-clicked, or raises ScreenStackError."
    """
    dismiss = Screen.dismiss
    if dismiss.__module__ == __name__:
        return

    def dismiss_own(self: Screen[Any], result: Any = None) -> AwaitComplete:
        if self.app.screen_stack[-1:] == [self]:
            return dismiss(self, result)
        return AwaitComplete.nothing()  # type: ignore[no-untyped-call,no-any-return]

    Screen.dismiss = dismiss_own  # type: ignore[method-assign]


def tolerate_invalid_utf8() -> None:
    """Let bytes from the terminal that are not UTF-8 arrive as the replacement character.

    Reason: they end Textual's thread that reads the terminal, and with it the app and everything in it. Terminals send
    such bytes for a letter typed with alt in 8-bit mode, with another character set, and for old mouse reports.

    Issue text: "A byte that is not UTF-8 on stdin raises UnicodeDecodeError in the input thread and ends the app. The
    decoder should replace it."
    """
    linux_driver.getincrementaldecoder = _tolerant_decoder  # type: ignore[assignment,attr-defined]


def _tolerant_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def select_in_attached_widgets_only() -> None:
    """Let a selection begin and end only in widgets that were not removed.

    Reason: until the next layout Textual still finds a removed widget under the mouse, and asks for the region of its
    parent, which is None by then. A quick second click on what the first one closed ended the app.

    Issue text: "Screen._forward_event raises AttributeError: 'NoneType' object has no attribute 'region' when a
    MouseDown or MouseMove hits a widget that was removed after the last layout."
    """
    find = Screen.get_widget_and_offset_at
    if find.__module__ == __name__:
        return

    def find_attached(self: Screen[Any], x: int, y: int) -> tuple[Widget | None, Offset | None]:
        widget, offset = find(self, x, y)
        return (widget, offset) if widget is None or widget.is_attached else (None, None)

    Screen.get_widget_and_offset_at = find_attached  # type: ignore[method-assign]


def render_changed_lines_only() -> None:
    """Let a partial repaint render the lines of its regions only, and of these the widgets that are visible there.

    Reason: Textual renders every visible widget as a whole, although it then uses the changed lines only. A letter that
    is typed into the search line took as much processor time as a repaint of the whole screen.

    Issue text: "Compositor._get_renders renders all lines of every visible widget for a partial update. Only the lines
    of the dirty regions are used, so a cursor that moves by one row renders the whole screen."
    """
    Compositor.render_partial_update = _changed_lines  # type: ignore[method-assign]


def _changed_lines(self: Compositor) -> ChopsUpdate | None:
    screen = self.size.region
    regions = [region for dirty in self._dirty_regions if (region := dirty.intersection(screen))]
    self._dirty_regions.clear()
    if not regions:
        return None
    spans = list(self._regions_to_spans(regions))
    # For each line, the parts of which it is made by the edges of widgets, by where they begin.
    parts: list[dict[int, Strip | None]] = [{} for _ in self.cuts]
    for y, _, _ in spans:
        parts[y] = dict.fromkeys(self.cuts[y][:-1])
    bands = _bands(spans)
    # Those in front come first.
    for widget, (region, clip) in self.visible_widgets.items():
        visible = region.intersection(clip)
        left, right = visible.column_span
        for band in bands:
            rows = visible.intersection(band)
            lines = [
                y
                for y in (rows.line_range if rows else ())
                if any(strip is None for x, strip in parts[y].items() if left <= x < right)
            ]
            if not lines:
                continue
            top, height = lines[0], lines[-1] + 1 - lines[0]
            strips = widget.render_lines(Region(left - region.x, top - region.y, visible.width, height))
            for y, strip in zip(range(top, top + height), strips, strict=False):
                starts = [x for x in self.cuts[y] if left <= x <= right]
                for x, part in zip(starts, strip.divide([x - left for x in starts[1:]]), strict=False):
                    if parts[y].get(x) is None:
                        parts[y][x] = part
    return ChopsUpdate(parts, spans, [cuts[1:] for cuts in self.cuts])


def _bands(spans: Iterable[tuple[int, int, int]]) -> list[Region]:
    """The regions of adjacent lines that contain the spans, which are sorted lines with their first and end columns."""
    bands: list[Region] = []
    for y, start, end in spans:
        line = Region(start, y, end - start, 1)
        if bands and bands[-1].bottom >= y:
            bands[-1] = bands[-1].union(line)
        else:
            bands.append(line)
    return bands


def write_changed_cells_only() -> None:
    """Let a partial repaint write the cells of its region only.

    Reason: Textual writes each line from the start of its widget on. While a take plays, one digit and one cell of a
    bar change in a second, and 430 bytes were written for that, over ssh too; now it is about 100.

    Issue text: "ChopsUpdate.render_segments crops a strip at the right of the region, but not at the left, so that
    everything before a small region of a wide widget is written again."
    """
    ChopsUpdate.render_segments = _changed_cells  # type: ignore[method-assign]


_WORTH_CUTTING = 8
"""Cells before or after the region that are worth a cut: a move of the cursor is as long. Every line of a list that
scrolls has one, the border."""


def _changed_cells(self: ChopsUpdate, console: Console) -> str:
    written: list[str] = []
    last_y = self.spans[-1][0]
    for y, x1, x2 in self.spans:
        for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
            if strip is None or x >= x2 or end <= x1:
                continue
            is_whole = x1 - x < _WORTH_CUTTING and end - x2 < _WORTH_CUTTING
            start, shown = (0, strip) if is_whole else _cut(strip, max(0, x1 - x), min(end, x2) - x)
            written += (_move_to(x + start, y), shown.render(console))
        if y != last_y:
            written.append("\n")
    return "".join(written)


def _move_to(x: int, y: int) -> str:
    """The sequence that moves the cursor; Rich's Control takes ten times as long, and a frame of a list has 100."""
    return f"\x1b[{y + 1};{x + 1}H"


def _cut(strip: Strip, start: int, end: int) -> tuple[int, Strip]:
    """The cells from `start` to `end`, or from 0 where `start` is inside a wide character, of which a terminal cannot
    show one half; and where they begin."""
    if start >= _WORTH_CUTTING and strip.crop(0, start).text + strip.crop(start).text == strip.text:
        return start, strip.crop(start, end)
    return 0, strip.crop(0, end)


def leave_covered_screens_unpainted() -> None:
    """Let a screen that is wholly covered by another one paint nothing.

    Reason: Textual treats the screen below the one on top as visible, even if that one is opaque, and repaints the one
    on top whenever the other changes. While a take plays, the now-playing screen was written as a whole once a second,
    44 kB, because of the bar of the library below it.

    Issue text: "App._background_screens contains the screen below an opaque screen. Every change of the lower screen
    repaints the whole screen on top."
    """
    refresh = Screen._compositor_refresh
    if refresh.__module__ == __name__:
        return

    def refresh_if_visible(self: Screen[Any]) -> None:
        top = self.app.screen
        if self is top or top.styles.background.a < 1:
            refresh(self)
        else:
            # It is painted as a whole when it is on top again.
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()

    Screen._compositor_refresh = refresh_if_visible  # type: ignore[method-assign]


def call_after_own_refresh(screen: Screen[Any], callback: Callable[[], None]) -> None:
    """Call a function when a screen has painted what changed, or soon if nothing did or another screen covers it.

    Reason: `call_after_refresh` leaves the function to the screen on top, which loses it when it closes: the counts of
    the library were then never read again after a song was sent.

    Issue text: "A function given to call_after_refresh of a widget is never called if the screen on top, which may be
    another one, is popped before its next refresh."
    """
    screen._invoke_later(callback, screen)


class WithPictures(CompositorUpdate):
    """A frame, and sequences that are written after it, each from a place on the screen."""

    def __init__(self, frame: CompositorUpdate, sequences: Sequence[tuple[Offset, str]]) -> None:
        self.frame = frame
        self.sequences = sequences

    def render_segments(self, console: Console) -> str:
        """What is written to the terminal."""
        placed = (f"{_move_to(*offset)}{sequence}" for offset, sequence in self.sequences)
        return "".join((self.frame.render_segments(console), *placed))


def is_frame(renderable: object) -> TypeGuard[CompositorUpdate]:
    """Whether something that is displayed is a frame, whole or in part."""
    return isinstance(renderable, CompositorUpdate)


def writes_into(frame: CompositorUpdate, region: Region) -> bool:
    """Whether a frame writes cells in a region of the screen."""
    if not isinstance(frame, ChopsUpdate):
        return True
    left, right = region.column_span
    return any(y in region.line_range and start < right and end > left for y, start, end in frame.spans)


def uncovered_region(screen: Screen[Any], widget: Widget) -> Region | None:
    """Where a widget is drawn on its screen; None if another widget or the end of its container hides a part of it, or
    if no line is left below.

    Reason: what a terminal draws over the text is independent of widgets.

    Issue text: "Provide a public way to ask whether a widget is drawn whole."
    """
    compositor = screen._compositor
    region, clip = compositor.visible_widgets.get(widget, (Region(), Region()))
    if not region or not clip.contains_region(region) or region.bottom >= compositor.size.height:
        return None
    for y in region.line_range:
        for other, shown, _ in compositor.layers_visible[y]:
            if other is widget:
                break
            if shown.overlaps(region):
                return None
    return region


def end_with_message(app: App[int], message: str) -> None:
    """Close the screens and print a message on the plain terminal afterwards.

    Reason: `App.exit(message=...)` closes through the message queue, which a broken app may no longer process.

    Issue text: "Provide a public way to end an app with a message that does not depend on its message queue."
    """
    if message:
        app._exit_renderables.append(Text(message))
    app._close_messages_no_wait()


def write_to_terminal(app: App[int], sequence: str) -> None:
    """Write a sequence that moves nothing on the screen, between two frames; does nothing without a terminal.

    Reason: frames are written by a thread of the driver, and what is written past it would end up inside one.

    Issue text: "Provide a public way to write an escape sequence, such as a notification, in step with the frames."
    """
    if sequence and not app.is_headless and app._driver is not None:
        app._driver.write(sequence)
        app._driver.flush()


def has_priority(app: App[int], key: str) -> bool:
    """Whether one of the app's own bindings of a key has priority.

    Reason: `Screen.active_bindings` leaves out the app's bindings while a dialog is open.

    Issue text: "active_bindings omits the app's priority bindings on a modal screen, although they work there."
    """
    return any(binding.priority for binding in app._bindings.key_to_bindings.get(key, ()))


def clear_painted_lines(widget: Widget) -> None:
    """Drop the lines that a closed widget painted.

    Reason: the line caches are half of what a closed screen leaves, and a global cache of Textual holds up to 1,024 of
    them: without this a collection after twelve visits to the composer took 80 ms, with it 24 ms (T8).

    Issue text: "Widgets keep their painted strips after removal, since the lru_cache of StylesCache.get_inner_outer has
    the StylesCache itself in its key. Clear the caches of removed widgets."
    """
    for name in ("_styles_cache", "_line_cache"):
        cache = getattr(widget, name, None)
        if cache is not None:
            cache.clear()


class OrderedForFocus(Widget):
    """A widget that Tab reaches in the order of `focus_order`, and not where it is drawn.

    Reason: Textual sorts by the position on the screen. A widget that was just mounted has no position yet, so that a
    Tab directly after the key that mounts it skips it, and the text typed next lands in another field.

    Issue text: "Focus order uses layout positions: a widget mounted since the last layout sorts first. DOM order would
    be stable."
    """

    focus_order = 0

    @property
    def _focus_sort_key(self) -> tuple[int, int]:
        return self.focus_order, 0


def use_terminal_colors(app: App[Any]) -> None:
    """Make the filter for the terminal's own colours for the app's theme. Call it after the theme was set without its
    watchers, before the app runs.

    Reason: the filter is made while the app is built, for Textual's default theme, and would turn the colours of an
    ANSI theme into others. Setting the theme by its watchers would read all style sheets once more.

    Issue text: "Let an app choose its first theme before the filter for ANSI colours is made, for instance by a class
    variable."
    """
    app._refresh_truecolor_filter(app.ansi_theme)


def show_no_tooltips(app: App[Any]) -> None:
    """Leave out what shows tooltips. Call it before the app runs.

    Reason: no widget of ours has a tooltip, but Textual mounts a widget for them on every screen, which has to be
    styled before the first frame, and starts a timer whenever the mouse moves to another widget.

    Issue text: "Let an app go without tooltips, as run_test can."
    """
    app._disable_tooltips = True
