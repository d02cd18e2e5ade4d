"""The login form: the base URL and the token are tested for free, then the token is saved in the keyring."""

from __future__ import annotations

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Button, Input, Static

from sunotui.core.core import Core
from sunotui.core.gateways.login import profile_from
from sunotui.domain.errors import SunotuiError, TokenMalformed, TokenStoreError
from sunotui.domain.gateways.profile import Profile
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.gateways.secret_input import SecretInput
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.open_input import OpenInput


class LoginScreen(Dialog[None]):
    """A small form; errors are shown in it, and nothing that was typed is lost."""

    BINDINGS = [Binding("escape", "leave", "Leave", show=False), Binding("ctrl+s", "log_in", "Log in", show=False)]

    def __init__(self, core: Core, *, is_new: bool = False) -> None:
        """`is_new` opens an empty form, for a new profile."""
        super().__init__()
        self._core = core
        self._is_new = is_new
        self._base: Profile | None = None
        """The profile that the form was filled with."""

    def compose(self) -> ComposeResult:
        """The form."""
        with VerticalScroll(id="login-box", can_focus=False):
            yield Static("Log in to a gateway", id="login-title", markup=False)
            # Above the form, so that it is visible in a low terminal, too.
            yield Static("We test the connection first (free). Esc cancels.", id="login-words", markup=False)
            yield Static("Base URL", classes="label", markup=False)
            yield OpenInput(placeholder="https://api.example.com", id="base-url")
            yield Static("Name of this profile", classes="label", markup=False)
            yield OpenInput("main", id="name")
            yield Static("Token", classes="label", markup=False)
            yield SecretInput(placeholder="sk-…", id="token")
            yield Checkbox("This session only: do not save in the keyring", id="session-only")
            yield Checkbox("Allow http without encryption", id="allow-clear")
            yield Button("Log in", id="log-in", variant="primary", compact=True)

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

    def action_leave(self) -> None:
        """Close the form and erase the token; the other texts are restored when the form is opened again."""
        self.query_one(SecretInput).wipe()
        for line in self.query(OpenInput):
            self.app.left_texts["login", line.id or ""] = line.value
        self.dismiss()

    def on_open_input_refused(self) -> None:
        """Show a message: a token was typed where it would be readable."""
        self._say("That looks like a token and was removed. Enter it in the field 'Token'", is_bad=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field, or log in from the last one."""
        if event.input.id == "token":
            self.action_log_in()
        else:
            self.focus_next()

    def on_button_pressed(self) -> None:
        """Log in."""
        self.action_log_in()

    @work(group="login", exclusive=True)
    async def action_log_in(self) -> None:
        """Test the token, then save it."""
        is_session_only = self.query_one("#session-only", Checkbox).value
        name = self.query_one("#name", Input).value.strip()
        try:
            if self._has_changed(name):
                return
            profile = profile_from(
                name,
                self.query_one("#base-url", Input).value,
                known=self._core.profiles.get(name),
                allow_clear=self.query_one("#allow-clear", Checkbox).value,
            )
            token = self.query_one(SecretInput).token()
            self._say("Asking the gateway …")
            profile, check = await self._core.login.verify(profile, token)
            self._say("The gateway accepted the token. Waiting for the keyring …")
            await self._core.login.save(profile, token, is_session_only=is_session_only)
        except TokenMalformed as error:
            self._say(error.sentence, is_bad=True)
        except TokenStoreError as error:
            self._say(f"{error.sentence} Select 'This session only' to continue without it.", is_bad=True)
        except SunotuiError as error:
            self.app.message_log.add("error", error.sentence, error)
            self._say(error.sentence, is_bad=True)
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
        self._say(sentence, is_bad=True)
        return True

    def _say(self, sentence: str, *, is_bad: bool = False) -> None:
        line = self.query_one("#login-words", Static)
        line.set_class(is_bad, "-bad")
        line.update(sentence)
        self.query_one("#login-box").scroll_home(animate=False)
