"""The login form: the base URL and the token are tested for free, then the token is saved in the keyring."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from sunotui.core.core import Core
from sunotui.core.gateways.login import profile_from
from sunotui.domain.errors import SunotuiError, TokenLimited, TokenMalformed, TokenRejected, TokenStoreError
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.text import clean
from sunotui.tui.dialogs.base import ENTER, ESCAPE, Dialog
from sunotui.tui.gateways.secret_input import SecretInput
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.open_input import OpenInput

_HINT = "We test the connection first (free)"
_TO_KEYRING, _NOT_SAVED = "will be saved in the system keyring", "will not be saved"
"""What happens to the token after the test."""
_RUNNING, _GOOD, _BAD = (
    (glyphs.GENERATING, "bold $key", "$foreground"),
    (glyphs.DONE, "bold $good", "$foreground"),
    (glyphs.FAILED, "bold $bad", "$bad"),
)
"""Sign, its colour and that of the words: of a step that runs, that is done, and that failed."""
_STEP_LIMIT = 400
_WIDE = 74
"""The width of the box if the screen has room for it."""

Step = tuple[tuple[str, str, str], str]
"""The style of a step of the test, and its text."""


class LoginScreen(Dialog[None]):
    """A form; each step of the test is a row below the fields, and nothing that was typed is lost."""

    BINDINGS = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("ctrl+s", "log_in", "Log in", show=False),
        Binding("f5,alt+d", "try_demo", "Try the demo", show=False),
    ]
    ROWS_AROUND_LIST = 4

    def __init__(self, core: Core, *, is_new: bool = False) -> None:
        """`is_new` opens an empty form, for a new profile."""
        super().__init__("Log in to a gateway", classes="-login")
        self._core = core
        self._is_new = is_new
        self._base: Profile | None = None
        """The profile that the form was filled with."""

    def compose_body(self) -> ComposeResult:
        """The form."""
        with VerticalScroll(id="login-form", classes="dialog-list", can_focus=False):
            yield Static(f"{_HINT}. Esc cancels.", id="login-words", markup=False)
            address = OpenInput(placeholder="https://api.example.com", id="base-url")
            address.border_title = "Base URL"
            yield _bordered(address)
            token = SecretInput(placeholder="sk-…", id="token")
            token.border_title, token.border_subtitle = "Token", Content(_TO_KEYRING)
            yield _bordered(token)
            name = OpenInput("main", id="name")
            name.border_title, name.border_subtitle = "Name", "what it is called here"
            yield _bordered(name)
            yield Checkbox("For this session only: do not save the token", id="session-only")
            yield Checkbox("Allow http without encryption", id="allow-clear")
            yield Static("", id="login-steps", markup=False)

    def on_mount(self) -> None:
        """Fill in the current profile."""
        known = self._core.active_profiles
        profile = self._base = None if self._is_new else known.named(known.name)
        if self._is_new:
            self.query_one("#name", Input).value = ""
        elif profile is not None and not profile.is_from_env:
            self.query_one("#base-url", Input).value = str(profile.base_url)
            self.query_one("#name", Input).value = profile.name
            self.query_one("#allow-clear", Checkbox).value = profile.allow_clear
        if profile is None:
            for field in self.query(OpenInput):
                field.value = self.app.left_texts.get(("login", field.id or ""), field.value)
        for line in self.query(Input):
            line.cursor_blink = False
        self.query_one("#base-url", Input).focus()

    def on_resize(self) -> None:
        """Show the hint in the border if the form has no row for it, and the keys that fit."""
        self.show_position(_HINT if self.has_class("-low") else "")
        self.update_keys()

    def footer_keys(self) -> Sequence[FooterKey]:
        """Log in, continue, the demo if it is offered, leave."""
        if isinstance(self.focused, Checkbox):
            keys = [FooterKey("^s", "Log in", "screen.log_in"), FooterKey("space", "Change", "screen.turn")]
        elif self._enter_continues(self.focused):
            keys = [FooterKey(ENTER, "Next field", "app.focus_next")]
        else:
            keys = [FooterKey(ENTER, "Log in", "screen.log_in")]
        if self._offers_demo:
            text = "Try the demo" + (", no token needed" if self.size.width >= _WIDE else "")
            keys.append(FooterKey("F5", text, "screen.try_demo"))
        return [*keys, FooterKey(ESCAPE, "Cancel", "screen.leave")]

    @property
    def _offers_demo(self) -> bool:
        """The demo replaces the screens, so it is offered only to users without a gateway."""
        return not self._core.active_profiles.name

    def action_leave(self) -> None:
        """Close the form and erase the token; the other texts are restored when the form is opened again."""
        self.query_one(SecretInput).wipe()
        for line in self.query(OpenInput):
            self.app.left_texts["login", line.id or ""] = line.value
        self.dismiss()

    async def action_try_demo(self) -> None:
        """Continue in the demo, which has a gateway and a library of its own."""
        if self._offers_demo:
            self.query_one(SecretInput).wipe()
            await self.app.start_demo()

    def action_turn(self) -> None:
        """Change the focused checkbox."""
        if isinstance(self.focused, Checkbox):
            self.focused.action_turn()

    def on_checkbox_changed(self) -> None:
        """Show in the token's border whether it will be saved."""
        is_session_only = self.query_one("#session-only", Checkbox).value
        self.query_one(SecretInput).border_subtitle = Content(_NOT_SAVED if is_session_only else _TO_KEYRING)

    def on_open_input_refused(self) -> None:
        """Show a message: a token was typed where it would be readable."""
        self._show_steps((_BAD, "That looks like a token and was removed. Enter it in the field 'Token'"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Log in, or go to the token field while it is empty."""
        if self._enter_continues(event.input):
            self.query_one(SecretInput).focus()
        else:
            self.action_log_in()

    def _enter_continues(self, focused: Widget | None) -> bool:
        """Whether enter goes from the address to the token that is still missing."""
        return focused is not None and focused.id == "base-url" and not self.query_one(SecretInput).has_token

    @work(group="login", exclusive=True)
    async def action_log_in(self) -> None:
        """Test the token, then save it."""
        is_session_only = self.query_one("#session-only", Checkbox).value
        name, address = (self.query_one(field, Input).value.strip() for field in ("#name", "#base-url"))
        steps: list[Step] = []
        try:
            if address and not name:
                # The focus stays: the token may be typed again, and must not be readable in another field.
                self._show_steps((_BAD, "Enter a name"))
                return
            if self._has_changed(name):
                return
            profile = profile_from(
                name,
                address,
                known=self._core.profiles.get(name),
                allow_clear=self.query_one("#allow-clear", Checkbox).value,
            )
            token = self.query_one(SecretInput).token()
            self._show_steps((_RUNNING, f"Testing address and token at {profile.base_url.host} …"))
            profile, check = await self._core.login.verify(profile, token)
            steps = [
                (_GOOD, f"Address responds: {check.system_name or profile.base_url.host}"),
                (_GOOD, "Token accepted" + (f": {check.balance} left" if check.balance is not None else "")),
            ]
            self._show_steps(*steps, (_RUNNING, "Saving the token …"))
            await self._core.login.save(profile, token, is_session_only=is_session_only)
        except TokenMalformed as error:
            self._show_steps((_BAD, error.sentence))
        except TokenStoreError as error:
            advice = "Select 'For this session only' to continue without it."
            self._show_steps(*steps, (_BAD, f"{error.sentence} {advice}"))
        except (TokenRejected, TokenLimited) as error:
            self.app.message_log.add("error", error.sentence, error)
            self._show_steps((_GOOD, "Address responds"), (_BAD, error.sentence))
        except SunotuiError as error:
            self.app.message_log.add("error", error.sentence, error)
            self._show_steps(*steps, (_BAD, error.sentence))
        else:
            self.query_one(SecretInput).wipe()
            for field in self.query(OpenInput):
                self.app.left_texts.pop(("login", field.id or ""), None)
            where = await asyncio.to_thread(self._core.tokens.describe_source, profile)
            self.app.say(f"Logged in to {check.system_name or profile.base_url.host}; the token is in {where}")
            self.dismiss()

    def _has_changed(self, name: str) -> bool:
        """Whether the profile was changed elsewhere since the form was filled with it. Fields that were not edited
        here then get the new values, and nothing is written before the user has seen them."""
        base, now = self._base, self._core.profiles.get(name)
        url, checkbox = self.query_one("#base-url", Input), self.query_one("#allow-clear", Checkbox)
        if base is None or now is None or base.name != name or base.base_url == now.base_url:
            return False
        self._base = now
        if url.value.strip() == str(now.base_url):
            return False
        if url.value.strip() == str(base.base_url):
            url.value = str(now.base_url)
        if checkbox.value == base.allow_clear:
            checkbox.value = now.allow_clear
        sentence = (
            f"'{name}' was changed in the meantime; its base URL is {now.base_url}. Check the form and log in again"
        )
        self._show_steps((_BAD, sentence))
        return True

    def _show_steps(self, *steps: Step) -> None:
        """Show the steps of the test, the newest last, and scroll to them."""
        rows = [
            Content.assemble((f"{sign} ", tone), (clean(text, _STEP_LIMIT), colour))
            for (sign, tone, colour), text in steps
        ]
        line = self.query_one("#login-steps", Static)
        line.set_class(bool(rows), "-filled")
        line.update(Content("\n").join(rows))
        self.query_one("#login-form").scroll_end(animate=False)


def _bordered(field: Input) -> Input:
    """The field in a border of its own, like those of the composer."""
    field.compact = False
    field.add_class("pane", "field")
    return field
