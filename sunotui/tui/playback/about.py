"""What the now-playing screen shows about the song: title, take, style, favourite and rating."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget

from sunotui.domain.playback import QueueEntry
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.text_view import wrap

_STYLE_LIMIT = 400
"""The maximum number of characters of a style that are drawn."""
_MOST_TITLE_ROWS = 3
_MOST_STYLE_ROWS = 6


class AboutSong(Widget):
    """Draws the facts below the cover, or in one row."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entry: QueueEntry | None = None
        self._detail: ClipDetail | None = None

    def show(self, entry: QueueEntry | None, detail: ClipDetail | None) -> None:
        """Show a take of the queue; `detail` is what the library knows about it."""
        if (entry, detail) != (self._entry, self._detail):
            self._entry, self._detail = entry, detail
            self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each line."""
        return max(1, len(list(self._made_rows(width))))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._made_rows(self.size.width))

    def _made_rows(self, width: int) -> Iterator[Content]:
        entry, detail = self._entry, self._detail
        if entry is None:
            yield Content.styled("Nothing is playing.", "$muted")
            return
        title = (formatting.title(entry.title), "bold $strong")
        takes = len(detail.shown.task.clips) if detail is not None else 0
        take = f"take {entry.take} of {takes}" if takes > 1 else f"take {entry.take}"
        rating = list(_rating(detail)) if detail is not None else []
        if self.app.size.height < 20:
            line = Content.assemble(title, (f"  {take}  ", "$muted"), *rating)
            yield line.truncate(width, ellipsis=True)
            return
        yield from (Content.styled(line, title[1]) for line in _limited(title[0], max(4, width), _MOST_TITLE_ROWS))
        yield Content.styled(take, "$muted")
        clip = detail.clip if detail is not None else None
        style = printable(" ".join(clip.tags[:_STYLE_LIMIT].split())) if clip is not None else ""
        if style:
            yield Content("")
            yield from (Content(line) for line in _limited(style, max(4, width), _MOST_STYLE_ROWS))
        if rating:
            yield Content("")
            yield Content.assemble(*rating)


def _limited(text: str, width: int, rows: int) -> list[str]:
    """A text in a limited number of rows; an ellipsis in the last one shows that it was cut."""
    lines = wrap(text, width)
    if len(lines) <= rows:
        return lines
    return [*lines[: rows - 1], formatting.fit(f"{lines[rows - 1]} {lines[rows]}", width)]


def _rating(detail: ClipDetail) -> Iterator[tuple[str, str]]:
    """Favourite and rating."""
    if detail.rating.is_favourite:
        yield glyphs.FAVOURITE + " ", "$mark"
    if rating := detail.rating.rating:
        yield glyphs.STAR * rating, "$mark"
        yield glyphs.NO_STAR * (5 - rating), "$muted"
