"""Log in: base URL and token are tried without spending anything, then the token goes to the keyring."""

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
    """A small form; what goes wrong is said in it and nothing typed is lost."""

    BINDINGS = [Binding("escape", "leave", "Leave", show=False), Binding("ctrl+s", "log_in", "Log in", show=False)]

    def __init__(self, core: Core, *, is_new: bool = False) -> None:
        """`is_new` leaves the form empty for another gateway than the one in use."""
        super().__init__()
        self._core = core
        self._is_new = is_new
        self._base: Profile | None = None
        """The profile that the form was filled with."""

    def compose(self) -> ComposeResult:
        """The form."""
        with VerticalScroll(id="login-box", can_focus=False):
            yield Static("Log in to a gateway", id="login-title", markup=False)
            # Above the form, where a low terminal shows it too.
            yield Static("It is tried first; that costs nothing. esc leaves.", id="login-words", markup=False)
            yield Static("Base URL", classes="label", markup=False)
            yield OpenInput(placeholder="https://api.example.com", id="base-url")
            yield Static("Name of this profile", classes="label", markup=False)
            yield OpenInput("main", id="name")
            yield Static("Token", classes="label", markup=False)
            yield SecretInput(placeholder="sk-…", id="token")
            yield Checkbox("This session only: not into the keyring", id="session-only")
            yield Checkbox("Allow http without encryption", id="allow-clear")
            yield Button("Log in", id="log-in", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Show what is known of the profile in use."""
        profile = self._base = None if self._is_new else self._core.profile_named(self._core.profile)
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
        """Away, with the token wiped from the form; the rest is there when the form is opened again."""
        self.query_one(SecretInput).wipe()
        for line in self.query(OpenInput):
            self.app.left_texts["login", line.id or ""] = line.value
        self.dismiss()

    def on_open_input_refused(self) -> None:
        """A token was typed where it can be read."""
        self._say("That looks like a token: it was wiped, and belongs into the line 'Token'", is_bad=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next line, and logs in from the last."""
        if event.input.id == "token":
            self.action_log_in()
        else:
            self.focus_next()

    def on_button_pressed(self) -> None:
        """The button logs in."""
        self.action_log_in()

    @work(group="login", exclusive=True)
    async def action_log_in(self) -> None:
        """Try the token, then keep it."""
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
            self._say("The gateway takes the token. Waiting for your keyring …")
            await self._core.login.save(profile, token, is_session_only=is_session_only)
        except TokenMalformed as error:
            self._say(error.sentence, is_bad=True)
        except TokenStoreError as error:
            self._say(f"{error.sentence} Tick 'this session only' to go on without it.", is_bad=True)
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
        """Whether the profile was changed elsewhere since the form was filled with it. What was not edited here is then
        as it is there, and nothing is written before the user has seen it."""
        base, now = self._base, self._core.profiles.get(name)
        line, tick = self.query_one("#base-url", Input), self.query_one("#allow-clear", Checkbox)
        if base is None or now is None or base.name != name or base.base_url == now.base_url:
            return False
        self._base = now
        if line.value.strip() == str(now.base_url):
            return False
        if line.value.strip() == str(base.base_url):
            line.value = str(now.base_url)
        if tick.value == base.allow_clear:
            tick.value = now.allow_clear
        words = (
            f"'{name}' was changed meanwhile; its base URL is {now.base_url}. Look at the form, and log in once more"
        )
        self._say(words, is_bad=True)
        return True

    def _say(self, words: str, *, is_bad: bool = False) -> None:
        line = self.query_one("#login-words", Static)
        line.set_class(is_bad, "-bad")
        line.update(words)
        self.query_one("#login-box").scroll_home(animate=False)
