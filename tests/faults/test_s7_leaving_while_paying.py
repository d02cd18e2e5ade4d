"""Leaving during a paid request loses nothing: the id is stored, or the outcome is unknown (S7).

Seen to fail with a `close` that does not drain (an answer that was waited for was lost), and with a submission bound
to the caller that the screen cancels.
"""

import asyncio
from pathlib import Path

import httpx
import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.database import Database
from sunotui.storage.journal import Journal
from sunotui.storage.library import Library
from sunotui.studio.events import Event, SubmissionChanged
from tests.faults.proofs import Proof
from tests.faults.wishing import profile_at, studio_at

PROVES = (
    Proof(
        "S7",
        counts_ci="22 exits at 0, 50, ... 500 ms of a POST of 500 ms: half wait for the answer, half do not",
        counts_long="102 exits at 0, 10, ... 500 ms",
        last_long="2026-11-25: 102 exits, 8 s",
        gaps="The sentence on the terminal while it waits is proved in tests/cli/test_processes.py.",
    ),
)
SPEED = 8.0
"""At which the demo's slow answer takes half a second."""


@pytest.mark.parametrize("step_ms", [50, pytest.param(10, marks=pytest.mark.long)])
@pytest.mark.parametrize("is_patient", [True, False], ids=["patient", "impatient"])
async def test_the_id_is_stored_or_the_outcome_is_unknown(is_patient: bool, step_ms: int, tmp_path: Path) -> None:
    with DemoServer(seed=1, speed=SPEED, faults=["slow@submit"], balance=1e9) as server:
        moments = range(0, 501, step_ms)
        # A program of its own for each, with its own event loop, which ends as the program's does.
        await asyncio.gather(
            *(asyncio.to_thread(_program, tmp_path / str(ms), server, ms / 1000, is_patient) for ms in moments)
        )
        posts, made = _counted(server)
    rows = [_what_is_left(tmp_path / str(ms)) for ms in moments]
    assert posts == len(moments)
    for row in rows:
        if is_patient:
            assert row.state is SubmissionState.ACCEPTED
        if row.state is SubmissionState.ACCEPTED:
            assert row.task_id in made
        else:
            assert (row.state, row.task_id) == (SubmissionState.UNKNOWN, None)
    if not is_patient:
        assert SubmissionState.UNKNOWN in {row.state for row in rows}


def _counted(server: DemoServer) -> tuple[int, set[str]]:
    """Requests for money that came in, and the ids of the tasks made."""
    stats = httpx.get(f"{server.base_url}/demo/stats", trust_env=False).json()
    told = httpx.get(f"{server.base_url}/demo/submits", trust_env=False).json()
    return stats["posts"], {entry["task_id"] for entry in told}


def _program(folder: Path, server: DemoServer, after_s: float, is_patient: bool) -> None:
    asyncio.run(_send_and_leave(folder, server, after_s, 10.0 if is_patient else 0.0))


async def _send_and_leave(folder: Path, server: DemoServer, after_s: float, limit_s: float) -> None:
    base_url = server.base_url + server.prefix
    studio = studio_at(folder, base_url, server.token)
    await studio.open()
    studio.add_profile(profile_at(base_url))
    is_sending = asyncio.Event()

    def hear(event: Event) -> None:
        if isinstance(event, SubmissionChanged):
            is_sending.set()

    studio.subscribe(hear)
    screen = asyncio.create_task(studio.submitter.send(MusicRequest(description=str(folder)), "main"))
    await is_sending.wait()
    # Connected and on its way: what never left would rightly be called rejected.
    await asyncio.sleep(0.05 + after_s)
    screen.cancel()
    await asyncio.gather(screen, return_exceptions=True)
    is_drained = await studio.close(limit_s)
    assert is_drained or limit_s == 0.0


def _what_is_left(folder: Path) -> Submission:
    db = Database.open(folder / "data" / "library.db")
    journal, library = Journal(db), Library(db)
    journal.recover(1.0)
    (row,) = journal.list()
    assert row.task_id is None or library.task(row.task_id) is not None
    db.close()
    return row
