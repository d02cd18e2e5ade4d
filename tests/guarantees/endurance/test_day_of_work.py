"""A simulated day on a gateway that fails one time in twenty: every task gets its right status, and no resource use
grows (Z1)."""

from __future__ import annotations

import json
import os
import random
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, batch, ids_of, song
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "Z1",
    ordinary="250 tasks over 40 simulated minutes, 5 % faults",
    long="10,000 tasks over a simulated day, 5 % faults",
    last_long_run="2026-11-25: 10,000 tasks, 155 s",
)

MIB = 2**20
DAY_S = 86_400.0


class Gateway:
    """Finishes songs in one to four minutes; loses, refuses or damages one response in twenty."""

    def __init__(self, offline: OfflineCore) -> None:
        self.clock = offline.clock
        self.rng = random.Random(11)
        self.outcomes: dict[str, tuple[float, TaskStatus]] = {}
        self.paid: Counter[str] = Counter()

    def __call__(self, request: httpx.Request) -> FakeResponse | Exception:
        is_faulty = self.rng.random() < 0.05
        if request.url.path.endswith("/suno/submit/music"):
            return self._submit(request, is_faulty)
        if not request.url.path.endswith("/suno/fetch"):
            return NO_PAGE
        if is_faulty:
            return self._fault()
        return batch(*(self._task(task_id) for task_id in ids_of(request) if self.outcomes[task_id][1] is not _LOST))

    def _submit(self, request: httpx.Request, is_faulty: bool) -> FakeResponse | Exception:
        if is_faulty and self.rng.random() < 0.5:
            return FakeResponse(b'{"code":"prompt_empty","message":"prompt is empty","data":null}', 400)
        prompt = json.loads(request.content)["gpt_description_prompt"]
        self.paid[prompt] += 1
        task_id = f"task-{len(self.outcomes)}"
        outcome = self.rng.choices([TaskStatus.SUCCESS, TaskStatus.FAILURE, _LOST], [90, 9, 1])[0]
        self.outcomes[task_id] = (self.clock.monotonic() + self.rng.uniform(60, 240), outcome)
        return self._fault() if is_faulty else FakeResponse(json.dumps({"code": "success", "data": task_id}).encode())

    def _fault(self) -> FakeResponse | Exception:
        return self.rng.choice(
            (
                FakeResponse(b""),
                FakeResponse(b"<html>Bad Gateway</html>", 502),
                FakeResponse(b'{"code":'),
                httpx.ReadError("reset"),
                FakeResponse(b"x"),
            )
        )

    def _task(self, task_id: str) -> dict[str, object]:
        ends_at, outcome = self.outcomes[task_id]
        if self.clock.monotonic() < ends_at:
            return song(task_id, "IN_PROGRESS")
        return song(task_id, outcome.value.upper(), fail_reason="" if outcome is TaskStatus.SUCCESS else "no")


_LOST = TaskStatus.LOST


def resource_usage() -> tuple[int, int, int]:
    """Resident memory in bytes, open files, threads."""
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4_096
    return resident, len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208


async def soak(folder: Path, count: int, seconds: float) -> None:
    """Submit `count` songs over this many simulated seconds, wait for the last, and check all invariants."""
    offline = OfflineCore(folder)
    await offline.open()
    gateway = Gateway(offline)
    transport = offline.add("main", gateway)
    ended = []
    warm: tuple[int, int, int] | None = None
    log = offline.core.paths.library.with_name("library.db-wal")
    for number in range(count):
        ended.append(await send_request(offline.core, MusicRequest(description=f"song {number}"), "main"))
        await offline.clock.advance(seconds / count)
        offline.events.clear()
        transport.requests.clear()
        assert log.stat().st_size < 8 * MIB
        if number == count // 5:
            warm = resource_usage()
    # Tasks that the gateway lost are given up only after twenty polls, the last of which are a minute apart.
    await offline.clock.advance(2_400)
    assert warm is not None
    now = resource_usage()
    assert now[0] - warm[0] < 20 * MIB, f"grown by {(now[0] - warm[0]) / MIB:.1f} MiB"
    assert now[1:] == warm[1:], "open files or threads accumulate"
    await check_invariants(offline, gateway, [row.id for row in ended])
    assert offline.poller("main").unfinished == 0
    await offline.close()


async def check_invariants(offline: OfflineCore, gateway: Gateway, submission_ids: list[str]) -> None:
    """Check that every submission is paid for at most once and every task has the final status of the gateway."""
    assert set(gateway.paid.values()) == {1}, "paid twice (S1)"
    rows = [
        await offline.core.storage.run(offline.core.stores.journal.reader.get, submission_id)
        for submission_id in submission_ids
    ]
    states = Counter(row.state for row in rows if row is not None)
    assert sum(states.values()) == len(submission_ids)
    assert set(states) <= {SubmissionState.ACCEPTED, SubmissionState.REJECTED, SubmissionState.UNKNOWN}
    assert states[SubmissionState.ACCEPTED] + states[SubmissionState.UNKNOWN] >= len(gateway.paid)
    accepted = [row.task_id for row in rows if row is not None and row.task_id is not None]
    tasks = await offline.tasks(accepted)
    for task_id in accepted:
        assert tasks[task_id].status is gateway.outcomes[task_id][1], task_id
    log = offline.core.paths.event_log
    assert not log.exists() or "unexpected error" not in log.read_text()


async def test_forty_minutes_of_work(tmp_path: Path) -> None:
    """Fails if finished tasks stay in the poller."""
    await soak(tmp_path, 250, 2_400)


@pytest.mark.long
@pytest.mark.timeout(3_600)
async def test_a_day_of_work(tmp_path: Path) -> None:
    """A simulated day with 10,000 songs."""
    await soak(tmp_path, 10_000, DAY_S)
