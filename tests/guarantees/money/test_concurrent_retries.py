"""An unknown submission is sent again at most once, however many processes try it at the same time (S1).

Fails if the checks for an earlier retry and for the state of the first submission run before the transaction that
writes the new one: four processes then sent it four times.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.retrying import resolve_at_once
from tests.guarantees.child_processes.submitting import SPEED, core_at, posts_at, profile_at
from tests.support.demo_faults import set_faults
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "S1",
    ordinary="12 unknown submissions sent again by 4 processes at once; 12 by 2 processes while 2 give up on them",
)

ROUNDS = 12
PROCESSES = 4


@pytest.mark.parametrize("drops", [0, 2])
def test_one_of_several_concurrent_retries_is_sent(drops: int, tmp_path: Path) -> None:
    with DemoServer(seed=1, speed=SPEED, balance=1e9) as server:
        base_url = server.base_url + server.prefix
        set_faults(server, f"lost-answer:{ROUNDS}")
        ids = asyncio.run(_submit_and_lose(tmp_path, base_url, server.token))
        before = posts_at(server)
        children = [
            ChildProcess(
                tmp_path / f"child-{number}",
                resolve_at_once,
                tmp_path,
                base_url,
                server.token,
                ids,
                ["drop" if number < drops else "retry"] * ROUNDS,
            )
            for number in range(PROCESSES)
        ]
        for child in children:
            child.until_reported("opened")
        for number in range(ROUNDS):
            (tmp_path / f"go-{number}").touch()
            for child in children:
                child.until_lines(number + 2)
        assert [child.end() for child in children] == [0] * PROCESSES
        posts = posts_at(server) - before
    outputs = [child.lines()[1:] for child in children]
    db = Database.open(tmp_path / "data" / "library.db")
    rows = Journal(db).reader.list(limit=1_000)
    db.close()
    for number, submission_id in enumerate(ids):
        results = [output[number] for output in outputs]
        retries = [row for row in rows if row.retry_of == submission_id]
        first = next(row for row in rows if row.id == submission_id)
        refused = [result for result in results if result.startswith("refused: That ")]
        assert results.count("retry: accepted") == len(retries) <= 1, results
        assert results.count("drop: dropped") == min(drops, 1), results
        assert len(refused) == PROCESSES - len(retries) - min(drops, 1), results
        assert first.state is (SubmissionState.DROPPED if drops else SubmissionState.UNKNOWN)
        assert drops or len(retries) == 1
    assert posts == sum(row.retry_of is not None for row in rows)


async def _submit_and_lose(folder: Path, base_url: str, token: str) -> list[str]:
    """Submit requests whose responses are lost; return their submission ids."""
    core = core_at(folder, base_url, token)
    await core.open()
    core.add_profile(profile_at(base_url))
    sent = [await send_request(core, MusicRequest(description=f"song {n}"), "main") for n in range(ROUNDS)]
    await core.close()
    assert {row.state for row in sent} == {SubmissionState.UNKNOWN}
    return [row.id for row in sent]
