"""The command of the setting `on_done`: once for each task that is seen to end."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from sunotui.core.context import Context
from sunotui.core.events import HookFailed, TaskEnded
from sunotui.core.hooks.service import AT_ONCE, Hooks
from sunotui.core.library.library import Library
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.hook_runs import HookRunStore
from tests.core.harness import CoreHarness
from tests.support.waiting import HANG_S, until_async

pytestmark = pytest.mark.guarantee(
    "A4",
    ordinary=(
        "success and failure, 9 tasks at once, a task that ends 4 times, one that had ended before; commands that "
        "fail, hang and are missing"
    ),
)

TOKEN = "sk-token-of-the-environment"


class HookHarness:
    """A core with hooks that run a shell script."""

    def __init__(self, core_harness: CoreHarness, script: str, folder: Path, limit_s: float = HANG_S) -> None:
        self.core = core_harness
        self.out = folder / "out"
        self.out.mkdir(exist_ok=True)
        core = core_harness.core
        database = core.stores.database
        environ = {"PATH": os.environ["PATH"], "OUT": str(self.out), "SUNOTUI_TOKEN": TOKEN, "LANG": "C.UTF-8"}
        context = Context(core.storage, core.clients, core.events, core.clock, core._rng, core._background)
        command = ["sh", "-c", script] if script else []
        self.store = HookRunStore(database)
        self.hooks = Hooks(context, Library(database), self.store, command, environ, limit_s=limit_s)
        core.events.subscribe(self.hooks.on_event)

    async def end(self, *ids: str, status: TaskStatus = TaskStatus.SUCCESS) -> None:
        """Let the gateway say that tasks have ended, and wait for the commands."""
        await self.core.put(*ids)
        for task_id in ids:
            self.core.gateway.set_task(task_id, status)
        await self.core.core.refresh(list(ids))
        await self.hooks.drain(HANG_S)

    async def runs(self) -> list[tuple[object, ...]]:
        """The rows of the journal: task, event, whether it ended, exit code."""
        sql = "SELECT task_id, event, ended_at IS NOT NULL, exit_code FROM hook_run ORDER BY task_id"
        database = self.core.core.stores.database
        return [tuple(row) for row in await self.core.core.storage.run(database.query, sql)]

    @property
    def failures(self) -> list[str]:
        return [event.message for event in self.core.events if isinstance(event, HookFailed)]


SAVE = 'cat >"$OUT/$SUNOTUI_TASK_ID.json"; env >"$OUT/$SUNOTUI_TASK_ID.env"'


@pytest.mark.parametrize("status", [TaskStatus.SUCCESS, TaskStatus.FAILURE])
async def test_it_gets_the_task_as_json_and_no_token(harness: CoreHarness, tmp_path: Path, status: TaskStatus) -> None:
    """Fails with the whole environment passed on."""
    hooked = HookHarness(harness, SAVE, tmp_path)
    await hooked.end("task-1", status=status)
    document = json.loads((hooked.out / "task-1.json").read_text())
    assert (document["id"], document["status"], document["profile"]) == ("task-1", status.value, "main")
    assert "starred" in document, "it is the document of `show --json`"
    environ = (hooked.out / "task-1.env").read_text()
    assert TOKEN not in environ
    assert f"SUNOTUI_TASK_STATUS={status.value}\n" in environ
    assert await hooked.runs() == [("task-1", "done", 1, 0)]
    assert hooked.failures == []


async def test_without_the_setting_nothing_runs(harness: CoreHarness, tmp_path: Path) -> None:
    hooked = HookHarness(harness, "", tmp_path)
    await hooked.end("task-1")
    assert await hooked.runs() == []


async def test_a_task_that_had_ended_before_starts_nothing(harness: CoreHarness, tmp_path: Path) -> None:
    hooked = HookHarness(harness, SAVE, tmp_path)
    await harness.put("task-1", status=TaskStatus.SUCCESS)
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    harness.gateway.set_task("task-2", TaskStatus.SUCCESS)
    await harness.core.refresh(["task-1", "task-2"])
    await hooked.hooks.drain(HANG_S)
    assert await hooked.runs() == []


async def test_it_runs_once_whatever_events_are_repeated(harness: CoreHarness, tmp_path: Path) -> None:
    """Also after the task was lost, came back and ended again, and for a command that failed. Fails without the
    conflict clause of `claim`."""
    hooked = HookHarness(harness, 'echo x >>"$OUT/count"; exit 1', tmp_path)
    await hooked.end("task-1")
    task = await harness.task("task-1")
    assert task is not None
    for _ in range(3):
        harness.core.events.publish(TaskEnded(task))
    await hooked.hooks.drain(HANG_S)
    assert (hooked.out / "count").read_text() == "x\n"


async def test_at_most_four_run_at_once_and_all_of_them_run(harness: CoreHarness, tmp_path: Path) -> None:
    """Fails without the semaphore."""
    script = 'touch "$OUT/$SUNOTUI_TASK_ID"; while [ ! -e "$OUT/go" ]; do sleep 0.01; done'
    hooked = HookHarness(harness, script, tmp_path)
    ids = [f"task-{number}" for number in range(9)]
    await harness.put(*ids)
    for task_id in ids:
        harness.gateway.set_task(task_id, TaskStatus.SUCCESS)
    await harness.core.refresh(ids)
    await until_async(lambda: len(list(hooked.out.iterdir())) == AT_ONCE, "four commands")
    assert hooked.hooks.running == 9
    assert len(await hooked.runs()) == AT_ONCE, "the journal has what was started"
    (hooked.out / "go").touch()
    await hooked.hooks.drain(HANG_S)
    assert [row[3] for row in await hooked.runs()] == [0] * 9


async def test_a_failure_is_reported_once_until_it_works_again(harness: CoreHarness, tmp_path: Path) -> None:
    hooked = HookHarness(harness, '[ "$SUNOTUI_TASK_ID" = good ] || exit 7', tmp_path)
    for task_id in ("a", "b", "good", "c"):
        await hooked.end(task_id)
    assert hooked.failures == ["The command of on_done, sh, failed with exit code 7"] * 2


async def test_one_that_hangs_or_is_missing_is_reported(harness: CoreHarness, tmp_path: Path) -> None:
    hooked = HookHarness(harness, "sleep 1000", tmp_path, limit_s=0.2)
    await hooked.end("task-1")
    hooked.hooks._command = ("/no/such/command",)
    await hooked.end("task-2")
    assert hooked.failures == [
        "The command of on_done, sh, ran longer than 0.2 s and was ended",
        "The command of on_done, /no/such/command, could not be started (No such file or directory)",
    ]
    assert await hooked.runs() == [("task-1", "done", 1, None), ("task-2", "done", 1, None)]


async def test_its_output_is_in_the_event_log(
    harness: CoreHarness, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hooked = HookHarness(harness, "seq 1000; printf '\\033]0;title\\007end\\n'", tmp_path)
    with caplog.at_level(logging.INFO, "sunotui"):
        await hooked.end("task-1")
    lines = [record.getMessage() for record in caplog.records if "on_done" in record.getMessage()]
    assert len(lines) == 21
    assert lines[0] == "on_done for task-1 succeeded"
    assert lines[-2] == "on_done printed: 1000"
    assert "\x1b" not in harness.core.paths.event_log.read_text()


async def test_closing_the_core_waits_for_it(tmp_path: Path) -> None:
    """Fails without `hooks.close` in `Core.close`: the storage thread is closed first."""
    harness = CoreHarness(tmp_path)
    await harness.open()
    harness.core.services.hooks._command = ("sh", "-c", f"sleep 0.2; touch {tmp_path}/done")
    await harness.put("task-1")
    harness.gateway.set_task("task-1", TaskStatus.SUCCESS)
    await harness.core.refresh(["task-1"])
    await harness.core.close(1)
    assert (tmp_path / "done").exists()
