"""A rating of one to five stars."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from sunotui.domain.text import clean
from sunotui.tui.dialogs.base import ENTER, ESCAPE, Dialog
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey

MOST_STARS = 5
_WORDS = ("not rated", "poor", "fair", "okay", "good", "great")
_STAR_CELLS = 4
_TITLE_LIMIT = 200


class _Stars(Widget):
    """Five stars with their digits; a click on one gives that rating."""

    class Chosen(Message):
        """A star was clicked."""

        def __init__(self, rating: int) -> None:
            super().__init__()
            self.rating = rating

    rating: reactive[int] = reactive(0)

    def render(self) -> Content:
        """The stars, and below them the digits."""
        numbers = range(1, MOST_STARS + 1)
        stars = [
            (f" {glyphs.STAR if number <= self.rating else glyphs.NO_STAR}  ", self._tone(number)) for number in numbers
        ]
        digits = [(f" {number}  ", "bold $key" if number == self.rating else "$muted") for number in numbers]
        clears = "0 removes the rating" if self.rating else ""
        word = _WORDS[self.rating]
        return Content.assemble(*stars, ("    " + word, "bold $strong"), "\n", *digits, ("    " + clears, "$muted"))

    def _tone(self, number: int) -> str:
        return "$mark" if number <= self.rating else "$muted"

    def on_click(self, event: events.Click) -> None:
        """Choose the star under the mouse."""
        number = event.x // _STAR_CELLS + 1
        if number <= MOST_STARS:
            self.post_message(self.Chosen(number))


class RateDialog(Dialog[int | None]):
    """Closes with a rating from 0 to 5, or None. A digit rates at once."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Cancel", show=False),
        Binding("left,h", "change(-1)", "Less", show=False),
        Binding("right,l", "change(1)", "More", show=False),
        Binding("enter", "finish", "Done", show=False),
        *(Binding(str(rating), f"dismiss({rating})", "Rate", show=False) for rating in range(MOST_STARS + 1)),
    ]

    def __init__(self, title: str = "", detail: str = "", rating: int = 0) -> None:
        """`title` is that of the song, `detail` says which take; `rating` is the one it has."""
        super().__init__("Rate this take")
        self._song_title = title
        self._detail = detail
        self._before = rating

    def compose_body(self) -> ComposeResult:
        """What is rated, and the stars."""
        if self._song_title or self._detail:
            song = clean(self._song_title, _TITLE_LIMIT)
            gap = "  " if song else ""
            yield Static(
                Content.assemble((song, "bold $strong"), gap, (self._detail, "$muted")),
                classes="dialog-question -one-line",
            )
        yield _Stars(id="stars")

    def on_mount(self) -> None:
        """Show the current rating."""
        self.query_one(_Stars).rating = self._before

    def footer_keys(self) -> Sequence[FooterKey]:
        """Rate, change, finish, leave."""
        return (
            FooterKey(f"1-{MOST_STARS}", "Rate", "screen.change(1)"),
            FooterKey(f"{glyphs.ARROW_LEFT} {glyphs.ARROW_RIGHT}", "Change", "screen.change(1)"),
            FooterKey(ENTER, "Done", "screen.finish"),
            FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"),
        )

    def on__stars_chosen(self, event: _Stars.Chosen) -> None:
        """Rate with the star that was clicked."""
        self.dismiss(event.rating)

    def action_change(self, step: int) -> None:
        """Add or remove one star."""
        stars = self.query_one(_Stars)
        stars.rating = max(0, min(MOST_STARS, stars.rating + step))

    def action_finish(self) -> None:
        """Close with the stars that are shown; an unchanged rating is not set again."""
        rating = self.query_one(_Stars).rating
        self.dismiss(rating if rating != self._before else None)
