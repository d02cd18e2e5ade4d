"""Quitting during a paid request loses nothing: the id is stored, or the outcome is unknown (S7).

Fails if `close` does not wait (a response is lost), and if a submission is cancelled with the screen that started it.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path

import pytest

from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.submitting import core_at, profile_at
from tests.support.scripted_gateway import RecordedRequest, ScriptedGateway, scripted_gateway
from tests.support.send_request import send_request
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "S7",
    ordinary="22 exits at 0, 50, ... 500 ms of a POST of 500 ms; half wait for the response",
    long="102 exits at 0, 10, ... 500 ms",
    last_long_run="2026-11-25: 102 exits, 8 s",
)

RESPONSE_S = 0.5
"""The response time of the gateway to a paid request, in seconds."""


class SlowGateway:
    """Responds to a submission after a delay and records the submissions by description."""

    def __init__(self, moments: range, held: int | None) -> None:
        """The response to the program that quits at the moment `held` is delayed until that program has quit."""
        self.has_arrived = {str(ms): threading.Event() for ms in moments}
        self.has_quit = threading.Event()
        self.made: list[str] = []
        self._held = str(held)

    def respond(self, request: RecordedRequest) -> tuple[int, object]:
        """The response to a submission, with the id of its task."""
        name = json.loads(request.body)["gpt_description_prompt"]
        self.made.append(f"made-{name}")
        self.has_arrived[name].set()
        if name == self._held:
            self.has_quit.wait(HANG_S)
        else:
            time.sleep(RESPONSE_S)
        return 200, {"code": "success", "message": "", "data": f"made-{name}"}


@pytest.mark.parametrize("step_ms", [50, pytest.param(10, marks=pytest.mark.long)])
@pytest.mark.parametrize("is_patient", [True, False], ids=["patient", "impatient"])
async def test_the_id_is_stored_or_the_outcome_is_unknown(is_patient: bool, step_ms: int, tmp_path: Path) -> None:
    moments = range(0, 501, step_ms)
    slow = SlowGateway(moments, None if is_patient else 0)
    with scripted_gateway(slow.respond) as gateway:
        # Each has its own core and event loop, which end like those of the program.
        quitting = (asyncio.to_thread(_program, tmp_path, gateway, slow, ms, is_patient) for ms in moments)
        await asyncio.gather(*quitting)
    rows = [_stored_submission(tmp_path / str(ms)) for ms in moments]
    assert len(slow.made) == len(moments)
    for row in rows:
        if is_patient:
            assert row.state is SubmissionState.ACCEPTED
        if row.state is SubmissionState.ACCEPTED:
            assert row.task_id in slow.made
        else:
            assert (row.state, row.task_id) == (SubmissionState.UNKNOWN, None)
    if not is_patient:
        assert rows[0].state is SubmissionState.UNKNOWN


def _program(folder: Path, gateway: ScriptedGateway, slow: SlowGateway, moment_ms: int, is_patient: bool) -> None:
    limit_s = HANG_S if is_patient else 0.0
    asyncio.run(_send_and_quit(folder / str(moment_ms), gateway, slow, moment_ms, limit_s))
    if moment_ms == 0:
        slow.has_quit.set()


async def _send_and_quit(
    folder: Path, gateway: ScriptedGateway, slow: SlowGateway, moment_ms: int, limit_s: float
) -> None:
    core = core_at(folder, gateway.base_url, "token-of-the-test")
    await core.open()
    core.add_profile(profile_at(gateway.base_url))
    screen = asyncio.create_task(send_request(core, MusicRequest(description=str(moment_ms)), "main"))
    # A request that was never sent would rightly be rejected.
    assert await asyncio.to_thread(slow.has_arrived[str(moment_ms)].wait, HANG_S)
    await asyncio.sleep(moment_ms / 1000)
    screen.cancel()
    await asyncio.gather(screen, return_exceptions=True)
    is_drained = await core.close(limit_s)
    assert is_drained or limit_s == 0.0


def _stored_submission(folder: Path) -> Submission:
    db = Database.open(folder / "data" / "library.db")
    journal, library = Journal(db), TaskStore(db)
    journal.recover(1.0)
    (row,) = journal.reader.list()
    assert row.task_id is None or library.task(row.task_id) is not None
    db.close()
    return row
