"""One side of the compare screen: a take with its cover, its facts and its lyrics."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from sunotui.core.clock import Clock
from sunotui.core.comparison.comparison import ComparedTake, Comparison, Stage
from sunotui.core.comparison.facts import FactRow
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.playback.lyrics_sync import LyricSheet
from sunotui.domain.annotations import TakeRating
from sunotui.domain.playback import PlayState
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Tone
from sunotui.tui.widgets.cover import Cover
from sunotui.tui.widgets.text_view import wrap

_NAME_CELLS = 9
_TITLE_LIMIT = 200
_ID_CELLS = 8
"""As many characters of an id are shown as in the names of saved files."""


class ComparedLyrics(SyncedLyrics, can_focus=False):
    """The lyrics of one side, with the sung words in the accent while it is audible."""

    def __init__(self, comparison: Comparison, clock: Clock) -> None:
        super().__init__(clock.monotonic)
        self._comparison = comparison

    def show_audible(self, is_audible: bool) -> None:
        """Mark the sung words, or not."""
        tone = Tone.KEY if is_audible else Tone.STRONG
        if tone is not self._sung_tone:
            self._sung_tone = tone
            self.refresh()

    def _scroll_by_wheel(self, rows: int) -> None:
        """Scroll the other side as well if it has the same lyrics, as the keys do: the same lines are compared. The
        rows of other lyrics have nothing to do with these."""
        for side in self.screen.query(ComparedLyrics):
            if side is self or side.lines == self.lines:
                side.scroll_text(rows)

    @property
    def lines(self) -> Sequence[str]:
        """The lines of the lyrics, without their times."""
        return [line.text for line in self._sheet.lines]

    def _seek_to(self, line: int) -> None:
        start_s = self._sheet.lines[line].start_s
        if start_s is not None:
            self._comparison.seek_to(start_s)
            self.action_follow()


class TakeFactsView(Widget):
    """The facts of one side; values that differ from those of the other side are bold."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._rows: Sequence[FactRow] = ()
        self._rating: TakeRating | None = None
        self._problem = ""

    def show(self, rows: Sequence[FactRow], rating: TakeRating | None, problem: str) -> None:
        """Show other facts, the rating of the take, which is None while it is hidden, and why it cannot be played."""
        if (rows, rating, problem) != (self._rows, self._rating, self._problem):
            self._rows, self._rating, self._problem = rows, rating, problem
            self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each fact."""
        return len(self._lines(max(width, 12)))

    def render(self) -> Content:
        """The facts."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        lines = []
        if self._problem:
            lines += [Content.styled(line, "$bad") for line in wrap(f"{glyphs.FAILED} {self._problem}", width)]
        height, is_narrow = self.app.size.height, self.app.size.width < 100
        rows = [row for row in self._rows if row.differs] if is_narrow or height < 20 else list(self._rows)
        most = 1 if height < 20 else 4 if height < 30 else 8
        if is_narrow and height < 20:
            values = "  ".join(f"{row.name} {row.values[self._side] or '–'}" for row in rows)
            return [*lines, Content.styled(formatting.fit(values, width), "$muted")] if values else lines
        # Different ones come first if there is not enough room for all.
        kept = sorted(rows, key=lambda row: not row.differs)[:most]
        for row in (row for row in rows if row in kept):
            value = formatting.fit(printable(row.values[self._side]) or "–", max(1, width - _NAME_CELLS - 1))
            style = "bold $strong" if row.differs else "$foreground"
            lines.append(Content.assemble((row.name.ljust(_NAME_CELLS + 1), "$muted"), (value.rstrip(), style)))
        if self._rating is not None and height >= 20:
            lines.append(_rating(self._rating))
        return lines


