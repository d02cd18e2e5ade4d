"""What the end-to-end tests share: a real terminal, and that nothing ever holds its screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.support.stalls import assert_never_held
from tests.support.terminal import Terminal, need_tmux
from tests.support.token_watch import TokenWatch, watched

DEMO_SEED = 7
"""The seed of every demo gateway here: it makes its token, which is watched for as well."""


@pytest.fixture(autouse=True)
def token_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenWatch]:
    """The token is looked for as long as a test runs, in all that its programs write and start (K1)."""
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
    assert assert_never_held(tmp_path) > 0, "nobody watched"


@pytest.fixture(autouse=True)
def _nothing_holds_the_screen(tmp_path: Path) -> Iterator[None]:
    """Broken once by a million hashes in `SunoApp.say`: the test that sees toasts failed, and named `say`."""
    yield
    assert_never_held(tmp_path)
