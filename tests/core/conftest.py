"""The workbench, opened and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.harness import CoreHarness


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[CoreHarness]:
    made = CoreHarness(tmp_path)
    await made.open()
    yield made
    await made.core.close(1)


@pytest.fixture
def rare_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """For days that pass: other processes' writes are looked for every ten minutes instead of every two seconds."""
    monkeypatch.setattr("sunotui.core.library.external_changes.CHECK_EVERY_S", 600.0)
