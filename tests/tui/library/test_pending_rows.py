"""An unknown outcome is on top of the list and in the status bar, also after a restart (S4)."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.tasks.summary import View
from sunotui.gateway.submit.outcome import Unknown
from sunotui.tui.library.sidebar import Sidebar
from tests.tui.harness import AppHarness, open_app


async def lose_one(quiet: AppHarness) -> None:
    quiet.core_harness.gateway.outcome = lambda _: Unknown(
        GatewayFailed(charge=Charge.MAYBE, http_status=502, request_id="req-7"), '{"error": "bad gateway"}'
    )
    await quiet.press("n", *"rain on tin", "ctrl+s")


async def test_it_is_a_row_until_it_is_resolved(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as quiet:
        assert "Your songs will appear here." in quiet.text()
        await lose_one(quiet)
        assert "Your songs will appear here." not in quiet.text()
        assert "? 1 unknown" in quiet.text()
        assert "? rain on tin  outcome unknown, see J" in quiet.text()
        await quiet.press("g")
        assert "It is unknown whether the gateway accepted this" in quiet.detail.body.text
        sidebar = quiet.app.screen.query_one(Sidebar)
        assert (sidebar.count_of(View.FAILED), sidebar.unknown) == (0, 1), "only the journal counts it"
        await quiet.press("J", "x", "j", "enter", "escape")
        assert "unknown" not in quiet.text()
        assert "Your songs will appear here." in quiet.text()


async def test_task_commands_do_not_apply_to_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        asked = len(quiet.core_harness.gateway.asked)
        await quiet.press("g", "r", "y", "o", "e", "C", "T", "W")
        assert all(" " not in task_id for ids in quiet.core_harness.gateway.asked[asked:] for task_id in ids)
        await quiet.press("Y")
        assert "Song id" not in quiet.text()
        assert "Prompt" in quiet.text()
        await quiet.press("escape", "R")
        await quiet.press("alt+j")
        assert "gpt_description_prompt" in quiet.text()


async def test_a_pending_row_cannot_be_annotated(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("g", "v")
        assert len(quiet.tasks.selected) == 1
        await quiet.press("s")
        assert "There is no song here" in str(quiet.app.message_log.lines()[0].text)
        await quiet.press("V", "s")
        assert "Favourite: 1 take" in str(quiet.app.message_log.lines()[0].text)
        await quiet.press("asterisk", "4", "asterisk", "4")
        assert "No change" in str(quiet.app.message_log.lines()[0].text)


async def test_the_whole_response_is_in_the_message_log(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("exclamation_mark")
        for words in ("req-7", "502", "bad gateway", "Outcome unknown"):
            assert words in quiet.text()


async def test_several_acceptances_cause_one_message(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("n", *"rain")
        quiet.app.screen.session.write("takes", "4")  # type: ignore[attr-defined]
        await quiet.press("ctrl+s")
        told = [str(line.text) for line in quiet.app.message_log.lines()]
        assert told[0] == "4 requests sent. Generating …"
        assert sum("Generating" in words for words in told) == 1
        assert quiet.tasks.current == "made-4"
