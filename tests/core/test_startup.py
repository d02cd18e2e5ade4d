"""The order of a start: the library alone first, and what works with gateways when it is asked for."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.domain.browse import ListQuery
from sunotui.domain.errors import LibraryError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.storage.db.connection import Database
from sunotui.storage.paths import AppPaths


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "config")


def new_core(paths: AppPaths) -> Core:
    """A studio that began to open before there was an event loop, as the screens have it."""
    core = Core(paths, {})
    core.begin()
    return core


async def test_a_first_look_needs_no_more_than_the_shelf(paths: AppPaths) -> None:
    core = new_core(paths)
    await asyncio.gather(core.open_reader(), core.open_reader())
    assert core.is_open
    assert (await core.browser.page(ListQuery(), before=0, after=40)).rows == ()
    assert core.connection() is None
    assert core.known_balance() is None
    assert not core.has_services
    assert await core.close()


async def test_a_key_that_is_faster_than_the_rest_of_the_start_finds_all_its_parts(paths: AppPaths) -> None:
    core = new_core(paths)
    await core.open_reader()
    faster, opening = core.services.capabilities, asyncio.create_task(core.open())
    await opening
    assert core.services.capabilities is faster
    assert core.services.submitter.in_flight == 0
    assert await core.close()


def test_threads_that_ask_at_once_get_the_same_parts(paths: AppPaths) -> None:
    core = new_core(paths)
    asyncio.run(core.open_reader())
    start, found = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        found.append(core.services)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({id(parts) for parts in found}) == 1
    asyncio.run(core.close())


async def test_opened_twice_it_reads_once_what_was_learned(paths: AppPaths) -> None:
    core = new_core(paths)
    await core.open()
    await core.services.capabilities.learn("main", Feature.WAV, False)
    learned = core.services.capabilities.known("main")
    await core.open()
    assert core.services.capabilities.known("main") is learned
    assert await core.close()


async def test_one_that_nobody_waited_for_is_closed_all_the_same(paths: AppPaths) -> None:
    core = new_core(paths)
    assert await core.close()
    assert not paths.library.with_name("library.db-wal").exists()
    Database.open(paths.library).close()


async def test_a_library_that_cannot_be_opened_is_told_to_everyone_who_asks(paths: AppPaths) -> None:
    paths.data.mkdir()
    paths.library.write_bytes(b"no library" * 100)
    core = new_core(paths)
    for ask in (core.open_reader, core.open):
        with pytest.raises(LibraryError):
            await ask()
    assert not core.is_open
    assert await core.close()
