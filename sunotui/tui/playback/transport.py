"""Draws what plays as lines: its sign, its times, and a bar of its position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from sunotui.domain.playback import PlaybackStatus, PlayState
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, TokenStyles, Tone

SIGN_CELLS = 4
"""The cells of the sign, with a blank at each side."""
_LEAST_BAR = 6
_LEAST_TITLE = 8
_LEAST_TITLE_OF_PROBLEM = 6
_WORDS_FROM = 80
"""The minimum width in cells for showing take and volume."""
_NEXT_FROM = 110
"""The minimum width in cells for showing the next take."""
_NEXT_CELLS = 28
_TITLE_SHARE = 0.4
"""The maximum part of a line for the title."""
_SPARE_GAP = 4
"""The number of equal cells between two changes from which they are not painted again."""
_WORDS = {
    PlayState.LOADING: "loading",
    PlayState.WAITING: "waiting for audio",
    PlayState.AWAITED: "plays as soon as there is something to hear",
}
BOLD = Style(bold=True)


class Line(NamedTuple):
    """A drawn line, and where its parts are."""

    segments: tuple[Segment, ...]
    bar_start: int = 0
    bar_cells: int = 0
    """The cells of the position's bar; 0 if the length is unknown, so that seeking is impossible."""


def sign_of(state: PlayState) -> str:
    """The sign of the playback state, two cells wide."""
    if state is PlayState.PLAYING:
        return glyphs.PLAYING + " "
    return glyphs.QUEUED + " " if state.is_active else glyphs.PAUSED


def shown_length(status: PlaybackStatus) -> float | None:
    """The length of the current take in seconds, if it is known."""
    return status.length_s if status.length_s is not None and status.length_s > 0 else None


def position_text(status: PlaybackStatus, position_s: float) -> str:
    """The position, as wide as the length is."""
    length_s = shown_length(status)
    text = formatting.moment_of_clip(position_s)
    return text.rjust(len(formatting.moment_of_clip(length_s))) if length_s is not None else text


def length_text(status: PlaybackStatus) -> str:
    """The length, or "live" for a stream; empty if it is not known."""
    length_s = shown_length(status)
    if length_s is not None:
        return formatting.moment_of_clip(round(length_s))
    return "live" if status.is_live else ""


def volume_text(status: PlaybackStatus) -> str:
    """The volume, and the speed unless it is the usual one."""
    volume = "muted" if status.is_muted else f"vol {status.volume}%"
    return volume if status.speed == 1 else f"{status.speed:g}x  {volume}"


def state_text(status: PlaybackStatus) -> str:
    """What playback waits for; empty if it does not wait."""
    return _WORDS.get(status.state, "")


def problem_text(status: PlaybackStatus, hand_over_key: str) -> str:
    """Why there is no sound; empty while something still plays. `hand_over_key` is the key that copies a command
    for another player, which helps without a sound output."""
    if not status.problem or status.state is PlayState.PLAYING:
        return ""
    if status.backend and not status.output and hand_over_key:
        return f"No sound output; {hand_over_key} copies an mpv command"
    return status.problem


def position_bar(
    status: PlaybackStatus, position_s: float, cells: int, styles: TokenStyles, ground: Background
) -> list[Segment]:
    """The bar of the position; empty if the length is not known."""
    length_s = shown_length(status)
    share = min(1.0, max(0.0, position_s / length_s)) if length_s is not None else 0.0
    full, rest = formatting.bar(share, cells)
    return [Segment(full, styles.style(Tone.KEY, ground)), Segment(rest, styles.style(Tone.RULE_STRONG, ground))]


