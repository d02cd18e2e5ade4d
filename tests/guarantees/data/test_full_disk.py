"""On a full disk the program keeps running, the library stays readable, no acknowledged write is lost, and the program
works again once there is space (D5).

Fails if a failed write is treated as done.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.errors import JournalWriteError, LibraryError
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.writing import song
from tests.support.complete_list import all_ids
from tests.support.send_request import send_request
from tests.support.small_disk import fill, small_disk

pytestmark = pytest.mark.guarantee(
    "D5",
    ordinary="a tmpfs of 1 MiB, filled by the library itself and by another file, while the program works",
    gaps=(
        "Only root can mount a small file system; otherwise tests/storage/submissions/test_journal_faults.py uses a "
        "file with a size limit."
    ),
)

REQUEST = MusicRequest(description="rain")


@pytest.mark.parametrize("filled_by", ["the program", "another program"])
async def test_the_program_survives_a_full_disk_and_recovers(filled_by: str, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(300_000))
        harness = CoreHarness(disk)
        await harness.open()
        core = harness.core
        await harness.put("watched")
        await core.start()
        acknowledged = ["watched"]
        if filled_by == "another program":
            fill(disk / "filler")
        with pytest.raises(LibraryError, match="full"):
            await _save_thousands(harness, acknowledged)
        with pytest.raises(LibraryError, match="full"):
            await _write_drafts(harness)
        # Polling continues, acknowledged writes can be read, and nothing is paid for.
        harness.gateway.set_task("watched", TaskStatus.IN_PROGRESS)
        await harness.clock.advance(60)
        assert harness.gateway.asked
        assert set(await core.storage.run(all_ids, core.stores.database)) == set(acknowledged)
        with pytest.raises(JournalWriteError, match="full"):
            await send_request(core, REQUEST, "main")
        assert harness.gateway.orders == []
        # With free space the program continues.
        ballast.unlink()
        (disk / "filler").unlink(missing_ok=True)
        assert (await send_request(core, REQUEST, "main")).task_id == "task-1"
        await harness.clock.advance(900)
        task = await harness.task("watched")
        assert task is not None
        assert task.status is TaskStatus.IN_PROGRESS
        assert await core.storage.run(core.stores.database.damage) == ""
        await core.close(1)


async def _save_thousands(harness: CoreHarness, acknowledged: list[str]) -> None:
    for _ in range(1_000):
        name = f"t{len(acknowledged)}"
        await harness.core.storage.run(harness.core.stores.tasks.save, [song(name)], {name: "x" * 3_000})
        acknowledged.append(name)


async def _write_drafts(harness: CoreHarness) -> None:
    """Fill the space that remains after a failed large write with small rows, so that a submission fails too."""
    for number in range(1_000):
        await harness.core.reader.save_draft("song", f"draft {number}")
