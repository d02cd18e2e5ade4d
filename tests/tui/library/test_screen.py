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
from sunotui.tui.library.detail.tabs import Tab
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
    async with open_app(tmp_path) as harness:
        assert harness.tasks.current == "task-5"
        await harness.press("j", "j")
        assert harness.tasks.current == "task-3"
        await harness.press("G")
        assert harness.tasks.current == "task-0"
        await harness.press("g")
        await harness.press("3", "j")
        assert harness.tasks.current == "task-2"
        await harness.press("k")
        assert harness.tasks.current == "task-3"


async def test_the_cursor_stays_on_its_task_when_others_are_added_and_removed(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "j")
        assert harness.tasks.current == "task-3"
        core = harness.core_harness.core
        newer = [song(number, f"Newer {number}", harness.core_harness.clock.now() + number) for number in range(10, 14)]
        await core.storage.run(core.stores.tasks.save, newer)
        core.events.publish(TasksChanged(tuple(task.id for task in newer)))
        await harness.settle()
        assert harness.tasks.row_count == 10
        assert harness.tasks.current == "task-3"
        assert harness.detail.shown is not None
        assert harness.detail.shown.task.id == "task-3"


async def test_a_poll_updates_the_row_and_the_detail(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        assert "streaming" in harness.text()
        done = song(5, "Electric Dance Party", 0.0)
        harness.core_harness.gateway.set_task("task-5", TaskStatus.SUCCESS, clips=done.clips)
        await harness.press("r")
        assert "streaming" not in harness.text()
        lines = harness.text().splitlines()
        assert any("♫ Electric Dance Party" in line and "2:41" in line for line in lines), "the row"
        assert any("│ v5  2:41" in line for line in lines), "the detail"
        assert harness.app.screen.query_one(Sidebar).count_of(View.ACTIVE) == 0


async def test_takes_and_tabs(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("2")
        assert harness.detail.take == 2
        await harness.press("3")
        assert harness.detail.take == 2
        await harness.press("left_square_bracket")
        assert harness.detail.take == 1
        for tab in (Tab.DETAILS, Tab.LINEAGE, Tab.REQUEST, Tab.RAW, Tab.LYRICS):
            await harness.press("i")
            assert harness.detail.tab is tab
        await harness.press("I")
        assert '"task_id": "task-5"' in harness.detail.body.text


async def test_copying_reports_what_and_how(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "y")
        assert copied == ["https://cdn.example.com/4-1.mp3"]
        what, how, *_ = harness.app.message_log.lines()
        assert what.text == "Audio URL copied"
        assert how.text == "Copied by the terminal (OSC 52) and a tool of the test"
        await harness.press("Y", "j", "j", "enter")
        assert copied[-1].startswith("[Verse]\nEverybody")


async def test_keys_that_are_faster_than_the_disk_copy_the_row_under_the_cursor(
    tmp_path: Path, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        response = asyncio.Event()
        shown = harness.core_harness.core.reader.detail

        async def slow(task_id: str) -> TaskDetail | None:
            await response.wait()
            return await shown(task_id)

        monkeypatch.setattr(harness.core_harness.core.reader, "detail", slow)
        await harness.pilot.press("j")
        assert harness.detail.shown is not None
        assert harness.detail.shown.task.id == "task-5", "the disk has not responded yet"
        pressing = asyncio.create_task(harness.pilot.press("y"))
        # The key is handled while nothing was loaded; then it can only wait.
        await let_tasks_run(200)
        assert copied == []
        response.set()
        await pressing
        await harness.settle()
        assert copied == ["https://cdn.example.com/4-1.mp3"]


async def test_without_a_link_nothing_is_copied(tmp_path: Path, copied: list[str]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("G", "y", "o", "O")
        assert copied == []
        assert harness.app.message_log.lines()


async def test_views_show_their_tasks(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("h")
        expected = {View.ACTIVE: ["task-5"], View.LYRICS: ["task-2"]}
        for view, ids in expected.items():
            await harness.press("j")
            assert harness.app.screen.query_one(Sidebar).chosen.view is view
            assert harness.tasks.row_count == len(ids)
        await harness.press("j", "j", "j", "j")
        assert harness.app.screen.query_one(Sidebar).chosen.view is View.FAILED
        assert harness.tasks.row_count == 2


async def test_search_finds_as_you_type_and_escape_ends_it(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("slash")
        await harness.press(*"mars")
        await harness.until(lambda: harness.tasks.row_count == 1, "the one that was looked for")
        await harness.press("enter")
        assert harness.tasks.has_focus
        await harness.press("escape")
        assert harness.tasks.row_count == 6


async def test_reuse_extend_concat_and_lyrics_fill_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        for key, text in [
            ("R", '"gpt_description_prompt": "electric dance party, club banger"'),
            ("c", '"clip_id": "clip-5-1"'),
            ("L", "Everybody in the place"),
            ("e", '"continue_clip_id": "clip-5-1"'),
        ]:
            await harness.press(key)
            assert isinstance(harness.app.screen, ComposeScreen)
            if key == "e":
                await harness.press(*"61")
            assert text in str(harness.app.screen.session.check_pane.check.json()), key
            await harness.press("escape")


@pytest.mark.guarantee("T2", ordinary="lyrics with tags, verbatim")
async def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    """T2 and T4: markup in data is text; [/Outro] raises no error, [@click] runs nothing."""
    nasty = "[/Outro] [b]x[/b] [@click=app.quit]y[/] [link=http://e.example]z[/link] [Verse]"
    clip = Clip(
        "c", title=nasty, status=ClipStatus.COMPLETE, tags=nasty, lyrics=nasty, audio_url="https://cdn.example.com/c"
    )
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 1.0, fail_reason=nasty, clips=(clip,))
    async with open_app(tmp_path, (160, 40), tasks=[task]) as harness:
        text = harness.text()
        assert "[/Outro] [b]x[/b] [@click=app.quit]y[/]" in text
        await harness.press("i", "i", "i", "Y", "escape", "y", "exclamation_mark", "escape", "J", "escape")
        await harness.pilot.click("#tasks", offset=(10, 0))
        await harness.pilot.click("#detail-card", offset=(20, 0))
        await harness.settle()
        assert harness.app.return_code is None


async def test_control_characters_are_removed_from_the_output(tmp_path: Path) -> None:
    """T1: even an unsanitized text writes no control characters to the terminal."""
    nasty = "a\x1b]52;c;UFdORUQ=\x1b\\b\x9b31m\u202ec"
    clip = Clip("c", title=nasty, lyrics=nasty, tags=nasty, status=ClipStatus.COMPLETE)
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    async with open_app(tmp_path, tasks=[task]) as harness:
        harness.app.notify(nasty, markup=False)
        await harness.settle()
        painted = harness.app.export_screenshot()
        assert "UFdORUQ" in painted
        assert "\x1b" not in painted
        assert "\x9b" not in painted
        assert "\u202e" not in painted
