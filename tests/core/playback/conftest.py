"""Playback with fakes, and three songs in its library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.harness import CoreHarness
from tests.core.playback.harness import PlaybackHarness, replace_parts, song


@pytest.fixture
async def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PlaybackHarness]:
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    made = PlaybackHarness(core, players, fetchers)
    await made.put(song("a"), song("b"), song("c"))
    yield made
    await core.core.close(1)
