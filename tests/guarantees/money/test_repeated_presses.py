"""Key repeat, a double click and a pasted Enter are one submission (S6); one bulk action is limited (S9).

Fails with a new submission id for each send and without the check for duplicates (S6), and with a limit of 100 in the
form (S9).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from sunotui.cli.arguments.parser import parse
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.task import TaskStatus
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.messages import SendRequested
from tests.tui.harness import AppHarness, open_app


def requests_sent(ui: AppHarness) -> int:
    return len(ui.core_harness.gateway.orders)


@pytest.mark.guarantee("S6", ordinary="50 presses without a pause; 50 requests of one form; a pasted Enter")
async def test_fifty_presses_without_a_pause_are_one_request(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as ui:
        await ui.press("n", *"rain")
        # Directly into the queue, so that the first key cannot close the form before the others.
        for _ in range(50):
            ui.app.post_message(events.Key("ctrl+s", None))
        await ui.settle()
        assert requests_sent(ui) == 1
        assert len(await ui.core_harness.core.reader.submissions()) == 1


@pytest.mark.guarantee("S6")
async def test_fifty_send_messages_of_a_form_are_one_request(tmp_path: Path) -> None:
    """Simulates fifty key presses that are handled before the form closes."""
    async with open_app(tmp_path, tasks=[]) as ui:
        await ui.press("n", *"rain")
        form = ui.app.screen
        assert isinstance(form, ComposeScreen)
        prepared = await ui.core_harness.core.services.submitter.prepare(MusicRequest(description="rain"), "main")
        for _ in range(50):
            ui.app.post_message(SendRequested(prepared, (form.session.submission_id,), form.session.draft))
        await ui.settle()
        assert requests_sent(ui) == 1


@pytest.mark.guarantee("S6")
@pytest.mark.parametrize("text", ["rain\n", "rain\r\n\r\n", "\n"])
async def test_a_pasted_enter_sends_nothing(text: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as ui:
        await ui.press("n")
        ui.app.screen.post_message(events.Paste(text))
        await ui.settle()
        assert isinstance(ui.app.screen, ComposeScreen)
        assert requests_sent(ui) == 0


@pytest.mark.guarantee(
    "S9",
    ordinary=(
        "11 requests where 10 are allowed in the form; 11 without --yes and 101 on the command line; 3 in flight"
    ),
    gaps="That a click on text of a gateway starts nothing is T4.",
)
async def test_more_than_ten_requests_are_refused(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as ui:
        await ui.press("n", *"rain")
        form = ui.app.screen
        assert isinstance(form, ComposeScreen)
        form.session.write("takes", "11")
        await ui.press("ctrl+s")
        assert requests_sent(ui) == 0
        form.session.write("takes", "10")
        await ui.settle()
        assert "10 requests make 20 takes" in ui.text()
        await ui.press("ctrl+s")
        await ui.until(lambda: requests_sent(ui) == 10, "ten requests")


@pytest.mark.guarantee("S9")
async def test_text_of_a_gateway_starts_no_request(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as ui:
        await ui.core_harness.put("t1")
        for status in TaskStatus:
            text = "[@click=app.simulate_key('ctrl+s')]send again[/] \x1b]52;c;bgo=\x07 --again"
            ui.core_harness.gateway.set_task("t1", status, fail_reason=text, progress=text)
            await ui.core_harness.clock.advance(700)
            await ui.settle()
        assert requests_sent(ui) == 0


@pytest.mark.guarantee("S9")
def test_the_form_accepts_at_most_ten() -> None:
    for takes in ("11", "1000", "1e3", "-1"):
        assert Draft("describe", {"description": "rain", "takes": takes}).request()[0] is None


@pytest.mark.guarantee("S9")
@pytest.mark.parametrize("takes", [["11"], ["101", "--yes"], ["0"], ["1e1"]], ids=" ".join)
def test_the_command_line_requires_yes_and_has_a_limit(takes: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["music", "--describe", "rain", "--count", *takes])
    assert capsys.readouterr().err
    assert parse(["music", "--describe", "rain", "--count", "11", "--yes"]).count == 11
