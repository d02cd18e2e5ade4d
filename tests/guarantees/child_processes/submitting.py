"""Processes that submit to a counting gateway until they are killed, and what must hold afterwards (S1, D1)."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sunotui.core.core import Core
from sunotui.core.events import Event, SubmissionChanged
from sunotui.core.paths import AppPaths
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import ChildProcess, report
from tests.support.demo_faults import set_faults
from tests.support.send_request import send_request

FAULTS: tuple[tuple[str, ...], ...] = (
    ("slow@submit",),
    ("lost-answer:3",),
    ("empty-200:3",),
    ("http-500@submit:3",),
    ("slow@submit", "lost-answer:3"),
    ("half-body@submit:3",),
    ("http-502-html@submit:3",),
    ("two-documents:3",),
    ("rate-limit@submit:3",),
    (),
)
"""One set per process in turn. Most faults end after some submissions, so that some are also accepted."""
SPEED = 200.0
"""A slow response takes 20 ms: about as long as writing a submission to disk."""
AT_ONCE = 4


def submit_forever(folder: Path, base_url: str, token: str, first: int) -> None:
    """Submit requests from number `first` on, in a process that will be killed."""
    asyncio.run(_submit_forever(folder, base_url, token, first))


async def _submit_forever(folder: Path, base_url: str, token: str, first: int) -> None:
    core = core_at(folder, base_url, token)

    def on_event(event: Event) -> None:
        if isinstance(event, SubmissionChanged) and event.submission.state is SubmissionState.SENDING:
            report(f"sending {event.submission.id}")

    core.events.subscribe(on_event)
    opened = await core.open()
    report(f"opened {time.monotonic()} {' '.join(row.id for row in opened.recovered)}")
    core.add_profile(profile_at(base_url))
    numbers = iter(range(first, 1_000_000))
    await asyncio.gather(*(_submit(core, numbers) for _ in range(AT_ONCE)))


async def _submit(core: Core, numbers: Iterator[int]) -> None:
    for number in numbers:
        name = f"song-{number}"
        try:
            # Every process sends the same request under the same id: a restart must not pay for it again.
            request = MusicRequest(description=name)
            row = await send_request(core, request, "main", submission_id=name, is_again=True)
        except (SunotuiError, ValueError):
            # Another process has already written it.
            continue
        if row.task_id:
            report(f"shown {name} {row.task_id}")


def profile_at(base_url: str) -> Profile:
    """The profile of a demo gateway."""
    return Profile("main", parse_base_url(base_url))


def core_at(folder: Path, base_url: str, token: str) -> Core:
    """A core in a folder, with the token."""
    core = Core(AppPaths(folder / "data", folder / "config"), {})
    core.tokens.set_for_session("main", Token(token))
    return core


@dataclass
class Totals:
    """The state of the gateway, the journal and the output at the end."""

    accepted: Counter[str]
    """By submission: how often the gateway accepted it and charged for it."""
    rows: dict[str, Submission]
    shown: set[tuple[str, str]]
    """Submission and task id pairs that were reported before a kill."""
    in_library: set[str]
    wrongly_recovered: list[str] = field(default_factory=list)
    """Submissions marked as interrupted at a start while the process that sent them was alive."""
    damage: str = ""

    @property
    def unknown(self) -> set[str]:
        """The submissions with an unknown outcome."""
        return {name for name, row in self.rows.items() if row.state is SubmissionState.UNKNOWN}

    def check(self) -> None:
        """Check everything that must hold."""
        repeated = {name: times for name, times in self.accepted.items() if times > 1}
        assert not repeated, f"paid for more than once: {repeated}"
        for name, task_id in self.shown:
            assert self.rows[name].task_id == task_id, f"{task_id} was reported but is not in the journal"
            assert task_id in self.in_library, f"{task_id} was reported but is not in the library"
        ends = {SubmissionState.ACCEPTED, SubmissionState.REJECTED, SubmissionState.UNKNOWN}
        still_open = [name for name, row in self.rows.items() if row.state not in ends]
        assert not still_open, f"neither final nor unknown: {still_open}"
        for name in self.accepted:
            assert self.rows[name].state in {SubmissionState.ACCEPTED, SubmissionState.UNKNOWN}, f"{name} is lost"
        assert not self.wrongly_recovered, f"marked as interrupted while they were being sent: {self.wrongly_recovered}"
        assert not self.damage, self.damage


def kill_and_count(folder: Path, *, kills: int, instances: int, seed: int) -> Totals:
    """Run `instances` submitting processes at a time, kill one after the other, and return the totals."""
    rng = random.Random(seed)
    with DemoServer(seed=seed, speed=SPEED, balance=1e9) as server:
        run = _Run(folder, server, rng)
        for kill in range(kills):
            set_faults(server, *FAULTS[kill % len(FAULTS)])
            while len(run.living) < instances:
                run.begin()
            # Independent of the load: some are killed during start-up, some at the first request, and every second one
            # after it has reported an id that no other process has reported.
            if kill % 2:
                run.until_new_id(run.living[-1])
            elif kill % 4:
                run.living[-1].until_reported("sending")
            time.sleep(rng.uniform(0.0, 0.12))
            run.kill_one()
        while run.living:
            run.kill_one()
        accepted = accepted_by(server)
    return add_up(folder, accepted, [line for child in run.all for line in child.lines()], run.wrongly_recovered())


class _Run:
    def __init__(self, folder: Path, server: DemoServer, rng: random.Random) -> None:
        self._folder, self._server, self._rng = folder, server, rng
        self.living: list[ChildProcess] = []
        self.all: list[ChildProcess] = []
        self._killed_at: dict[ChildProcess, float] = {}

    def begin(self) -> None:
        """Start another process, which repeats the last few submissions."""
        sent = [line for child in self.all for line in child.lines() if line.startswith("sending")]
        submitted = [int(line.split("-")[1]) for line in sent]
        first = max(0, max(submitted, default=0) - 8)
        output = self._folder / f"output-{len(self.all)}"
        child = ChildProcess(
            output, submit_forever, self._folder, self._server.base_url + self._server.prefix, self._server.token, first
        )
        self.living.append(child)
        self.all.append(child)

    def until_new_id(self, child: ChildProcess) -> None:
        """Wait until this process has reported a submission that no other process has reported."""
        known = {line for other in self.all if other is not child for line in other.lines() if line.startswith("shown")}
        child.until_any(lambda line: line.startswith("shown") and line not in known, "a new id")

    def kill_one(self) -> None:
        """Kill a random process."""
        child = self.living.pop(self._rng.randrange(len(self.living)))
        self._killed_at[child] = time.monotonic()
        child.kill()

    def wrongly_recovered(self) -> list[str]:
        """The submissions marked as interrupted before the process that sent them was killed."""
        fields = [(child, line.split()) for child in self.all for line in child.lines()]
        sender = {parts[1]: child for child, parts in fields if parts[0] == "sending"}
        return [
            name
            for _, parts in fields
            if parts[0] == "opened"
            for name in parts[2:]
            if name in sender and self._killed_at[sender[name]] > float(parts[1])
        ]


def posts_at(server: DemoServer) -> int:
    """The number of submissions that the gateway has received."""
    return int(httpx.get(f"{server.base_url}/demo/stats", trust_env=False).json()["posts"])


def accepted_by(server: DemoServer) -> Counter[str]:
    """How often the gateway accepted each submission."""
    submits = httpx.get(f"{server.base_url}/demo/submits", trust_env=False).json()
    return Counter(json.loads(entry["body"])["gpt_description_prompt"] for entry in submits)


def add_up(folder: Path, accepted: Counter[str], lines: list[str], wrong: list[str]) -> Totals:
    """The totals as the next start finds them."""
    db = Database.open(folder / "data" / "library.db")
    try:
        journal, library = Journal(db), TaskStore(db)
        journal.recover(time.time())
        rows = {row.request.title_hint: row for row in journal.reader.list(limit=1_000_000)}
        shown = {(line.split()[1], line.split()[2]) for line in lines if line.startswith("shown")}
        in_library = set(library.tasks([task_id for _, task_id in shown]))
        return Totals(accepted, rows, shown, in_library, wrong, db.damage())
    finally:
        db.close()
