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
from tests.support.small_disk import QUICK
from tests.support.stalls import VARIABLE, assert_never_held, stalls_file

NOBODY = "http://127.0.0.1:9"
"""A gateway that is not there."""

Open = Callable[..., PseudoTerminal]


@pytest.fixture(autouse=True)
def _idle_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_idle_by_the_loop(monkeypatch)


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, for tests that make hundreds of libraries and are not about the disk."""
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        yield Path(folder)


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    """Runs `sunotui ARGUMENT...` on a terminal of its own, by default on a gateway that is not there, and watches that
    nothing holds its screen.

    With `plant=PLACE` it crashes there; with `module=NAME` another module is run, with `command` another program.
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
        # A command without screens begins no watch, and is the same else.
        command = command or [sys.executable, "-m", "tests.support.watched_sunotui", *arguments]
        if plant or module:
            command = [
                sys.executable,
                "-m",
                module or "tests.guarantees.planted_crashes",
                *([plant] if plant else []),
                *arguments,
            ]
        usual = {
            **places(tmp_path),
            "HOME": str(tmp_path / "home"),
            "SUNOTUI_BASE_URL": NOBODY,
            "SUNOTUI_TOKEN": CANARY,
            "PYTHONPATH": str(ROOT),
            VARIABLE: str(stalls_file(tmp_path)),
        }
        opened.append(PseudoTerminal(command, {**usual, **(environ or {})}, **rest))
        return opened[-1]

    (tmp_path / "home").mkdir()
    yield run
    for terminal in opened:
        terminal.close()
    assert_never_held(tmp_path)
