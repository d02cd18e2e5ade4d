"""The profiles on screen: software and balance of each, switching with one key, login and logout."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState
from sunotui.domain.errors import NetworkError, TokenRejected
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import DEMO_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.gateways.login import LoginScreen
from sunotui.tui.gateways.profiles import ProfilesScreen
from sunotui.tui.library.screen import LibraryScreen
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app


def messages(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


async def open_profiles(harness: AppHarness) -> None:
    """Open the screen with two gateways, the first with known capabilities."""
    other = harness.add_gateway("other")
    other.found = Capabilities(software=Software.ONE_HUB, version="v0.14", system_name="Cheap [b]Songs")
    other.money = Balance(250_000, "quota")
    core = harness.core_harness.core
    harness.core_harness.gateway.found = Capabilities(
        software=Software.NEW_API, version="v0.6.6", system_name="Example API"
    )
    harness.core_harness.gateway.money = Balance(4.12, "$")
    await core.services.capabilities.probe("main")
    await core.services.capabilities.learn("main", Feature.CONCAT, False, "503")
    await core.services.billing.refresh("main")
    await harness.press("P")
    assert isinstance(harness.app.screen, ProfilesScreen)


@pytest.mark.parametrize("size", [(120, 40), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_facts_about_each_profile(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await open_profiles(harness)
        assert_looks_like(harness.text(), SNAPSHOTS / f"two-profiles-{size[0]}x{size[1]}.txt")


async def test_token_sources_are_read_off_the_ui_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The OS keyring may take a while to return its name (K6)."""
    asked_in: list[str] = []
    async with open_app(tmp_path) as harness:

        def describe_source(_: object) -> str:
            asked_in.append(threading.current_thread().name)
            return "a drawer"

        monkeypatch.setattr(harness.core_harness.core.tokens, "describe_source", describe_source)
        await open_profiles(harness)
        await harness.until(lambda: harness.text().count("token: a drawer") == 2, "the whereabouts")
        assert "MainThread" not in asked_in


async def test_another_probe_is_free_and_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        await harness.press("j", "p")
        text = harness.text()
        assert "Cheap [b]Songs (one-hub v0.14)" in text, "a name with markup is shown as it stands"
        assert "250,000 quota left" in text
        assert harness.core_harness.gateways.others["other"].orders == []  # type: ignore[union-attr]


