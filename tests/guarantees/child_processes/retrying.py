"""Processes that resolve the same unknown submissions at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sunotui.core.core import Core
from sunotui.domain.errors import SunotuiError
from tests.guarantees.child_processes.process import report
from tests.guarantees.child_processes.submitting import core_at, profile_at
from tests.support.waiting import until


def resolve_at_once(folder: Path, base_url: str, token: str, ids: Sequence[str], hows: Sequence[str]) -> None:
    """Resolve each submission `ids[n]` as `hows[n]` ("retry" or "drop") once the file `folder/go-n` exists, and report
    the result."""
    asyncio.run(_resolve_at_once(folder, base_url, token, ids, hows))


async def _resolve_at_once(folder: Path, base_url: str, token: str, ids: Sequence[str], hows: Sequence[str]) -> None:
    core = core_at(folder, base_url, token)
    await core.open()
    core.add_profile(profile_at(base_url))
    report("opened")
    for number, (submission_id, how) in enumerate(zip(ids, hows, strict=True)):
        until((folder / f"go-{number}").exists, "the start signal", every_s=0.0005)
        report(await _resolve(core, submission_id, how))
    await core.close()


async def _resolve(core: Core, submission_id: str, how: str) -> str:
    try:
        if how == "drop":
            ended = await core.services.unknown_outcomes.give_up(submission_id)
        else:
            ended = await core.services.unknown_outcomes.retry(submission_id)
    except SunotuiError as error:
        return f"refused: {error.sentence}"
    return f"{how}: {ended.state.value}"
