"""The progress of the triage: a row with the counts, and the takes with their verdicts."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from sunotui.core.triage.session import TriageSession, TriageTake
from sunotui.domain.annotations import TriageVerdict
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.lines import LineWidget

_WORDS = {
    TriageVerdict.FAVOURITE: "favourite",
    TriageVerdict.RATE: "rated",
    TriageVerdict.KEEP: "kept",
    TriageVerdict.TRASH: "trashed",
    TriageVerdict.LATER: "later",
}
_SIGNS = {
    TriageVerdict.FAVOURITE: (glyphs.FAVOURITE, "$mark"),
    TriageVerdict.RATE: (glyphs.STAR, "$mark"),
    TriageVerdict.KEEP: (glyphs.DONE, "$good"),
    TriageVerdict.TRASH: (glyphs.FAILED, "$bad"),
    TriageVerdict.LATER: (glyphs.QUEUED, "$muted"),
}
_LEAST_BAR = 6
_TAKE_CELLS = 8


def counts_text(session: TriageSession) -> str:
    """How many takes got each verdict, such as "2 kept, 1 trashed, 1 later"."""
    counts = session.counts
    found = [f"{counts[verdict]} {word}" for verdict, word in _WORDS.items() if counts[verdict]]
    if session.skipped:
        found.append(f"{session.skipped} skipped")
    return ", ".join(found)


class TriageProgress(LineWidget):
    """One row: "5 of 18", a bar, and the counts."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, session: TriageSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session

    def line(self) -> Content:
        """The row."""
        session, width = self._session, self.size.width
        total, done = len(session.takes), sum(not take.waits for take in session.takes)
        position = f"  {min(session.index + 1, total)} of {total}   "
        counts = counts_text(session)
        waiting = len(session.pending)
        if waiting:
            counts += f"{', ' if counts else ''}{waiting} not applied yet"
        words = f"   {counts} " if counts else " "
        room = width - len(position) - len(words)
        if room < _LEAST_BAR:
            words = formatting.fit(words, max(0, width - len(position) - _LEAST_BAR))
            room = _LEAST_BAR
        full, rest = formatting.bar(done / total if total else 1.0, room)
        return Content.assemble((position, "bold $strong"), (full, "$key"), (rest, "$rule-strong"), (words, "$muted"))


class TriageList(Widget):
    """The takes around the current one, each with its verdict."""

    DEFAULT_CLASSES = "pane"
    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, session: TriageSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._shown: object = None
        self.border_title = "Takes"

    def show(self) -> None:
        """Show a new state of the triage."""
        shown = self._session.index, [(take.decision, take.problem) for take in self._session.takes]
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Content:
        """The rows."""
        takes, height, width = self._session.takes, self.size.height, self.size.width
        start = max(0, min(self._session.index - height // 2, len(takes) - height))
        rows = [self._row(take, start + at, width) for at, take in enumerate(takes[start : start + height])]
        return Content("\n").join(rows)

    def _row(self, take: TriageTake, index: int, width: int) -> Content:
        is_current = index == self._session.index
        sign, tone = " ", "$muted"
        if is_current:
            sign, tone = glyphs.PLAYING, "$key"
        elif take.decision is not None:
            sign, tone = _SIGNS[take.decision.verdict]
        elif take.problem:
            sign, tone = glyphs.WARNING, "$warn"
        style = "bold $strong" if is_current else "$foreground" if take.waits else "$muted"
        title = formatting.fit(formatting.title(take.entry.title), max(4, width - 2 - _TAKE_CELLS))
        number = f"take {take.entry.take}".rjust(_TAKE_CELLS)
        return Content.assemble((f"{sign} ", tone), (title, style), (number, "$muted"))
