"""The player's process and the pipes to it, for the event loop: starting it and writing to it never block."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence

from sunotui.core.system.helper_process import kill_group, module_command, start_process, terminate_group

_log = logging.getLogger(__name__)

LINE_LIMIT = 64 * 1024
"""The maximum length of a line from the player in bytes."""
UNSENT_LIMIT = 256 * 1024
"""The maximum number of bytes that wait for a player that does not read them."""
_READ_BYTES = 64 * 1024
_EXIT_S = 0.5
"""How long the player may take to exit by itself, in seconds."""


class HelperLost(Exception):
    """The player's process ended or violated the protocol; the text is a sentence without its full stop."""


def player_command() -> list[str]:
    """The command that starts the player; its environment is `module_environment` (A2)."""
    return [*module_command("sunotui.player"), "--parent", str(os.getpid())]


class HelperConnection:
    """One running player process. Messages are JSON objects, one a line."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        on_message: Callable[[dict[str, object]], None],
        on_lost: Callable[[str], None],
    ) -> None:
        """Start the process. Call it on the main thread, inside the event loop: the process ends with that thread.
        `on_lost` is called at most once, with a sentence, when the process ends or violates the protocol; never after
        `close`. Raises OSError.
        """
        self._on_message = on_message
        self._on_lost = on_lost
        self._process = start_process(
            command, env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        pipes = self._process.stdin, self._process.stdout
        # Owned by the Popen object, which closes them.
        self._in, self._out = (pipe.fileno() if pipe is not None else -1 for pipe in pipes)
        self._loop = asyncio.get_running_loop()
        self._unsent = b""
        self._received = b""
        self._is_open = True
        for descriptor in (self._in, self._out):
            os.set_blocking(descriptor, False)
        self._loop.add_reader(self._out, self._read)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def send(self, message: Mapping[str, object]) -> None:
        """Send a message; it is buffered if the process does not read it immediately."""
        if not self._is_open:
            return
        is_waiting = bool(self._unsent)
        self._unsent += json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if not is_waiting:
            self._write()

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._in, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self.fail("The player ended unexpectedly")
            return
        if len(self._unsent) > UNSENT_LIMIT:
            self.fail("The player did not respond")
        elif self._unsent:
            self._loop.add_writer(self._in, self._write)
        else:
            self._loop.remove_writer(self._in)

    def _read(self) -> None:
        try:
            data = os.read(self._out, _READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.fail("The player ended unexpectedly")
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._receive(line)
            if not self._is_open:
                return
        if len(self._received) > LINE_LIMIT:
            self.fail("The player sent what is not understood")

    def _receive(self, line: bytes) -> None:
        try:
            message = json.loads(line) if len(line) <= LINE_LIMIT else None
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict):
            self._on_message(message)
        else:
            self.fail("The player sent what is not understood")

    def fail(self, message: str) -> None:
        """Kill a process that does not respond or violates the protocol; reported as `on_lost`."""
        if self._is_open:
            self._disconnect()
            self._loop.run_in_executor(None, kill_group, self._process)
            _log.warning("player: %s", message)
            self._on_lost(message)

    def _disconnect(self) -> None:
        self._is_open = False
        self._loop.remove_reader(self._out)
        self._loop.remove_writer(self._in)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    async def close(self) -> None:
        """End the process and everything it started: it exits at the end of its input, or is killed."""
        if self._is_open:
            self._disconnect()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        try:
            self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            # It hangs, or is stopped.
            pass
        terminate_group(self._process)
