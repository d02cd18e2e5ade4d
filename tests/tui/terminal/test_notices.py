"""Notices and the window's title: when they are written, and that many are one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from sunotui.core.events import TaskEnded, TaskPlayable
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.config.settings import NoticeSettings
from sunotui.tui.runtime import textual_patches
from sunotui.tui.terminal import notices
from sunotui.tui.terminal.notices import Notices, notice_text
from tests.tui.harness import AppHarness, open_app, song

GHOSTTY = {"TERM": "xterm-ghostty"}


class Written:
    """What the app writes past its frames."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sequences: list[str] = []
        monkeypatch.setattr(textual_patches, "write_to_terminal", lambda _, text: self.sequences.append(text))
        monkeypatch.setattr(notices, "_TOGETHER_S", 0.01)

    @property
    def notices(self) -> list[str]:
        """Without titles."""
        return [text for text in self.sequences if "\x1b]2;" not in text]

    @property
    def titles(self) -> list[str]:
        """Only titles, without their escapes."""
        return [text.replace("\x1b]2;", "").replace("\x1b\\", "") for text in self.sequences if "\x1b]2;" in text]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    return Written(monkeypatch)


@asynccontextmanager
async def app_in(folder: Path, environ: dict[str, str], **settings: bool) -> AsyncIterator[AppHarness]:
    """The app in a terminal with these variables, which has lost the focus."""
    async with open_app(folder) as harness:
        harness.core_harness.core.settings = harness.core_harness.core.settings._replace(
            notices=NoticeSettings(**settings)
        )
        harness.app.event_messages.notices.end()
        harness.app.event_messages.notices = Notices(harness.app, environ)
        harness.app.post_message(events.AppBlur())
        await harness.settle()
        yield harness


async def publish(harness: AppHarness, *tasks: Task) -> None:
    """Report tasks to the app that can be played or have ended."""
    for task in tasks:
        event = TaskEnded(task) if task.status.is_final else TaskPlayable(task)
        harness.core_harness.core.events.publish(event)
    await harness.settle()
    await harness.until(lambda: harness.app.event_messages.notices._timer is None, "the end of the wait for others")


def failed(number: int) -> Task:
    return Task(f"f-{number}", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, title_hint="Rain")


async def test_a_song_that_ends_rings_and_shows_a_notice(tmp_path: Path, written: Written) -> None:
    async with app_in(tmp_path, GHOSTTY) as harness:
        await publish(harness, song(1, "Harbour", 5.0))
        assert written.notices == ["\x1b]9;sunotui: Harbour: done\x1b\\\a"]


async def test_with_the_focus_there_is_no_notice(tmp_path: Path, written: Written) -> None:
    """Also when the focus comes back while the notice waits for others. Fails without the check in `_send`."""
    async with app_in(tmp_path, GHOSTTY) as harness:
        harness.core_harness.core.events.publish(TaskEnded(song(1, "Harbour", 5.0)))
        harness.app.post_message(events.AppFocus())
        await publish(harness)
        await publish(harness, song(2, "Harbour", 5.0))
        assert written.notices == []


async def test_a_terminal_that_never_lost_the_focus_has_it(tmp_path: Path, written: Written) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.event_messages.notices = Notices(harness.app, GHOSTTY)
        await publish(harness, song(1, "Harbour", 5.0))
        assert written.notices == []


async def test_inside_tmux_the_focus_is_not_known_until_it_is_reported(tmp_path: Path, written: Written) -> None:
    tmux = {**GHOSTTY, "TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}
    async with open_app(tmp_path) as harness:
        harness.app.event_messages.notices = Notices(harness.app, tmux)
        await publish(harness, song(1, "Harbour", 5.0))
        assert written.notices == ["\a"]
        harness.app.post_message(events.AppFocus())
        harness.core_harness.clock._wall += 100
        harness.core_harness.clock._monotonic += 100
        await publish(harness, song(2, "Harbour", 5.0))
        assert written.notices == ["\a"]


async def test_many_become_one_and_the_next_waits(tmp_path: Path, written: Written) -> None:
    async with app_in(tmp_path, GHOSTTY) as harness:
        playable = song(9, "Wave", 5.0, TaskStatus.IN_PROGRESS)
        await publish(harness, *(song(number, "Done", 5.0) for number in range(49)), failed(1), playable)
        assert len(written.notices) == 1
        assert "49 songs done, 1 song failed, 1 song can be played" not in written.notices[0], "9 is done, too"
        assert "sunotui: 48 songs done, 1 song can be played, 1 song failed" in written.notices[0]
        harness.core_harness.core.events.publish(TaskEnded(song(50, "Late", 5.0)))
        await harness.settle()
        assert len(written.notices) == 1
        timer = harness.app.event_messages.notices._timer
        assert timer is not None
        assert timer._interval == pytest.approx(10.0), "by the clock, which stands still"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"bell": False}, "\x1b]9;sunotui: Harbour: done\x1b\\"),
        ({"osc": False}, "\a"),
        ({"bell": False, "osc": False}, ""),
    ],
)
async def test_each_can_be_switched_off(
    tmp_path: Path, written: Written, settings: dict[str, bool], expected: str
) -> None:
    async with app_in(tmp_path, GHOSTTY, **settings) as harness:
        await publish(harness, song(1, "Harbour", 5.0))
        assert written.notices == [expected]


def test_the_outcomes_of_songs() -> None:
    assert notice_text([failed(1)]) == "Rain: failed"
    assert notice_text([song(1, "Wave", 1.0, TaskStatus.IN_PROGRESS)]) == "Wave: can be played"
    assert notice_text([failed(1), failed(2), song(1, "x", 1.0)]) == "2 songs failed, 1 song done"


async def test_the_title_follows_the_number_that_is_generating(tmp_path: Path, written: Written) -> None:
    """It is written only when it changes, and put back at the end."""
    async with app_in(tmp_path, GHOSTTY) as harness:
        harness.app.status.show_counts(0, 0)
        written.sequences.clear()
        harness.app.event_messages.notices.begin()
        for generating in (1, 1, 1_200, 0, 0):
            harness.app.status.show_counts(generating, 0)
            harness.app.status.show_notice(None)
        assert written.titles == [
            "\x1b[22;2tsunotui",
            "sunotui · 1 generating",
            "sunotui · 1,200 generating",
            "sunotui",
        ]
    assert written.titles[-1] == "\x1b[23;2t"


@pytest.mark.parametrize(("term", "title"), [("linux", True), ("dumb", True), ("xterm", False)])
async def test_no_title_for_a_terminal_without_a_window_and_by_the_setting(
    tmp_path: Path, written: Written, term: str, title: bool
) -> None:
    async with app_in(tmp_path, {"TERM": term}, title=title) as harness:
        written.sequences.clear()
        harness.app.event_messages.notices.begin()
        harness.app.status.show_counts(3, 0)
    assert written.sequences == []
