"""The library screen by keyboard: the cursor stays on its task, takes and tabs change, links are copied safely."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.events import TasksChanged
from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.library.detail.pane import Tab
from sunotui.tui.library.sidebar import Sidebar
from tests.support.manual_clock import let_tasks_run
from tests.tui.harness import open_app, song


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: taken.append(text))
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: ["a tool of the test"])
    return taken


async def test_moving_and_counting(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        assert quiet.tasks.current == "task-5"
        await quiet.press("j", "j")
        assert quiet.tasks.current == "task-3"
        await quiet.press("G")
        assert quiet.tasks.current == "task-0"
        await quiet.press("g")
        await quiet.press("3", "j")
        assert quiet.tasks.current == "task-2"
        await quiet.press("k")
        assert quiet.tasks.current == "task-3"


async def test_the_cursor_stays_on_its_task_when_others_are_added_and_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("j", "j")
        assert quiet.tasks.current == "task-3"
        core = quiet.core_harness.core
        newer = [song(number, f"Newer {number}", quiet.core_harness.clock.now() + number) for number in range(10, 14)]
        await core.storage.run(core.stores.tasks.save, newer)
        core.events.publish(TasksChanged(tuple(task.id for task in newer)))
        await quiet.settle()
        assert quiet.tasks.row_count == 10
        assert quiet.tasks.current == "task-3"
        assert quiet.detail.shown is not None
        assert quiet.detail.shown.task.id == "task-3"


async def test_a_poll_updates_the_row_and_the_detail(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        assert "streaming" in quiet.text()
        done = song(5, "Electric Dance Party", 0.0)
        quiet.core_harness.gateway.tell("task-5", TaskStatus.SUCCESS, clips=done.clips)
        await quiet.press("r")
        assert "streaming" not in quiet.text()
        lines = quiet.text().splitlines()
        assert any("♫ Electric Dance Party" in line and "2:41" in line for line in lines), "the row"
        assert any("│ v5  2:41" in line for line in lines), "the detail"
        assert quiet.app.screen.query_one(Sidebar).count_of(View.ACTIVE) == 0


async def test_takes_and_tabs(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("2")
        assert quiet.detail.take == 2
        await quiet.press("3")
        assert quiet.detail.take == 2
        await quiet.press("left_square_bracket")
        assert quiet.detail.take == 1
        for tab in (Tab.DETAILS, Tab.FAMILY, Tab.REQUEST, Tab.RAW, Tab.LYRICS):
            await quiet.press("i")
            assert quiet.detail.tab is tab
        await quiet.press("I")
        assert '"task_id": "task-5"' in quiet.detail.body.text


async def test_copying_reports_what_and_how(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("j", "y")
        assert copied == ["https://cdn.example.com/4-1.mp3"]
        what, how, *_ = quiet.app.message_log.lines()
        assert what.text == "Audio URL copied"
        assert how.text == "Copied by the terminal (OSC 52) and a tool of the test"
        await quiet.press("Y", "j", "j", "enter")
        assert copied[-1].startswith("[Verse]\nEverybody")


async def test_keys_that_are_faster_than_the_disk_copy_the_row_under_the_cursor(
    tmp_path: Path, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as quiet:
        answer = asyncio.Event()
        shown = quiet.core_harness.core.reader.detail

        async def slow(task_id: str) -> TaskDetail | None:
            await answer.wait()
            return await shown(task_id)

        monkeypatch.setattr(quiet.core_harness.core.reader, "detail", slow)
        await quiet.pilot.press("j")
        assert quiet.detail.shown is not None
        assert quiet.detail.shown.task.id == "task-5", "the disk has not answered yet"
        pressing = asyncio.create_task(quiet.pilot.press("y"))
        # The key is handled while nothing was loaded; then it can only wait.
        await let_tasks_run(200)
        assert copied == []
        answer.set()
        await pressing
        await quiet.settle()
        assert copied == ["https://cdn.example.com/4-1.mp3"]


async def test_without_a_link_nothing_is_copied(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("G", "y", "o", "O")
        assert copied == []
        assert quiet.app.message_log.lines()


async def test_views_show_their_tasks(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("h")
        expected = {View.ACTIVE: ["task-5"], View.LYRICS: ["task-2"]}
        for view, ids in expected.items():
            await quiet.press("j")
            assert quiet.app.screen.query_one(Sidebar).chosen.view is view
            assert quiet.tasks.row_count == len(ids)
        await quiet.press("j", "j", "j")
        assert quiet.app.screen.query_one(Sidebar).chosen.view is View.FAILED
        assert quiet.tasks.row_count == 2


async def test_search_finds_as_you_type_and_escape_ends_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("slash")
        await quiet.press(*"mars")
        await quiet.until(lambda: quiet.tasks.row_count == 1, "the one that was looked for")
        await quiet.press("enter")
        assert quiet.tasks.has_focus
        await quiet.press("escape")
        assert quiet.tasks.row_count == 6


async def test_reuse_extend_concat_and_lyrics_fill_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        for key, text in [
            ("R", '"gpt_description_prompt": "electric dance party, club banger"'),
            ("c", '"clip_id": "clip-5-1"'),
            ("L", "Everybody in the place"),
            ("e", '"continue_clip_id": "clip-5-1"'),
        ]:
            await quiet.press(key)
            assert isinstance(quiet.app.screen, ComposeScreen)
            if key == "e":
                await quiet.press(*"61")
            assert text in str(quiet.app.screen.session.check_pane.check.json()), key
            await quiet.press("escape")


@pytest.mark.guarantee("T2", ordinary="lyrics with tags, verbatim")
async def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    """T2 and T4: markup in data is text; [/Outro] raises no error, [@click] runs nothing."""
    nasty = "[/Outro] [b]x[/b] [@click=app.quit]y[/] [link=http://e.example]z[/link] [Verse]"
    clip = Clip(
        "c", title=nasty, status=ClipStatus.COMPLETE, tags=nasty, lyrics=nasty, audio_url="https://cdn.example.com/c"
    )
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 1.0, fail_reason=nasty, clips=(clip,))
    async with open_app(tmp_path, (160, 40), tasks=[task]) as quiet:
        text = quiet.text()
        assert "[/Outro] [b]x[/b] [@click=app.quit]y[/]" in text
        await quiet.press("i", "i", "i", "Y", "escape", "y", "exclamation_mark", "escape", "J", "escape")
        await quiet.pilot.click("#tasks", offset=(10, 0))
        await quiet.pilot.click("#detail-card", offset=(20, 0))
        await quiet.settle()
        assert quiet.app.return_code is None


async def test_control_characters_are_removed_from_the_output(tmp_path: Path) -> None:
    """T1: even an unsanitized text writes no control characters to the terminal."""
    nasty = "a\x1b]52;c;UFdORUQ=\x1b\\b\x9b31m\u202ec"
    clip = Clip("c", title=nasty, lyrics=nasty, tags=nasty, status=ClipStatus.COMPLETE)
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    async with open_app(tmp_path, tasks=[task]) as quiet:
        quiet.app.notify(nasty, markup=False)
        await quiet.settle()
        painted = quiet.app.export_screenshot()
        assert "UFdORUQ" in painted
        assert "\x1b" not in painted
        assert "\x9b" not in painted
        assert "\u202e" not in painted
