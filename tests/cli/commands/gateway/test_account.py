"""Profiles and tokens: verified before they are saved, and never shown."""

from __future__ import annotations

import getpass
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.cli.commands.gateway.account import profile_name_for
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import TokenStoreError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.storage.db.connection import Database
from tests.cli.conftest import CommandLine


class Keyring:
    """A fake OS keyring in place of the token store."""

    def __init__(self) -> None:
        self.kept: dict[str, Token] = {}
        self.is_locked = False

    def get(self, profile: Profile) -> Token | None:
        return self.kept.get(profile.name)

    def put(self, profile: Profile, token: Token) -> None:
        if self.is_locked:
            raise TokenStoreError("The OS keyring is locked")
        self.kept[profile.name] = token

    def delete(self, profile: Profile) -> None:
        self.kept.pop(profile.name, None)

    async def put_async(self, profile: Profile, token: Token) -> None:
        self.put(profile, token)

    async def delete_async(self, profile: Profile) -> None:
        self.delete(profile)

    def describe(self) -> str:
        return "Test Service"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    made = Keyring()
    monkeypatch.setattr("sunotui.core.gateways.token_resolver.TokenStore", lambda: made)
    return made


Pipe = Callable[[str | bytes], None]


def stdin_of(content: str | bytes) -> io.TextIOWrapper:
    """Standard input with this content."""
    return io.TextIOWrapper(io.BytesIO(content.encode() if isinstance(content, str) else content), encoding="utf-8")


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """Puts a text on standard input."""
    return lambda content: monkeypatch.setattr(sys, "stdin", stdin_of(content))


def test_login_verifies_and_saves_the_token_and_says_where(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer
) -> None:
    pipe(f"{demo.token}\n")
    messages = cli.run("login", "--base-url", demo.base_url + "/", "--profile", "home", "--token-stdin")
    assert "as gateway 'home'" in messages
    assert "the OS keyring (Test Service)" in messages
    assert keyring.kept["home"].reveal() == demo.token
    assert demo.token not in messages + cli.err
    (row,) = cli.json("profiles")
    assert row == {
        "name": "home",
        "base_url": demo.base_url,
        "proxy": "",
        "model": "",
        "token_in": "the OS keyring (Test Service)",
        "is_current": True,
        "software": "Suno-API",
        "version": "",
        "offers": row["offers"],
    }
    assert (row["offers"]["feed"], row["offers"]["wav"]) == ("offered", "missing")
    assert "It runs Suno-API" in messages
    assert cli.json("lyrics", "rain")["profile"] == "home"
    assert "home" in cli.run("profiles")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("end", ["", "\n", "\r\nmore\r\n"])
def test_a_token_may_be_piped_from_a_windows_tool(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer, encoding: str, end: str
) -> None:
    mark = "\ufeff" if encoding.endswith("be") else ""
    pipe((mark + demo.token + end).encode(encoding))
    cli.run("login", "--base-url", demo.base_url, "--profile", "home", "--token-stdin")
    assert [token.reveal() for token in keyring.kept.values()] == [demo.token]


def test_a_token_in_another_encoding_is_rejected(cli: CommandLine, pipe: Pipe, demo: DemoServer) -> None:
    pipe("schlüssel-schlüssel\n".encode("latin-1"))
    cli.run("login", "--base-url", demo.base_url, "--profile", "home", "--token-stdin", code=2)
    assert "not UTF-8 text" in cli.err


