"""The order of a start: the library alone first, and what works with gateways when it is asked for."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.domain.browse import ListQuery
from sunotui.domain.capabilities import Feature
from sunotui.domain.errors import LibraryError
from sunotui.storage.db.connection import Database
from sunotui.storage.paths import AppPaths


@pytest.fixture
def places(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "config")


def beginning(places: AppPaths) -> Core:
    """A studio that began to open before there was an event loop, as the screens have it."""
    studio = Core(places, {})
    studio.begin()
    return studio


async def test_a_first_look_needs_no_more_than_the_shelf(places: AppPaths) -> None:
    studio = beginning(places)
    await asyncio.gather(studio.open_reader(), studio.open_reader())
    assert studio.is_open
    assert (await studio.catalogue.page(ListQuery(), before=0, after=40)).rows == ()
    assert studio.line() is None
    assert studio.known_balance() is None
    assert not studio.has_parts
    assert await studio.close()


async def test_a_key_that_is_faster_than_the_rest_of_the_start_finds_all_its_parts(places: AppPaths) -> None:
    studio = beginning(places)
    await studio.open_reader()
    faster, opening = studio.offerings, asyncio.create_task(studio.open())
    await opening
    assert studio.offerings is faster
    assert studio.submitter.in_flight == 0
    assert await studio.close()


def test_threads_that_ask_at_once_get_the_same_parts(places: AppPaths) -> None:
    studio = beginning(places)
    asyncio.run(studio.open_reader())
    start, found = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        found.append(studio.parts)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({id(parts) for parts in found}) == 1
    asyncio.run(studio.close())


async def test_opened_twice_it_reads_once_what_was_learned(places: AppPaths) -> None:
    studio = beginning(places)
    await studio.open()
    await studio.offerings.learn("main", Feature.WAV, False)
    learned = studio.offerings.known("main")
    await studio.open()
    assert studio.offerings.known("main") is learned
    assert await studio.close()


async def test_one_that_nobody_waited_for_is_closed_all_the_same(places: AppPaths) -> None:
    studio = beginning(places)
    assert await studio.close()
    assert not places.library.with_name("library.db-wal").exists()
    Database.open(places.library).close()


async def test_a_library_that_cannot_be_opened_is_told_to_everyone_who_asks(places: AppPaths) -> None:
    places.data.mkdir()
    places.library.write_bytes(b"no library" * 100)
    studio = beginning(places)
    for ask in (studio.open_reader, studio.open):
        with pytest.raises(LibraryError):
            await ask()
    assert not studio.is_open
    assert await studio.close()
