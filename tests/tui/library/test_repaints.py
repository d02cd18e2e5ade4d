"""What a response of the gateway repaints: lines, and no layout of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from textual._compositor import Compositor
from textual.dom import DOMNode
from textual.events import ScreenResume

from sunotui.core.events import TasksChanged
from sunotui.domain.tasks.task import Task
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import AppHarness, open_app, song


@contextmanager
def counted_layouts() -> Iterator[list[object]]:
    """One entry for each layout of a screen while the context is open."""
    layouts: list[object] = []
    reflow = Compositor.reflow

    def counting(self: Compositor, parent: Any, size: Any) -> Any:
        layouts.append(size)
        return reflow(self, parent, size)

    with mock.patch.object(Compositor, "reflow", counting):
        yield layouts


async def respond(harness: AppHarness, task_id: str, **changes: object) -> Task:
    """Save a task as a response of the gateway does, and wait until it is shown."""
    task = await harness.core_harness.task(task_id)
    assert task is not None
    changed = task._replace(**changes)  # type: ignore[arg-type]
    core = harness.core_harness.core
    await core.storage.run(core.stores.tasks.save, [changed])
    core.events.publish(TasksChanged((task_id,)))
    await harness.settle()
    return changed


async def test_changed_rows_are_painted_before_anything_else_is_read(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        core, happened = harness.core_harness.core, list[str]()

        def recorded(owner: object, name: str, what: str) -> Any:
            read = getattr(owner, name)

            async def record(*args: object, **options: object) -> object:
                happened.append(what)
                return await read(*args, **options)

            return mock.patch.object(owner, name, record)

        def paint(harness_screen: Any, frame: Any) -> None:
            happened.append("frame")

        with (
            recorded(core.browser, "page", "rows"),
            recorded(core.browser, "collections", "counts"),
            recorded(core.reader, "detail", "detail"),
            mock.patch.object(harness.app, "_display", paint),
        ):
            await respond(harness, "task-5", progress="30%")
        assert happened[:2] == ["rows", "frame"]
        assert {"counts", "detail"} <= set(happened)


@pytest.mark.parametrize("size", [(120, 40), (60, 15)])
async def test_a_response_that_changes_no_size_lays_out_nothing(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        assert harness.tasks.current == "task-5"
        task = await harness.core_harness.task("task-5")
        assert task is not None
        with counted_layouts() as layouts:
            for percent in ("30%", "40%"):
                clips = tuple(clip._replace(audio_url=f"https://cdn.example.com/{percent}.mp3") for clip in task.clips)
                await respond(harness, "task-5", progress=percent, clips=clips)
                await respond(harness, "task-3", misses=1)
            assert layouts == []
            await harness.pilot.resize_terminal(size[0] - 1, size[1])
            await harness.settle()
            assert layouts, "the counter works"


@pytest.mark.parametrize("has_bar", [True, False])
@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60)])
async def test_the_first_frame_has_the_styles_of_when_its_widgets_were_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], has_bar: bool
) -> None:
    refreshed: list[bool] = []
    resume = LibraryScreen.on_screen_resume

    def recorded(self: LibraryScreen, event: ScreenResume) -> None:
        resume(self, event)
        refreshed.append(event.refresh_styles)

    monkeypatch.setattr(LibraryScreen, "on_screen_resume", recorded)
    tasks = [song(number, f"Song {number}", 1_700_000_000.0) for number in range(100 if has_bar else 2)]
    async with open_app(tmp_path, size, tasks=tasks) as harness:
        screen = harness.app.screen
        assert refreshed == [False]
        nodes: list[DOMNode] = list(screen.walk_children(with_self=True))
        assert harness.tasks.show_vertical_scrollbar is has_bar
        if has_bar:
            nodes.append(harness.tasks.vertical_scrollbar)
        styles = {node: node.styles.base.get_rules() for node in nodes}
        assert len(styles) > 10
        screen.update_node_styles(animate=False)
        assert {node: node.styles.base.get_rules() for node in styles} == styles
        for is_wanted in (True, False):
            screen.post_message(ScreenResume(refresh_styles=is_wanted))
        await harness.pilot.pause()
        assert refreshed == [False, True, False]
