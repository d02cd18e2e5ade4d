"""The order of a start: the library alone first, and what works with gateways when it is asked for."""

import asyncio
import threading
from pathlib import Path

import pytest

from sunotui.core.core import Studio
from sunotui.domain.browse import Listing
from sunotui.domain.capabilities import Feature
from sunotui.domain.errors import LibraryTrouble
from sunotui.storage.db.connection import Database
from sunotui.storage.paths import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "data", tmp_path / "config")


def beginning(places: Places) -> Studio:
    """A studio that began to open before there was an event loop, as the screens have it."""
    studio = Studio(places, {})
    studio.begin()
    return studio


async def test_a_first_look_needs_no_more_than_the_shelf(places: Places) -> None:
    studio = beginning(places)
    await asyncio.gather(studio.open_shelf(), studio.open_shelf())
    assert studio.is_open
    assert (await studio.catalogue.window(Listing(), before=0, after=40)).rows == ()
    assert studio.line() is None
    assert studio.known_balance() is None
    assert not studio.has_parts
    assert await studio.close()


async def test_a_key_that_is_faster_than_the_rest_of_the_start_finds_all_its_parts(places: Places) -> None:
    studio = beginning(places)
    await studio.open_shelf()
    faster, opening = studio.offerings, asyncio.create_task(studio.open())
    await opening
    assert studio.offerings is faster
    assert studio.submitter.under_way == 0
    assert await studio.close()


def test_threads_that_ask_at_once_get_the_same_parts(places: Places) -> None:
    studio = beginning(places)
    asyncio.run(studio.open_shelf())
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


async def test_opened_twice_it_reads_once_what_was_learned(places: Places) -> None:
    studio = beginning(places)
    await studio.open()
    await studio.offerings.learn("main", Feature.WAV, False)
    learned = studio.offerings.known("main")
    await studio.open()
    assert studio.offerings.known("main") is learned
    assert await studio.close()


async def test_one_that_nobody_waited_for_is_closed_all_the_same(places: Places) -> None:
    studio = beginning(places)
    assert await studio.close()
    assert not places.library.with_name("library.db-wal").exists()
    Database.open(places.library).close()


async def test_a_library_that_cannot_be_opened_is_told_to_everyone_who_asks(places: Places) -> None:
    places.data.mkdir()
    places.library.write_bytes(b"no library" * 100)
    studio = beginning(places)
    for ask in (studio.open_shelf, studio.open):
        with pytest.raises(LibraryTrouble):
            await ask()
    assert not studio.is_open
    assert await studio.close()
