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


async def open_journal(quiet: AppHarness) -> None:
    """Open the journal after the composer has closed."""
    await quiet.until(lambda: isinstance(quiet.app.screen, LibraryScreen), "the library")
    await quiet.press("J")
    await quiet.until(lambda: isinstance(quiet.app.screen, SubmissionsScreen), "the journal")


async def lose_one(quiet: AppHarness) -> None:
    """Create a submission whose response was lost, and open the journal on it."""
    quiet.core_harness.gateway.outcome = lambda _: Unknown(
        GatewayFailed(charge=Charge.MAYBE, http_status=502, request_id="req-7"), '{"error": "bad gateway"}'
    )
    await quiet.core_harness.clock.advance(5)
    await quiet.press("n", *"rain", "ctrl+s")
    await open_journal(quiet)
    await quiet.until(lambda: "outcome unknown" in quiet.text(), "the outcome")


async def states(quiet: AppHarness) -> list[SubmissionState]:
    return [row.state for row in await quiet.core_harness.core.reader.submissions()]


async def test_a_pasted_id_is_checked_and_adopted(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("f")
        quiet.app.screen.query_one("#answer", Input).value = "no-such"
        await quiet.press("enter")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN
        await quiet.until(lambda: isinstance(quiet.app.screen, PromptDialog), "the question with the reason")
        assert quiet.app.screen.query_one("#answer", Input).value == "no-such"
        quiet.core_harness.gateway.tell("there-it-is", TaskStatus.IN_PROGRESS)
        quiet.app.screen.query_one("#answer", Input).value = " there-it-is "
        await quiet.press("enter")
        assert (await states(quiet))[0] is SubmissionState.ACCEPTED
        await quiet.press("escape")
        await quiet.press("g")
        assert quiet.tasks.current == "there-it-is"


@pytest.mark.parametrize(("keys", "sent"), [(("enter",), 1), (("escape",), 1), (("j", "enter"), 2)])
async def test_sending_again_needs_a_confirmation(keys: tuple[str, ...], sent: int, tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        quiet.core_harness.gateway.outcome = lambda number: Accepted(f"again-{number}")
        await quiet.press("s")
        await quiet.until(lambda: isinstance(quiet.app.screen, ConfirmDialog), "the question")
        assert "may have been charged" in quiet.text()
        await quiet.press(*keys)
        assert len(quiet.core_harness.gateway.orders) == sent


@pytest.mark.parametrize("width", [60, 120])
async def test_the_footer_has_the_keys_that_work_for_an_unknown_outcome(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 15)) as quiet:
        await lose_one(quiet)
        keys = quiet.text().splitlines()[-1] + " "
        assert all(f" {key} " in keys for key in ("l Find song", "f Enter id", "s Send again", "x Give up", "esc Back"))


async def test_a_gateway_without_a_list_is_not_searched(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.core_harness.core.services.capabilities.learn("main", Feature.MY_MUSICS, False, "404")
        await lose_one(quiet)
        keys = quiet.text().splitlines()[-1] + " "
        assert "Find song" not in keys
        assert all(f" {key} " in keys for key in ("f Enter id", "s Send again", "x Give up", "esc Back"))
        await quiet.press("s")
        assert "with l" not in quiet.text()


async def test_giving_up_on_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("x", "enter")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN, "no single key ends the search for it"
        await quiet.press("x", "j", "enter")
        assert (await states(quiet))[0] is SubmissionState.DROPPED
        await quiet.press("x")
        assert (await states(quiet))[0] is SubmissionState.DROPPED


async def test_a_rejected_request_is_opened_in_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.outcome = lambda _: Rejected(InsufficientBalance(charge=Charge.NO), "{}")
        await quiet.press("n", *"rain", "ctrl+s")
        await quiet.press("escape")
        await open_journal(quiet)
        await quiet.until(lambda: "refused" in quiet.text(), "the refusal")
        await quiet.press("x")
        assert "; s opens this request in the composer" in str(quiet.app.message_log.lines()[0].text)
        await quiet.press("s")
        await quiet.until(lambda: isinstance(quiet.app.screen, ComposeScreen), "the composer")
        assert quiet.app.screen.query_one("#description", TextArea).text == "rain"
        assert "Opened in the composer: edit it if needed" in str(quiet.app.message_log.lines()[0].text)
        assert len(quiet.core_harness.gateway.orders) == 1, "nothing is sent by that"


async def test_a_typed_id_is_restored(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("f", *"half", "escape", "escape", "J", "f")
        assert "Enter the song id" in quiet.text()
        assert quiet.app.screen.query_one("#answer", Input).value == "half"


async def test_a_click_selects_and_a_double_click_opens_an_entry(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        journal = quiet.app.screen
        await quiet.pilot.click("#submission-list", offset=(6, 1))
        await quiet.settle()
        assert quiet.app.screen is journal
        await quiet.pilot.double_click("#submission-list", offset=(6, 1))
        await quiet.settle()
        assert isinstance(quiet.app.screen, TextViewer)


async def test_the_dialog_for_an_id_has_its_own_keys(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("f", *"half")
        assert [key.key for key in quiet.app.screen.query_one(Footer).keys] == ["enter", "esc"]
        quiet.core_harness.gateway.tell("half", TaskStatus.IN_PROGRESS)
        await quiet.app.screen.run_action("answer")
        await quiet.settle()
        assert (await states(quiet))[0] is SubmissionState.ACCEPTED


async def test_keys_after_the_key_for_the_id_are_the_id(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        quiet.core_harness.gateway.tell("the-id", TaskStatus.IN_PROGRESS)
        for key in [*"fthe-id", "enter"]:
            quiet.app.post_message(Key(key, key if len(key) == 1 else None))
        await quiet.settle()
        assert (await states(quiet))[0] is SubmissionState.ACCEPTED


async def test_a_known_outcome_cannot_be_resolved(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("J", "f", "s", "x")
        assert await states(quiet) == [SubmissionState.ACCEPTED]
        assert "Only an unknown outcome" in str(quiet.app.message_log.lines()[0].text)
        assert quiet.core_harness.gateway.orders == []


async def test_the_whole_response(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("enter")
        assert isinstance(quiet.app.screen, TextViewer)
        for words in ("POST /suno/submit/music", '"gpt_description_prompt": "rain"', '"error": "bad gateway"', "req-7"):
            assert words in quiet.text()
        await quiet.press("escape", "escape")
        assert quiet.tasks.has_focus


async def test_an_unreadable_journal_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as quiet:

        def broken(*_: object, **__: object) -> None:
            raise LibraryError("The library could not be read: it is damaged")

        monkeypatch.setattr(quiet.core_harness.core.stores.journal.reader, "list", broken)
        await quiet.press("J")
        assert quiet.app.screen.query_one(OptionList).option_count == 0
        assert "damaged" in str(quiet.app.message_log.lines()[0].text)


async def test_the_cursor_stays_on_its_submission_when_one_is_added_above(tmp_path: Path) -> None:
    """Otherwise a key meant for one would give up on another, which may have been charged."""
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        await quiet.press("escape", "n", "ctrl+n", *"snow", "ctrl+s")
        await open_journal(quiet)
        await quiet.press("j")
        older = {row.request.title_hint: row.id for row in await quiet.core_harness.core.reader.submissions()}["rain"]
        await quiet.press("s")
        await quiet.until(lambda: isinstance(quiet.app.screen, ConfirmDialog), "the question")
        await quiet.press("j", "enter")
        await quiet.until(lambda: len(quiet.core_harness.gateway.orders) == 3, "the request sent again")
        await quiet.until(lambda: quiet.text().count("outcome unknown") == 3, "its outcome")
        await quiet.press("x", "j", "enter")
        rows = {row.id: row for row in await quiet.core_harness.core.reader.submissions()}
        dropped = [row for row in rows.values() if row.state is SubmissionState.DROPPED]
        assert [row.id for row in dropped] == [older]
        assert sorted(row.request.title_hint for row in rows.values() if row.state is SubmissionState.UNKNOWN) == [
            "rain",
            "snow",
        ]


async def test_it_follows_events(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.gateway.gate = asyncio.Event()
        await quiet.press("n", *"rain", "ctrl+s")
        await open_journal(quiet)
        assert "sending" in quiet.text()
        quiet.core_harness.gateway.gate.set()
        await quiet.settle()
        assert "sending" not in quiet.text()
        assert quiet.text().count("accepted") == 2


# --- the gateway's list of songs -------------------------------------------------------------------------------------


def listed(clip_id: str, task_id: str, description: str = "rain") -> ListedSong:
    return ListedSong(Clip(clip_id, title="[b]Tin", description=description), task_id, None)


async def ask(quiet: AppHarness) -> None:
    """Search for the current submission, and wait for the offered songs."""
    await quiet.press("l")
    await quiet.until(lambda: isinstance(quiet.app.screen, SelectDialog), "the songs that are offered")


async def test_a_song_of_the_list_is_adopted_after_a_confirmation(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        quiet.core_harness.gateway.songs = [listed("c1", "t1"), listed("c2", "t1"), listed("c3", "t3", "snow")]
        await ask(quiet)
        assert "None of these" in quiet.text()
        assert "[b]Tin" in quiet.text()
        await quiet.press("j")
        assert "2 takes, time not given, same description" in quiet.text(), "whole, for the row under the cursor"
        await quiet.press("k", "enter")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN
        assert await quiet.core_harness.task("t1") is None
        await ask(quiet)
        await quiet.press("escape")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN
        await ask(quiet)
        await quiet.press("j", "enter")
        await quiet.until(lambda: "accepted" in quiet.text(), "the song taken over")
        assert (await states(quiet))[0] is SubmissionState.ACCEPTED
        assert len(quiet.core_harness.gateway.orders) == 1
        await quiet.press("escape", "g")
        assert quiet.tasks.current == "t1"


@pytest.mark.parametrize(
    ("has_list", "words"), [(True, "No song in the gateway's list matches"), (False, "does not list songs")]
)
async def test_no_matching_song_is_reported(has_list: bool, words: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        quiet.core_harness.gateway.has_extras = has_list
        await quiet.press("l")
        await quiet.until(lambda: words in str(quiet.app.message_log.lines()[0].text), "the message")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN


async def test_an_automatically_found_song_is_reported(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await lose_one(quiet)
        quiet.core_harness.gateway.songs = [listed("c1", "t1")]
        await quiet.core_harness.clock.advance(SEARCH_DELAYS_S[0])
        wanted = "the gateway lists a song like it"
        await quiet.until(lambda: wanted in str(quiet.app.message_log.lines()[0].text), "the message")
        assert (await states(quiet))[0] is SubmissionState.UNKNOWN