class TakePositionBar(Widget):
    """The position within this side's take, which may be shorter or longer than the other one."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self._is_audible = False

    def show(self, share: float, is_audible: bool) -> None:
        """Show a position as a share of the take."""
        cells = max(1, self.size.width)
        if is_audible is not self._is_audible or formatting.bar(share, cells) != formatting.bar(self._share, cells):
            self._share, self._is_audible = share, is_audible
            self.refresh()

    def render(self) -> Content:
        """The bar."""
        full, rest = formatting.bar(self._share, self.size.width)
        return Content.assemble((full, "$key" if self._is_audible else "$muted"), (rest, "$rule-strong"))


class TakeCard(Vertical):
    """One side. A click plays it."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, comparison: Comparison, side: int, clock: Clock) -> None:
        super().__init__(id=f"take-{'ab'[side]}", classes="take-card")
        self._comparison = comparison
        self._side = side
        self.lyrics = ComparedLyrics(comparison, clock)
        self._art = Cover(clock, id=f"compare-cover-{side}")
        self._art.add_class("compare-cover")
        self._facts = TakeFactsView(side)
        self._bar = TakePositionBar()
        self._is_cover_lost = False
        self._is_winner = False

    def compose(self) -> ComposeResult:
        """Cover and facts, the bar, and the lyrics."""
        with Horizontal(classes="take-about"):
            yield self._art
            yield self._facts
        yield self._bar
        yield self.lyrics

    @property
    def take(self) -> ComparedTake:
        """The take of this side."""
        return self._comparison.pair[self._side]

    def show(self, rows: Sequence[FactRow], rating: TakeRating, *, is_winner: bool) -> None:
        """Show a new state of the comparison."""
        comparison, take = self._comparison, self.take
        self._is_winner = is_winner
        is_audible = comparison.audible == self._side
        self.set_class(is_audible, "-heard")
        self.border_title = Content(self._title(take))
        self._show_state()
        # A take that is being generated has not failed; the border says so.
        problem = "" if take.is_unfinished else take.problem
        self._facts.show(rows, None if comparison.is_hidden else rating, problem)
        self._show_cover(take)
        self.lyrics.show_audible(is_audible)

    def _show_state(self) -> None:
        state = self._state(self.take, is_audible=self._comparison.audible == self._side, is_winner=self._is_winner)
        if str(state) != str(self.border_subtitle):
            self.border_subtitle = Content.assemble(state)

    def show_sheet(self, sheet: LyricSheet, empty_text: str) -> None:
        """Show the lyrics of the take."""
        self.lyrics.show_sheet(sheet, empty_text)

    def show_position(self, position_s: float) -> None:
        """Show where both takes are."""
        length_s = self._comparison.length_s(self._side)
        self._bar.show(min(1.0, position_s / length_s) if length_s else 0.0, self._comparison.audible == self._side)
        self.lyrics.show_position(position_s, length_s)
        self._show_state()

    def on_click(self, event: events.Click) -> None:
        """Make this side audible."""
        event.stop()
        self._comparison.make_audible(self._side)

    def on_cover_failed(self) -> None:
        """Use the space of a cover that cannot be fetched for the facts."""
        self._is_cover_lost = True
        self._show_cover(self.take)

    def _show_cover(self, take: ComparedTake) -> None:
        facts = take.facts
        source = None
        if facts is not None and facts.clip.image_url and not self._comparison.is_hidden:
            source = CoverSource(facts.clip.id, facts.clip.image_url, facts.detail.task.profile)
        is_shown = self.app.cover_art.is_shown(source) and not self._is_cover_lost
        self._art.set_class(not is_shown, "-none")
        self._art.show(source if is_shown else None)

    def _title(self, take: ComparedTake) -> str:
        name = "" if self._comparison.is_hidden else self._take_name(take)
        return f"{'AB'[self._side]}   {name}" if name else "AB"[self._side]

    def _take_name(self, take: ComparedTake) -> str:
        one, other = self._comparison.pair
        number = f"take {take.entry.take}"
        if one.entry.task_id == other.entry.task_id:
            return number
        if one.entry.title == other.entry.title and one.entry.take == other.entry.take:
            # Nothing else would tell the two apart.
            number += f" [{take.entry.clip_id[:_ID_CELLS]}]"
        title = formatting.title(take.entry.title[:_TITLE_LIMIT])
        return f"{formatting.fit(title, max(4, self.size.width // 2)).rstrip()}, {number}"

    def _state(self, take: ComparedTake, *, is_audible: bool, is_winner: bool) -> Content:
        comparison = self._comparison
        if take.is_unfinished:
            return Content.styled("being generated", "$muted")
        if take.problem:
            return Content.styled("cannot be played", "$bad")
        if comparison.stage is Stage.DECIDED:
            return Content.styled("kept", "$good") if is_winner else Content("")
        if comparison.stage is Stage.FETCHING:
            return Content.styled("ready" if take.is_measured.is_set() else self._fetching(take), "$muted")
        if not is_audible:
            return Content.styled(f"ready at {formatting.moment_of_clip(comparison.position_s)}", "$muted")
        words = "playing" if comparison.status.state is PlayState.PLAYING else "paused"
        return Content.styled(words, "$key")

    @staticmethod
    def _fetching(take: ComparedTake) -> str:
        return "measuring the loudness" if take.is_fetched.is_set() else "fetching"


def _rating(rating: TakeRating) -> Content:
    heart = f"{glyphs.FAVOURITE} " if rating.is_favourite else "  "
    stars = glyphs.STAR * rating.rating
    return Content.assemble((heart + stars, "$mark"), (glyphs.NO_STAR * (5 - rating.rating), "$muted"))
