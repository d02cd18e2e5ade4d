"""The workbench, opened and closed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.studio.bench import Bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    await made.open()
    yield made
    await made.studio.close(1)