async def test_an_unreachable_gateway_is_reported_and_the_list_stays(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        harness.core_harness.gateways.others["other"] = NetworkError()
        await harness.press("j", "p")
        assert NetworkError.what in messages(harness)
        harness.core_harness.core.services.pollers.of("other")._publish_connection(
            ConnectionState.REFUSED, TokenRejected()
        )
        await harness.settle()
        assert "token refused" in harness.text()


async def test_enter_switches_the_profile_and_the_status_bar_shows_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        await harness.press("j", "enter")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert harness.core_harness.core.active_profiles.name == "other"
        status = harness.app.status
        assert (status.profile, status.balance) == ("other", "250,000 quota")
        harness.core_harness.core.events.publish(ConnectionChanged("main", ConnectionState.OFFLINE, NetworkError()))
        await harness.settle()
        assert "offline" not in harness.text().splitlines()[0], "the line is that of the gateway in use"
        await harness.press("n", *"rain", "ctrl+s")
        assert len(harness.core_harness.gateways.others["other"].orders) == 1  # type: ignore[union-attr]


async def test_tasks_of_another_gateway_are_still_polled(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        await harness.press("j", "enter")
        harness.core_harness.gateway.asked.clear()
        await harness.core_harness.clock.advance(60)
        assert ["task-5"] in harness.core_harness.gateway.asked


async def test_n_opens_an_empty_form(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        await harness.press("n")
        assert isinstance(harness.app.screen, LoginScreen)
        assert {line.id: line.value for line in harness.app.screen.query("Input")} == {  # type: ignore[attr-defined]
            "base-url": "",
            "name": "",
            "token": "",
        }


class Leaving:
    """Replaces the login service and records logouts."""

    def __init__(self) -> None:
        self.left: list[str] = []

    async def log_out(self, name: str) -> bool:
        self.left.append(name)
        return True


@pytest.mark.parametrize(("keys", "left"), [((), []), (("enter",), []), (("j", "enter"), ["other"])])
async def test_logging_out_needs_a_confirmation(keys: tuple[str, ...], left: list[str], tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        login = harness.core_harness.core.login = Leaving()  # type: ignore[assignment]
        await harness.press("j", "x")
        assert isinstance(harness.app.screen, ConfirmDialog)
        assert "Log out of other?" in harness.text()
        await harness.press(*keys)
        assert login.left == left


async def test_logging_out_of_the_current_profile_selects_the_other(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_profiles(harness)
        harness.core_harness.core.login = Leaving()  # type: ignore[assignment]
        del harness.core_harness.core.active_profiles._extra["other"]
        await harness.press("x", "j", "enter")
        assert harness.core_harness.core.active_profiles.name in {"main", ""}
        assert harness.app.return_code is None


async def test_the_demo_allows_no_login_and_no_logout(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.is_demo = True
        harness.core_harness.core.add_profile(Profile(DEMO_PROFILE, parse_base_url("http://127.0.0.1:9")))
        await harness.press("P", "n")
        assert "This is the demo" in messages(harness)
        assert isinstance(harness.app.screen, ProfilesScreen)
        await harness.press("x")
        assert "ends with the program" in messages(harness)


async def test_the_gateways_open_when_the_gateway_of_the_demo_is_known(tmp_path: Path) -> None:
    """Regression: until then, the key opened the login form, and a song paid there was deleted with the demo."""
    async with open_app(tmp_path) as harness:
        harness.app.is_demo = True
        harness.core_harness.core.active_profiles.name = ""
        harness.app.gateway_known.clear()
        await harness.pilot.press("P")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        harness.core_harness.core.add_profile(Profile(DEMO_PROFILE, parse_base_url("http://127.0.0.1:9")))
        harness.app.gateway_known.set()
        await harness.until(lambda: isinstance(harness.app.screen, ProfilesScreen), "the gateways")


async def test_the_demo_never_offers_a_login(tmp_path: Path) -> None:
    """Also if its own gateway could not be started."""
    async with open_app(tmp_path) as harness:
        harness.app.is_demo = True
        harness.core_harness.core.active_profiles.name = ""
        await harness.press("P")
        assert "This is the demo" in messages(harness)
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_rows_name_their_gateway_only_if_there_are_several(tmp_path: Path) -> None:
    async with open_app(tmp_path, (200, 30)) as harness:
        assert "Gateway" not in harness.text()
        row = next(line for line in harness.text().splitlines() if "Winter" in line)
        assert "main" not in row
        harness.add_gateway("other")
        await harness.settle()
        row = next(line for line in harness.text().splitlines() if "Winter" in line)
        assert "main" in row
        assert "Gateway" in harness.text()
        await harness.pilot.resize_terminal(80, 30)
        await harness.settle()
        row = next(line for line in harness.text().splitlines() if "Winter" in line)
        assert "main" not in row, "it is the first to give way"
        assert "Winter Wonderland" in row


async def test_a_proxy_is_a_badge_without_its_password(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        core = harness.core_harness.core
        harness.add_gateway("other")
        address = parse_base_url("http://other.example", allow_clear=True)
        proxy = Proxy("socks5", "10.0.0.1", 1080, "CANARY-user", "CANARY-word")
        core.active_profiles.add(Profile("other", address, allow_clear=True, proxy=proxy))
        await harness.press("P")
        assert "http://other.example http! proxy socks5://•••@10.0.0.1:1080" in harness.text()
        assert "CANARY" not in harness.text()
        await harness.press("j", "enter")
        assert "other http! proxy" in harness.text().splitlines()[0]
