"""The state behind headers and footers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import InFlightChanged, UploadProgress
from tests.tui.harness import open_app


@pytest.mark.parametrize(("sent", "size", "text"), [(0, 100, "0%"), (37, 100, "30%"), (100, 100, ""), (5, 0, "")])
async def test_an_upload_is_told_in_tenths(sent: int, size: int, text: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.app.status.on_core_event(UploadProgress("s", sent, size))
        assert quiet.app.status.upload == text


async def test_an_upload_that_ended_is_not_shown(tmp_path: Path) -> None:
    """However it ended: also in the middle."""
    async with open_app(tmp_path) as quiet:
        status = quiet.app.status
        status.on_core_event(InFlightChanged(1))
        status.on_core_event(UploadProgress("s", 50, 100))
        await quiet.settle()
        assert "↥ 50%" in quiet.text()
        status.on_core_event(InFlightChanged(0))
        await quiet.settle()
        assert status.upload == ""
        assert "50%" not in quiet.text()
