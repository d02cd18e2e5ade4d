"""Checks in a player process that a file is a whole song: hostile files cannot crash the program (docs/player.md)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from pathlib import Path

from sunotui.core.playback.helper_connection import HelperConnection, HelperLost, player_command
from sunotui.core.system.helper_process import module_environment
from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple

CHECK_LIMIT_S = 180.0
"""How long the check of a file may take, in seconds."""
IDLE_S = 10.0
"""How long the process waits for another file before it is stopped, in seconds."""

StartConnection = Callable[[Callable[[dict[str, object]], None], Callable[[str], None]], HelperConnection]


class VerifiedAudio(NamedTuple):
    """What the check of a file found."""

    seconds: float
    """The sound in it, decoded to its end; 0 if it is no audio."""
    complete: bool
    """Whether it is audio with everything that its header announces."""
    problem: str = ""
    """Why it is not complete, as a sentence without its full stop; empty if it is."""
    is_checked: bool = True
    """Whether it could be checked; if not, the problem is with this computer."""


class _Process:
    """One running process and its pending checks."""

    def __init__(self, start_connection: StartConnection) -> None:
        """Start the process. Raises OSError."""
        self._waiting: dict[int, asyncio.Future[VerifiedAudio]] = {}
        self._last = 0
        self.is_lost = False
        self._connection = start_connection(self._on_message, self._on_lost)

    @property
    def is_idle(self) -> bool:
        """Whether it is idle."""
        return not self._waiting

    async def check(self, path: Path) -> VerifiedAudio:
        """Check a file. Raises HelperLost."""
        self._last += 1
        number = self._last
        answer: asyncio.Future[VerifiedAudio] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._connection.send({"id": number, "cmd": "verify", "path": str(path)})
        try:
            async with asyncio.timeout(CHECK_LIMIT_S):
                return await answer
        except TimeoutError:
            self._connection.fail("The file was not checked in time")
            raise HelperLost("The file was not checked in time") from None
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the process."""
        self._on_lost("The check was stopped")
        await self._connection.close()

    def _on_message(self, message: dict[str, object]) -> None:
        number = message.get("re")
        answer = self._waiting.get(number) if type(number) is int else None
        if answer is not None and not answer.done():
            answer.set_result(_found(message))

    def _on_lost(self, message: str) -> None:
        self.is_lost = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(HelperLost(message))


class HelperVerifier:
    """An `AudioVerifier` that decodes in a process of its own, which runs while there are files to check."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        idle_s: float = IDLE_S,
        start_connection: StartConnection | None = None,
    ) -> None:
        """`start_connection` replaces the process in tests."""
        self._environ = environ
        self._idle_s = idle_s
        self._start_connection = start_connection or self._start
        self._process: _Process | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def prepare(self) -> None:
        """Start the process while a file is being fetched, so that its check does not wait for the start. Call it on
        the main thread."""
        try:
            self._shared()
        except (OSError, ValueError):
            # The check reports it.
            return
        self._end_when_idle()

    async def check(self, path: Path) -> VerifiedAudio:
        """Decode a file to its end. Never raises: what cannot be checked is not complete. Any number may wait at the
        same time. Call it on the main thread: the process ends with that thread."""
        try:
            process = self._shared()
        except (OSError, ValueError):
            return VerifiedAudio(0.0, False, "The player, which checks the file, could not be started", False)
        try:
            return await process.check(path)
        except HelperLost:
            # Another file may be the cause: check this one in a process of its own.
            return await self._checked_alone(path)
        finally:
            self._end_when_idle()

    async def close(self) -> None:
        """End the process."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        process, self._process = self._process, None
        if process is not None:
            await process.close()
        await asyncio.gather(*self._closing)

    async def _checked_alone(self, path: Path) -> VerifiedAudio:
        try:
            process = _Process(self._start_connection)
        except (OSError, ValueError):
            return VerifiedAudio(0.0, False, "The player, which checks the file, could not be started", False)
        try:
            return await process.check(path)
        except HelperLost as error:
            return VerifiedAudio(0.0, False, str(error), False)
        finally:
            await process.close()

    def _shared(self) -> _Process:
        if self._process is None or self._process.is_lost:
            self._process = _Process(self._start_connection)
        return self._process

    def _end_when_idle(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(self._idle_s, self._end_if_idle)

    def _end_if_idle(self) -> None:
        self._ending = None
        process = self._process
        if process is not None and process.is_idle:
            self._process = None
            closing = asyncio.create_task(process.close(), name="end the check of files")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _start(
        self, on_message: Callable[[dict[str, object]], None], on_lost: Callable[[str], None]
    ) -> HelperConnection:
        return HelperConnection(player_command(), module_environment(self._environ), on_message, on_lost)


def _found(message: Mapping[str, object]) -> VerifiedAudio:
    seconds, problem = message.get("seconds"), message.get("problem")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        seconds = 0.0
    is_complete = message.get("complete") is True and seconds > 0
    reason = clean(problem) if isinstance(problem, str) else ""
    return VerifiedAudio(float(seconds), is_complete, "" if is_complete else reason or "The file could not be checked")
