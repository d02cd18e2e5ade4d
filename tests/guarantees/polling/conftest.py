"""A core for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.guarantees.fake_transport import OfflineCore


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[OfflineCore]:
    """A core whose gateways respond without a network."""
    core = OfflineCore(tmp_path)
    await core.open()
    yield core
    await core.close()
