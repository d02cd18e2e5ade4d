"""Login on screen: verified first, saved in the keyring, never shown, and no input lost on errors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import keyring.errors
import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from sunotui.core.core import Core
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.core.paths import AppPaths
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import TokenStoreError
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.storage.secrets.tokens import TokenStore
from sunotui.tui.app import SunoApp
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.gateways.login import LoginScreen
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.checkbox import Checkbox
from tests.support.fast_clock import FastClock
from tests.support.waiting import until_async


class MemoryKeyring:
    """A keyring for one test, with a trusted name."""

    __module__ = "keyring.backends.SecretService"
    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("absent")


@pytest.fixture
def ring() -> MemoryKeyring:
    return MemoryKeyring()


class Newcomer:
    """The app of a user who has no gateway yet."""

    def __init__(self, app: SunoApp, pilot: Pilot[int], server: DemoServer) -> None:
        self.app, self.pilot, self.server = app, pilot, server

    async def until_login(self) -> None:
        """Until the form is painted and takes keys."""
        await self._until(lambda: isinstance(self.app.screen, LoginScreen) and self.app.screen.focused is not None)
        await self.until_reported("Base URL")

    async def give(self, base_url: str, token: str, *ticks: str) -> None:
        """Fill the form and log in."""
        self.app.screen.query_one("#base-url", Input).value = base_url
        self.app.screen.query_one("#token", Input).value = token
        for tick in ticks:
            self.app.screen.query_one(f"#{tick}", Checkbox).value = True
        await self.pilot.press("ctrl+s")

    async def until_in(self) -> None:
        await self._until(lambda: isinstance(self.app.screen, LibraryScreen))

    async def until_reported(self, words: str) -> None:
        await self._until(lambda: words in self.text())

    def text(self) -> str:
        """The screen and the toasts."""
        messages = " ".join(str(line.text) for line in self.app.message_log.lines())
        strips = self.app.screen._compositor.render_strips()
        return (
            " ".join(" ".join("".join(s.text for s in strip) for strip in strips).replace("│", " ").split()) + messages
        )

    async def _until(self, is_so: Callable[[], bool]) -> None:
        await until_async(is_so, self.text, 0.02, self.pilot.pause)


@asynccontextmanager
async def newcomer(
    folder: Path,
    ring: MemoryKeyring,
    profile: Mapping[str, object] | None = None,
    size: tuple[int, int] = (100, 30),
) -> AsyncIterator[Newcomer]:
    """The login screen and a gateway to log in to: of an app without a profile, or with this one, saved as "home"."""
    places = AppPaths(data=folder / "data", config=folder / "config")
    if profile is not None:
        places.config.mkdir(parents=True)
        places.profiles_file.write_text(json.dumps({"default": "home", "profiles": {"home": profile}}))
    tokens = TokenResolver({}, TokenStore(lambda: ring))
    core = Core(places, {}, clock=FastClock(50.0), tokens=tokens)
    app = SunoApp(core)
    with DemoServer(speed=50.0) as server:
        try:
            async with app.run_test(size=size) as pilot:
                somebody = Newcomer(app, pilot, server)
                if profile is not None:
                    await somebody._until(lambda: core.is_started)
                    app.navigator.open_login()
                await somebody.until_login()
                yield somebody
        finally:
            await core.close(2)


def files_with(text: str, folder: Path) -> list[Path]:
    """The files below a folder that contain a text."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


