"""The journal on screen: only the user resolves an unknown outcome (S4)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input, OptionList, TextArea

from sunotui.core.submissions.song_matcher import SEARCH_DELAYS_S
from sunotui.domain.errors import Charge, GatewayFailed, InsufficientBalance, LibraryError
from sunotui.domain.gateways.features import Feature
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.song_listing import ListedSong
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.history.submissions import SubmissionsScreen
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.footer import Footer
from tests.tui.harness import AppHarness, open_app

pytestmark = pytest.mark.guarantee("S4", ordinary="found, sent again, given up on: on screen")


async def open_journal(harness: AppHarness) -> None:
    """Open the journal after the composer has closed."""
    await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the library")
    await harness.press("J")
    await harness.until(lambda: isinstance(harness.app.screen, SubmissionsScreen), "the journal")


async def lose_one(harness: AppHarness) -> None:
    """Create a submission whose response was lost, and open the journal on it."""
    harness.core_harness.gateway.outcome = lambda _: Unknown(
        GatewayFailed(charge=Charge.MAYBE, http_status=502, request_id="req-7"), '{"error": "bad gateway"}'
    )
    await harness.core_harness.clock.advance(5)
    await harness.press("n", *"rain", "ctrl+s")
    await open_journal(harness)
    await harness.until(lambda: "unknown, ma" in harness.text(), "the outcome")


async def test_a_title_has_the_width_that_the_outcomes_leave(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        title = "a song about " + "rain and " * 7 + "snow"
        await harness.press("n", *title, "ctrl+s")
        await open_journal(harness)
        # The title of a request without one is its first 60 characters.
        await harness.until(lambda: title[:50] in harness.text(), "more than a third of the line")


async def states(harness: AppHarness) -> list[SubmissionState]:
    return [row.state for row in await harness.core_harness.core.reader.submissions()]


async def test_a_pasted_id_is_checked_and_adopted(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("f")
        harness.app.screen.query_one("#answer", Input).value = "no-such"
        await harness.press("enter")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN
        await harness.until(lambda: isinstance(harness.app.screen, PromptDialog), "the question with the reason")
        assert harness.app.screen.query_one("#answer", Input).value == "no-such"
        harness.core_harness.gateway.set_task("there-it-is", TaskStatus.IN_PROGRESS)
        harness.app.screen.query_one("#answer", Input).value = " there-it-is "
        await harness.press("enter")
        assert (await states(harness))[0] is SubmissionState.ACCEPTED
        await harness.press("escape")
        await harness.press("g")
        assert harness.tasks.current == "there-it-is"


@pytest.mark.parametrize(("keys", "sent"), [(("enter",), 1), (("escape",), 1), (("j", "enter"), 2)])
async def test_sending_again_needs_a_confirmation(keys: tuple[str, ...], sent: int, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.outcome = lambda number: Accepted(f"again-{number}")
        await harness.press("s")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        assert "may have been charged" in harness.text()
        await harness.press(*keys)
        assert len(harness.core_harness.gateway.orders) == sent


@pytest.mark.parametrize("width", [60, 120])
async def test_the_footer_has_the_keys_that_work_for_an_unknown_outcome(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 15)) as harness:
        await lose_one(harness)
        keys = harness.text().splitlines()[-1] + " "
        assert all(f" {key} " in keys for key in ("l Find song", "f Enter id", "s Send again", "x Give up", "esc Back"))


async def test_a_gateway_without_a_list_is_not_searched(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.core_harness.core.services.capabilities.learn("main", Feature.MY_MUSICS, False, "404")
        await lose_one(harness)
        keys = harness.text().splitlines()[-1] + " "
        assert "Find song" not in keys
        assert all(f" {key} " in keys for key in ("f Enter id", "s Send again", "x Give up", "esc Back"))
        await harness.press("s")
        assert "with l" not in harness.text()


async def test_giving_up_on_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("x", "enter")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN, "no single key ends the search for it"
        await harness.press("x", "j", "enter")
        assert (await states(harness))[0] is SubmissionState.DROPPED
        await harness.press("x")
        assert (await states(harness))[0] is SubmissionState.DROPPED


async def test_a_rejected_request_is_opened_in_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.outcome = lambda _: Rejected(InsufficientBalance(charge=Charge.NO), "{}")
        await harness.press("n", *"rain", "ctrl+s")
        await harness.press("escape")
        await open_journal(harness)
        await harness.until(lambda: "refused" in harness.text(), "the refusal")
        await harness.press("x")
        assert "; s opens this request in the composer" in str(harness.app.message_log.lines()[0].text)
        await harness.press("s")
        await harness.until(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")
        assert harness.app.screen.query_one("#description", TextArea).text == "rain"
        assert "Opened in the composer: edit it if needed" in str(harness.app.message_log.lines()[0].text)
        assert len(harness.core_harness.gateway.orders) == 1, "nothing is sent by that"


async def test_a_typed_id_is_restored(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("f", *"half", "escape", "escape", "J", "f")
        assert "Enter the song id" in harness.text()
        assert harness.app.screen.query_one("#answer", Input).value == "half"


async def test_a_click_selects_and_a_double_click_opens_an_entry(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        journal = harness.app.screen
        await harness.pilot.click("#submission-list", offset=(6, 1))
        await harness.settle()
        assert harness.app.screen is journal
        await harness.pilot.double_click("#submission-list", offset=(6, 1))
        await harness.settle()
        assert isinstance(harness.app.screen, TextViewer)


async def test_the_dialog_for_an_id_has_its_own_keys(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("f", *"half")
        assert [key.key for key in harness.app.screen.query_one(Footer).keys] == ["enter", "esc"]
        harness.core_harness.gateway.set_task("half", TaskStatus.IN_PROGRESS)
        await harness.app.screen.run_action("answer")
        await harness.settle()
        assert (await states(harness))[0] is SubmissionState.ACCEPTED


async def test_keys_after_the_key_for_the_id_are_the_id(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.set_task("the-id", TaskStatus.IN_PROGRESS)
        for key in [*"fthe-id", "enter"]:
            harness.app.post_message(Key(key, key if len(key) == 1 else None))
        await harness.settle()
        assert (await states(harness))[0] is SubmissionState.ACCEPTED


async def test_a_known_outcome_cannot_be_resolved(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("J", "f", "s", "x")
        assert await states(harness) == [SubmissionState.ACCEPTED]
        assert "Only an unknown outcome" in str(harness.app.message_log.lines()[0].text)
        assert harness.core_harness.gateway.orders == []


async def test_the_whole_response(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("enter")
        assert isinstance(harness.app.screen, TextViewer)
        for words in ("POST /suno/submit/music", '"gpt_description_prompt": "rain"', '"error": "bad gateway"', "req-7"):
            assert words in harness.text()
        await harness.press("escape", "escape")
        assert harness.tasks.has_focus


async def test_an_unreadable_journal_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:

        def broken(*_: object, **__: object) -> None:
            raise LibraryError("The library could not be read: it is damaged")

        monkeypatch.setattr(harness.core_harness.core.stores.journal.reader, "list", broken)
        await harness.press("J")
        assert harness.app.screen.query_one(OptionList).option_count == 0
        assert "damaged" in str(harness.app.message_log.lines()[0].text)


async def test_the_cursor_stays_on_its_submission_when_one_is_added_above(tmp_path: Path) -> None:
    """Otherwise a key meant for one would give up on another, which may have been charged."""
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        await harness.press("escape", "n", "ctrl+n", *"snow", "ctrl+s")
        await open_journal(harness)
        await harness.press("j")
        older = {row.request.title_hint: row.id for row in await harness.core_harness.core.reader.submissions()}["rain"]
        await harness.press("s")
        await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
        await harness.press("j", "enter")
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 3, "the request sent again")
        await harness.until(lambda: harness.text().count("outcome unknown") == 3, "its outcome")
        await harness.press("x", "j", "enter")
        rows = {row.id: row for row in await harness.core_harness.core.reader.submissions()}
        dropped = [row for row in rows.values() if row.state is SubmissionState.DROPPED]
        assert [row.id for row in dropped] == [older]
        assert sorted(row.request.title_hint for row in rows.values() if row.state is SubmissionState.UNKNOWN) == [
            "rain",
            "snow",
        ]


async def test_it_follows_events(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain", "ctrl+s")
        await open_journal(harness)
        assert "sending" in harness.text()
        harness.core_harness.gateway.gate.set()
        await harness.settle()
        assert "sending" not in harness.text()
        assert harness.text().count("accepted") == 2


# --- the gateway's list of songs -------------------------------------------------------------------------------------


def listed(clip_id: str, task_id: str, description: str = "rain") -> ListedSong:
    return ListedSong(Clip(clip_id, title="[b]Tin", description=description), task_id, None)


async def ask(harness: AppHarness) -> None:
    """Search for the current submission, and wait for the offered songs."""
    await harness.press("l")
    await harness.until(lambda: isinstance(harness.app.screen, SelectDialog), "the songs that are offered")


async def test_a_song_of_the_list_is_adopted_after_a_confirmation(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.songs = [listed("c1", "t1"), listed("c2", "t1"), listed("c3", "t3", "snow")]
        await ask(harness)
        assert "None of these" in harness.text()
        assert "[b]Tin" in harness.text()
        await harness.press("j")
        assert "2 takes, time not given, same description" in harness.text(), "whole, for the row under the cursor"
        await harness.press("k", "enter")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN
        assert await harness.core_harness.task("t1") is None
        await ask(harness)
        await harness.press("escape")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN
        await ask(harness)
        await harness.press("j", "enter")
        await harness.until(lambda: "accepted" in harness.text(), "the song taken over")
        assert (await states(harness))[0] is SubmissionState.ACCEPTED
        assert len(harness.core_harness.gateway.orders) == 1
        await harness.press("escape", "g")
        assert harness.tasks.current == "t1"


@pytest.mark.parametrize(
    ("has_list", "words"), [(True, "No song in the gateway's list matches"), (False, "does not list songs")]
)
async def test_no_matching_song_is_reported(has_list: bool, words: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.has_extras = has_list
        await harness.press("l")
        await harness.until(lambda: words in str(harness.app.message_log.lines()[0].text), "the message")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN


async def test_an_automatically_found_song_is_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await lose_one(harness)
        harness.core_harness.gateway.songs = [listed("c1", "t1")]
        await harness.core_harness.clock.advance(SEARCH_DELAYS_S[0])
        wanted = "the gateway lists a song like it"
        await harness.until(lambda: wanted in str(harness.app.message_log.lines()[0].text), "the message")
        assert (await states(harness))[0] is SubmissionState.UNKNOWN


async def test_a_wide_row_says_what_was_sent_where_and_what_it_became(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 20)) as harness:
        await open_journal(harness)
        (row,) = [line for line in harness.text().splitlines() if "Electric Dance Party" in line]
        words = " ".join(row.strip("│▌ ").split())
        assert words == "✓ Electric Dance Party accepted: streaming song main 20s"


async def test_a_narrow_row_has_no_columns_of_facts(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 20)) as harness:
        await open_journal(harness)
        (row,) = [line for line in harness.text().splitlines() if "Electric Dance Party" in line]
        assert "accepted: streaming" in row
        assert " main " not in row


async def test_an_accepted_request_that_failed_later_is_marked_as_failed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain", "ctrl+s")
        harness.core_harness.gateway.set_task("made-1", TaskStatus.FAILURE)
        await harness.press("r")
        await open_journal(harness)
        await harness.until(lambda: "accepted, then failed" in harness.text(), "the outcome")
        assert "✗ rain" in harness.text()


async def test_a_narrow_window_says_that_an_unknown_outcome_may_be_charged(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await lose_one(harness)
        assert "unknown, may be charged" in harness.text()
