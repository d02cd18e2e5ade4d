"""The user interface is never blocked: ten thousand rows, a thousand events a second, responses of megabytes, a keyring
that does not respond (T8).

A watchdog measures every callback of the event loop. The ordinary suite checks on which thread the work is done and a
limit of one second of processor time, which holds on every machine. `pytest -m long` checks the limit of 50 ms relative
to the speed of the machine in the same run.
"""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from textual.events import Paste

from sunotui.core.events import TasksChanged
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.parsing import response_cache
from sunotui.storage.secrets.tokens import TokenStore
from sunotui.tui.runtime import links
from sunotui.tui.terminal.paste_limit import MOST_CHARACTERS
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, response
from tests.support.calibration import unit_s
from tests.support.stalls import CEILING_S
from tests.support.threads import threads_of
from tests.support.waiting import HANG_S
from tests.support.watchdog import Watchdog, watchdog
from tests.tui.harness import AppHarness, open_app, song

LIMIT_UNITS, OPENING_UNITS = 5.0, 3.5
"""The limits for a callback and for opening the composer: 50 ms and 35 ms if a unit takes 10 ms."""
ROWS = 10_000


STRICT = pytest.param(True, marks=pytest.mark.long, id="strict")
CEILING = pytest.param(False, id="ceiling")


def assert_not_blocked(seen: Watchdog, is_strict: bool, units: float = LIMIT_UNITS) -> None:
    assert seen.callbacks > 10, "callbacks were measured"
    assert seen.worst_cpu_s < CEILING_S, (seen.worst_cpu_s, seen.where)
    if is_strict:
        limit_s = units * unit_s()
        assert seen.worst_cpu_s < limit_s, (limit_s, seen.worst_cpu_s, seen.where)
        assert seen.worst_wall_s < limit_s, (limit_s, seen.held)


async def use_the_list(ui: AppHarness) -> None:
    """Reload, scroll and search in a long list."""
    ui.app.screen.reload()  # type: ignore[attr-defined]
    await ui.settle()
    await ui.press("G", "g", *"jjj", "ctrl+d", "G", "slash", *"number 77", "enter", "escape")


@pytest.mark.guarantee(
    "T8",
    ordinary=(
        "10,000 rows; 1,000 events a second; a raw response of 4 MB; a batch of 6 MB; a keyring of 60 s; the "
        "composer opened in all its modes, pastes of 100 kB and 1 MB: no callback computes for a second, "
        "large responses are parsed on another thread"
    ),
    long="the same with 50 ms (35 ms for opening the composer), relative to the speed of the machine",
    last_long_run="2026-11-25: none over 50 ms, 6 s",
    gaps="The first frame of a start, before which there is no screen to block.",
)
@pytest.mark.parametrize("is_strict", [CEILING, STRICT])
async def test_ten_thousand_rows_and_a_thousand_events(is_strict: bool, tmp_path: Path) -> None:
    """Fails if the list reads and draws the rows of all its ids, as a DataTable does."""
    tasks = [song(n, f"Song number {n} of many", 1_780_000_000.0 - n * 60) for n in range(ROWS)]
    async with open_app(tmp_path, tasks=tasks) as ui:
        with watchdog() as seen:
            await use_the_list(ui)
            for at in range(1_000):
                ui.core_harness.core.events.publish(TasksChanged((f"task-{at % 40}",)))
                if at % 20 == 19:
                    await asyncio.sleep(0.02)
            await ui.settle()
        assert_not_blocked(seen, is_strict)


