"""A library file that is deleted or replaced while it is open is noticed before anything is paid for, and before a
write goes to a file that has no name any more (D10).

Fails when the path is checked only when the library is opened, and when it is checked only before a write: an idle
program then reported nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import LibraryHealthChanged
from sunotui.domain.errors import JournalWriteError, LibraryError
from sunotui.domain.requests.request import MusicRequest
from tests.core.harness import CoreHarness
from tests.guarantees.child_processes.writing import song
from tests.support.sending import send_request

pytestmark = pytest.mark.guarantee(
    "D10",
    ordinary=(
        "deleted, replaced by a file or a folder, moved, its folder moved: each before a submission, before "
        "a write, and noticed by an idle program within 2 s"
    ),
)


def _replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"another")


def _folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


HOW = {
    "deleted": lambda path: path.unlink(),
    "replaced": _replace,
    "a folder": _folder_in_its_place,
    "moved": lambda path: path.rename(path.with_name("elsewhere.db")),
    "its folder moved": lambda path: path.parent.rename(path.parent.with_name("elsewhere")),
}


@pytest.mark.parametrize("how", HOW)
async def test_nothing_is_sent_and_nothing_is_written_into_nowhere(how: str, tmp_path: Path) -> None:
    bench = CoreHarness(tmp_path)
    await bench.open()
    core = bench.core
    await send_request(core, MusicRequest(description="before"), "main")
    HOW[how](core.paths.library)
    with pytest.raises(JournalWriteError, match="nothing was sent"):
        await send_request(core, MusicRequest(description="rain"), "main")
    with pytest.raises(LibraryError, match="deleted or replaced"):
        await core.storage.run(core.stores.tasks.save, [song("t1")])
    assert len(bench.gateway.orders) == 1
    await core.close(1)


@pytest.mark.parametrize("how", HOW)
async def test_an_idle_program_notices_and_says_so_once(how: str, tmp_path: Path) -> None:
    bench = CoreHarness(tmp_path, keeps_backups=True)
    await bench.open()
    await bench.core.start()
    await bench.clock.advance(10)
    library = bench.core.paths.library
    HOW[how](library)
    await bench.clock.advance(10)
    told = [event for event in bench.events if isinstance(event, LibraryHealthChanged)]
    assert [event.problem for event in told] == ["gone"]
    assert told[0].error is not None
    assert "deleted, moved or replaced" in told[0].error.sentence
    await bench.core.close(1)


async def test_one_that_is_brought_back_is_well_again(tmp_path: Path) -> None:
    bench = CoreHarness(tmp_path)
    await bench.open()
    await bench.core.start()
    library = bench.core.paths.library
    library.rename(library.with_name("elsewhere.db"))
    await bench.clock.advance(10)
    library.with_name("elsewhere.db").rename(library)
    await bench.clock.advance(10)
    assert [event.problem for event in bench.events if isinstance(event, LibraryHealthChanged)] == ["gone", ""]
    await send_request(bench.core, MusicRequest(description="rain"), "main")
    await bench.core.close(1)
