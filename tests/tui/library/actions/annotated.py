"""What the library screen shows of annotations, and what is stored."""

from __future__ import annotations

from sunotui.domain.annotations import Annotations
from sunotui.domain.tasks.summary import View
from sunotui.tui.library.sidebar import Sidebar
from tests.tui.harness import AppHarness


async def kept(harness: AppHarness, task_id: str) -> Annotations:
    return (await harness.core_harness.core.services.annotations.annotations([task_id]))[task_id]


def last_message(harness: AppHarness) -> str:
    """The last message."""
    return harness.app.message_log.lines()[0].text


def sidebar(harness: AppHarness) -> Sidebar:
    return harness.app.screen_stack[0].query_one(Sidebar)


def count(harness: AppHarness, view: View) -> int:
    return sidebar(harness).count_of(view)
