"""Processes that send wishes to a counting gateway until they are killed, and the sums that must come out (S1, D1)."""

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
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import SunotuiError
from sunotui.domain.profile import Profile, parse_base_url
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.token import Token
from sunotui.storage.db.connection import Database
from sunotui.storage.paths import AppPaths
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import ChildProcess, report

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
"""In turn, one set for each life; after some wishes all goes well, so that there is also something to show."""
SPEED = 200.0
"""A slow answer takes 20 ms: about as long as a wish's way to the disk and back."""
AT_ONCE = 4


def wish_for_ever(folder: Path, base_url: str, token: str, first: int) -> None:
    """Send wishes number `first` and on; in a process that will be killed."""
    asyncio.run(_wish_for_ever(folder, base_url, token, first))


async def _wish_for_ever(folder: Path, base_url: str, token: str, first: int) -> None:
    core = core_at(folder, base_url, token)

    def hear(event: Event) -> None:
        if isinstance(event, SubmissionChanged) and event.submission.state is SubmissionState.SENDING:
            report(f"sending {event.submission.id}")

    core.subscribe(hear)
    opened = await core.open()
    report(f"opened {time.monotonic()} {' '.join(row.id for row in opened.recovered)}")
    core.add_profile(profile_at(base_url))
    numbers = iter(range(first, 1_000_000))
    await asyncio.gather(*(_wish(core, numbers) for _ in range(AT_ONCE)))


async def _wish(core: Core, numbers: Iterator[int]) -> None:
    for number in numbers:
        name = f"wish-{number}"
        try:
            # The same wish under the same id, whichever process is at it: a restart must not pay for it again.
            wish = MusicRequest(description=name)
            row = await core.services.submitter.send(wish, "main", submission_id=name, is_again=True)
        except (SunotuiError, ValueError):
            # Its neighbour was quicker to write it down.
            continue
        if row.task_id:
            report(f"shown {name} {row.task_id}")


def profile_at(base_url: str) -> Profile:
    """The profile of a demo gateway."""
    return Profile("main", parse_base_url(base_url))


def core_at(folder: Path, base_url: str, token: str) -> Core:
    """A studio in a folder, which has the token."""
    core = Core(AppPaths(folder / "data", folder / "config"), {})
    core.tokens.set_for_session("main", Token(token))
    return core


@dataclass
class Sums:
    """What gateway, journal and the screen say at the end."""

    accepted: Counter[str]
    """By wish: how often the gateway took it, and so was paid."""
    rows: dict[str, Submission]
    shown: set[tuple[str, str]]
    """Wish and task id, as shown before a kill."""
    in_library: set[str]
    wrongly_recovered: list[str] = field(default_factory=list)
    """Wishes that a start called cut off while the process that sent them was alive."""
    sound: str = ""

    @property
    def unknown(self) -> set[str]:
        """The wishes whose outcome nobody knows."""
        return {name for name, row in self.rows.items() if row.state is SubmissionState.UNKNOWN}

    def check(self) -> None:
        """Everything that must hold."""
        twice = {wish: times for wish, times in self.accepted.items() if times > 1}
        assert not twice, f"paid for more than once: {twice}"
        for wish, task_id in self.shown:
            assert self.rows[wish].task_id == task_id, f"{task_id} was shown and is not in the journal"
            assert task_id in self.in_library, f"{task_id} was shown and is not in the library"
        ends = {SubmissionState.ACCEPTED, SubmissionState.REJECTED, SubmissionState.UNKNOWN}
        still_open = [name for name, row in self.rows.items() if row.state not in ends]
        assert not still_open, f"neither ended nor unknown: {still_open}"
        for wish in self.accepted:
            assert self.rows[wish].state in {SubmissionState.ACCEPTED, SubmissionState.UNKNOWN}, f"{wish} is lost"
        assert not self.wrongly_recovered, f"called cut off while they were being sent: {self.wrongly_recovered}"
        assert not self.sound, self.sound


def kill_and_count(folder: Path, *, kills: int, instances: int, seed: int) -> Sums:
    """Let `instances` processes at a time send wishes, kill one after the other, and add up."""
    rng = random.Random(seed)
    with DemoServer(seed=seed, speed=SPEED, balance=1e9) as server:
        run = _Run(folder, server, rng)
        for kill in range(kills):
            server.set_faults(*FAULTS[kill % len(FAULTS)])
            while len(run.living) < instances:
                run.begin()
            # However busy the machine is: some are killed while they begin, some at the first request, and every second
            # one after it showed an id that no other has shown.
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
        """One more process; it begins a little before the end of what was wished, so that some are wished again."""
        sent = [line for child in self.all for line in child.lines() if line.startswith("sending")]
        wished = [int(line.split("-")[1]) for line in sent]
        first = max(0, max(wished, default=0) - 8)
        voice = self._folder / f"voice-{len(self.all)}"
        child = ChildProcess(
            voice, wish_for_ever, self._folder, self._server.base_url + self._server.prefix, self._server.token, first
        )
        self.living.append(child)
        self.all.append(child)

    def until_new_id(self, child: ChildProcess) -> None:
        """Wait until this process has shown a task id of a submission for which no other has."""
        known = {line for other in self.all if other is not child for line in other.lines() if line.startswith("shown")}
        child.until_any(lambda line: line.startswith("shown") and line not in known, "a new id")

    def kill_one(self) -> None:
        """Whichever: the older or the newer."""
        child = self.living.pop(self._rng.randrange(len(self.living)))
        self._killed_at[child] = time.monotonic()
        child.kill()

    def wrongly_recovered(self) -> list[str]:
        """What a start called cut off before the process that was sending it was killed."""
        words = [(child, line.split()) for child in self.all for line in child.lines()]
        sender = {told[1]: child for child, told in words if told[0] == "sending"}
        return [
            wish
            for _, told in words
            if told[0] == "opened"
            for wish in told[2:]
            if wish in sender and self._killed_at[sender[wish]] > float(told[1])
        ]


def posts_at(server: DemoServer) -> int:
    """How many submissions the gateway has been sent."""
    return int(httpx.get(f"{server.base_url}/demo/stats", trust_env=False).json()["posts"])


def accepted_by(server: DemoServer) -> Counter[str]:
    """How often the gateway took each wish."""
    told = httpx.get(f"{server.base_url}/demo/submits", trust_env=False).json()
    return Counter(json.loads(entry["body"])["gpt_description_prompt"] for entry in told)


def add_up(folder: Path, accepted: Counter[str], said: list[str], wrong: list[str]) -> Sums:
    """The end of it all, as the next start finds it."""
    db = Database.open(folder / "data" / "library.db")
    try:
        journal, library = Journal(db), TaskStore(db)
        journal.recover(time.time())
        rows = {row.request.title_hint: row for row in journal.list(limit=1_000_000)}
        shown = {(line.split()[1], line.split()[2]) for line in said if line.startswith("shown")}
        in_library = set(library.tasks([task_id for _, task_id in shown]))
        return Sums(accepted, rows, shown, in_library, wrong, db.damage())
    finally:
        db.close()
