"""An open core for tests, closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.harness import CoreHarness


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[CoreHarness]:
    made = CoreHarness(tmp_path)
    await made.open()
    yield made
    await made.core.close(1)


@pytest.fixture
def rare_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests over days: check for writes of other processes every ten minutes instead of every two seconds."""
    monkeypatch.setattr("sunotui.core.library.external_changes.CHECK_EVERY_S", 600.0)
