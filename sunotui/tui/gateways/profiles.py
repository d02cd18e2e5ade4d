"""The user's profiles: gateway, software and balance of each; switch, refresh, log in and out."""

from __future__ import annotations

import asyncio

from rich.cells import cell_len
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static
from textual.widgets.option_list import Option

from sunotui.core.core import Core
from sunotui.core.events import (
    BalanceChanged,
    CapabilitiesChanged,
    ConnectionChanged,
    ConnectionState,
    Event,
    ProfileChanged,
)
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Support
from sunotui.domain.gateways.profile import DEMO_PROFILE, Profile
from sunotui.domain.text import clean
from sunotui.tui import formatting
from sunotui.tui.command import Scope
from sunotui.tui.commands import bindings, footer_of
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.widgets.key_bar import KeyBar
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.text_view import wrap

_STATE_STYLES = {
    ConnectionState.ONLINE: "green",
    ConnectionState.FAILING: "yellow",
    ConnectionState.OFFLINE: "red",
    ConnectionState.REFUSED: "red",
}


class ProfilesScreen(Dialog[None]):
    """A few lines for each profile: name, URL and connection; software, balance and token source; missing features."""

    BINDINGS = [
        *bindings(Scope.PROFILES),
        Binding("escape,q", "dismiss", "Leave", show=False),
    ]

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._profiles: dict[str, Profile] = {}
        self._token_sources: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        yield Static("Profiles", id="reading-title", markup=False)
        yield ChoiceList(id="profile-list")
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        """Show the profiles, and find out where the tokens are stored."""
        self.query_one(KeyBar).commands = footer_of((Scope.PROFILES,))
        self._show()
        self.query_one(ChoiceList).focus()
        self._read_token_sources()

    def on_core_event(self, event: Event) -> None:
        """Update the list when a connection, a balance, capabilities or the current profile change."""
        if isinstance(event, ProfileChanged):
            self._show()
            self._read_token_sources()
        elif isinstance(event, ConnectionChanged | BalanceChanged | CapabilitiesChanged):
            self._show()

    def on_resize(self) -> None:
        """Cut the lines to the new width."""
        self._show()

    @work(group="token-sources", exclusive=True)
    async def _read_token_sources(self) -> None:
        """Read the token sources in a thread: asking the keyring may take a while (K6)."""
        for name, profile in self._profiles.items():
            self._token_sources[name] = await asyncio.to_thread(self._core.tokens.describe_source, profile)
        self._show()

    def _show(self) -> None:
        choices = self.query_one(ChoiceList)
        current = self.query_one(ChoiceList).current_id or self._core.active_profiles.name
        try:
            self._profiles = self._core.active_profiles.all()
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        choices.clear_options()
        choices.add_options([Option(self._lines(profile), id=name) for name, profile in self._profiles.items()])
        names = list(self._profiles)
        if names:
            choices.highlighted = names.index(current) if current in names else 0

    def _lines(self, profile: Profile) -> Text:
        is_used = profile.name == self._core.active_profiles.name
        connection = self._core.services.pollers.connection(profile.name)
        state = connection.state if connection is not None else ConnectionState.WAITING
        address = str(profile.base_url) + (" http!" if profile.base_url.is_clear else "")
        address += f" proxy {profile.proxy}" if profile.proxy is not None else ""
        offers = self._core.services.capabilities.known(profile.name)
        return Text.assemble(
            ("● " if is_used else "  ", "bold"),
            (formatting.fit(profile.name, 14), "bold" if is_used else ""),
            (f" {state.value}", _STATE_STYLES.get(state, "dim")),
            (f"  {address}", ""),
            *((f"\n    {words}", "dim") for words in _joined(self._facts(profile, offers), self.size.width - 6)),
            *((f"\n    {piece}", "dim") for gap in _gaps(offers) for piece in wrap(gap, self.size.width - 6)),
            no_wrap=True,
            overflow="ellipsis",
        )

    def _facts(self, profile: Profile, offers: Capabilities) -> list[str]:
        balance = self._core.services.billing.balance(profile.name)
        software = f"{offers.software.value} {offers.version}".strip()
        if offers.system_name and offers.system_name != offers.software.value:
            software = f"{offers.system_name} ({software})" if software else offers.system_name
        facts = [
            clean(software, 60) or ("software unknown" if offers.probed_at is not None else "not checked yet"),
            f"{balance} left" if balance is not None else "",
            f"checked {formatting.ago(offers.probed_at, self._core.clock.now())}" if offers.probed_at else "",
            f"token: {self._token_sources.get(profile.name, '…')}",
        ]
        return [fact for fact in facts if fact]

    # --- commands --------------------------------------------------------------------------------------------

    def on_option_list_option_selected(self) -> None:
        """Use the selected profile."""
        self.action_use()

    def action_use(self) -> None:
        """Make this the current profile until the program ends."""
        name = self.query_one(ChoiceList).current_id
        if name is None:
            return
        self._core.announce_profile(name)
        self.run_worker(self._core.services.billing.refresh(name), group="balance")
        self.app.say(f"Using {name}")
        self.dismiss()

    def action_log_in(self) -> None:
        """Open the login form for a new profile."""
        self.app.navigator.open_login(is_new=True)

    @work(group="probe", exclusive=True)
    async def action_probe(self) -> None:
        """Probe the gateway again."""
        name = self.query_one(ChoiceList).current_id
        if name is None:
            return
        self.app.say(f"Checking {name} …")
        try:
            offers = await self._core.services.capabilities.probe(name)
            await self._core.services.billing.refresh(name)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self.app.say(f"{name} runs {offers.software.value or 'unknown software'}; the composer shows what it offers")

    @opens_dialog
    async def action_log_out(self) -> None:
        """Delete the profile and its token, after a confirmation."""
        name = self.query_one(ChoiceList).current_id
        if name is None:
            return
        if name == DEMO_PROFILE or self._profiles[name].is_from_env:
            self.app.say("This profile is not saved; it ends with the program", "warning")
            return
        effect = "its token is deleted; its tasks stay here"
        confirm = ConfirmDialog(f"Log out of {name}?", "stay logged in", "Log out", effect)
        if await self.app.push_screen_wait(confirm) != "yes":
            return
        try:
            await self._core.login.log_out(name)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self.app.say(f"Logged out of {name}")
        if name == self._core.active_profiles.name:
            self._core.announce_profile(next(iter(self._core.active_profiles.all()), ""))
        self._show()


def _joined(facts: list[str], cells: int) -> list[str]:
    """The facts side by side, in as few lines of `cells` cells as possible."""
    lines: list[str] = []
    for fact in facts:
        if lines and cell_len(lines[-1]) + cell_len(fact) + 3 <= cells:
            lines[-1] += f" · {fact}"
        else:
            lines.append(fact)
    return lines


def _gaps(offers: Capabilities) -> list[str]:
    """What the gateway does not offer, and what it probably does not."""
    found = []
    for verdict in (Support.MISSING, Support.DOUBTFUL):
        names = [feature.value for feature in Feature if offers.verdict(feature) is verdict]
        if names:
            found.append(f"{verdict.value}: {', '.join(names)}")
    return found
