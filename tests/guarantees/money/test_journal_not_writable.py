"""If the journal cannot be written, nothing is sent, and one sentence gives the reason (S8).

Fails if a request is sent before it is claimed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sunotui.core.core import Core
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import Charge, JournalWriteError
from sunotui.domain.requests.request import MusicRequest
from tests.guarantees.child_processes.submitting import core_at, profile_at
from tests.guarantees.money.failing_connection import REASONS, FailingConnection
from tests.support.send_request import send_request
from tests.support.small_disk import fill, small_disk

pytestmark = pytest.mark.guarantee(
    "S8",
    ordinary=(
        "36 failures: six reasons for each of six statements before the request; a locked library; a real full disk"
    ),
    gaps=(
        "EIO and EROFS come from a replaced connection, not from a broken disk; the full disk is mounted, "
        "which only root can do."
    ),
)

STATEMENTS = [("BEGIN", 1), ("INSERT INTO submission", 1), ("COMMIT", 1), ("BEGIN", 2), ("UPDATE submission", 1)]
STATEMENTS.append(("COMMIT", 2))
REQUEST = MusicRequest(description="rain")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(seed=1, speed=200) as running:
        yield running


@pytest.fixture
async def core(server: DemoServer, tmp_path: Path) -> AsyncIterator[Core]:
    core = await _opened(tmp_path, server)
    yield core
    await core.close(1)


async def _opened(folder: Path, server: DemoServer) -> Core:
    base_url = server.base_url + server.prefix
    core = core_at(folder, base_url, server.token)
    await core.open()
    core.add_profile(profile_at(base_url))
    return core


def posts(server: DemoServer) -> int:
    return int(httpx.get(f"{server.base_url}/demo/stats", trust_env=False).json().get("posts", 0))


async def _refused(core: Core, server: DemoServer) -> str:
    """Submit, check that the journal error was raised and nothing was sent, and return the message."""
    before = posts(server)
    with pytest.raises(JournalWriteError) as caught:
        await send_request(core, REQUEST, "main", is_again=True)
    assert posts(server) == before
    assert caught.value.charge is Charge.NO
    assert "nothing was sent" in caught.value.what
    return caught.value.sentence


async def test_every_failing_statement_stops_the_submission(core: Core, server: DemoServer) -> None:
    connection = core.stores.database._connection
    for reason in REASONS:
        for prefix, nth in STATEMENTS:
            failing = FailingConnection(connection, prefix, nth, reason)
            core.stores.database._connection = failing  # type: ignore[assignment]
            sentence = await _refused(core, server)
            assert failing.has_failed, f"{prefix} {nth} was never executed"
            assert "SQLITE" not in sentence
    core.stores.database._connection = connection
    assert (await send_request(core, REQUEST, "main", is_again=True)).task_id


async def test_a_library_locked_by_another_process(core: Core, server: DemoServer) -> None:
    await core.storage.run(core.stores.database.query, "PRAGMA busy_timeout = 100")
    with closing(sqlite3.connect(core.paths.library, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert "another sunotui is writing" in await _refused(core, server)
        holder.execute("ROLLBACK")
    assert (await send_request(core, REQUEST, "main", is_again=True)).task_id


async def test_a_full_disk_and_then_free_space(server: DemoServer, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        core = await _opened(disk, server)
        filler = disk / "filler"
        fill(filler)
        assert "full" in await _refused(core, server)
        assert await core.reader.submissions() == []
        filler.unlink()
        assert (await send_request(core, REQUEST, "main")).task_id
        await core.close(1)
