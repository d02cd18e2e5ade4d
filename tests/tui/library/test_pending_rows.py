"""An unknown outcome is on top of the list and in the status bar, also after a restart (S4)."""

from __future__ import annotations

from pathlib import Path

from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.tasks.summary import View
from sunotui.gateway.submit.outcome import Accepted, Unknown
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.widgets.lines import Row
from sunotui.tui.widgets.option_list import ChoiceList
from tests.tui.harness import AppHarness, open_app


async def lose_one(harness: AppHarness) -> None:
    harness.core_harness.gateway.outcome = lambda _: Unknown(
        GatewayFailed(charge=Charge.MAYBE, detail="502 bad gateway", http_status=502, request_id="req-7"),
        '{"error": "bad gateway"}',
    )
    await harness.press("n", *"rain on tin", "ctrl+s")


async def test_it_is_a_row_until_it_is_resolved(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as harness:
        assert "Your songs will appear here." in harness.text()
        await lose_one(harness)
        assert "Your songs will appear here." not in harness.text()
        assert "? 1 unknown" in harness.text()
        assert "? rain on tin  outcome unknown, see J" in harness.text()
        await harness.press("g")
        body = harness.detail.body.text
        assert "502 bad gateway" in body
        assert "It is unknown whether the gateway accepted this" in body
        assert "Send it again; if" not in body, "the advice for a failed song, which cost nothing"
        sidebar = harness.app.screen.query_one(Sidebar)
        assert (sidebar.count_of(View.FAILED), sidebar.unknown) == (0, 1), "only the journal counts it"
        await harness.press("J", "x", "j", "enter", "escape")
        assert "unknown" not in harness.text()
        assert "Your songs will appear here." in harness.text()


async def test_task_commands_do_not_apply_to_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        asked = len(harness.core_harness.gateway.asked)
        await harness.press("g", "r", "y", "o", "e", "C", "T", "W")
        assert all(" " not in task_id for ids in harness.core_harness.gateway.asked[asked:] for task_id in ids)
        await harness.press("Y")
        assert "Song id" not in harness.text()
        assert "Prompt" in harness.text()
        await harness.press("escape", "R")
        await harness.press("alt+j")
        assert "gpt_description_prompt" in harness.text()


async def test_a_pending_row_cannot_be_annotated(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("g", "v")
        assert len(harness.tasks.selected) == 1
        await harness.press("s")
        assert "This request has no song yet; J shows" in str(harness.app.message_log.lines()[0].text)
        await harness.press("V", "s")
        assert "Favourite: 1 take" in str(harness.app.message_log.lines()[0].text)
        await harness.press("asterisk", "4", "asterisk", "4")
        assert "No change" in str(harness.app.message_log.lines()[0].text)


async def test_the_whole_response_is_in_the_message_log(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("exclamation_mark")
        for words in ("req-7", "502", "bad gateway", "Outcome unknown"):
            assert words in harness.text()


async def test_several_acceptances_cause_one_message(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        harness.app.screen.session.write("takes", "4")  # type: ignore[attr-defined]
        await harness.press("ctrl+s")
        messages = [str(line.text) for line in harness.app.message_log.lines()]
        assert messages[0] == "4 requests sent. Generating…"
        assert sum("Generating" in words for words in messages) == 1
        assert harness.tasks.current == "made-4"


async def test_the_footer_offers_the_journal_for_it_first(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await lose_one(harness)
        await harness.press("g")
        assert harness.text().splitlines()[-1].startswith(" J Journal ")
        await harness.press("j")
        assert "J Journal" not in harness.text().splitlines()[-1]


async def test_the_journal_opens_at_the_request_under_the_cursor(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"made-{number}")
        await harness.core_harness.clock.advance(5)
        await harness.press("n", *"snow", "ctrl+s")
        for key, title in (("g", "rain on tin"), ("G", "snow")):
            await harness.press(key, "J")
            choices = harness.app.screen.query_one(ChoiceList)
            row = choices.get_option(choices.current_id or "").prompt
            assert isinstance(row, Row)
            assert title in row.plain
            await harness.press("escape")
