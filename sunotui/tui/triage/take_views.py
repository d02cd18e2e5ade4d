"""What the triage screen shows of the take that plays: its facts, lyrics, position and the keys of the verdicts."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget

from sunotui.core.clock import Clock
from sunotui.core.triage.session import TriageSession, TriageTake
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.playback.transport import sign_of
from sunotui.tui.runtime.own_screen import run_on_own_screen
from sunotui.tui.theming import glyphs
from sunotui.tui.triage.screen_actions import LISTENING
from sunotui.tui.widgets.lines import LineWidget
from sunotui.tui.widgets.text_view import wrap

_STYLE_LIMIT = 400
"""The maximum number of characters of a style that are drawn."""
_MOST_STYLE_ROWS = 3
_LISTENING_FROM = 60
"""The minimum width in cells for the bar to show what is played."""


class TriageLyrics(SyncedLyrics, can_focus=False):
    """The lyrics of the take. A click on a line plays from it."""

    def __init__(self, session: TriageSession, clock: Clock) -> None:
        super().__init__(clock.monotonic, id="triage-lyrics")
        self._session = session

    def _seek_to(self, line: int) -> None:
        start_s = self._sheet.lines[line].start_s
        if start_s is not None:
            self._session.seek_by(start_s - self._session.position_s)
            self.action_follow()


class TriageFacts(Widget):
    """Style, model, length, age, and whether the take is saved."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._take: TriageTake | None = None
        self._shown: object = None
        self._is_saved = False
        self._problem = ""

    def show(self, take: TriageTake | None, *, is_saved: bool, problem: str) -> None:
        """Show another take; `problem` is why it is not heard."""
        shown = take, take.detail if take is not None else None, is_saved, problem
        if shown != self._shown:
            self._shown, self._take, self._is_saved, self._problem = shown, take, is_saved, problem
            self.refresh(layout=True)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each line."""
        return max(1, len(self._lines(max(8, width))))

    def render(self) -> Content:
        """The facts."""
        return Content("\n").join(self._lines(max(8, self.size.width)))

    def _lines(self, width: int) -> list[Content]:
        take, is_low = self._take, self.app.size.height < 20
        if take is None:
            return []
        clip, detail = take.clip, take.detail
        style = printable(" ".join(clip.tags[:_STYLE_LIMIT].split())) if clip is not None else ""
        facts = [formatting.model(clip.model)] if clip is not None and clip.model else []
        facts.append(formatting.length(take.entry.length_s))
        if detail is not None:
            facts.append(formatting.ago(detail.task.added_at, self.app.core.clock.now()))
        saved = "saved" if self._is_saved else "not saved"
        problem = wrap(f"{glyphs.WARNING} {self._problem}", width) if self._problem else []
        if is_low:
            problem = [formatting.fit(" ".join(problem), width)] if problem else []
        lines = [Content.styled(row, "$warn") for row in problem]
        if is_low:
            text = "  ".join([*facts, saved, style])
            return [*lines, Content.styled(formatting.fit(text, width), "$muted")]
        rows = wrap(style, width) if style else []
        if len(rows) > _MOST_STYLE_ROWS:
            cut = formatting.fit(" ".join(rows[_MOST_STYLE_ROWS - 1 : _MOST_STYLE_ROWS + 1]), width)
            rows = [*rows[: _MOST_STYLE_ROWS - 1], cut]
        lines += [Content.styled(row, "$foreground") for row in rows]
        if rows:
            lines.append(Content(""))
        lines.append(Content.styled("  ".join(facts), "$muted"))
        if detail is not None and not self._is_saved:
            link = formatting.link_expiry(self.app.core.clock.now() - detail.task.added_at, detail.link_life)
            saved = ", ".join(filter(None, (saved, link)))
        lines += [Content.styled(row, "$muted") for row in wrap(saved, width)]
        return lines


class TriageBar(LineWidget):
    """The position within the take. A click seeks."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, session: TriageSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._start = self._cells = 0

    def line(self) -> Content:
        """The row."""
        status, width = self._session.status, self.size.width
        length_s = status.length_s
        end = f" {formatting.moment_of_clip(round(length_s)) if length_s else ''}"
        if width >= _LISTENING_FROM:
            end += f"   {LISTENING[self._session.listening_mode]}"
        position_s = self._session.position_s
        start = [
            (f"{sign_of(status.state)} ", "$key"),
            (f"{formatting.moment_of_clip(position_s)} ", "bold $strong"),
        ]
        self._start = sum(cell_len(text) for text, _ in start)
        self._cells = max(0, width - self._start - cell_len(end))
        share = min(1.0, position_s / length_s) if length_s else 0.0
        full, rest = formatting.bar(share, self._cells)
        return Content.assemble(*start, (full, "$key"), (rest, "$rule-strong"), (end, "$muted"))

    def on_click(self, event: events.Click) -> None:
        """Seek on the bar; elsewhere, pause or resume."""
        event.stop()
        at, length_s = event.x - self._start, self._session.status.length_s
        if 0 <= at < self._cells and length_s:
            self._session.seek_by(length_s * at / max(1, self._cells - 1) - self._session.position_s)
        else:
            self._session.toggle()


_VERDICTS = (
    ("triage.trash", "$bad"),
    ("triage.later", "$muted"),
    ("triage.keep", "$good"),
    ("triage.star", "$mark"),
    ("triage.rate", "$mark"),
)


class VerdictKeys(Widget):
    """The keys of the verdicts, as configured; a click gives the verdict."""

    ALLOW_SELECT = False
    app: BaseApp

    def on_resize(self) -> None:
        """Distribute the keys over the new width."""
        self.refresh()

    def render(self) -> Content:
        """The keys, evenly spaced."""
        pieces: list[tuple[str, str]] = []
        for (_, tone), (key, text) in zip(_VERDICTS, self._texts(), strict=True):
            pieces += [(key, f"bold reverse {tone}"), (text, "$foreground")]
        return Content.assemble(*pieces)

    def _texts(self) -> list[tuple[str, str]]:
        """The key and the words of each verdict, with the room after them."""
        found = []
        for name, _ in _VERDICTS:
            command = command_named(name)
            key = "".join(f" {shown_key(one)} " for one in self.app.keys_of(command)[:1])
            found.append((key, f" {command.title}"))
        gap = max(1, (self.size.width - sum(cell_len(key + text) for key, text in found)) // len(found))
        return [(key, text + " " * gap) for key, text in found]

    def on_click(self, event: events.Click) -> None:
        """Give the verdict under the mouse."""
        event.stop()
        end = 0
        for (name, _), (key, text) in zip(_VERDICTS, self._texts(), strict=True):
            end += cell_len(key + text)
            if event.x < end:
                self.call_next(run_on_own_screen, self, f"screen.{command_named(name).action}")
                return
