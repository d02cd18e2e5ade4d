from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from sunotui.storage.worker import StorageThread
from tests.support.waiting import HANG_S


@pytest.fixture
def storage() -> Iterator[StorageThread]:
    made = StorageThread()
    yield made
    made.close()


def boom() -> None:
    raise KeyError("boom")


async def test_functions_run_on_another_thread(storage: StorageThread) -> None:
    threads = {await storage.run(threading.get_ident) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert await storage.run(divmod, 7, 2) == (3, 1)


async def test_exceptions_are_propagated(storage: StorageThread) -> None:
    with pytest.raises(KeyError, match="boom"):
        await storage.run(boom)
    with pytest.raises(RuntimeError, match="StopIteration"):
        await storage.run(next, iter(()))
    assert await storage.run(int, "3") == 3


def test_a_plain_thread_may_call(storage: StorageThread) -> None:
    assert storage.call(int, "3") == 3
    with pytest.raises(KeyError, match="boom"):
        storage.call(boom)
    with pytest.raises(SystemExit):
        storage.call(exit, 3)
    assert storage.call(int, "4") == 4


def test_a_function_may_call_its_own_storage_thread(storage: StorageThread) -> None:
    assert storage.call(lambda: storage.call(int, "5")) == 5


def test_several_event_loops_use_one_storage_thread(storage: StorageThread) -> None:
    results: list[int] = []

    async def count() -> None:
        results.append(sum(await asyncio.gather(*(storage.run(int, n) for n in range(50)))))

    threads = [threading.Thread(target=lambda: asyncio.run(count())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert results == [1225] * 4
    asyncio.run(count())
    assert len(results) == 5


async def test_order_is_kept(storage: StorageThread) -> None:
    done: list[int] = []
    await asyncio.gather(*(storage.run(done.append, number) for number in range(100)))
    assert done == list(range(100))


async def test_a_cancelled_wait_loses_no_work(storage: StorageThread) -> None:
    gate = threading.Event()
    done: list[str] = []
    first = asyncio.create_task(storage.run(gate.wait, 10))
    second = asyncio.create_task(storage.run(done.append, "written"))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    gate.set()
    await storage.run(int)
    assert done == ["written"]


def test_a_closed_loop_loses_no_work(storage: StorageThread) -> None:
    gate = threading.Event()
    done: list[int] = []

    async def leave() -> None:
        asyncio.get_running_loop().create_task(storage.run(gate.wait, 10))
        asyncio.get_running_loop().create_task(storage.run(done.append, 1))
        await asyncio.sleep(0)

    asyncio.run(leave())
    gate.set()
    assert storage.call(int, "1") == 1
    assert done == [1]


def test_close_drains_and_then_rejects() -> None:
    storage, gate = StorageThread(), threading.Event()
    done: list[int] = []

    async def hand_in() -> None:
        asyncio.get_running_loop().create_task(storage.run(gate.wait, 10))
        for number in range(20):
            asyncio.get_running_loop().create_task(storage.run(done.append, number))
        await asyncio.sleep(0)

    asyncio.run(hand_in())
    threading.Timer(0.01, gate.set).start()
    storage.close()
    storage.close()
    assert done == list(range(20))
    with pytest.raises(RuntimeError, match="closed"):
        storage.call(int)


def test_close_waits_no_longer_than_its_limit() -> None:
    storage, has_begun, gate = StorageThread(), threading.Event(), threading.Event()
    waiting = threading.Thread(target=storage.call, args=(lambda: (has_begun.set(), gate.wait(HANG_S)),))  # type: ignore[func-returns-value]
    waiting.start()
    assert has_begun.wait(HANG_S)
    storage.close(limit_s=0.01)
    assert waiting.is_alive()
    gate.set()
    waiting.join(HANG_S)
    assert not waiting.is_alive()


def test_an_unused_storage_thread_starts_no_thread() -> None:
    before = threading.active_count()
    storage = StorageThread()
    assert threading.active_count() == before
    storage.close()


async def test_the_loop_is_not_blocked_by_a_slow_disk(storage: StorageThread) -> None:
    gate, beats = threading.Event(), 0
    slow = asyncio.create_task(storage.run(gate.wait, 10))
    while beats < 100:
        await asyncio.sleep(0)
        beats += 1
    assert not slow.done()
    gate.set()
    assert await slow


async def test_a_finished_job_is_released(storage: StorageThread) -> None:
    class Big:
        pass

    big = Big()
    seen = weakref.ref(big)
    await storage.run(id, big)
    del big
    await storage.run(int)
    gc.collect()
    assert seen() is None


async def test_the_result_of_earlier_work_can_be_awaited_later(storage: StorageThread) -> None:
    gate = threading.Event()
    begun = storage.begin(lambda: gate.wait(HANG_S) and 7)
    impatient = asyncio.create_task(storage.result_of(begun))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    gate.set()
    assert await storage.result_of(begun) == 7
    assert await storage.result_of(begun) == 7
    with pytest.raises(KeyError, match="boom"):
        await storage.result_of(storage.begin(boom))
