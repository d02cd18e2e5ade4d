"""Fixtures of the end-to-end tests: a real terminal, and the check that nothing blocks its screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.support.stalls import assert_never_held
from tests.support.terminal import Terminal, need_tmux
from tests.support.token_watch import TokenWatch, watched

DEMO_SEED = 7
"""The seed of every demo gateway here. It determines the token, which is searched for too."""


@pytest.fixture(autouse=True)
def token_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenWatch]:
    """Searches everything that the programs of a test write and start for the token (K1)."""
    with watched(tmp_path) as watch:
        watch.know(DemoServer(seed=DEMO_SEED).token)
        monkeypatch.setattr(Terminal, "watch", watch)
        yield watch


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal that is closed when its test ends."""
    need_tmux()
    made = Terminal(tmp_path)
    yield made
    made.close()
    assert assert_never_held(tmp_path) > 0, "no program was watched"


@pytest.fixture(autouse=True)
def _nothing_holds_the_screen(tmp_path: Path) -> Iterator[None]:
    """Fails with a million hashes in `SunoApp.say`: the test that sees toasts failed and named `say`."""
    yield
    assert_never_held(tmp_path)
