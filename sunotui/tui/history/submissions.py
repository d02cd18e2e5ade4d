"""The journal screen: what was sent, how it ended, and how to resolve unknown outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets.option_list import Option

from sunotui.core.core import Core
from sunotui.core.events import Event, SubmissionChanged, TasksChanged
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.capabilities import Support
from sunotui.domain.gateways.features import Feature
from sunotui.domain.requests.request import MAY_HAVE_NO_TASK
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.song_listing import SongMatch, is_listed
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.text import clean, counted, printable
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import cursor_bindings, screen_bindings
from sunotui.tui.composer.fields import has_mode
from sunotui.tui.dialogs.confirm import PAY_AGAIN, ConfirmDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.library.detail.sections import pretty_json
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.lines import Row
from sunotui.tui.widgets.option_list import PageList
from sunotui.tui.widgets.text_view import TextLine

_STATE_TEXTS = {
    SubmissionState.READY: (glyphs.QUEUED, "not sent yet", "$muted"),
    SubmissionState.SENDING: (glyphs.GENERATING, "sending", "$key"),
    SubmissionState.ACCEPTED: (glyphs.DONE, "accepted", "$good"),
    SubmissionState.REJECTED: (glyphs.FAILED, "refused", "$bad"),
    SubmissionState.UNKNOWN: (glyphs.UNKNOWN, "outcome unknown, may have been charged", "$warn"),
    SubmissionState.DROPPED: (glyphs.NOTHING, "given up", "$muted"),
}
"""Sign, words and colour of each state."""

_REUSABLE = {SubmissionState.REJECTED, SubmissionState.DROPPED}
"""States of a submission whose request can be opened in the composer."""
_ONLY_UNKNOWN = ("submissions.look", "submissions.found", "submissions.drop")
"""Commands that work on unknown outcomes only."""
_FOUND_QUESTION, _FOUND_HINT = "Enter the song id", "It is checked with the gateway and added to the library."
_NO_ROWS = "Nothing was sent yet."
_LEAST_TITLE, _TITLE_SHARE = 34, 3
"""The cells that the column of titles has beside long outcomes, and the part of the line that it gets at most then."""
_CELLS_AROUND = 14
"""The cells of a line that are neither title nor outcome: border, padding, scrollbar, sign and age."""
_TITLE_LIMIT = 300
_WIDE = 100
"""The width of the window from which a row has columns for kind, gateway and price."""
_FACT_CELLS = 16
"""The most cells of one of these columns."""
_SHORT_BELOW = 80
"""The width of the window below which an unknown outcome is described in fewer words."""
_SHORT_UNKNOWN = "unknown, may be charged"
_MAY_BE_CHARGED = {SubmissionState.ACCEPTED, SubmissionState.UNKNOWN}


class SubmissionList(PageList):
    """The submissions, with the keys that move the cursor."""

    BINDINGS = cursor_bindings(Scope.SUBMISSIONS)


class SubmissionsScreen(Screen[None]):
    """The journal: one line for each submission, newest first."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = screen_bindings(Scope.SUBMISSIONS)

    app: BaseApp

    def __init__(self, core: Core, submission_id: str = "") -> None:
        """The cursor begins at this submission, or at the newest one."""
        super().__init__()
        self._core = core
        self._first = submission_id
        self._rows: dict[str, Submission] = {}
        self._titles: dict[str, str] = {}
        self._songs: dict[str, TaskSummary] = {}
        """What the library has of the accepted ones, by task id."""
        self._fact_cells = [0, 0, 0]
        """The cells of the columns for kind, gateway and price; 0 for a column without a value."""
        self._width = 0
        """The width of the window for which the rows were made."""
        self._hints: dict[str, str] = {}
        """What was requested, by the id of the submission."""

    def compose(self) -> ComposeResult:
        """The title, the list, the keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Journal")
        choices = SubmissionList(id="submission-list", classes="pane page", markup=False)
        choices.border_title = "Journal"
        yield choices
        yield Footer()

    async def on_mount(self) -> None:
        """Read the journal."""
        await self._reload()
        self.query_one(SubmissionList).focus()

    async def _reload(self) -> None:
        choices = self.query_one(SubmissionList)
        try:
            self._rows = {row.id: row for row in await self._core.reader.submissions()}
            self._titles = await self._core.reader.titles([row.task_id for row in self._rows.values() if row.task_id])
            self._songs = await self._core.reader.summaries([row.task_id for row in self._rows.values() if row.task_id])
            hints = [row.request.title_hint for row in self._rows.values()]
            hints = await self._core.reader.with_take_titles(hints)
            self._hints = dict(zip(self._rows, hints, strict=True))
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        # The cursor stays on its submission if others are added above it.
        current = self.query_one(SubmissionList).current_id or self._first
        choices.clear_options()
        self._fact_cells = [
            min(_FACT_CELLS, max((cell_len(one(row)) for row in self._rows.values()), default=0))
            for one in (_kind, _profile, self._price)
        ]
        now, width = self._core.clock.now(), self._title_cells()
        self._width = self.app.size.width
        options = [Option(self._row(row, now, width), id=row.id) for row in self._rows.values()]
        choices.add_options(options or [Option(Content(_NO_ROWS), disabled=True)])
        if self._rows:
            choices.highlighted = list(self._rows).index(current) if current in self._rows else 0
        self._describe()

    def _title_cells(self) -> int:
        """The width of the column of titles: what the longest outcome leaves, as much as the titles need, and at least
        a third of the line."""
        rows = self._rows.values()
        longest = max((cell_len(self._title_of(row)) for row in rows), default=0)
        outcome = max((cell_len(self._outcome(row) + self._facts(row)) for row in rows), default=0)
        width = self.app.size.width
        free = width - _CELLS_AROUND - outcome
        return min(longest, max(free, min(_LEAST_TITLE, width // _TITLE_SHARE)))

    async def on_resize(self) -> None:
        """Fit the column of titles to the new width."""
        if self._rows and self.app.size.width != self._width:
            await self._reload()

    def _row(self, row: Submission, now: float, width: int) -> Row:
        """State, title, outcome with its reason, the facts in a wide window, and age."""
        sign, _, colour = _STATE_TEXTS[row.state]
        if self._has_failed(row):
            sign, colour = glyphs.FAILED, "$bad"
        title = formatting.fit(self._title_of(row), width)
        left = Content.assemble((f"{sign} ", colour), (title, "$foreground"), (self._outcome(row), colour))
        age = formatting.age(row.created_at, now).rjust(5)
        return Row(left, Content.styled(self._facts(row) + age, "$muted"))

    def _has_failed(self, row: Submission) -> bool:
        """Whether it was accepted, and failed later."""
        song = self._songs.get(row.task_id or "")
        return row.state is SubmissionState.ACCEPTED and song is not None and song.status is TaskStatus.FAILURE

    def _outcome(self, row: Submission) -> str:
        """How it ended, with the reason, or with what an accepted one became."""
        words = _STATE_TEXTS[row.state][1]
        if row.state is SubmissionState.UNKNOWN and self.app.size.width < _SHORT_BELOW:
            words = _SHORT_UNKNOWN
        if self._has_failed(row):
            return f"  {words}, then failed"
        song = self._songs.get(row.task_id or "")
        became = ""
        if song is not None and row.state is SubmissionState.ACCEPTED:
            is_done = song.status is TaskStatus.SUCCESS
            became = counted(song.takes, "take") if is_done and song.takes else formatting.look(song)[1]
        return f"  {words}" + _after(row.error) + _after(became)

    def _facts(self, row: Submission) -> str:
        """In a wide window the kind, the gateway, and the price of a request that may have been charged, in columns. A
        reason gets their room."""
        if self.app.size.width < _WIDE or row.error:
            return ""
        texts = (one(row) for one in (_kind, _profile, self._price))
        return "".join(
            "  " + formatting.fit(text, cells) for text, cells in zip(texts, self._fact_cells, strict=True) if cells
        )

    def _price(self, row: Submission) -> str:
        """What it cost, by the price that is known now; empty for what was not charged, or without a known price."""
        if not self._core.has_services or row.state not in _MAY_BE_CHARGED:
            return ""
        price = self._core.services.billing.price(row.profile, row.request.kind)
        return f"about {price}" if price is not None else ""

    def _title_of(self, row: Submission) -> str:
        """The song's title, or what was requested while it has no title."""
        title = self._titles.get(row.task_id or "") or self._hints[row.id]
        return printable(clean(title, _TITLE_LIMIT)) or row.request.task_kind.label

    def _describe(self) -> None:
        """Show how many rows there are, where the cursor is, and the keys that work there."""
        choices = self.query_one(SubmissionList)
        self.query_one(Header).count = f"{len(self._rows):,}"
        choices.border_subtitle = Content(choices.position)
        self.query_one(Footer).update_keys()

    def on_option_list_option_highlighted(self) -> None:
        """Follow the cursor."""
        self._describe()

    def _current(self) -> Submission | None:
        return self._rows.get(self.query_one(SubmissionList).current_id or "")

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work for the row under the cursor."""
        row = self._current()
        state = row.state if row is not None else None
        is_unknown = state is SubmissionState.UNKNOWN
        without_list = is_unknown and row is not None and not self._may_be_listed(row)
        can_retry = is_unknown or (row is not None and state in _REUSABLE and has_mode(row.request))
        without = [
            *(("submissions.look",) if without_list else () if is_unknown else _ONLY_UNKNOWN),
            *(() if can_retry else ("submissions.retry",)),
        ]
        if row is None:
            without.append("submissions.answer")
        texts = {"submissions.retry": footers.SEND_AGAIN if is_unknown else footers.EDIT}
        return footers.footer_keys(footers.SUBMISSIONS, self.app.keys_of, texts=texts, without=without)

    def _may_be_listed(self, row: Submission) -> bool:
        """Whether the gateway may list the result: the request is for a song, and the gateway is not known to lack a
        list."""
        if not is_listed(row.request):
            return False
        if not self._core.has_services:
            return True
        support = self._core.services.capabilities.known(row.profile).support(Feature.MY_MUSICS)
        return support is not Support.MISSING

    def action_leave(self) -> None:
        """Go back to the library."""
        self.dismiss()

    def on_core_event(self, event: Event) -> None:
        """Update the list."""
        if isinstance(event, SubmissionChanged):
            self._update()
        elif isinstance(event, TasksChanged):
            unfinished = {song.id for song in self._songs.values() if not song.status.is_final}
            if not unfinished.isdisjoint(event.ids):
                self._update()

    @work(group="update", exclusive=True)
    async def _update(self) -> None:
        await self._reload()

    def on_option_list_option_selected(self) -> None:
        """Show the complete response."""
        self.action_answer()

    def action_answer(self) -> None:
        """Show what was sent and the complete response."""
        row = self._current()
        if row is None:
            return
        facts = (
            ("State", _STATE_TEXTS[row.state][1]),
            ("Id", row.id),
            ("Gateway", row.profile),
            ("Created", formatting.moment(row.created_at)),
            ("Sent", formatting.moment(row.sent_at)),
            ("Ended", formatting.moment(row.ended_at)),
            ("Song id", row.task_id or "—"),
            ("Ids in response", " ".join(row.task_hints) or "—"),
            ("Retry of", row.retry_of or "—"),
            ("Reason", clean(row.error, 600) or "—"),
            ("HTTP", str(row.http_status or "—")),
            ("Request id", row.request_id or "—"),
        )
        lines = [TextLine(text, label=name) for name, text in facts if text != "—"]
        lines += [TextLine(""), TextLine(f"POST {row.path}", "head")]
        lines += [TextLine(line) for line in pretty_json(row.body).split("\n")]
        if row.answer:
            lines += [TextLine(""), TextLine("Response", "head")]
            lines += [TextLine(line) for line in pretty_json(row.answer).split("\n")]
        self.app.push_screen(TextViewer("Journal entry", lines))

    def _unknown(self) -> Submission | None:
        row = self._current()
        if row is None or row.state is not SubmissionState.UNKNOWN:
            is_reusable = row is not None and row.state in _REUSABLE and not isinstance(row.request, MAY_HAVE_NO_TASK)
            advice = "; s opens this request in the composer" if is_reusable else ""
            self.app.say(f"Only an unknown outcome can be resolved{advice}", "warning")
            return None
        return row

    @opens_dialog
    async def action_look(self) -> None:
        """Search the gateway's list of songs for it, and offer the matches; nothing is added without a confirmation."""
        row = self._unknown()
        if row is None:
            return
        try:
            matches = await self._core.services.unknown_outcomes.matches(row.id)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        if not matches:
            self.app.say("No song in the gateway's list matches this submission yet")
            return
        choices = [("", "None of these", "it stays unknown")]
        choices += [(match.id, clean(match.title) or "untitled", _about(match)) for match in matches]
        name = formatting.fit(clean(self._hints[row.id]), 40).strip()
        question = f"Is “{name}” one of these? The one you choose is added to the library."
        chosen = await self.app.push_screen_wait(SelectDialog("Find song", choices, question=question))
        match = next((match for match in matches if match.id == chosen), None)
        if match is None:
            return
        try:
            await self._core.services.unknown_outcomes.adopt(row.id, match)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self.app.say("Added: the song is in the library")
        await self._reload()

    @opens_dialog
    async def action_found(self) -> None:
        """Ask for the song id until the gateway knows it, and adopt the task."""
        row = self._unknown()
        if row is None:
            return
        typed, words, is_bad = next(iter(row.task_hints), ""), _FOUND_HINT, False
        while True:
            dialog = PromptDialog(_FOUND_QUESTION, typed, words, subject=row.id, is_bad=is_bad)
            answer = await self.app.push_screen_wait(dialog)
            if answer is None:
                return
            # Kept in case the dialog is not opened again because the journal was closed in the meantime.
            self.app.left_texts[_FOUND_QUESTION, row.id] = answer
            try:
                await self._core.services.unknown_outcomes.resolve(row.id, answer)
            except SunotuiError as error:
                self.app.message_log.add("error", error.sentence, error)
                typed, words, is_bad = answer, error.sentence, True
                continue
            self.app.left_texts.pop((_FOUND_QUESTION, row.id), None)
            self.app.say("Found: the song is in the library")
            await self._reload()
            return

    @opens_dialog
    async def action_retry(self) -> None:
        """Send the request again, after a confirmation; a refused or given up one is opened in the composer."""
        row = self._current()
        if row is not None and row.state in _REUSABLE:
            self._open_in_composer(row)
            return
        row = self._unknown()
        if row is None:
            return
        confirm = ConfirmDialog(
            "It may have been charged already. Send it again?",
            f"wait; look for it {'with l or ' if self._may_be_listed(row) else ''}on the gateway's page first",
            "Send again",
            PAY_AGAIN,
        )
        if await self.app.push_screen_wait(confirm) != "yes":
            return
        try:
            self.app.submit.report(await self._core.services.unknown_outcomes.retry(row.id))
        except SunotuiError as error:
            self.app.notify_error(error)
        await self._reload()

    def _open_in_composer(self, row: Submission) -> None:
        """Open the composer with a refused or given up request, to be edited; this sends nothing."""
        if not has_mode(row.request):
            self.app.say("The composer has no form for this request; request it again from its take", "warning")
            return
        self.dismiss()
        self.app.navigator.open_composer(row.request, row.profile)
        self.app.say("Opened in the composer: edit it if needed; ctrl+s sends it")

    @opens_dialog
    async def action_drop(self) -> None:
        """Give up on it, after a confirmation: sunotui stops searching for it."""
        row = self._unknown()
        if row is None:
            return
        effect = "sunotui stops looking for it; this is final"
        confirm = ConfirmDialog("Stop looking for it?", "it stays unknown", "Give up on it", effect)
        if await self.app.push_screen_wait(confirm) != "yes":
            return
        try:
            await self._core.services.unknown_outcomes.give_up(row.id)
        except SunotuiError as error:
            self.app.notify_error(error)
        await self._reload()


def _kind(row: Submission) -> str:
    return row.request.task_kind.label


def _profile(row: Submission) -> str:
    return printable(row.profile)


def _after(text: str) -> str:
    return f": {clean(text, _TITLE_LIMIT)}" if text else ""


def _about(match: SongMatch) -> str:
    """The fields in which a song in the gateway's list matches the submission."""
    takes = f"{len(match.clips)} take{'s' if len(match.clips) != 1 else ''}"
    made = "time not given" if match.made_at is None else f"made {formatting.moment(match.made_at)}"
    return f"{takes}, {made}, same {' and '.join(match.same)}"
