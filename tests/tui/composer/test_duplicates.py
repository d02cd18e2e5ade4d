"""A request that was sent before needs a confirmation, and several requests at once are counted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.gateway.submit.outcome import Accepted
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.dialogs.confirm import ConfirmDialog
from tests.tui.composer.open_form import form
from tests.tui.harness import open_app


@pytest.mark.guarantee("S6", ordinary="the same request asks first")
@pytest.mark.parametrize(("keys", "sent"), [(("j", "enter"), 2), (("enter",), 1), (("escape",), 1)])
async def test_a_duplicate_needs_a_confirmation(keys: tuple[str, ...], sent: int, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"again-{number}")
        for _ in range(2):
            await harness.press("n", "ctrl+n", *"rain", "ctrl+s")
        assert isinstance(harness.app.screen, ConfirmDialog)
        await harness.press(*keys)
        assert len(harness.core_harness.gateway.orders) == sent


async def test_a_request_in_flight_is_shown_in_the_status_bar(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain", "ctrl+s")
        assert "sending 1" in harness.text()
        await harness.press("j")
        harness.core_harness.gateway.gate.set()
        await harness.settle()
        assert "sending" not in harness.text()


@pytest.mark.parametrize("text", ["0", "x", "11", "99", "9" * 6_000, "-2", "٣", "two"])
def test_an_invalid_number_of_requests_is_reported(text: str) -> None:
    request, complaint = Draft("describe", {"description": "rain", "takes": text}).request()
    assert (request, complaint) == (None, "Requests are a number from 1 to 10")


@pytest.mark.parametrize(("text", "takes"), [("", 1), (" 3 ", 3), ("10", 10), ("01", 1)])
def test_a_number_of_requests(text: str, takes: int) -> None:
    draft = Draft("describe", {"description": "rain", "takes": text})
    assert draft.request()[0] is not None
    assert draft.takes == takes


async def test_several_duplicates_need_a_confirmation(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+s")
        await harness.press("n", *"rain")
        form(harness).session.write("takes", "2")
        await harness.press("ctrl+s")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        await harness.press("escape")
        assert len(harness.core_harness.gateway.orders) == 1
        assert "the same request was sent minutes ago" in form(harness).session.check_pane.check.sentence
        await harness.press("ctrl+s")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question again")
        await harness.press("j", "enter")
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 3, "three requests")
