"""A command line for tests: run in this process, with its own folders, with a demo gateway over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sunotui.cli.main import main
from sunotui.demo.server import DemoServer
from tests.support.fast_clock import FastClock
from tests.support.token_watch import TokenWatch, watched

SPEED = 200.0


class CommandLine:
    """Runs commands like a script and records their output, which must not contain the token (K1)."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], watch: TokenWatch) -> None:
        self.environ = {"SUNOTUI_DATA_DIR": str(folder / "data"), "SUNOTUI_CONFIG_DIR": str(folder / "config")}
        self.err = ""
        self.watch = watch
        self._capsys = capsys

    def use(self, server: DemoServer) -> None:
        """Use this demo gateway for the profile of the environment."""
        self.environ |= {"SUNOTUI_BASE_URL": server.base_url, "SUNOTUI_TOKEN": server.token}
        self.watch.know(server.token)

    def run(self, *argv: str, code: int = 0) -> str:
        """Run a command that must exit with `code`; returns its standard output, standard error is in `err`."""
        self._capsys.readouterr()
        ended = main(argv, self.environ)
        captured = self._capsys.readouterr()
        self.err = captured.err
        self.watch.take(f"output of {argv}", (captured.out + captured.err).encode(errors="replace"))
        assert ended == code, f"{argv} ended with {ended}, not {code}\n{captured.out}\n{captured.err}"
        assert "Traceback" not in captured.err
        return captured.out

    def json(self, *argv: str, code: int = 0) -> Any:
        """The one document that a command prints with --json."""
        output = self.run(*argv, "--json", code=code)
        assert output.isascii()
        return json.loads(output)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    """A command line without a profile."""
    with watched(tmp_path) as watch:
        yield CommandLine(tmp_path, capsys, watch)


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's clock runs as fast as the demo gateway's."""
    monkeypatch.setattr("sunotui.core.core.Clock", lambda: FastClock(SPEED))


StartDemo = Callable[..., DemoServer]


@pytest.fixture
def start_demo() -> Iterator[StartDemo]:
    """Starts demo gateways that stop with the test."""
    servers: list[DemoServer] = []

    def start(*faults: str, speed: float = SPEED, dialect: str = "reference") -> DemoServer:
        server = DemoServer(seed=1, speed=speed, faults=faults, dialect=dialect)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """One demo gateway without faults for all tests without special needs: starting and stopping one takes a while."""
    with DemoServer(seed=1, speed=SPEED, balance=1_000_000.0) as server:
        yield server


@pytest.fixture(scope="session")
def demos() -> Iterator[Callable[[str], DemoServer]]:
    """Demo gateways by dialect, one of each for all tests without special needs."""
    servers: dict[str, DemoServer] = {}

    def find(dialect: str) -> DemoServer:
        if dialect not in servers:
            servers[dialect] = DemoServer(seed=1, speed=SPEED, dialect=dialect, balance=1_000_000.0)
            servers[dialect].start()
        return servers[dialect]

    yield find
    for server in servers.values():
        server.stop()


@pytest.fixture
def paid_cli(cli: CommandLine, swift: None, demos: Callable[[str], DemoServer]) -> CommandLine:
    """A command line with a demo gateway with all extras."""
    cli.use(demos("paid"))
    return cli


@pytest.fixture
def demo_cli(cli: CommandLine, swift: None, demo: DemoServer) -> CommandLine:
    """A command line with a demo gateway without faults."""
    cli.use(demo)
    return cli
