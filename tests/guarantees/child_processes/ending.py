"""The function of the processes that see tasks end and are killed (A4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.process import report


def see_tasks_end(folder: Path, ids: Sequence[str]) -> None:
    """Ask a gateway that says that all these tasks have ended, one after the other, and end in the usual way."""
    asyncio.run(_see_tasks_end(folder, ids))


async def _see_tasks_end(folder: Path, ids: Sequence[str]) -> None:
    harness = CoreHarness(folder)
    await harness.open()
    report("open")
    for task_id in ids:
        harness.gateway.set_task(task_id, TaskStatus.SUCCESS)
        await harness.core.refresh([task_id])
        report(f"ended {task_id}")
    await harness.core.close(1)
    report("closed")
