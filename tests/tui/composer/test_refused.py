"""A form that cannot be sent says why in every window."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.errors import InsufficientBalance
from sunotui.gateway.submit.outcome import Rejected
from sunotui.tui.composer.screen import ComposeScreen
from tests.tui.harness import AppHarness, open_app


def form(harness: AppHarness) -> ComposeScreen:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
async def test_a_form_refused_behind_the_json_says_why(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("n", "alt+j", "ctrl+s")
        screen = form(harness)
        *rows, footer = harness.text().splitlines()
        assert "✗ Describe the song" in "\n".join(rows)
        assert "Describe the song" in footer
        assert screen.query_one("#words").display
        assert screen.query_one("#field-description").has_class("-bad")
        assert harness.app.focused is screen.query_one("#description")


async def test_a_request_refused_by_the_gateway_behind_the_json_says_why(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        harness.core_harness.gateway.outcome = lambda _: Rejected(InsufficientBalance(http_status=402), "")
        await harness.press("n", *"rain", "alt+j", "ctrl+s")
        assert "not enough money" in harness.text()
        assert form(harness).query_one("#words").display
