"""The file of an upload is checked while its path is typed, and no disk blocks the event loop."""

from __future__ import annotations

import asyncio
import errno
import threading
from pathlib import Path

import pytest

from sunotui.core.submissions import file_check
from sunotui.core.submissions.file_check import FileCheck
from sunotui.gateway.upload import audio_file
from tests.support.waiting import HANG_S, until_async


def write(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)


async def test_what_is_wrong_with_a_file_is_found(tmp_path: Path) -> None:
    path = str(tmp_path / "hum.mp3")
    changes: list[str | None] = []
    check = FileCheck(lambda: changes.append(check.problem_of(path)))
    assert check.problem_of(path) is None
    for content in (None, b"", b"sound"):
        if content is not None:
            write(path, content)
        before = len(changes)
        check.begin(path)
        await until_async(lambda: len(changes) > before, "the file was checked")  # noqa: B023 - awaited at once
    assert changes == ["There is no file at that path", "The file is empty", ""]
    assert check.problem_of(str(tmp_path / "other.mp3")) is None


async def test_of_the_paths_typed_during_a_check_only_the_last_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, asked = threading.Event(), []

    def slow(path: str) -> str:
        asked.append(path)
        gate.wait(HANG_S)
        return f"no {path}"

    monkeypatch.setattr(file_check, "file_problem", slow)
    check = FileCheck(lambda: None)
    for path in ("/nas/h", "/nas/hu", "/nas/hum"):
        check.begin(path)
        await asyncio.sleep(0)
    assert check.problem_of("/nas/hum") is None
    gate.set()
    await until_async(lambda: check.problem_of("/nas/hum") == "no /nas/hum", "the last path was checked")
    assert asked == ["/nas/h", "/nas/hum"]


async def test_a_disk_that_never_responds_does_not_delay_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    threads: list[threading.Thread] = []

    def hung(path: str) -> str:
        threads.append(threading.current_thread())
        gate.wait(HANG_S)
        return ""

    monkeypatch.setattr(file_check, "file_problem", hung)
    FileCheck(lambda: None).begin("/nas/hum.mp3")
    await until_async(lambda: bool(threads), "the check began")
    assert threads[0].daemon, "the interpreter waits for all other threads"
    gate.set()


async def test_a_disk_that_goes_away_stops_no_later_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the file was opened. Fails if the error ends the thread."""
    song = tmp_path / "song.mp3"
    song.write_bytes(b"ID3 and more")
    check = FileCheck(lambda: None)
    with monkeypatch.context() as patched:

        def stale(size: int) -> int:
            raise OSError(errno.ESTALE, "Stale file handle")

        patched.setattr(audio_file, "_checked_size", stale)
        check.begin(str(song))
        await until_async(lambda: check.problem_of(str(song)) == "The file could not be read", "the problem")
    check.begin(str(song))
    await until_async(lambda: check.problem_of(str(song)) == "", "the next check")
