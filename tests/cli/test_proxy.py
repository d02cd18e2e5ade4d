"""A profile with a proxy on the command line: used, shown, redacted; and rejected if invalid."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.proxy import parse_proxy
from sunotui.storage.config.profiles import ProfileStore
from tests.cli.commands.gateway.test_account import Keyring
from tests.cli.conftest import CommandLine, StartDemo
from tests.gateway.proxy_servers import Opening, ProxyServer, http_proxy, socks_proxy
from tests.support.waiting import HANG_S

CREDENTIALS = ("CANARY-user", "CANARY-word")


@contextmanager
def running(opening: Opening, demo: DemoServer) -> Iterator[ProxyServer]:
    """A proxy that resolves gateway.test to the demo gateway, on its own thread."""
    found: list[ProxyServer] = []
    is_up, loop, over = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with opening({"gateway.test": int(demo.base_url.rsplit(":", 1)[1])}, credentials=CREDENTIALS) as server:
            found.append(server)
            is_up.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert is_up.wait(HANG_S)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(HANG_S)
        loop.close()


def write(cli: CommandLine, base_url: str, proxy: str, token: str = "sk-12345678") -> None:
    """Write one profile in the config file."""
    folder = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(
        f'[profiles.far]\nbase_url = "{base_url}"\nallow_http = true\nproxy = "{proxy}"\n'
        f'token_command = ["echo", "{token}"]\n'
    )


@pytest.mark.parametrize("opening", [http_proxy, socks_proxy])
def test_a_song_through_a_proxy_that_is_shown_without_its_password(
    cli: CommandLine, start_demo: StartDemo, opening: Opening
) -> None:
    demo = start_demo()
    with running(opening, demo) as server:
        write(cli, "http://gateway.test", server.proxy.url, demo.token)
        task = cli.json("lyrics", "rain")
        assert task["profile"] == "far"
        shown = f"{server.scheme}://•••@127.0.0.1:{server.port}"
        outputs = [cli.run("doctor"), cli.run("profiles"), str(cli.json("doctor")), str(cli.json("profiles"))]
        assert all(shown in output for output in outputs)
        assert not any(word in output for word in CREDENTIALS for output in outputs)
        assert cli.json("profiles")[0]["proxy"] == shown
        assert cli.json("doctor")["gateway"]["proxy"] == shown
    assert set(server.targets) == {("gateway.test", 80)}


def test_the_environment_sets_no_proxy(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo())
    cli.environ |= dict.fromkeys(("SUNOTUI_PROXY", "HTTP_PROXY", "ALL_PROXY", "all_proxy"), "socks5://127.0.0.1:1")
    assert cli.json("profiles")[0]["proxy"] == ""
    cli.run("lyrics", "rain")


@pytest.mark.parametrize(
    ("base_url", "proxy", "messages"),
    [
        ("https://x.example", "ftp://CANARY:CANARY@host:1", "A proxy's URL starts with socks5:// or http://"),
        ("https://x.example", "socks5://CANARY@:1080", "The proxy's URL names no host"),
        ("https://x.example", "socks5://CANARY@host:70000", "The proxy's URL needs a port from 1 to 65535"),
        ("http://127.0.0.1:3000", "http://CANARY@host:1", "A gateway on this computer cannot be used through a proxy"),
    ],
)
def test_an_invalid_proxy_is_code_2(cli: CommandLine, base_url: str, proxy: str, messages: str) -> None:
    write(cli, base_url, proxy)
    cli.run("lyrics", "rain", code=2)
    assert messages in " ".join(cli.err.split())
    assert "CANARY" not in cli.err


def test_a_login_uses_the_profiles_proxy(
    cli: CommandLine, start_demo: StartDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And keeps it. Regression: `profile_from` dropped it, and the host name was resolved locally."""
    demo = start_demo()
    cli.watch.know(demo.token)
    with running(http_proxy, demo) as server:
        folder = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
        folder.mkdir(parents=True)
        (folder / "profiles.json").write_text(
            '{"profiles": {"far": {"base_url": "http://gateway.test", "allow_http": true, '
            f'"proxy": "{server.proxy.url}"}}}}}}'
        )
        monkeypatch.setattr("sunotui.core.gateways.token_resolver.TokenStore", Keyring)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{demo.token}\n".encode())))
        cli.run("login", "--profile", "far", "--token-stdin")
        assert not any(word in cli.err for word in CREDENTIALS)
        assert ("gateway.test", 80) in server.targets
        book = ProfileStore(folder / "profiles.json", folder / "config.toml")
        kept = book.get("far")
        assert kept is not None
        assert kept.proxy == parse_proxy(server.proxy.url)
