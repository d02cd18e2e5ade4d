"""Earlier requests and the draft set aside, found again by a few letters of them."""

from collections.abc import Iterable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.request import Request
from sunotui.domain.submission import Submission
from sunotui.domain.text import clean
from sunotui.tui import show
from sunotui.tui.draft import Draft
from sunotui.tui.widgets.choices import Choices

_MOST_ROWS = 100
_TEXTS = ("description", "prompt", "lyrics", "style", "title", "url", "path", "clip_id", "clip")

Found = Request | Draft


class RecallScreen(ModalScreen[Found | None]):
    """Type to find, enter takes it into the form; ends with it, or with None."""

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Leave", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
    ]

    def __init__(self, aside: Draft, submissions: Sequence[Submission], now: float) -> None:
        """`submissions` newest first; of several with the same request the newest stands for all."""
        super().__init__()
        newest: dict[Request, Submission] = {}
        for submission in submissions:
            newest.setdefault(submission.request, submission)
        self._rows: list[tuple[Found, str, str, str]] = []
        if aside.is_worth_keeping:
            self._rows.append((aside, "", "draft", _words(aside.values.get(name, "") for name in _TEXTS)))
        for request, row in newest.items():
            words = _words(str(getattr(request, name, "")) for name in _TEXTS)
            self._rows.append((request, show.age(row.created_at, now), request.word, words))
        self._found: list[Found] = []

    def compose(self) -> ComposeResult:
        """A line to type in, and what fits it."""
        with Vertical(id="choose-box"):
            yield Static("Earlier requests", id="choose-title", markup=False)
            line = Input(placeholder="letters of its words", id="recall-words", compact=True)
            line.cursor_blink = False
            yield line
            yield Choices(id="choose-list")

    def on_mount(self) -> None:
        """All of them, the newest first."""
        self._show("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Those that fit, the best first."""
        self._show(event.value)

    def on_input_submitted(self) -> None:
        """Take the one under the cursor."""
        self._take(self.query_one(Choices).highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the one that was clicked."""
        self._take(event.option_index)

    def action_move(self, step: int) -> None:
        """The row below or above, while the line keeps the keys."""
        choices = self.query_one(Choices)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    def _take(self, index: int | None) -> None:
        if index is not None and index < len(self._found):
            self.dismiss(self._found[index])

    def _show(self, wanted: str) -> None:
        rows = self._rows
        if wanted.strip():
            matcher = Matcher(wanted.strip())
            rated = [(matcher.match(row[3]), row) for row in rows if row[3]]
            rows = [row for score, row in sorted(rated, key=lambda rated: -rated[0]) if score > 0]
        rows = rows[:_MOST_ROWS]
        self._found = [found for found, *_ in rows]
        choices = self.query_one(Choices)
        choices.clear_options()
        for _, age, kind, words in rows:
            choices.add_option(
                Option(Text.assemble((age.rjust(4), "dim"), " ", (show.fit(kind, 11), "bold"), " ", words))
            )
        if rows:
            choices.highlighted = 0


def _words(texts: Iterable[str]) -> str:
    """What a person would know it by, on one line."""
    return " · ".join(text for text in (clean(text, 160) for text in texts) if text)
