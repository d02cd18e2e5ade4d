"""Commands that poll tasks: fetch and wait."""

from __future__ import annotations

import asyncio
import time
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence

from sunotui.cli.exits.exit_codes import DONE, NOT_FOUND
from sunotui.cli.inputs import read_ids
from sunotui.cli.output.task_text import print_tasks
from sunotui.cli.output.text import print_json, say
from sunotui.cli.resolve import resolve_task_ids
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import WARNINGS_LIMIT_S
from sunotui.cli.wait import wait_and_report
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import task_documents
from sunotui.core.library.library import Library
from sunotui.domain.errors import NotFound
from sunotui.domain.tasks.task import Task


def fetch(args: Namespace, environ: Mapping[str, str]) -> int:
    """Fetch tasks now, in one batch, and add those made elsewhere to the library."""
    wanted = read_ids(args.ids)

    async def work(core: Core) -> int:
        ids = await core.read(resolve_task_ids, wanted)
        found = await core.refresh(ids)
        await _learn_price(core, found)
        await _print(core, found, as_json=args.json)
        missing = _missing(ids, found)
        if missing:
            say(_words_for(missing))
        return NOT_FOUND if missing else DONE

    return run_with_core(environ, args.profile, work)


def wait(args: Namespace, environ: Mapping[str, str]) -> int:
    """Wait until tasks have ended; ids that the library does not have are fetched first."""
    wanted = read_ids(args.ids)

    async def work(core: Core) -> int:
        ids = await core.read(resolve_task_ids, wanted)
        known = await core.read(Library.tasks, ids)
        unknown = [task_id for task_id in ids if task_id not in known]
        if unknown:
            missing = _missing(unknown, await core.refresh(unknown))
            if missing:
                raise NotFound(_words_for(missing))
        await _learn_price(core, known.values())
        tasks, code = await wait_and_report(core, ids, args.timeout)
        await _print(core, tasks, as_json=args.json)
        return code

    return run_with_core(environ, args.profile, work)


async def _learn_price(core: Core, tasks: Iterable[Task]) -> None:
    """Learn the price of a task that an earlier command sent, if nothing else was sent since."""
    for profile in {task.profile for task in tasks}:
        try:
            await asyncio.wait_for(core.services.billing.learn_earlier_price(profile), WARNINGS_LIMIT_S)
        except TimeoutError:
            return


async def _print(core: Core, tasks: Sequence[Task], *, as_json: bool) -> None:
    if as_json:
        print_json(await core.read(task_documents, tasks))
    elif tasks:
        print_tasks(await core.read(Library.summaries, [task.id for task in tasks]), time.time())


def _missing(ids: Sequence[str], found: Sequence[Task]) -> list[str]:
    known = {task.id for task in found}
    return [task_id for task_id in ids if task_id not in known]


def _words_for(missing: Sequence[str]) -> str:
    return f"The gateway has no song with the id {', '.join(missing)}"
