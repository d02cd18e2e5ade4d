"""On a full disk the program stays up and readable, loses nothing it reported as written, and works again when there is
space (D5).

Fails when a failed write is counted as done.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.errors import JournalWriteError, LibraryError
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.writing import song
from tests.support.sending import send_request
from tests.support.small_disk import fill, small_disk
from tests.support.whole_listing import all_ids

pytestmark = pytest.mark.guarantee(
    "D5",
    ordinary="a tmpfs of 1 MiB, filled by the library itself and by another file, while the program works",
    gaps=(
        "Only root may mount a small file system; elsewhere tests/storage/test_journal_faults.py uses a file "
        "that may not grow."
    ),
)

WISH = MusicRequest(description="rain")


@pytest.mark.parametrize("by_whom", ["itself", "a stranger"])
async def test_up_and_readable_and_well_again_with_space(by_whom: str, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(300_000))
        bench = CoreHarness(disk)
        await bench.open()
        core = bench.core
        await bench.put("watched")
        await core.start()
        promised = ["watched"]
        if by_whom == "a stranger":
            fill(disk / "filler")
        with pytest.raises(LibraryError, match="full"):
            await _save_thousands(bench, promised)
        with pytest.raises(LibraryError, match="full"):
            await _write_drafts(bench)
        # The watch goes on, what was promised can be read, and nothing is paid for.
        bench.gateway.tell("watched", TaskStatus.IN_PROGRESS)
        await bench.clock.advance(60)
        assert bench.gateway.asked
        assert set(await core.storage.run(all_ids, core.stores.database)) == set(promised)
        with pytest.raises(JournalWriteError, match="full"):
            await send_request(core, WISH, "main")
        assert bench.gateway.orders == []
        # Space again, and it goes on where it was.
        ballast.unlink()
        (disk / "filler").unlink(missing_ok=True)
        assert (await send_request(core, WISH, "main")).task_id == "task-1"
        await bench.clock.advance(900)
        task = await bench.task("watched")
        assert task is not None
        assert task.status is TaskStatus.IN_PROGRESS
        assert await core.storage.run(core.stores.database.damage) == ""
        await core.close(1)


async def _save_thousands(bench: CoreHarness, promised: list[str]) -> None:
    for _ in range(1_000):
        name = f"t{len(promised)}"
        await bench.core.storage.run(bench.core.stores.tasks.save, [song(name)], {name: "x" * 3_000})
        promised.append(name)


async def _write_drafts(bench: CoreHarness) -> None:
    """The space that a task did not fit into is enough for smaller rows, such as a submission."""
    for number in range(1_000):
        await bench.core.reader.save_draft("song", f"draft {number}")