def playing_line(status: PlaybackStatus, position_s: float, width: int, styles: TokenStyles, problem: str = "") -> Line:
    """The line of what plays, for a bar of `width` cells; `position_s` may be one that the user is choosing, and
    `problem` is why there is no sound."""
    entry, ground = status.entry, Background.BAR
    if entry is None:
        return Line((Segment(" " * width, styles.style(Tone.PLAIN, ground)),))

    def piece(text: str, tone: Tone, *, is_bold: bool = False) -> Segment:
        style = styles.style(tone, ground)
        return Segment(text, style + BOLD if is_bold else style)

    has_words = width >= _WORDS_FROM
    take = f" take {entry.take}" if has_words else ""
    sign = piece(f" {sign_of(status.state)} ", Tone.KEY, is_bold=True)
    title = formatting.title(entry.title)
    most = max(_LEAST_TITLE, int(width * _TITLE_SHARE) - len(take))
    if problem:
        # The reason for missing sound is more important than the end of a title.
        most = max(_LEAST_TITLE_OF_PROBLEM, min(most, width - SIGN_CELLS - len(take) - cell_len(problem) - 5))
    title = formatting.fit(title, min(cell_len(title), most))
    start = [sign, piece(title, Tone.STRONG, is_bold=True), piece(take, Tone.MUTED)]
    room = width - cells_of(start)
    if problem:
        text = formatting.fit(f"  {glyphs.WARNING} {problem}", room - 1) + " "
        return Line((*start, piece(text, Tone.WARN)))
    if status.state is PlayState.AWAITED:
        text = formatting.fit(f"  {state_text(status)}", room - 1) + " "
        return Line((*start, piece(text, Tone.MUTED)))
    times = [piece(f"   {position_text(status, position_s)} ", Tone.STRONG), piece(_end_of(status), Tone.MUTED)]
    right = [piece(text, Tone.MUTED) for text in _right(status, width)]
    room -= cells_of(times) + cells_of(right) + 1
    if room < _LEAST_BAR:
        cut = formatting.fit("".join(one.text for one in times), width - cells_of(start))
        return Line((*start, piece(cut, Tone.MUTED)))
    drawn = position_bar(status, position_s, room, styles, ground)
    begin = cells_of([*start, times[0]])
    return Line(
        (*start, times[0], *drawn, times[1], *right, piece(" ", Tone.MUTED)),
        begin,
        room if shown_length(status) is not None else 0,
    )


def _end_of(status: PlaybackStatus) -> str:
    text = length_text(status)
    return f" {text} " if text else ""


def _right(status: PlaybackStatus, width: int) -> list[str]:
    """The parts after the times, as far as there is room."""
    if width < _WORDS_FROM:
        return []
    found = [f"   {state_text(status)}"] if state_text(status) else []
    found.append(f"   {volume_text(status)}")
    following = next_title(status)
    if width >= _NEXT_FROM and following:
        found.append("   next: " + formatting.fit(following, min(_NEXT_CELLS, cell_len(following))))
    return found


def next_title(status: PlaybackStatus) -> str:
    """The title of the take after the current one; empty after the last one."""
    if 0 <= status.index < len(status.queue) - 1:
        return formatting.title(status.queue[status.index + 1].title)
    return ""


def cells_of(segments: Iterable[Segment]) -> int:
    """The width of some segments in cells."""
    return sum(cell_len(segment.text) for segment in segments)


def changed_cells(before: Sequence[Segment], after: Sequence[Segment]) -> list[tuple[int, int]]:
    """The ranges of cells, start and end, in which two lines of the same width differ."""
    old, new = _cells(before), _cells(after)
    if len(old) != len(new):
        return [(0, max(len(old), len(new)))]
    ranges: list[tuple[int, int]] = []
    for at, (one, other) in enumerate(zip(old, new, strict=True)):
        if one == other:
            continue
        if ranges and at - ranges[-1][1] < _SPARE_GAP:
            ranges[-1] = ranges[-1][0], at + 1
        else:
            ranges.append((at, at + 1))
    return ranges


def _cells(segments: Iterable[Segment]) -> list[tuple[str, Style | None]]:
    """Each cell with its style; the second cell of a wide character has its first one's text."""
    return [
        (char, segment.style) for segment in segments for char in segment.text for _ in range(max(1, cell_len(char)))
    ]
