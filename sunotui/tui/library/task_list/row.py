"""One line of the song list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from sunotui.domain.saving.safety import TakeSafety
from sunotui.domain.search.query import Query
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.origin import Origin
from sunotui.domain.tasks.summary import Branch, TaskSummary
from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.highlight import highlighted_segments
from sunotui.tui.library.task_list.columns import Column, Columns
from sunotui.tui.library.task_list.progress import RowProgress
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, TokenStyles, Tone

_TEXT_LIMIT = 500
"""The maximum number of characters of a title, a style or a reason: no line is longer."""
_MIN_TAIL = 9
"""With fewer cells after the title, nothing follows it there."""
_TITLE_SHARE = 3
"""The share of the width that a long title keeps before a long reason: one in this many parts."""
_WORDS = 5
"""The cells for the words beside a bar."""
_MIN_RUNNING_TITLE = 10
"""With fewer cells for the title of an unfinished song, its bar is left out."""
_BAR_CELLS = ((26, 10), (44, 14), (1_000_000, 24))
"""The cells of a bar for titles of fewer cells than the first number."""
_NO_QUERY = Query()

# Terminals do not agree about how many cells joined emoji have; apart, each has its own.
_JOINERS = str.maketrans("", "", "\u200d\ufe0f")

_BRANCHES = {Branch.MIDDLE: glyphs.BRANCH + " ", Branch.LAST: glyphs.LAST_BRANCH + " "}
_ORIGINS: Mapping[Origin, str] = {
    Origin.SONG: glyphs.SONG,
    Origin.LYRICS: glyphs.LYRICS,
    Origin.EXTENSION: glyphs.EXTENSION,
    Origin.JOINED: glyphs.JOINED,
    Origin.COVER: glyphs.COVER,
    Origin.STEMS: glyphs.STEMS,
    Origin.SECTION: glyphs.SECTION,
    Origin.UPLOAD: glyphs.UPLOAD,
}


SAFETY_SIGNS: Mapping[TakeSafety | None, tuple[str, Tone]] = {
    TakeSafety.SAVED: (glyphs.SAVED, Tone.GOOD),
    TakeSafety.AT_RISK: (glyphs.WARNING, Tone.WARN),
    TakeSafety.LOST: (glyphs.FAILED, Tone.MUTED),
}
"""The sign of each state that has one."""


class LineContent(NamedTuple):
    """What a line shows. If two of these are equal, so are their lines."""

    row: TaskSummary
    age: str
    progress: RowProgress | None
    """None for a song that is done."""
    is_selected: bool
    is_cursor: bool
    query: Query = _NO_QUERY
    """Its matches are highlighted."""
    safety: TakeSafety | None = None
    """How safe its takes are; None if they cannot be saved."""
    playing: str = ""
    """The sign of the playback state, two cells wide; empty for a song that is not loaded."""


def _text(text: str) -> str:
    """A text of a gateway or the user as a line shows it: harmless, and as wide as it is measured."""
    return clean(text[:_TEXT_LIMIT].translate(_JOINERS), _TEXT_LIMIT)


def state_of(row: TaskSummary) -> tuple[str, Tone]:
    """The sign of a song that is not done, else that of its kind, and its tone."""
    match row.status:
        case TaskStatus.SUCCESS:
            return _ORIGINS[row.origin], Tone.MUTED
        case TaskStatus.FAILURE:
            return glyphs.FAILED, Tone.BAD
        case TaskStatus.UNKNOWN | TaskStatus.LOST:
            return glyphs.UNKNOWN, Tone.WARN
        case TaskStatus.IN_PROGRESS:
            return glyphs.GENERATING, Tone.KEY
        case _:
            return glyphs.QUEUED, Tone.MUTED


def reason_of(row: TaskSummary) -> str:
    """Why a song is missing, in a few words; empty unless it failed or its outcome is unknown."""
    if row.status is TaskStatus.UNKNOWN:
        return "outcome unknown, see J" if row.is_pending else "outcome unknown"
    if row.status is TaskStatus.LOST:
        return "lost by the gateway"
    if row.status is not TaskStatus.FAILURE:
        return ""
    reason = _text(row.fail_reason)
    # Gateways write sentences; only the first letter is lowered, unless the word is an abbreviation.
    return reason[0].lower() + reason[1:] if reason[1:2].islower() else reason or "failed"


def relation_of(row: TaskSummary) -> str:
    """How a song was made from the one above it, such as "extended from 1:47"; empty if that is not known."""
    match row.origin:
        case Origin.EXTENSION:
            return f"extended from {formatting.moment_of_clip(row.start_s)}" if row.start_s is not None else "extended"
        case Origin.COVER:
            style = _text(row.style).partition(",")[0]
            return f"cover: {style}" if style else "cover"
        case Origin.STEMS:
            return f"stems: {row.takes} parts" if row.takes > 1 else "stems"
        case Origin.SECTION if row.start_s is not None and row.end_s is not None:
            times = map(formatting.moment_of_clip, (row.start_s, row.end_s))
            return f"{glyphs.NOTHING.join(times)} replaced"
        case Origin.SECTION:
            return "section replaced"
        case Origin.JOINED:
            return "joined"
        case _:
            return ""


def title_of(row: TaskSummary) -> str:
    """The title of a row. Under another song it is the relation to that song, with its own title if that differs."""
    title = formatting.title(_text(row.title))
    if row.branch is Branch.NONE or not (relation := relation_of(row)):
        return title
    is_same = not row.title or row.title == row.root_title
    return relation if is_same else f"{relation} · {title}"


def style_of(row: TaskSummary) -> str:
    """What follows the title of a song that is done: its style, or how long its text is."""
    if row.origin is Origin.LYRICS and row.lyric_lines:
        return f"{row.lyric_lines:,} line{'s' if row.lyric_lines != 1 else ''}"
    return _text(row.style) or ("uploaded" if row.origin is Origin.UPLOAD else "")


def row_strip(content: LineContent, shown: Columns, width: int, background: Background, styles: TokenStyles) -> Strip:
    """The line of a song, exactly `width` cells long."""
    return Strip(_Line(content, shown, background, styles).segments()).adjust_cell_length(
        width, styles.style(Tone.PLAIN, background)
    )


class _Line:
    """Draws one line from left to right."""

    def __init__(self, content: LineContent, shown: Columns, background: Background, styles: TokenStyles) -> None:
        self._content = content
        self._row = content.row
        self._shown = shown
        self._background = background
        self._styles = styles

    def segments(self) -> Iterator[Segment]:
        """The parts of the line."""
        row, shown = self._row, self._shown
        glyph, tone = state_of(row)
        yield self._segment(self._first_cells(), Tone.KEY)
        yield self._segment(glyph + " ", tone)
        # All columns between the title and the age, which unfinished and failed songs have no values for.
        spare = shown.style + shown.model + shown.labels + shown.gateway + shown.rating + shown.time
        if self._content.progress is not None:
            yield from self._running(self._content.progress, spare)
        elif reason := reason_of(row):
            yield from self._title(shown.title + spare, reason, tone)
        else:
            is_column = bool(shown.style)
            yield from self._title(shown.title - is_column, "" if is_column else style_of(row), Tone.MUTED)
            if is_column:
                yield self._segment(" ", Tone.PLAIN)
            yield from self._values()
        yield self._segment(self._content.age.rjust(shown.age), Tone.MUTED)
        if shown.safety:
            sign, tone = SAFETY_SIGNS.get(self._content.safety, (" ", Tone.MUTED))
            yield self._segment(sign.rjust(shown.safety), tone)

    def _segment(self, text: str, tone: Tone) -> Segment:
        return Segment(text, self._styles.style(tone, self._background))

    def _found(self, text: str, tone: Tone) -> Iterator[Segment]:
        style = self._styles.style(tone, self._background)
        return highlighted_segments(text, style, self._styles.found(self._background), self._content.query)

    def _first_cells(self) -> str:
        """One sign: marked, playing, unplayed, or under the cursor, which its background shows anyway."""
        if self._content.is_selected:
            return glyphs.MARKED + " "
        if self._content.playing:
            return self._content.playing.replace(glyphs.PAUSED, glyphs.PAUSED_ROW + " ")
        if self._row.is_unplayed:
            return glyphs.UNPLAYED + " "
        return (glyphs.CURSOR if self._background is Background.CURSOR else " ") + " "

    def _title(self, cells: int, tail: str, tone: Tone) -> Iterator[Segment]:
        """The title in a limited number of cells, with a tail in the remaining ones."""
        branch = _BRANCHES.get(self._row.branch, "")
        if branch and cells > len(branch):
            yield self._segment(branch, Tone.RULE_STRONG)
            cells -= len(branch)
        title = title_of(self._row)
        used = min(cells, cell_len(title))
        if tail and tone is not Tone.MUTED:
            # The error is more important than the end of a long title, which the detail also shows.
            used = min(used, max(cells - cell_len(tail) - 3, cells // _TITLE_SHARE))
        yield from self._found(formatting.fit(title, used), Tone.PLAIN)
        room = cells - used
        if tail and room >= _MIN_TAIL:
            yield from self._found("  " + formatting.fit(tail, room - 3) + " ", tone)
        elif room > 0:
            yield self._segment(" " * room, Tone.PLAIN)

    def _running(self, progress: RowProgress, spare: int) -> Iterator[Segment]:
        """The title, and right before the age a bar and its words."""
        title = self._shown.title
        if progress.share is None:
            bar_cells = max(0, cell_len(progress.words) - _WORDS)
        else:
            bar_cells = next(cells for below, cells in _BAR_CELLS if title < below)
        room = title + spare - bar_cells - _WORDS - 2
        if room < _MIN_RUNNING_TITLE:
            room, bar_cells = room + bar_cells, 0
        yield from self._title(max(0, room), "", Tone.MUTED)
        tone = Tone.KEY if progress.is_reported else Tone.MUTED
        if progress.share is None or not bar_cells:
            words = formatting.fit(progress.words, bar_cells + _WORDS)
            yield self._segment(f" {words.strip().rjust(bar_cells + _WORDS)} ", tone)
            return
        full, rest = formatting.bar(progress.share, bar_cells)
        yield self._segment(" " + full, tone)
        yield self._segment(rest, Tone.RULE_STRONG)
        yield self._segment(progress.words.rjust(_WORDS) + " ", tone)

    def _values(self) -> Iterator[Segment]:
        """The columns between the title and the age."""
        row, shown = self._row, self._shown
        texts = {
            Column.STYLE: style_of(row),
            Column.MODEL: _text(formatting.model(row.model)) if row.model else "",
            Column.LABELS: _text(row.labels),
            Column.GATEWAY: _text(row.profile),
        }
        for column, cells in shown.cells():
            if column in texts:
                text = formatting.fit(texts[column], cells - 1) + " "
                if column is Column.STYLE:
                    yield from self._found(text, Tone.MUTED)
                else:
                    yield self._segment(text, Tone.MUTED)
        if shown.rating:
            yield self._segment(self._rating(), Tone.MARK)
        length = formatting.fit(formatting.length(row.duration_s), shown.time).strip() if row.duration_s else ""
        yield self._segment(length.rjust(shown.time), Tone.PLAIN)

    def _rating(self) -> str:
        """The favourite and the rating."""
        row = self._row
        favourite = (glyphs.FAVOURITE if row.is_favourite else "").rjust(2)
        if self._shown.has_stars:
            return f"{favourite} {(glyphs.STAR * min(row.rating, 5)).ljust(5)}"
        return favourite + (f"{glyphs.STAR}{row.rating}" if row.rating else "").rjust(3)
