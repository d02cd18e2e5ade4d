"""What the end-to-end tests share: a real terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, need_tmux


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal that is closed when its test ends."""
    need_tmux()
    made = Terminal(tmp_path)
    yield made
    made.close()
