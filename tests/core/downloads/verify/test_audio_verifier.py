"""Files are checked in a process that may crash, hang and lie."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.core.downloads.verify import audio_verifier
from sunotui.core.downloads.verify.audio_verifier import HelperVerifier, VerifiedAudio
from sunotui.core.playback.helper_connection import HelperConnection
from tests.player.sounds import song
from tests.support.processes import is_alive
from tests.support.waiting import until_async

# Answers by the name of the file: what it prints for it, and whether it dies.
SCRIPT = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    name = os.path.basename(request["path"])
    if name == "crash.mp3":
        os.abort()
    if name == "silent.mp3":
        continue
    if name == "victim.mp3" and sys.argv[1] == "0":
        continue
    answer = {
        "nonsense.mp3": {"seconds": "long", "complete": 1, "problem": 7},
        "nothing.mp3": {"seconds": 0, "complete": True},
    }.get(name, {"seconds": 12.5, "complete": True, "problem": ""})
    print(json.dumps({"ev": "ready"}))
    print(json.dumps({"re": 999, "complete": False}))
    print(json.dumps({"re": request["id"], "ok": True, **answer}), flush=True)
"""


class Processes:
    """Starts scripted processes; each gets to know how many there were before it."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def start(
        self, on_message: Callable[[dict[str, object]], None], on_lost: Callable[[str], None]
    ) -> HelperConnection:
        command = [sys.executable, "-c", SCRIPT, str(len(self.pids))]
        made = HelperConnection(command, os.environ, on_message, on_lost)
        self.pids.append(made.pid)
        return made


@pytest.fixture
def processes() -> Processes:
    return Processes()


async def test_songs_are_checked_at_the_same_time_in_one_process(tmp_path: Path) -> None:
    files = [song(tmp_path / f"{length}.mp3", length) for length in (3, 6, 9)]
    verifier = HelperVerifier(os.environ)
    try:
        found = await asyncio.gather(*map(verifier.check, [*files, tmp_path / "missing.mp3"]))
    finally:
        await verifier.close()
    assert [one.seconds for one in found[:3]] == [pytest.approx(length, abs=0.05) for length in (3, 6, 9)]
    assert [one.complete for one in found] == [True, True, True, False]
    assert found[3].problem == "This file is not there any more"


async def test_a_crash_is_not_the_fault_of_the_other_files(processes: Processes) -> None:
    verifier = HelperVerifier(os.environ, start_connection=processes.start)
    try:
        victim = asyncio.create_task(verifier.check(Path("/victim.mp3")))
        crash = asyncio.create_task(verifier.check(Path("/crash.mp3")))
        assert await victim == VerifiedAudio(12.5, True)
        assert await crash == VerifiedAudio(0.0, False, "The player ended unexpectedly", is_checked=False)
        assert await verifier.check(Path("/a.mp3")) == VerifiedAudio(12.5, True)
    finally:
        await verifier.close()
    assert len(processes.pids) == 4
    await until_async(lambda: not any(map(is_alive, processes.pids)), lambda: "the end of the processes")


async def test_a_file_that_is_not_checked_in_time_is_not_complete(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_verifier, "CHECK_LIMIT_S", 0.2)
    verifier = HelperVerifier(os.environ, start_connection=processes.start)
    found = await verifier.check(Path("/silent.mp3"))
    assert found == VerifiedAudio(0.0, False, "The file was not checked in time", is_checked=False)
    await verifier.close()
    assert not any(map(is_alive, processes.pids))


@pytest.mark.parametrize("name", ["nonsense.mp3", "nothing.mp3"])
async def test_an_answer_that_makes_no_sense_is_no_whole_song(name: str, processes: Processes) -> None:
    verifier = HelperVerifier(os.environ, start_connection=processes.start)
    found = await verifier.check(Path("/", name))
    await verifier.close()
    assert found == VerifiedAudio(0.0, False, "The file could not be checked")


async def test_the_process_ends_when_there_is_nothing_to_check(processes: Processes) -> None:
    verifier = HelperVerifier(os.environ, idle_s=0.01, start_connection=processes.start)
    assert (await verifier.check(Path("/a.mp3"))).complete
    await until_async(lambda: not is_alive(processes.pids[0]), lambda: "the end of the process")
    assert (await verifier.check(Path("/b.mp3"))).complete
    await verifier.close()
    assert len(processes.pids) == 2


async def test_a_player_that_does_not_start_is_said() -> None:
    def start(*_: object) -> HelperConnection:
        raise OSError

    verifier = HelperVerifier(os.environ, start_connection=start)
    found = await verifier.check(Path("/a.mp3"))
    await verifier.close()
    assert (found.complete, found.problem) == (False, "The player, which checks the file, could not be started")


async def test_the_process_is_started_before_the_first_file_is_there(tmp_path: Path, processes: Processes) -> None:
    verifier = HelperVerifier({}, start_connection=processes.start)
    verifier.prepare()
    verifier.prepare()
    assert len(processes.pids) == 1
    assert (await verifier.check(tmp_path / "a.mp3")).complete
    assert len(processes.pids) == 1
    await verifier.close()
