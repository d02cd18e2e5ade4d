"""Fixtures of the guarantee tests: pseudo-terminals that are closed when their test ends."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.app_idle import judge_idle_by_the_loop
from tests.support.canary import CANARY
from tests.support.paths import ROOT
from tests.support.pseudo_terminal import PseudoTerminal, places
from tests.support.run_directory import memory_directory
from tests.support.shared_styles import share_parsed_styles
from tests.support.stalls import VARIABLE, assert_never_held, stalls_file

UNREACHABLE_URL = "http://127.0.0.1:9"
"""The URL of an unreachable gateway."""

Open = Callable[..., PseudoTerminal]


@pytest.fixture(autouse=True)
def _idle_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_idle_by_the_loop(monkeypatch)


@pytest.fixture(autouse=True)
def _styles_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    share_parsed_styles(monkeypatch)


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, for tests that create hundreds of libraries and do not test the disk."""
    with tempfile.TemporaryDirectory(dir=memory_directory()) as folder:
        yield Path(folder)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    """Runs `sunotui ARGUMENT...` on its own pseudo-terminal, by default with an unreachable gateway, and checks that
    nothing blocks its screen.

    `plant=LOCATION` plants a crash there; `module=NAME` runs another module, `command` another program.
    """
    opened: list[PseudoTerminal] = []

    def run(
        *arguments: str,
        plant: str = "",
        module: str = "",
        command: Sequence[str] = (),
        environ: dict[str, str] | None = None,
        **rest: Any,
    ) -> PseudoTerminal:
        # For a command without a screen the watchdog does not start; otherwise it is the same program.
        command = command or [sys.executable, "-m", "tests.support.watched_sunotui", *arguments]
        if plant or module:
            command = [
                sys.executable,
                "-m",
                module or "tests.guarantees.planted_crashes",
                *([plant] if plant else []),
                *arguments,
            ]
        defaults = {
            **places(tmp_path),
            "HOME": str(tmp_path / "home"),
            "SUNOTUI_BASE_URL": UNREACHABLE_URL,
            "SUNOTUI_TOKEN": CANARY,
            "PYTHONPATH": str(ROOT),
            VARIABLE: str(stalls_file(tmp_path)),
        }
        opened.append(PseudoTerminal(command, {**defaults, **(environ or {})}, **rest))
        return opened[-1]

    (tmp_path / "home").mkdir()
    yield run
    for terminal in opened:
        terminal.close()
    assert_never_held(tmp_path)