@pytest.mark.guarantee("T8")
@pytest.mark.parametrize("is_strict", [CEILING, STRICT])
async def test_the_composer_opens_changes_modes_and_accepts_a_megabyte(is_strict: bool, tmp_path: Path) -> None:
    """Failed before the fix because the form created all its fields at once (55 ms), because a field wrapped a whole
    paste (0.5 s), and because one garbage collection freed the closed composer (95 ms)."""
    async with open_app(tmp_path) as ui:
        # One-time work of Python and Textual, such as parsing the styles, belongs to the start.
        await ui.press("n", "escape")
        with watchdog() as opening:
            await ui.press("n")
        with watchdog() as seen:
            for length in (MOST_CHARACTERS, 100_000, 1_000_000):
                ui.app.post_message(Paste("la la\n" * (length // 6)))
                await ui.settle()
            await ui.press("f3", "f4", "f5", "f6", "f7", "f2", "escape")
            await ui.until(lambda: ui.app.gc_policy._timer is None, "the garbage collection")
            await ui.press("n", "escape")
        assert_not_blocked(seen, is_strict)
        assert_not_blocked(opening, is_strict, OPENING_UNITS)


@pytest.mark.guarantee("T8")
@pytest.mark.parametrize("is_strict", [CEILING, STRICT])
async def test_a_raw_response_of_megabytes(is_strict: bool, tmp_path: Path) -> None:
    """Failed before the fix because a response of 4 MB was indented on the UI thread: 300 ms."""
    clip = Clip("c", title="a" * 200, lyrics="la la la " * 7_000, status=ClipStatus.COMPLETE)
    task = Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    raw = json.dumps({"a": [{"k": "v" * 20, "n": number} for number in range(100_000)]})
    async with open_app(tmp_path, tasks=[task]) as ui:
        await ui.core_harness.core.storage.run(ui.core_harness.core.stores.tasks.save, [task], {"t": raw})
        with watchdog() as seen:
            ui.detail.reload()
            await ui.settle()
            await ui.press("i", "i", "i", "i", "Y", "escape", "enter", "G", "g")
        assert_not_blocked(seen, is_strict)


@pytest.mark.guarantee("T8")
@pytest.mark.parametrize("is_strict", [CEILING, STRICT])
async def test_a_batch_of_six_megabytes(is_strict: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails if `reports_of` runs on the event loop instead of in a thread."""

    def respond(request: ReceivedRequest) -> bytes:
        clip = {"title": "t", "status": "complete", "metadata": {"prompt": "la " * 20_000, "tags": "x"}}
        done = {"action": "MUSIC", "status": "SUCCESS"}
        found = [
            {"task_id": one, **done, "data": [{"id": f"{one}-{n}", **clip} for n in (1, 2)]} for one in request.ids
        ]
        return response(200, {"code": "success", "data": found})

    ids = [f"id{number}" for number in range(50)]
    request = ReceivedRequest("POST", "/suno/fetch", {}, json.dumps({"ids": ids}).encode())
    prepared = respond(request)
    assert 6_000_000 < len(prepared) < 8 * 2**20
    async with loopback_server(lambda _: prepared) as gateway:
        client = GatewayClient(gateway.base_url, TOKEN)
        readers = threads_of(monkeypatch, response_cache, "reports_of")
        with watchdog() as seen:
            batch = await client.fetch_tasks(ids)
        await client.aclose()
    assert len(batch.reports) == 50
    assert readers
    assert threading.get_ident() not in readers
    assert_not_blocked(seen, is_strict)


@pytest.mark.guarantee("T8")
async def test_a_slow_keyring_does_not_block(tmp_path: Path) -> None:
    """Keys are handled in the meantime. Fails if `TokenResolver.token_of` calls the keyring on the event loop."""
    called, released = threading.Event(), threading.Event()
    threads: list[int] = []

    def find() -> object:
        threads.append(threading.get_ident())
        called.set()
        released.wait(HANG_S)
        raise RuntimeError

    async with open_app(tmp_path) as ui:
        resolver = TokenResolver({}, TokenStore(find))
        home = Profile("home", parse_base_url("https://api.example.com"))
        waiting = asyncio.create_task(resolver.token_of(home))
        await asyncio.to_thread(called.wait, HANG_S)
        with watchdog() as seen:
            await ui.press("j", "j", "i", "P", "escape", "slash", *"rain", "escape")
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        released.set()
        assert threading.get_ident() not in threads
        assert seen.worst_cpu_s < CEILING_S, seen.where


@pytest.mark.guarantee("U2", ordinary="an opener of 60 s: keys are handled in the meantime")
async def test_a_slow_link_opener_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The opener does not return (U2). Fails if `open_link` is called on the event loop instead of in a thread."""
    called, released = threading.Event(), threading.Event()
    threads: list[int] = []

    def never_return(*_: object) -> None:
        threads.append(threading.get_ident())
        called.set()
        released.wait(HANG_S)

    monkeypatch.setattr(links, "open_link", never_return)
    async with open_app(tmp_path) as ui:
        with watchdog() as seen:
            await ui.press("g", "o")
            assert await asyncio.to_thread(called.wait, HANG_S)
            await ui.press("k", "k", "i", "slash", *"rain", "escape")
        released.set()
        assert threading.get_ident() not in threads
        assert seen.worst_cpu_s < CEILING_S, seen.where