async def test_a_new_user_logs_in_and_makes_a_song(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.give(somebody.server.base_url + "/v1/", somebody.server.token)
        await somebody.until_in()
        assert list(ring.kept.values()) == [somebody.server.token]
        assert somebody.app.core.active_profiles.name == "main"
        assert somebody.server.token not in somebody.text()
        await somebody.pilot.press("n", *"rain", "ctrl+s")
        await somebody.until_reported("Sent. Generating")
    assert files_with(somebody.server.token, tmp_path) == []


@pytest.mark.parametrize("is_new", [False, True], ids=["the profile in use", "its name typed"])
async def test_a_second_login_keeps_the_settings_of_the_profile(
    is_new: bool, tmp_path: Path, ring: MemoryKeyring
) -> None:
    old = {"base_url": "http://127.0.0.1:9", "model": "chirp-crow", "dialect": "nested", "allow_http": True, "hue": 7}
    async with newcomer(tmp_path, ring, old) as somebody:
        if is_new:
            await somebody.pilot.press("escape")
            somebody.app.navigator.open_login(is_new=True)
            await somebody.until_login()
            somebody.app.screen.query_one("#name", Input).value = "home"
        ticks = ["allow-clear"] if is_new else []
        await somebody.give(somebody.server.base_url, somebody.server.token, *ticks)
        await somebody.until_in()
        await somebody.until_reported("Logged in to")
        kept = json.loads((tmp_path / "config" / "profiles.json").read_text())
        assert kept["profiles"] == {"home": {**old, "base_url": somebody.server.base_url}}
        assert len(ring.kept) == 1


async def test_a_login_keeps_the_profile_of_the_config_file(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring, {"base_url": "http://127.0.0.1:9"}) as somebody:
        text = f'# mine\n[profiles.home]\nbase_url = "{somebody.server.base_url}"\nmodel = "chirp-crow"\nhue = 7\n'
        config = tmp_path / "config" / "config.toml"
        config.write_text(text)
        await somebody.give(somebody.server.base_url, somebody.server.token)
        await somebody.until_reported("Logged in to")
        assert config.read_text() == text
        found = somebody.app.core.profiles.get("home")
        assert found is not None
        assert found.model == "chirp-crow"


async def test_a_profile_with_a_token_command_needs_no_token(tmp_path: Path, ring: MemoryKeyring) -> None:
    command = {"base_url": "http://127.0.0.1:9", "token_command": ["echo", "sk-12345678"]}
    async with newcomer(tmp_path, ring, command) as somebody:
        await somebody.give(somebody.server.base_url, somebody.server.token)
        await somebody.until_reported("comes from a command")
        assert ring.kept == {}
        assert json.loads((tmp_path / "config" / "profiles.json").read_text())["profiles"] == {"home": command}


async def test_a_wrong_token_is_reported_and_the_form_stays(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.give(somebody.server.base_url, "sk-not-the-right-one")
        await somebody.until_reported("refused the token")
        assert somebody.app.screen.query_one("#base-url", Input).value == somebody.server.base_url
        assert ring.kept == {}
        await somebody.give(somebody.server.base_url, somebody.server.token)
        await somebody.until_in()


@pytest.mark.parametrize(
    ("base_url", "token", "words"),
    [
        ("", "sk-12345678", "base URL"),
        ("http://gateway.example", "sk-12345678", "https"),
        ("https://127.0.0.1:9", "sk-12345678", "could not be reached"),
        ("https://gateway.example/\x1b[2J", "sk-12345678", "base URL"),
        ("http://127.0.0.1:9", "short", "8 to 512"),
        ("http://127.0.0.1:9", "with blank in it", "8 to 512"),
    ],
)
async def test_invalid_input_is_reported(
    base_url: str, token: str, words: str, tmp_path: Path, ring: MemoryKeyring
) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.give(base_url, token)
        await somebody.until_reported(words)
        assert token not in somebody.text()
        assert ring.kept == {}


async def test_a_missing_name_is_requested(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        somebody.app.screen.query_one("#name", Input).value = " "
        await somebody.give("https://gateway.example", "sk-12345678")
        await somebody.until_reported("Enter a name")


async def test_each_step_of_the_test_is_a_row(tmp_path: Path, ring: MemoryKeyring) -> None:
    """Fails with one sentence for all: it was not said whether the address or the token is wrong."""
    ring.is_locked = True
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.give("https://127.0.0.1:9", "sk-not-the-right-one")
        await somebody.until_reported("✗ The gateway could not be reached")
        assert "Address responds" not in somebody.text()
        await somebody.give(somebody.server.base_url, "sk-not-the-right-one")
        await somebody.until_reported("✓ Address responds ✗ The gateway refused the token")
        await somebody.give(somebody.server.base_url, somebody.server.token)
        await somebody.until_reported("✓ Token accepted: $5.00 left ✗ The OS keyring")


async def test_enter_in_the_address_goes_to_the_token_or_logs_in_with_one(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        somebody.app.screen.query_one("#base-url", Input).value = somebody.server.base_url
        assert "enter Next field" in somebody.text()
        await somebody.pilot.press("enter")
        assert somebody.app.screen.focused is somebody.app.screen.query_one("#token")
        somebody.app.screen.query_one("#token", Input).value = somebody.server.token
        await somebody.pilot.press("shift+tab")
        assert "enter Log in" in somebody.text()
        await somebody.pilot.press("enter")
        await somebody.until_in()


async def test_the_demo_is_offered_to_newcomers_and_ends_the_screens(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        assert "F5 Try the demo, no token needed" in somebody.text()
        await somebody.pilot.press("alt+d")
        await somebody.pilot.pause()
        assert somebody.app.wants_demo
        assert somebody.app.return_code == 0


async def test_the_smallest_window_offers_the_demo_and_names_the_free_test(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring, size=(60, 15)) as somebody:
        await somebody.until_reported("F5 Try the demo")
        shown = somebody.text()
        assert "esc Cancel" in shown
        assert "We test the connection first (free)" in shown
        assert all(name in shown for name in ("Base URL", "Token", "Name", "Allow http"))


async def test_who_has_a_gateway_is_not_thrown_into_the_demo(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring, {"base_url": "http://127.0.0.1:9"}) as somebody:
        assert "demo" not in somebody.text()
        await somebody.pilot.press("f5")
        await somebody.pilot.pause()
        assert not somebody.app.wants_demo
        assert somebody.app.return_code is None


async def test_with_a_locked_keyring_the_session_only_login_works(tmp_path: Path, ring: MemoryKeyring) -> None:
    ring.is_locked = True
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.give(somebody.server.base_url, somebody.server.token)
        await somebody.until_reported("this session only")
        await somebody.give(somebody.server.base_url, somebody.server.token, "session-only")
        await somebody.until_in()
        assert ring.kept == {}
        assert somebody.app.core.active_profiles.name == "main"


async def test_the_token_says_whether_it_will_be_saved(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        line = somebody.app.screen.query_one("#token", Input)
        assert line.border_subtitle == "will be saved in the system keyring"
        line.focus()
        await somebody.pilot.press(*"sk-1", "tab", "tab", "space")
        assert line.border_subtitle == "will not be saved"
        assert line.placeholder == "Entered; type to replace"


async def test_the_token_is_neither_shown_nor_copied(tmp_path: Path, ring: MemoryKeyring) -> None:
    copied: list[str] = []
    async with newcomer(tmp_path, ring) as somebody:
        somebody.app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]
        line = somebody.app.screen.query_one("#token", Input)
        line.focus()
        line.value = "sk-CANARY-1234"
        await somebody.pilot.press("ctrl+a", "ctrl+c", "ctrl+x")
        assert "CANARY" not in somebody.text()
        assert not any("CANARY" in text for text in copied)
        await somebody.pilot.press("escape")
        assert line.value == ""


async def test_leaving_without_a_gateway_names_the_key(tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        await somebody.pilot.press("escape")
        await somebody.until_reported("P Log in to a gateway")
        await somebody.pilot.press("n", *"rain", "ctrl+s")
        await somebody.until_reported("There is no gateway yet")
        assert isinstance(somebody.app.screen, ComposeScreen), "what was typed stays in the form"
        await somebody.pilot.press("escape", "P", *"https://half", "escape", "P")
        await somebody.until_login()
        assert somebody.app.screen.query_one("#base-url", Input).value == "https://half", "nothing typed is lost"


def test_a_keyring_error_names_the_alternatives() -> None:
    assert "token_command" in TokenStoreError().sentence


@pytest.mark.parametrize("token", ["sk-CANARY0123456789", "a1b2c3d4" * 4 + "CANARY"])
@pytest.mark.parametrize("field", ["base-url", "name"])
async def test_a_token_typed_into_a_visible_input_is_removed(
    field: str, token: str, tmp_path: Path, ring: MemoryKeyring
) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        line = somebody.app.screen.query_one(f"#{field}", Input)
        line.focus()
        await somebody.pilot.press(*token)
        await somebody.until_reported("That looks like a token and was removed")
        assert line.value == "", "nor the rest of it"
        assert "CANARY" not in somebody.text()
        await somebody.pilot.press("home", *"mine")
        assert line.value == "mine"


@pytest.mark.parametrize("field", ["base-url", "name"])
async def test_a_token_pasted_into_a_visible_input_is_rejected(field: str, tmp_path: Path, ring: MemoryKeyring) -> None:
    async with newcomer(tmp_path, ring) as somebody:
        line = somebody.app.screen.query_one(f"#{field}", Input)
        line.focus()
        before = line.value
        somebody.app.post_message(Paste("sk-CANARY0123456789"))
        await somebody.until_reported("looks like a token and was removed")
        assert line.value == before


@pytest.mark.parametrize("is_edited", [False, True])
async def test_a_profile_changed_in_the_meantime_is_not_overwritten(
    is_edited: bool, tmp_path: Path, ring: MemoryKeyring
) -> None:
    async with newcomer(tmp_path, ring, {"base_url": "http://127.0.0.1:9"}) as somebody:
        profiles = somebody.app.core.profiles
        was = profiles.get("home")
        assert was is not None
        elsewhere = somebody.server.base_url if not is_edited else "http://127.0.0.1:10"
        profiles.put(was._replace(base_url=parse_base_url(elsewhere)))
        line = somebody.app.screen.query_one("#base-url", Input)
        await somebody.give(somebody.server.base_url if is_edited else line.value, somebody.server.token)
        await somebody.until_reported(f"was changed in the meantime; its base URL is {elsewhere}")
        assert ring.kept == {}
        assert line.value == somebody.server.base_url, "what was edited stays, else it is what it is now"
        await somebody.pilot.press("ctrl+s")
        await somebody.until_in()
        now = profiles.get("home")
        assert now is not None
        assert str(now.base_url) == somebody.server.base_url
