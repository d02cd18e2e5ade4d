"""An unknown outcome is visible, survives restarts and ends only by a decision of the user (S4). A submission makes
only allowed transitions, in any order of events (S1, S4, S5).

Fails if transitions from unknown to rejected are allowed, if `recover` also changes unknown rows, and if the journal
accepts any transition.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from sunotui.core.core import Core
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import DuplicateRequest, InsufficientBalance, InvalidRequest, NotFound, TimedOut
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from tests.guarantees.child_processes.submitting import core_at, profile_at
from tests.guarantees.child_processes.writing import ready, song
from tests.support.complete_list import all_ids
from tests.support.run_directory import memory_directory
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "S4",
    ordinary="10 restarts; a lost response, a restart, the pasted id adopted; 30 runs of a state machine",
    long="1,000 runs of a state machine of 50 steps",
    last_long_run="2026-11-25: 1,000 runs, 25 s",
)


State = SubmissionState
REQUEST = MusicRequest(description="rain on a tin roof")


async def test_a_lost_response_is_resolved_by_the_task_id_after_restarts(tmp_path: Path) -> None:
    with DemoServer(seed=1, speed=500, faults=["lost-answer:1"]) as server:
        core = await _start_core(tmp_path, server)
        lost = await send_request(core, REQUEST, "main")
        assert lost.state is State.UNKNOWN
        assert "may have been charged" in lost.error
        for _ in range(10):
            await core.close(1)
            core = await _start_core(tmp_path, server)
            assert await core.reader.submissions() == [lost]
        with pytest.raises(DuplicateRequest):
            await send_request(core, REQUEST, "main")
        with pytest.raises(NotFound):
            await core.services.unknown_outcomes.resolve(lost.id, "unknown-id")
        (made,) = await asyncio.to_thread(_submits, server)
        adopted = await core.services.unknown_outcomes.resolve(lost.id, made)
        assert (adopted.state, adopted.task_id) == (State.ACCEPTED, made)
        task = await core.storage.run(core.stores.tasks.task, made)
        assert task is not None
        assert task.submission_id == lost.id
        await core.close(1)
        assert await asyncio.to_thread(_submits, server) == [made]


async def _start_core(folder: Path, server: DemoServer) -> Core:
    base_url = server.base_url + server.prefix
    core = core_at(folder, base_url, server.token)
    opened = await core.open()
    assert opened.recovered == ()
    core.add_profile(profile_at(base_url))
    return core


def _submits(server: DemoServer) -> list[str]:
    submits = httpx.get(f"{server.base_url}/demo/submits", trust_env=False).json()
    return [entry["task_id"] for entry in submits]


class Submissions(RuleBasedStateMachine):
    """Two programs with one library and any order of events, compared with the expected states."""

    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=memory_directory())
        self._path = Path(self._folder.name) / "library.db"
        self._open: dict[int, tuple[Database, Journal]] = {}
        self._expected: dict[str, State] = {}
        self._owner: dict[str, int] = {}
        self._number = 0
        self._posts: dict[str, int] = {}
        for program in (0, 1):
            self._start(program)

    def _start(self, program: int) -> None:
        db = Database.open(self._path)
        self._open[program] = (db, Journal(db))

    def teardown(self) -> None:
        for db, _ in self._open.values():
            db.close()
        self._folder.cleanup()

    @precondition(lambda self: self._number < 4)
    @rule(target=rows, program=st.integers(0, 1))
    def add(self, program: int) -> str:
        self._number += 1
        name = f"s{self._number}"
        self._open[program][1].add(ready(name))
        self._expected[name], self._owner[name] = State.READY, program
        return name

    @rule(name=rows, program=st.integers(0, 1))
    def claim_and_send(self, name: str, program: int) -> None:
        is_ready = self._expected[name] is State.READY
        assert self._open[program][1].claim(name, 2.0) is is_ready
        if is_ready:
            self._posts[name] = self._posts.get(name, 0) + 1
            self._expected[name], self._owner[name] = State.SENDING, program

    def _try(self, name: str, new: State, transition: object, allowed: set[State]) -> None:
        """Try a transition: it must succeed if allowed, and otherwise raise without effect."""
        assert callable(transition)
        if self._expected[name] in allowed:
            transition()
            self._expected[name] = new
        else:
            with pytest.raises((ValueError, InvalidRequest), match=r"cannot go|That submission is"):
                transition()

    @rule(name=rows)
    def response_accepts(self, name: str) -> None:
        journal = self._open[self._owner[name]][1]
        task = song(f"task-{name}", TaskStatus.SUBMITTED)
        self._try(name, State.ACCEPTED, lambda: journal.accept(name, task, 3.0), {State.SENDING, State.UNKNOWN})

    @rule(name=rows)
    def response_rejects(self, name: str) -> None:
        journal = self._open[self._owner[name]][1]
        before = {State.READY, State.SENDING}
        self._try(name, State.REJECTED, lambda: journal.reject(name, InsufficientBalance(), 3.0), before)

    @rule(name=rows)
    def response_is_lost(self, name: str) -> None:
        journal = self._open[self._owner[name]][1]
        self._try(name, State.UNKNOWN, lambda: journal.mark_unknown(name, TimedOut(), 3.0), {State.SENDING})

    @rule(name=rows)
    def user_gives_up(self, name: str) -> None:
        self._try(name, State.DROPPED, lambda: self._open[0][1].mark_lost(name, 4.0), {State.UNKNOWN})

    @rule(name=rows)
    def user_finds_the_id(self, name: str) -> None:
        task = song(f"found-{name}", TaskStatus.SUBMITTED)
        self._try(name, State.ACCEPTED, lambda: self._open[1][1].adopt(name, task, 4.0), {State.UNKNOWN})

    @rule(program=st.integers(0, 1))
    def kill_and_restart(self, program: int) -> None:
        # Closing releases the owner's lock, as the kernel does for a killed process.
        self._open[program][0].close()
        self._start(program)
        recovered = {row.id for row in self._open[program][1].recover(5.0)}
        owned = {name for name, owner in self._owner.items() if owner == program}
        interrupted = {name for name in owned if self._expected[name] is State.SENDING}
        assert recovered == interrupted
        for name in owned:
            if self._expected[name] is State.READY:
                self._expected[name] = State.REJECTED
        self._expected |= dict.fromkeys(interrupted, State.UNKNOWN)

    @rule(program=st.integers(0, 1))
    def recover_while_alive(self, program: int) -> None:
        assert self._open[program][1].recover(5.0) == []

    @invariant()
    def every_row_has_its_expected_state(self) -> None:
        for db, journal in self._open.values():
            found = {row.id: row for row in journal.reader.list(limit=1_000)}
            assert {name: row.state for name, row in found.items()} == self._expected
            accepted = {row.task_id for row in found.values() if row.state is State.ACCEPTED}
            assert set(all_ids(db)) == accepted

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        assert all(times == 1 for times in self._posts.values())


class SubmissionsLong(Submissions):
    """The state machine Submissions once more, in a class of its own for the `long` mark."""


TestSubmissions = Submissions.TestCase
TestSubmissions.settings = settings(max_examples=30, stateful_step_count=40)
TestSubmissionsLong = pytest.mark.long(pytest.mark.timeout(900)(SubmissionsLong.TestCase))
TestSubmissionsLong.settings = settings(max_examples=1_000, stateful_step_count=50)
