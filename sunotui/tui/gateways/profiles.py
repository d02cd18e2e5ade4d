"""The user's profiles: gateway, software and balance of each; switch, refresh, log in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
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
from sunotui.domain.text import clean, printable
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import cursor_bindings, screen_bindings
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import CONNECTION_LOOKS, Header
from sunotui.tui.widgets.option_list import ScreenList
from sunotui.tui.widgets.text_view import wrap

_NAME_CELLS, _STATE_CELLS = 14, 15
_CELLS_AROUND = 8
"""The columns that are not text: borders, the cursor, blanks and the scrollbar."""


def open_profiles(ctx: LibraryContext) -> None:
    """Open the list of gateways, or the login form when there is no profile yet. Keys wait until that is known: the
    gateway of the demo starts after the first frame."""
    ctx.app.key_queue.run_dialog(ctx.app, _open(ctx.app))


async def _open(app: BaseApp) -> None:
    await app.gateway_known.wait()
    if app.core.active_profiles.name:
        app.push_screen(ProfilesScreen(app.core))
    else:
        app.navigator.open_login()


class ProfileList(ScreenList):
    """The profiles, with the keys that move the cursor."""

    BINDINGS = cursor_bindings(Scope.PROFILES)


class ProfilesScreen(Screen[None]):
    """A few lines for each profile: name, URL and connection; software, balance and token source; missing features."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = screen_bindings(Scope.PROFILES)

    app: BaseApp

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._profiles: dict[str, Profile] = {}
        self._token_sources: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Gateways")
        choices = ProfileList(id="profile-list", classes="pane page", markup=False)
        choices.border_title = "Gateways"
        yield choices
        yield Footer()

    def on_mount(self) -> None:
        """Show the profiles, and find out where the tokens are stored."""
        self._show()
        self.query_one(ProfileList).focus()
        self._read_token_sources()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work for the profile under the cursor."""
        name = self.query_one(ProfileList).current_id
        profile = self._profiles.get(name or "")
        without = []
        if name is None or name == self._core.active_profiles.name:
            without.append("profiles.use")
        if profile is None:
            without.append("profiles.probe")
        if profile is None or _ends_with_program(profile):
            without.append("profiles.log-out")
        if self.app.is_demo:
            without.append("profiles.log-in")
        return footers.footer_keys(footers.PROFILES, self.app.keys_of, without=without)

    def on_option_list_option_highlighted(self) -> None:
        """Follow the cursor."""
        self._describe()

    def _describe(self) -> None:
        choices = self.query_one(ProfileList)
        self.query_one(Header).count = f"{len(self._profiles):,}"
        choices.border_subtitle = Content(choices.position)
        self.query_one(Footer).update_keys()

    def action_leave(self) -> None:
        """Go back to the library."""
        self.dismiss()

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
        choices = self.query_one(ProfileList)
        current = self.query_one(ProfileList).current_id or self._core.active_profiles.name
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
        self._describe()

    def _lines(self, profile: Profile) -> Content:
        is_used = profile.name == self._core.active_profiles.name
        connection = self._core.services.pollers.connection(profile.name)
        state = connection.state if connection is not None else ConnectionState.WAITING
        sign, words, colour = CONNECTION_LOOKS[state]
        address = str(profile.base_url) + (" http!" if profile.base_url.is_clear else "")
        address += f" proxy {profile.proxy}" if profile.proxy is not None else ""
        offers = self._core.services.capabilities.known(profile.name)
        room = max(20, self.size.width - _CELLS_AROUND)
        gaps = [piece for gap in _gaps(offers) for piece in wrap(gap, room)]
        used = "  in use" if is_used else ""
        # Beside the name if there is room for it, otherwise on its own line: it identifies the gateway.
        beside = formatting.fit(address, room - _NAME_CELLS - _STATE_CELLS - len(used)).rstrip()
        below = [] if beside == address else wrap(address, room)
        return Content.assemble(
            (f"{sign} ", colour),
            (formatting.fit(profile.name, _NAME_CELLS), "bold $key" if is_used else "bold $foreground"),
            (words.ljust(_STATE_CELLS), colour),
            ("" if below else beside, "$foreground"),
            (used, "$key"),
            *((f"\n  {printable(line)}", "$foreground") for line in below),
            *((f"\n  {printable(line)}", "$muted") for line in (*_joined(self._facts(profile, offers), room), *gaps)),
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
        name = self.query_one(ProfileList).current_id
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
        name = self.query_one(ProfileList).current_id
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
        name = self.query_one(ProfileList).current_id
        if name is None:
            return
        if _ends_with_program(self._profiles[name]):
            self.app.say("This gateway is not saved; it ends with the program", "warning")
            return
        effect = "its token is deleted; its songs stay here"
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


def _ends_with_program(profile: Profile) -> bool:
    """Whether a profile is not saved, so that logging out of it is not possible."""
    return profile.name == DEMO_PROFILE or profile.is_from_env


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
    """What the gateway does not offer, and what it probably does not offer."""
    found = []
    for support in (Support.MISSING, Support.DOUBTFUL):
        names = [feature.label for feature in Feature if offers.support(feature) is support]
        if names:
            found.append(f"{support.value}: {', '.join(names)}")
    return found
