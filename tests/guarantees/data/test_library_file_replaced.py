"""A library file that is deleted or replaced while it is open is detected before anything is paid for, and before a
write to the deleted file (D10).

Fails if the path is checked only when the library is opened, and if it is checked only before a write: an idle program
then reports nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.core.events import LibraryHealthChanged
from sunotui.domain.errors import JournalWriteError, LibraryError
from sunotui.domain.requests.request import MusicRequest
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.writing import song
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "D10",
    ordinary=(
        "deleted, replaced by a file or a folder, moved, its folder moved: each before a submission, before "
        "a write, and detected by an idle program within 2 s"
    ),
)


def _replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"another")


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "replaced": _replace,
    "a folder": _replace_by_folder,
    "moved": lambda path: path.rename(path.with_name("elsewhere.db")),
    "its folder moved": lambda path: path.parent.rename(path.parent.with_name("elsewhere")),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_is_sent_or_written_after_the_file_is_deleted(change: str, tmp_path: Path) -> None:
    harness = CoreHarness(tmp_path)
    await harness.open()
    core = harness.core
    await send_request(core, MusicRequest(description="before"), "main")
    CHANGES[change](core.paths.library)
    with pytest.raises(JournalWriteError, match="nothing was sent"):
        await send_request(core, MusicRequest(description="rain"), "main")
    with pytest.raises(LibraryError, match="deleted or replaced"):
        await core.storage.run(core.stores.tasks.save, [song("t1")])
    assert len(harness.gateway.orders) == 1
    await core.close(1)


@pytest.mark.parametrize("change", CHANGES)
async def test_an_idle_program_reports_the_missing_file_once(change: str, tmp_path: Path) -> None:
    harness = CoreHarness(tmp_path, keeps_backups=True)
    await harness.open()
    await harness.core.start()
    await harness.clock.advance(10)
    library = harness.core.paths.library
    CHANGES[change](library)
    await harness.clock.advance(10)
    reported = [event for event in harness.events if isinstance(event, LibraryHealthChanged)]
    assert [event.problem for event in reported] == ["gone"]
    assert reported[0].error is not None
    assert "deleted, moved or replaced" in reported[0].error.sentence
    await harness.core.close(1)


async def test_a_restored_file_is_healthy_again(tmp_path: Path) -> None:
    harness = CoreHarness(tmp_path)
    await harness.open()
    await harness.core.start()
    library = harness.core.paths.library
    library.rename(library.with_name("elsewhere.db"))
    await harness.clock.advance(10)
    library.with_name("elsewhere.db").rename(library)
    await harness.clock.advance(10)
    assert [event.problem for event in harness.events if isinstance(event, LibraryHealthChanged)] == ["gone", ""]
    await send_request(harness.core, MusicRequest(description="rain"), "main")
    await harness.core.close(1)
