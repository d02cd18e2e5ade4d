"""A form that cannot be sent says why in every window, and what is typed is never lost behind the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from sunotui.domain.errors import InsufficientBalance
from sunotui.gateway.submit.outcome import Rejected
from tests.tui.composer.open_form import form, text_of
from tests.tui.harness import open_app


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


@pytest.mark.parametrize("opens", [("alt+j",), ("alt+j", "alt+j")], ids=("json", "check"))
@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_letters_typed_over_the_check_reach_the_field(
    opens: tuple[str, ...], size: tuple[int, int], tmp_path: Path
) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("n", "f3", "tab", *"folk", *opens)
        assert harness.app.focused is form(harness).session.check_pane
        await harness.press(*" jig")
        assert text_of(harness, "style") == "folk jig", "letters that scroll in a list are text here, too"
        assert harness.app.focused is form(harness).query_one("#style")
        assert form(harness).query_one("#words").display
        assert "Back to the text" not in harness.text()


async def test_a_burst_of_letters_over_the_check_stays_in_order(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("n", *"rain", "alt+j")
        for letter in "bow over the bay":
            harness.app.post_message(events.Key("space" if letter == " " else letter, letter))
        await harness.settle()
        assert text_of(harness, "description") == "rainbow over the bay"


async def test_a_paste_over_the_check_reaches_the_field(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("n", *"rain", "alt+j")
        harness.app.post_message(events.Paste("bow\nand sun"))
        await harness.settle()
        assert text_of(harness, "description") == "rainbow\nand sun"


async def test_the_arrow_keys_still_scroll_the_check_that_covers_the_text(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("n")
        form(harness).session.write("description", "rain over the bay " * 40)
        await harness.press("alt+j", "down")
        assert harness.app.focused is form(harness).session.check_pane
        assert form(harness).session.check_pane.scroll_y == 1
