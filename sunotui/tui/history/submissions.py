"""The journal screen: what was sent, how it ended, and how to resolve unknown outcomes."""

from __future__ import annotations

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from sunotui.core.core import Core
from sunotui.core.events import Event, SubmissionChanged
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.request import MAY_HAVE_NO_TASK
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.song_listing import SongMatch
from sunotui.domain.text import clean
from sunotui.domain.token_detection import has_token
from sunotui.tui import formatting
from sunotui.tui.command import Scope
from sunotui.tui.commands import bindings, footer_of
from sunotui.tui.composer.fields import has_mode
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.library.detail.sections import pretty_json
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.widgets.key_bar import KeyBar
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.text_view import TextLine

_STATE_TEXTS = {
    SubmissionState.READY: ("·", "not sent yet", "dim"),
    SubmissionState.SENDING: ("◐", "sending", "yellow"),
    SubmissionState.ACCEPTED: ("✓", "accepted", "green"),
    SubmissionState.REJECTED: ("✗", "refused", "red"),
    SubmissionState.UNKNOWN: ("?", "outcome unknown: it may have been charged", "bold yellow"),
    SubmissionState.DROPPED: ("⌀", "given up", "dim"),
}

_REUSABLE = {SubmissionState.REJECTED, SubmissionState.DROPPED}
"""States of a submission whose request can be opened in the composer."""


class SubmissionsScreen(Dialog[None]):
    """One line for each submission, newest first."""

    BINDINGS = [
        *bindings(Scope.SUBMISSIONS),
        Binding("escape,q", "dismiss", "Leave", show=False),
    ]

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._rows: dict[str, Submission] = {}

    def compose(self) -> ComposeResult:
        """The title, the list, an input for an id, the keys."""
        yield Static("Submissions", id="reading-title", markup=False)
        yield ChoiceList(id="submission-list")
        yield FreeInput(placeholder="the task id you found; enter checks it with the gateway", id="found-id")
        yield KeyBar(id="key-bar")

    async def on_mount(self) -> None:
        """Read the journal."""
        self.query_one(KeyBar).commands = footer_of((Scope.SUBMISSIONS,))
        await self._reload()
        self.query_one(ChoiceList).focus()

    async def _reload(self) -> None:
        choices = self.query_one(ChoiceList)
        try:
            self._rows = {row.id: row for row in await self._core.reader.submissions()}
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        # The cursor stays on its submission if others are added above it.
        current = self.query_one(ChoiceList).current_id
        choices.clear_options()
        now = self._core.clock.now()
        for row in self._rows.values():
            glyph, words, style = _STATE_TEXTS[row.state]
            line = Text.assemble(
                (glyph + " ", style),
                (formatting.fit(clean(row.request.title_hint) or row.request.task_kind.value, 34), ""),
                "  ",
                (formatting.age(row.created_at, now).rjust(4), "dim"),
                "  ",
                (words, style),
                (f"  {clean(row.trouble)}" if row.trouble else "", "dim"),
                no_wrap=True,
                overflow="ellipsis",
            )
            choices.add_option(Option(line, id=row.id))
        if self._rows:
            choices.highlighted = list(self._rows).index(current) if current in self._rows else 0

    def _current(self) -> Submission | None:
        return self._rows.get(self.query_one(ChoiceList).current_id or "")

    def on_core_event(self, event: Event) -> None:
        """Update the list."""
        if isinstance(event, SubmissionChanged):
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
            ("Task id", row.task_id or "—"),
            ("Ids in response", " ".join(row.task_hints) or "—"),
            ("Retry of", row.retry_of or "—"),
            ("Reason", clean(row.trouble, 600) or "—"),
            ("HTTP", str(row.http_status or "—")),
            ("Request id", row.request_id or "—"),
        )
        lines = [TextLine(text, label=name) for name, text in facts if text != "—"]
        lines += [TextLine(""), TextLine(f"POST {row.path}", "head")]
        lines += [TextLine(line) for line in pretty_json(row.body).split("\n")]
        if row.answer:
            lines += [TextLine(""), TextLine("Response", "head")]
            lines += [TextLine(line) for line in pretty_json(row.answer).split("\n")]
        self.app.push_screen(TextViewer("Submission", lines))

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
        name = formatting.fit(clean(row.request.title_hint), 40).strip()
        title = f"Is “{name}” one of these? The one you choose is added to the library"
        chosen = await self.app.push_screen_wait(SelectDialog(title, choices))
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

    def action_found(self) -> None:
        """Open the input for the task id."""
        if (row := self._unknown()) is not None:
            line = self.query_one("#found-id", Input)
            line.value = self.app.left_texts.get(("found-id", row.id)) or next(iter(row.task_hints), "")
            line.add_class("-open")
            line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Remember the text for the next time the input is opened."""
        if (row := self._current()) is not None and not has_token(event.value):
            self.app.left_texts["found-id", row.id] = event.value

    def on_open_input_refused(self) -> None:
        """Show a message: a token was typed where it would be readable."""
        self.app.say(TOKEN_REFUSED, "warning")

    @work(group="resolve", exclusive=True)
    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check the id with the gateway and adopt the task."""
        row = self._unknown()
        if row is None:
            return
        if has_token(event.value):
            event.input.value = ""
            self.app.say(TOKEN_REFUSED, "warning")
            return
        try:
            await self._core.services.unknown_outcomes.resolve(row.id, event.value)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        event.input.value = ""
        event.input.remove_class("-open")
        self.query_one(ChoiceList).focus()
        self.app.say("Found: the task is in the library")
        await self._reload()

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
            "wait; look for it with l or on the gateway's page first",
            "Send again",
            "pay again",
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
        """Give up on it, after a confirmation: sunotui stops looking for it."""
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


def _about(match: SongMatch) -> str:
    """The fields in which a song in the gateway's list matches the submission."""
    takes = f"{len(match.clips)} take{'s' if len(match.clips) != 1 else ''}"
    made = "time not given" if match.made_at is None else f"made {formatting.moment(match.made_at)}"
    return f"{takes}, {made}, same {' and '.join(match.same)}"
