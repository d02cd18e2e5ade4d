"""The order of a start: first only the library, and the services for gateways when they are needed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.core.paths import AppPaths
from sunotui.domain.browse import ListQuery
from sunotui.domain.errors import LibraryError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.storage.db.connection import Database


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "config")


def new_core(paths: AppPaths) -> Core:
    """A core that began to open before there was an event loop, as with the screens."""
    core = Core(paths, {})
    core.begin(lists_soon=True)
    return core


async def test_the_first_screen_needs_only_the_reader(paths: AppPaths) -> None:
    core = new_core(paths)
    await asyncio.gather(core.open_reader(), core.open_reader())
    assert core.is_open
    assert (await core.browser.page(ListQuery(), before=0, after=40)).rows == ()
    assert core.connection() is None
    assert core.known_balance() is None
    assert not core.has_services
    assert await core.close()


async def test_an_early_key_finds_all_services(paths: AppPaths) -> None:
    core = new_core(paths)
    await core.open_reader()
    faster, opening = core.services.capabilities, asyncio.create_task(core.open())
    await opening
    assert core.services.capabilities is faster
    assert core.services.submitter.in_flight == 0
    assert await core.close()


def test_concurrent_threads_get_the_same_services(paths: AppPaths) -> None:
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


async def test_opened_twice_it_loads_learned_data_once(paths: AppPaths) -> None:
    core = new_core(paths)
    await core.open()
    await core.services.capabilities.learn("main", Feature.WAV, False)
    learned = core.services.capabilities.known("main")
    await core.open()
    assert core.services.capabilities.known("main") is learned
    assert await core.close()


async def test_a_core_that_was_not_awaited_is_closed(paths: AppPaths) -> None:
    core = new_core(paths)
    assert await core.close()
    assert not paths.library.with_name("library.db-wal").exists()
    Database.open(paths.library).close()


async def test_a_library_that_cannot_be_opened_raises_for_every_caller(paths: AppPaths) -> None:
    paths.data.mkdir()
    paths.library.write_bytes(b"no library" * 100)
    core = new_core(paths)
    for ask in (core.open_reader, core.open):
        with pytest.raises(LibraryError):
            await ask()
    assert not core.is_open
    assert await core.close()


@pytest.mark.parametrize("lists_soon", [False, True])
async def test_only_screens_open_the_connection_for_lists_at_once(paths: AppPaths, lists_soon: bool) -> None:
    core = Core(paths, {})
    core.begin(lists_soon=lists_soon)
    await core.open_reader()
    assert (core.browser._reading._thread._thread is not None) == lists_soon
    assert await core.close()
