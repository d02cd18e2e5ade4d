"""An mpv process that plays local files, and the JSON lines spoken with it."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sunotui.player.engines.engine import Post
from sunotui.player.parent import end_child_with_us

START_S = 1.5
"""How long mpv may take to respond for the first time."""
_EXIT_S = 0.5
_UNANSWERED_CHECKS = 3
"""An mpv that has not responded after this many checks is killed."""
_LINE_LIMIT = 1 << 20

NEEDED_FLAGS = (
    "--no-config",
    "--idle=yes",
    "--no-terminal",
    "--vid=no",
    "--ytdl=no",
    "--load-scripts=no",
    # A playlist that is named like a song would open other files and network addresses.
    "--access-references=no",
    "--demuxer=lavf",
    "--input-ipc-client=fd://0",
)
"""Options that every version of mpv must support."""
FLAGS = (
    *NEEDED_FLAGS,
    "--input-terminal=no",
    "--audio-display=no",
    "--osc=no",
    "--input-default-bindings=no",
    "--input-media-keys=no",
    "--load-unsafe-playlists=no",
    "--autoload-files=no",
    "--cover-art-auto=no",
    "--audio-file-auto=no",
    "--sub-auto=no",
    "--load-auto-profiles=no",
    "--load-stats-overlay=no",
    "--load-osd-console=no",
    "--resume-playback=no",
    "--gapless-audio=yes",
    "--volume-max=1000",
    "--audio-client-name=sunotui",
    "--msg-level=all=no",
)
"""Options that restrict mpv to the given file, as far as its version supports them."""

Callback = Callable[[Any, str], None]
"""Receives the data of a response, and its error: "success", or what went wrong."""


class MpvFailed(Exception):
    """Mpv could not be started."""


class MpvLink:
    """One mpv process. It ends when this end of its standard input is closed, also by a kill; on Linux a stopped one
    ends with this process, too. Start it in the main thread."""

    def __init__(
        self, program: str, post: Post, on_event: Callable[[Mapping[str, Any]], None], *, is_null: bool
    ) -> None:
        """Start it, which takes about 0.1 s. Raises MpvFailed."""
        self._post, self._on_event = post, on_event
        self._callbacks: dict[int, Callback] = {}
        self._last_id = 0
        self._is_closed = False
        self._unanswered_checks = 0
        self.is_hanging = False
        """Whether it was killed since it did not respond."""
        extra = ("--ao=null",) if is_null else ()
        for flags in (FLAGS, NEEDED_FLAGS):
            if self._start((program, *flags, *extra)):
                threading.Thread(target=self._read, name="mpv", daemon=True).start()
                return
        raise MpvFailed

    def _start(self, command: tuple[str, ...]) -> bool:
        """Start it; returns whether it responds. It exits at once if it does not support a flag."""
        self._socket, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                preexec_fn=end_child_with_us(),
            )
        except OSError as error:
            self._socket.close()
            raise MpvFailed from error
        finally:
            theirs.close()
        self._socket.settimeout(START_S)
        try:
            self._socket.sendall(b'{"command":["get_property","mpv-version"],"request_id":0}\n')
            self._rest = self._socket.recv(4096)
        except OSError:
            self._rest = b""
        self._socket.settimeout(None)
        if not self._rest:
            self.close()
            self._is_closed = False
        return bool(self._rest)

    def send(self, command: list[Any] | dict[str, Any], callback: Callback | None = None) -> None:
        """Send a command. `callback` is called in the main thread, unless mpv ends before."""
        self._last_id += 1
        if callback is not None:
            self._callbacks[self._last_id] = callback
        line = json.dumps({"command": command, "request_id": self._last_id}).encode() + b"\n"
        try:
            self._socket.sendall(line)
        except OSError:
            # Its reader reports the end.
            self._callbacks.pop(self._last_id, None)

    def set(self, name: str, value: Any) -> None:
        """Set a property."""
        self.send(["set_property", name, value])

    def check(self, callback: Callback) -> None:
        """Ask for the position of what plays, and kill an mpv that hangs, which is reported as its end. Call it about
        once a second: checks are counted, not seconds, since this process may have been stopped itself."""
        self._unanswered_checks += 1
        if self._unanswered_checks > _UNANSWERED_CHECKS:
            self.is_hanging = True
            self._process.kill()
        else:
            self.send(["get_property", "time-pos"], callback)

    def close(self) -> None:
        """End it, and wait until it has ended."""
        self._is_closed = True
        try:
            # A close alone would not wake the thread that reads.
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()
        try:
            self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        rest = self._rest
        while len(rest) < _LINE_LIMIT:
            *lines, rest = rest.split(b"\n")
            for line in lines:
                self._post(partial(self._handle, line))
            try:
                data = self._socket.recv(65_536)
            except OSError:
                data = b""
            if not data:
                break
            rest += data
        self._post(self._ended)

    def _handle(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            return
        if self._is_closed or not isinstance(message, dict):
            return
        self._unanswered_checks = 0
        if isinstance(message.get("event"), str):
            self._on_event(message)
        elif (callback := self._callbacks.pop(message.get("request_id", 0), None)) is not None:
            callback(message.get("data"), str(message.get("error", "")))

    def _ended(self) -> None:
        if not self._is_closed:
            self.close()
            self._on_event({"event": "shutdown"})
