"""The studio and the library for the length of one command: opened, lent, and closed whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from sunotui.cli.output.text import say

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.events import Event

T = TypeVar("T")


def with_core(environ: Mapping[str, str], profile: str, work: Callable[[Core], Awaitable[T]]) -> T:
    """What `work` gives with an open studio: an exit code, mostly. Raises SunotuiError, and KeyboardInterrupt on
    Ctrl+C."""
    from sunotui.cli.run_async import run_async

    async def run() -> T:
        async with open_core(environ, profile) as core:
            opened = await core.open()
            if opened.warning:
                say(opened.warning)
            for lost in opened.recovered:
                say(f"Submission {lost.id} was cut off earlier and may have been charged; see 'sunotui submissions'")
            return await work(core)

    return run_async(run())


@asynccontextmanager
async def open_core(environ: Mapping[str, str], profile: str = "") -> AsyncIterator[Core]:
    """A studio that is not open yet. Leaving waits for answers under way (S7)."""
    from sunotui.core.core import Core
    from sunotui.core.paths import find_paths

    core = Core(find_paths(environ), environ, profile=profile)
    try:
        yield core
    finally:
        await _close(core)


async def _close(core: Core) -> None:
    from sunotui.core.submissions.submitter import ANSWER_LIMIT_S

    if core.is_open and core.services.submitter.in_flight:
        say("Waiting for the gateway's answer, which is paid for; Ctrl+C again leaves its outcome unknown")
        core.subscribe(_tell_late_answer)
    await core.close(ANSWER_LIMIT_S)


def _tell_late_answer(event: Event) -> None:
    from sunotui.core.events import SubmissionChanged
    from sunotui.domain.submission import SubmissionState

    if isinstance(event, SubmissionChanged):
        submission = event.submission
        if submission.state is SubmissionState.ACCEPTED:
            say(f"Accepted: 'sunotui wait {submission.task_id}' waits for it")
        elif submission.trouble:
            say(submission.trouble)