def test_login_prompts_at_a_terminal_and_shows_no_token(
    cli: CommandLine, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, demo: DemoServer
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin_of(f"{demo.base_url}\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: demo.token)
    cli.run("login")
    assert "Base URL: " in cli.err
    assert list(keyring.kept) == ["127.0.0.1"]


def stored(cli: CommandLine) -> dict[str, dict[str, object]]:
    """The profiles that logins saved, as in the file."""
    found = json.loads((Path(cli.environ["SUNOTUI_CONFIG_DIR"]) / "profiles.json").read_text())["profiles"]
    assert isinstance(found, dict)
    return found


def write(cli: CommandLine, name: str, text: str) -> Path:
    """Write a file in the config folder."""
    file = Path(cli.environ["SUNOTUI_CONFIG_DIR"]) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("name", "argv", "environ"),
    [
        ("home", ["--profile", "home"], {}),
        ("home", [], {"SUNOTUI_PROFILE": "home"}),
        ("127.0.0.1", ["--base-url", "{base_url}"], {}),
        ("127.0.0.1", ["--base-url", "{base_url}/suno/"], {}),
    ],
    ids=["by name", "by environment", "by host", "by host with a path"],
)
def test_a_second_login_keeps_the_settings_of_the_profile(
    cli: CommandLine,
    keyring: Keyring,
    pipe: Pipe,
    demo: DemoServer,
    name: str,
    argv: list[str],
    environ: dict[str, str],
) -> None:
    written = {"base_url": demo.base_url, "model": "chirp-crow", "dialect": "nested", "allow_http": True, "hue": 7}
    write(cli, "profiles.json", json.dumps({"default": "", "profiles": {name: written}}))
    cli.environ |= environ
    pipe(f"{demo.token}\n")
    cli.run("login", *(word.format(base_url=demo.base_url) for word in argv), "--token-stdin")
    assert stored(cli) == {name: written}
    assert list(keyring.kept) == [name]


def test_a_profile_that_moves_to_another_host_loses_its_dialect(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer
) -> None:
    written = {"base_url": "https://old.example", "model": "chirp-crow", "dialect": "sunoapi"}
    write(cli, "profiles.json", json.dumps({"profiles": {"home": written}}))
    pipe(f"{demo.token}\n")
    cli.run("login", "--profile", "home", "--base-url", demo.base_url, "--token-stdin")
    assert stored(cli) == {"home": {"base_url": demo.base_url, "model": "chirp-crow"}}


def test_another_key_is_not_compared_with_the_balance_of_the_old_one(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer
) -> None:
    for step in ("login", "request", "login"):
        if step == "login":
            pipe(f"{demo.token}\n")
            cli.run("login", "--base-url", demo.base_url, "--profile", "home", "--token-stdin")
        else:
            cli.run("music", "--describe", "rain", "--again")
            assert saved_balances(cli) == 1
    assert saved_balances(cli) == 0


def saved_balances(cli: CommandLine) -> int:
    """The number of saved balances, which a later command would compare with its own."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    (count,) = database.numbers("SELECT count(*) FROM balance_look")
    database.close()
    return count


def test_a_login_leaves_the_config_file_as_it_is(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer
) -> None:
    text = (
        f'# mine\n[profiles.home]  # at home\nbase_url = "{demo.base_url}"\nmodel = "chirp-crow"\n'
        'dialect = "nested"\nhue = 7\n'
    )
    config = write(cli, "config.toml", text)
    pipe(f"{demo.token}\n")
    cli.run("login", "--profile", "home", "--token-stdin")
    assert config.read_text() == text
    assert stored(cli) == {}
    (row,) = cli.json("profiles")
    assert (row["name"], row["model"], row["is_current"]) == ("home", "chirp-crow", True)


def test_a_rejected_token_is_not_saved(cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer) -> None:
    pipe("sk-of-somebody-else-0000000000\n")
    assert cli.run("login", "--base-url", demo.base_url, "--token-stdin", code=3) == ""
    assert keyring.kept == {}
    assert cli.json("profiles") == []
    assert "somebody" not in cli.err


def test_a_key_is_never_deleted_after_a_401(cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer) -> None:
    """The cause may be the key's balance or the gateway's own login, and be temporary (quirk 9)."""
    pipe(f"{demo.token}\n")
    cli.run("login", "--base-url", demo.base_url, "--profile", "home", "--token-stdin")
    refused = keyring.kept["home"] = Token("sk-of-somebody-else-0000000000")
    for argv in (["lyrics", "rain"], ["music", "--describe", "rain", "--again"], ["fetch", "x"]):
        cli.run(*argv, code=3)
        assert "refused the token" in cli.err
    assert keyring.kept == {"home": refused}
    keyring.kept["home"] = Token(demo.token)
    assert cli.json("lyrics", "sun")["profile"] == "home"


def test_with_a_locked_keyring_no_profile_is_saved(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer
) -> None:
    keyring.is_locked = True
    pipe(demo.token)
    cli.run("login", "--base-url", demo.base_url, "--token-stdin", code=3)
    assert "locked" in cli.err
    assert cli.json("profiles") == []


@pytest.mark.parametrize("text", ["", "short", "with blanks in it", "sk-\x1b[2Jxxxxxxxx", "sk-" + "x" * 600])
def test_an_invalid_token_is_not_quoted(cli: CommandLine, keyring: Keyring, pipe: Pipe, text: str) -> None:
    pipe(text + "\n")
    cli.run("login", "--base-url", "https://x.example", "--token-stdin", code=3)
    assert not text or text not in cli.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--token-stdin"], "--base-url"),
        (["--base-url", "https://x.example"], "--token-stdin"),
        (["--base-url", "http://x.example", "--token-stdin"], "--allow-http"),
        (["--base-url", "https://x.example", "--token-stdin", "--profile", "env"], "cannot have that name"),
        (["--base-url", "https://x.example", "--token-stdin", "--profile", "a b"], "cannot have that name"),
    ],
)
def test_login_names_what_is_missing(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, argv: list[str], words: str
) -> None:
    pipe("sk-12345678")
    cli.run("login", *argv, code=2)
    assert words in cli.err


def test_http_needs_consent_and_the_consent_is_saved(
    cli: CommandLine, keyring: Keyring, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sunotui.gateway.client import LoginCheck

    async def check(login: object, profile: Profile, token: Token) -> tuple[Profile, LoginCheck]:
        return profile, LoginCheck(base_url=profile.base_url, system_name="", balance=None)

    monkeypatch.setattr("sunotui.core.gateways.login.LoginService.verify", check)
    pipe("sk-12345678")
    cli.run("login", "--base-url", "http://music.example", "--token-stdin", "--allow-http")
    assert cli.json("profiles")[0]["base_url"] == "http://music.example"


def test_logout_deletes_token_and_profile(cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer) -> None:
    pipe(demo.token)
    cli.run("login", "--base-url", demo.base_url, "--profile", "home", "--token-stdin")
    assert "Logged out of 'home'" in cli.run("logout")
    assert keyring.kept == {}
    assert cli.json("profiles") == []
    cli.run("logout", code=7)
    cli.run("logout", "--profile", "home", code=7)


def test_logout_removes_the_profile_in_use(cli: CommandLine, keyring: Keyring, pipe: Pipe, demo: DemoServer) -> None:
    for name in ("one", "two"):
        pipe(demo.token)
        cli.run("login", "--base-url", demo.base_url, "--profile", name, "--token-stdin")
    cli.run("logout", "--profile", "two")
    assert [row["name"] for row in cli.json("profiles") if row["is_current"]] == ["one"]
    assert "Logged out of 'one'" in cli.run("logout")
    assert keyring.kept == {}


def test_the_profile_of_the_environment_needs_no_keyring(
    demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_keyring() -> None:
        raise AssertionError("the keyring was asked")

    monkeypatch.setattr("sunotui.core.gateways.token_resolver.TokenStore", no_keyring)
    (row,) = demo_cli.json("profiles")
    assert (row["name"], row["token_in"], row["is_current"]) == ("env", "the environment (SUNOTUI_TOKEN)", True)
    demo_cli.run("lyrics", "rain")


def test_a_token_that_comes_from_a_command_is_not_overwritten(cli: CommandLine, keyring: Keyring, pipe: Pipe) -> None:
    write(cli, "config.toml", '[profiles.vault]\nbase_url = "https://x.example"\ntoken_command = "pass show x"\n')
    pipe("sk-12345678")
    cli.run("login", "--profile", "vault", "--token-stdin", code=2)
    assert "comes from a command" in cli.err
    assert cli.json("profiles")[0]["token_in"] == "a command (pass)"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.example.com", "example.com"),
        ("https://www.example.com/suno", "example.com"),
        ("https://example.com:8443", "example.com"),
        ("http://localhost:3000", "localhost"),
        ("http://[::1]:3000", "gateway"),
        ("https://" + "a" * 50 + ".example", "gateway"),
    ],
)
def test_a_profile_is_named_after_its_host(url: str, name: str) -> None:
    assert profile_name_for(parse_base_url(url)) == name
