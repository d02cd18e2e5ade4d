"""Whichever operation fails, nothing is paid for twice, no paid task is lost and no token leaks (Z2: S1, D1, K1)."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sunotui.core.events import TasksChanged
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.db.version import SCHEMA_VERSION
from sunotui.storage.secrets.tokens import TokenStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.gateway.loopback import LoopbackServer, ReceivedRequest, loopback_server, response
from tests.guarantees.endurance.nth_failure import FaultInjector, FaultyTransport, Keyring
from tests.guarantees.fake_transport import OfflineCore, song
from tests.support.canary import CANARY
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "Z2",
    ordinary="submit and poll: every operation fails once; migrate: every operation fails once and from then on",
    long="submit and poll: every operation also fails from then on, and fails after it was done",
    last_long_run="2026-11-25: 2 sweeps of some 165 operations, 13 s",
    gaps=(
        "Downloads are killed at random moments instead (W2); fsync inside SQLite is reached only through statements; "
        "the terminal is not covered."
    ),
)

SONG = MusicRequest(description="rain on a tin roof")
MOST = 400


@dataclass
class Gateway:
    """Counts accepted submissions. Their tasks are finished when they are first fetched."""

    accepted: list[str] = field(default_factory=list)

    def responder(self) -> Callable[[ReceivedRequest], bytes]:
        """The response of the server on loopback."""
        return lambda request: self._respond(request)

    def _respond(self, request: ReceivedRequest) -> bytes:
        if request.path == "/suno/submit/music":
            self.accepted.append(f"task-{len(self.accepted)}")
            return response(200, {"code": "success", "message": "", "data": self.accepted[-1]})
        if request.path == "/suno/fetch":
            made = [song(task_id) for task_id in request.ids if task_id in self.accepted]
            return response(200, {"code": "success", "message": "", "data": made})
        return response(404, "404 page not found", kind="text/plain")


async def make_a_song(
    folder: Path, server: LoopbackServer, injector: FaultInjector
) -> tuple[list[str], list[BaseException]]:
    """Open, submit twice as a double key press does, wait for the song, close. Returns the ids shown and the errors."""
    offline = OfflineCore(folder, tokens=TokenResolver({}, TokenStore(lambda: Keyring(injector))))
    offline.transports["main"] = FaultyTransport(injector)  # type: ignore[assignment]
    raised: list[BaseException] = []
    try:
        await offline.core.open()
        # The probe of the features is about thirty requests that neither cost money nor change tasks.
        offline.core.services.capabilities._wants_probe = lambda _: False  # type: ignore[method-assign, assignment]
        offline.core.add_profile(Profile("main", server.base_url))
        for _ in range(2):
            try:
                await send_request(offline.core, SONG, "main", submission_id="submission")
            except Exception as error:
                raised.append(error)
        await offline.clock.advance(22)
    except SunotuiError as error:
        raised.append(error)
    injector.is_on = False
    await offline.close()
    shown = [task_id for event in offline.events if isinstance(event, TasksChanged) for task_id in event.ids]
    return shown, raised


def check(folder: Path, gateway: Gateway, shown: list[str], raised: list[BaseException], what: str) -> str:
    """Check the invariants on disk and return the state of the submission."""
    assert len(gateway.accepted) <= 1, f"{what}: paid twice (S1)"
    assert all(isinstance(error, SunotuiError) for error in raised), f"{what}: {raised!r}"
    assert not any(CANARY in f"{error} {error!r} {error.__cause__!r}" for error in raised), f"{what}: K1"
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert CANARY.encode() not in path.read_bytes(), f"{what}: the token is in {path.name} (K1)"
    db = Database.open(folder / "data" / "library.db")
    try:
        journal, library = Journal(db), TaskStore(db)
        journal.recover(9e9)
        assert db.query("PRAGMA integrity_check")[0][0] == "ok"
        row = journal.reader.get("submission")
        assert set(shown) <= library.tasks(shown).keys(), f"{what}: on screen but not on disk (D1)"
        if not gateway.accepted:
            assert row is None or row.state in {SubmissionState.REJECTED, SubmissionState.UNKNOWN}, what
            return "not sent"
        assert row is not None, f"{what}: paid, but there is no row"
        assert row.state in {SubmissionState.ACCEPTED, SubmissionState.UNKNOWN}, f"{what}: paid, but {row.state}"
        if row.state is SubmissionState.ACCEPTED:
            task = library.task(gateway.accepted[0])
            assert task is not None, f"{what}: accepted without its task"
            return task.status.value
        return "unknown"
    finally:
        db.close()


async def sweep(folder: Path, **mode: bool) -> list[str]:
    """Let the n-th operation fail for n = 1, 2, 3 ... until none does; return the end of each attempt."""
    ends: list[str] = []
    for number in range(1, MOST):
        home, gateway, injector = folder / str(number), Gateway(), FaultInjector(number, **mode)
        Database.open(home / "data" / "library.db").close()
        async with loopback_server(gateway.responder()) as server:
            with pytest.MonkeyPatch.context() as patch:
                injector.patch_disk(patch)
                shown, raised = await make_a_song(home, server, injector)
        ends.append(check(home, gateway, shown, raised, f"operation {number} ({injector.failed[:1]})"))
        shutil.rmtree(home)
        if not injector.failed:
            assert ends[-1] == TaskStatus.SUCCESS, "without a failure the song must succeed"
            return ends
        await asyncio.sleep(0)
    raise AssertionError(f"{MOST} operations were not enough")


async def test_every_operation_of_a_song_fails_once(tmp_path: Path) -> None:
    """Fails if the row is claimed after the request is sent, and if a lost response is classified as rejected."""
    ends = await sweep(tmp_path)
    assert len(ends) > 40
    assert {"not sent", "unknown", "success"} <= set(ends), (
        "the sweep must cover the time before, during and after the request"
    )


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["is_lasting", "is_done_first"])
async def test_every_operation_fails_permanently_or_after_it_was_done(tmp_path: Path, mode: str) -> None:
    """Two other kinds of failure: every later operation fails, too, or the operation was done before it failed."""
    assert len(await sweep(tmp_path, **{mode: True})) > 30


@pytest.mark.parametrize("is_lasting", [False, True])
def test_every_operation_of_a_migration_fails(tmp_path: Path, is_lasting: bool) -> None:
    """Fails with a COMMIT after each statement instead of one transaction."""
    for number in range(1, MOST):
        path = tmp_path / str(number) / "library.db"
        old = Database.open(path, scripts=migration_scripts()[:1])
        with old.write() as connection:
            connection.execute("INSERT INTO draft VALUES ('a', 'text')")
        old.close()
        injector = FaultInjector(number, is_lasting=is_lasting)
        with pytest.MonkeyPatch.context() as patch:
            injector.patch_disk(patch)
            try:
                Database.open(path).close()
            except SunotuiError:
                pass
            injector.is_on = False
        assert migration_state(path) in {(1, 0), (SCHEMA_VERSION, 1)}, (
            f"operation {number} ({injector.failed[0]}): a partial migration"
        )
        again = Database.open(path)
        assert again.column("SELECT text FROM draft") == ["text"]
        again.close()
        if not injector.failed:
            assert number > 20
            return
    raise AssertionError("the migration never finished")


def migration_state(path: Path) -> tuple[int, int]:
    """The version of a library and the number of tables of version 2 that it has (0 or 1)."""
    connection = sqlite3.connect(path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    made: int = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'offers'").fetchone()[0]
    connection.close()
    return version, made
