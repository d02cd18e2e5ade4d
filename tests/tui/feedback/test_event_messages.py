"""Events that concern no open screen become messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import QueueReplaced
from tests.tui.harness import open_app


@pytest.mark.parametrize("way", [(), ("D", "D")], ids=["library", "another screen"])
async def test_a_replaced_queue_is_reported_with_undo(tmp_path: Path, way: tuple[str, ...]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(*way)
        harness.core_harness.core.events.publish(QueueReplaced(3))
        await harness.settle()
        assert str(harness.app.message_log.lines()[0].text) == "The queue of 3 takes was replaced"
        assert "The queue of 3 takes was replaced" in harness.text().splitlines()[-1]
        assert "u Undo" in harness.text().splitlines()[-1]
