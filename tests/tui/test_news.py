"""News of finished and failed songs: one message for all that came with one response."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import TaskEnded
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.tui.dialogs.text_viewer import TextViewer
from tests.tui.harness import AppHarness, open_app, song


def failed(number: int, reason: str = "") -> Task:
    return Task(f"f-{number}", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, title_hint="Rain", fail_reason=reason)


def messages(quiet: AppHarness) -> list[str]:
    return [str(line.text) for line in quiet.app.message_log.lines()]


async def test_many_that_finish_together_are_one_message(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        for number in range(49):
            quiet.core_harness.core.events.publish(TaskEnded(song(number, "Done", 5.0)))
        await quiet.settle()
        assert messages(quiet) == ["49 songs finished"]
        assert "49 songs finished" in quiet.text().splitlines()[-1]


async def test_the_first_that_finishes_says_what_to_do_with_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        for number in (1, 2):
            quiet.core_harness.core.events.publish(TaskEnded(song(number, f"Song {number}", 5.0)))
            await quiet.settle()
        assert messages(quiet) == ["Song 2: done", "Song 1: done · y copies its link, s marks a favourite"]


async def test_a_failure_is_a_toast_with_its_reason(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.core_harness.core.events.publish(TaskEnded(failed(1, "no credits left")))
        await quiet.settle()
        assert [str(toast.message) for toast in quiet.app._notifications] == ["Rain: failed (no credits left)"]
        for number in (2, 3):
            quiet.core_harness.core.events.publish(TaskEnded(failed(number)))
        await quiet.settle()
        assert "2 songs did not finish" in messages(quiet)[0]


async def test_news_waits_until_a_dialog_is_closed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("ctrl+p")
        height = quiet.app.screen.query_one("#dialog").size.height
        quiet.core_harness.core.events.publish(TaskEnded(song(1, "Harbour", 5.0)))
        await quiet.settle()
        assert quiet.app.screen.query_one("#dialog").size.height == height
        assert not quiet.app.screen.query_one("#dialog-note").has_class("-told")
        quiet.core_harness.clock._wall += 10
        await quiet.press("x", "escape")
        assert "Harbour: done" in quiet.text().splitlines()[-1], "it can be read now"


async def test_a_key_takes_the_outcome_of_the_last_one_away_but_not_fresh_news(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("u")
        assert "There is nothing to undo" in quiet.text().splitlines()[-1]
        await quiet.press("j")
        assert "nothing to undo" not in quiet.text().splitlines()[-1]
        quiet.core_harness.core.events.publish(TaskEnded(song(1, "Harbour", 5.0)))
        await quiet.settle()
        await quiet.press("j")
        assert "Harbour: done" in quiet.text().splitlines()[-1], "nobody can have read it yet"
        quiet.core_harness.clock._wall += 10
        await quiet.press("k")
        assert "Harbour" not in quiet.text().splitlines()[-1]


@pytest.mark.parametrize("keys", ["", "J", "P"], ids=("library", "journal", "gateways"))
async def test_a_long_error_of_a_key_is_cut_in_the_footer_and_never_a_toast(keys: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.press(*keys)
        quiet.app.notify_error(InvalidRequest("There is no browser " + "a long reason " * 20))
        await quiet.settle()
        assert "There is no browser a long" in quiet.text().splitlines()[-1]
        assert not list(quiet.app._notifications)
        await quiet.press("exclamation_mark")
        assert isinstance(quiet.app.screen, TextViewer)
        assert "There is no browser" in quiet.text(), "the key that the footer names"


async def test_a_long_error_of_a_key_is_in_the_note_of_a_dialog(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.press("b")
        quiet.app.notify_error(InvalidRequest("There is no browser, " + "a long reason, " * 5 + "the end"))
        await quiet.settle()
        assert "There is no browser" in quiet.text()
        assert "the end" in quiet.text()
        assert not list(quiet.app._notifications)


async def test_a_message_that_is_cut_names_the_key_that_shows_all_of_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        quiet.app.say("one two three " * 20)
        await quiet.settle()
        assert quiet.text().splitlines()[-1].rstrip().endswith("… ! more")
        quiet.app.say("one two three")
        await quiet.settle()
        assert quiet.text().splitlines()[-1].rstrip().endswith("✓ one two three")


async def test_a_message_that_is_cut_names_no_key_that_a_field_would_take(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.press("n")
        quiet.app.say("one two three " * 20)
        await quiet.settle()
        assert quiet.text().splitlines()[-1].rstrip().endswith("…")
