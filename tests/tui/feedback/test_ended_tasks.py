"""Messages about finished and failed songs: one message for all that came with one response."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import HookFailed, MediaCacheFailed, TaskEnded
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.tui.dialogs.text_viewer import TextViewer
from tests.tui.harness import AppHarness, open_app, song


def failed(number: int, reason: str = "") -> Task:
    return Task(f"f-{number}", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, title_hint="Rain", fail_reason=reason)


def messages(harness: AppHarness) -> list[str]:
    return [str(line.text) for line in harness.app.message_log.lines()]


async def test_many_that_finish_together_are_one_message(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for number in range(49):
            harness.core_harness.core.events.publish(TaskEnded(song(number, "Done", 5.0)))
        await harness.settle()
        assert messages(harness) == ["49 songs finished"]
        assert "49 songs finished" in harness.text().splitlines()[-1]


async def test_the_first_that_finishes_says_what_to_do_with_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for number in (5, 4):
            harness.core_harness.core.events.publish(TaskEnded(song(number, f"Song {number}", 5.0)))
            await harness.settle()
        assert messages(harness) == ["Song 4: done", "Song 5 is ready: space plays it, d saves it"]


async def test_the_key_that_plays_is_named_for_a_song_not_under_the_cursor(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.core.events.publish(TaskEnded(song(4, "Song 4", 5.0)))
        await harness.settle()
        assert messages(harness) == ["Song 4 is ready: space plays, d saves what the cursor is on"]


async def test_another_screen_does_not_name_the_keys_of_the_library(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("equals_sign")
        assert len(harness.app.screen_stack) == 2
        harness.core_harness.core.events.publish(TaskEnded(song(5, "Song 5", 5.0)))
        await harness.settle()
        await harness.press("escape")
        harness.core_harness.core.events.publish(TaskEnded(song(4, "Song 4", 5.0)))
        await harness.settle()
        assert messages(harness) == ["Song 4 is ready: space plays, d saves what the cursor is on", "Song 5: done"]


async def test_a_failure_is_a_toast_with_its_reason(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.core.events.publish(TaskEnded(failed(1, "no credits left")))
        await harness.settle()
        assert [str(toast.message) for toast in harness.app._notifications] == ["Rain: failed (no credits left)"]
        for number in (2, 3):
            harness.core_harness.core.events.publish(TaskEnded(failed(number)))
        await harness.settle()
        assert "2 songs did not finish" in messages(harness)[0]


async def test_a_message_waits_until_a_dialog_is_closed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p")
        height = harness.app.screen.query_one("#dialog").size.height
        harness.core_harness.core.events.publish(TaskEnded(song(1, "Harbour", 5.0)))
        await harness.settle()
        assert harness.app.screen.query_one("#dialog").size.height == height
        assert not harness.app.screen.query_one("#dialog-note").has_class("-filled")
        harness.core_harness.clock._wall += 10
        await harness.press("x", "escape")
        assert "Harbour is ready" in harness.text().splitlines()[-1], "it can be read now"


async def test_a_key_takes_the_outcome_of_the_last_one_away_but_not_newer_ones(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("u")
        assert "There is nothing to undo" in harness.text().splitlines()[-1]
        await harness.press("j")
        assert "nothing to undo" not in harness.text().splitlines()[-1]
        harness.core_harness.core.events.publish(TaskEnded(song(1, "Harbour", 5.0)))
        await harness.settle()
        await harness.press("j")
        assert "Harbour is ready" in harness.text().splitlines()[-1], "it cannot have been read yet"
        harness.core_harness.clock._wall += 10
        await harness.press("k")
        assert "Harbour" not in harness.text().splitlines()[-1]


@pytest.mark.parametrize("keys", ["", "J", "P"], ids=("library", "journal", "gateways"))
async def test_a_long_error_of_a_key_is_cut_in_the_footer_and_never_a_toast(keys: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press(*keys)
        harness.app.notify_error(InvalidRequest("There is no browser " + "a long reason " * 20))
        await harness.settle()
        assert "There is no browser a long" in harness.text().splitlines()[-1]
        assert not list(harness.app._notifications)
        await harness.press("exclamation_mark")
        assert isinstance(harness.app.screen, TextViewer)
        assert "There is no browser" in harness.text(), "the key that the footer names"


async def test_a_long_error_of_a_key_is_in_the_note_of_a_dialog(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("b")
        harness.app.notify_error(InvalidRequest("There is no browser, " + "a long reason, " * 5 + "the end"))
        await harness.settle()
        assert "There is no browser" in harness.text()
        assert "the end" in harness.text()
        assert not list(harness.app._notifications)


async def test_a_message_that_is_cut_names_the_key_that_shows_all_of_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.say("one two three " * 20)
        await harness.settle()
        assert harness.text().splitlines()[-1].rstrip().endswith("… ! more")
        harness.app.say("one two three")
        await harness.settle()
        assert harness.text().splitlines()[-1].rstrip().endswith("✓ one two three")


async def test_a_command_of_the_user_that_fails_is_a_warning_in_the_log(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.core.events.publish(HookFailed("The command of on_done, sh, failed with exit code 7"))
        await harness.settle()
        assert messages(harness) == ["The command of on_done, sh, failed with exit code 7"]
        assert "exit code 7" in harness.text().splitlines()[-1]


async def test_a_cache_that_cannot_be_used_is_a_warning_in_the_log(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.core.events.publish(MediaCacheFailed("Audio is not kept after playing"))
        await harness.settle()
        assert messages(harness) == ["Audio is not kept after playing"]


async def test_a_message_that_is_cut_names_no_key_that_a_field_would_take(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("n")
        harness.app.say("one two three " * 20)
        await harness.settle()
        assert harness.text().splitlines()[-1].rstrip().endswith("…")
