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


def told(quiet: AppHarness) -> str:
    return "\n".join(str(line.text) for line in quiet.app.message_log.lines())


async def open_profiles(quiet: AppHarness) -> None:
    """Open the screen with two gateways, the first with known capabilities."""
    other = quiet.add_gateway("other")
    other.found = Capabilities(software=Software.ONE_HUB, version="v0.14", system_name="Cheap [b]Songs")
    other.money = Balance(250_000, "quota")
    core = quiet.core_harness.core
    quiet.core_harness.gateway.found = Capabilities(
        software=Software.NEW_API, version="v0.6.6", system_name="Example API"
    )
    quiet.core_harness.gateway.money = Balance(4.12, "$")
    await core.services.capabilities.probe("main")
    await core.services.capabilities.learn("main", Feature.CONCAT, False, "503")
    await core.services.billing.refresh("main")
    await quiet.press("P")
    assert isinstance(quiet.app.screen, ProfilesScreen)


@pytest.mark.parametrize("size", [(120, 40), (60, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_facts_about_each_profile(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as quiet:
        await open_profiles(quiet)
        assert_looks_like(quiet.text(), SNAPSHOTS / f"two-profiles-{size[0]}x{size[1]}.txt")


async def test_token_sources_are_read_off_the_ui_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The OS keyring may take a while to return its name (K6)."""
    asked_in: list[str] = []
    async with open_app(tmp_path) as quiet:

        def describe_source(_: object) -> str:
            asked_in.append(threading.current_thread().name)
            return "a drawer"

        monkeypatch.setattr(quiet.core_harness.core.tokens, "describe_source", describe_source)
        await open_profiles(quiet)
        await quiet.until(lambda: quiet.text().count("token: a drawer") == 2, "the whereabouts")
        assert "MainThread" not in asked_in


async def test_another_probe_is_free_and_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        await quiet.press("j", "p")
        text = quiet.text()
        assert "Cheap [b]Songs (one-hub v0.14)" in text, "a name with markup is shown as it stands"
        assert "250,000 quota left" in text
        assert quiet.core_harness.gateways.others["other"].orders == []  # type: ignore[union-attr]


async def test_an_unreachable_gateway_is_reported_and_the_list_stays(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        quiet.core_harness.gateways.others["other"] = NetworkError()
        await quiet.press("j", "p")
        assert NetworkError.what in told(quiet)
        quiet.core_harness.core.services.pollers.of("other")._publish_connection(
            ConnectionState.REFUSED, TokenRejected()
        )
        await quiet.settle()
        assert "token refused" in quiet.text()


async def test_enter_switches_the_profile_and_the_status_bar_shows_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        await quiet.press("j", "enter")
        assert isinstance(quiet.app.screen, LibraryScreen)
        assert quiet.core_harness.core.active_profiles.name == "other"
        status = quiet.app.status
        assert (status.profile, status.balance) == ("other", "250,000 quota")
        quiet.core_harness.core.events.publish(ConnectionChanged("main", ConnectionState.OFFLINE, NetworkError()))
        await quiet.settle()
        assert "offline" not in quiet.text().splitlines()[0], "the line is that of the gateway in use"
        await quiet.press("n", *"rain", "ctrl+s")
        assert len(quiet.core_harness.gateways.others["other"].orders) == 1  # type: ignore[union-attr]


async def test_tasks_of_another_gateway_are_still_polled(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        await quiet.press("j", "enter")
        quiet.core_harness.gateway.asked.clear()
        await quiet.core_harness.clock.advance(60)
        assert ["task-5"] in quiet.core_harness.gateway.asked


async def test_n_opens_an_empty_form(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        await quiet.press("n")
        assert isinstance(quiet.app.screen, LoginScreen)
        assert {line.id: line.value for line in quiet.app.screen.query("Input")} == {  # type: ignore[attr-defined]
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
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        login = quiet.core_harness.core.login = Leaving()  # type: ignore[assignment]
        await quiet.press("j", "x")
        assert isinstance(quiet.app.screen, ConfirmDialog)
        assert "Log out of other?" in quiet.text()
        await quiet.press(*keys)
        assert login.left == left


async def test_logging_out_of_the_current_profile_selects_the_other(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await open_profiles(quiet)
        quiet.core_harness.core.login = Leaving()  # type: ignore[assignment]
        del quiet.core_harness.core.active_profiles._extra["other"]
        await quiet.press("x", "j", "enter")
        assert quiet.core_harness.core.active_profiles.name in {"main", ""}
        assert quiet.app.return_code is None


async def test_the_demo_allows_no_login_and_no_logout(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.core.add_profile(Profile(DEMO_PROFILE, parse_base_url("http://127.0.0.1:9")))
        await quiet.press("P", "n")
        assert "This is the demo" in told(quiet)
        assert isinstance(quiet.app.screen, ProfilesScreen)
        await quiet.press("x")
        assert "ends with the program" in told(quiet)


async def test_rows_name_their_gateway_only_if_there_are_several(tmp_path: Path) -> None:
    async with open_app(tmp_path, (200, 30)) as quiet:
        assert "Gateway" not in quiet.text()
        row = next(line for line in quiet.text().splitlines() if "Winter" in line)
        assert "main" not in row
        quiet.add_gateway("other")
        await quiet.settle()
        row = next(line for line in quiet.text().splitlines() if "Winter" in line)
        assert "main" in row
        assert "Gateway" in quiet.text()
        await quiet.pilot.resize_terminal(80, 30)
        await quiet.settle()
        row = next(line for line in quiet.text().splitlines() if "Winter" in line)
        assert "main" not in row, "it is the first to give way"
        assert "Winter Wonderland" in row


async def test_a_proxy_is_a_badge_without_its_password(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        core = quiet.core_harness.core
        quiet.add_gateway("other")
        address = parse_base_url("http://other.example", allow_clear=True)
        proxy = Proxy("socks5", "10.0.0.1", 1080, "CANARY-user", "CANARY-word")
        core.active_profiles.add(Profile("other", address, allow_clear=True, proxy=proxy))
        await quiet.press("P")
        assert "http://other.example http! proxy socks5://•••@10.0.0.1:1080" in quiet.text()
        assert "CANARY" not in quiet.text()
        await quiet.press("j", "enter")
        assert "other http! proxy" in quiet.text().splitlines()[0]
