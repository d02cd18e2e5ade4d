"""The demo gateway as a server on the loopback address, in its own thread."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from sunotui.demo.app import Gateway, create_app
from sunotui.demo.dialects import ServerDialect, find_dialect
from sunotui.demo.faults import FaultPlan
from sunotui.demo.saved_songs import read_songs, write_songs
from sunotui.demo.simulator import Simulator

_SILENT = logging.CRITICAL + 10
_START_LIMIT_S = 10.0
_DATE_RENEWED_S = 1.0


class DemoServer:
    """A demo gateway; also a context manager. A profile needs `base_url` and `token`. The same seed and the same
    requests in the same order give the same ids, titles and lengths; without a seed, ids are unique across servers.
    `speed` is a factor relative to real time. `faults` are named in `faults.FAULTS`, `dialect` in `dialects.DIALECTS`.
    `now` returns Unix seconds; `balance` is in dollars; `songs_file` is a file that stores the songs for the next
    server, which then uses the same port if it is free. Raises ValueError for an unknown fault or dialect.
    """

    def __init__(
        self,
        seed: int | None = 1,
        speed: float = 1.0,
        faults: Iterable[str] = (),
        dialect: str | ServerDialect = "reference",
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        now: Callable[[], float] = time.time,
        balance: float = 5.0,
        songs_file: Path | None = None,
    ) -> None:
        spoken = find_dialect(dialect) if isinstance(dialect, str) else dialect
        seed = secrets.randbits(48) if seed is None else seed
        self.token = f"demo-token-{hashlib.sha256(f'token/{seed}'.encode()).hexdigest()[:16]}"
        self._host, self._port = host, port
        self._kept_port = 0
        """The port to use if it is free."""
        simulator = Simulator(seed, speed, now, spoken.new_id, balance, spoken.takes_per_song)
        self._gateway = Gateway(simulator, spoken, FaultPlan(faults), self.token, self._hang_up)
        self._server: _QuietServer | None = None
        self._thread: threading.Thread | None = None
        self._write_songs: Callable[[], None] = lambda: None
        if songs_file is not None:
            found = read_songs(songs_file)
            simulator.restore(found.jobs, found.fees)
            self._kept_port = 0 if port else found.port
            self._write_songs = lambda: write_songs(songs_file, simulator.all_jobs, simulator.fees, self._port)
            simulator.on_change = self._write_songs

    @property
    def base_url(self) -> str:
        """Its base URL, such as http://127.0.0.1:40231; the port is known once it has started."""
        return f"http://{self._host}:{self._port}"

    @property
    def prefix(self) -> str:
        """The path prefix of its dialect; empty for the site's root."""
        return self._gateway.dialect.prefixes[0]

    def start(self) -> None:
        """Start the server; returns when it responds. Does nothing if it is running. Raises OSError if the port is in
        use.
        """
        if self._thread is not None:
            return
        # asyncio disables Nagle's algorithm only for sockets with the protocol TCP; otherwise each request costs 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._bind(listener)
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self._kept_port = 0
        self._write_songs()
        self._server = _QuietServer(_config(self._gateway))
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="sunotui-demo-gateway", daemon=True
        )
        self._thread.start()
        if not self._server.is_serving.wait(_START_LIMIT_S):
            raise RuntimeError("the demo gateway did not start")

    def _bind(self, listener: socket.socket) -> None:
        if self._kept_port:
            with contextlib.suppress(OSError):
                listener.bind((self._host, self._kept_port))
                return
        listener.bind((self._host, self._port))

    def stop(self) -> None:
        """Stop the server and close its connections. The songs are kept, and a new start uses the same port."""
        if self._server is None or self._thread is None:
            return
        self._server.end()
        self._thread.join(_START_LIMIT_S)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _hang_up(self, scope: Scope) -> None:
        if self._server is not None:
            self._server.hang_up(tuple(scope["client"]))


class _QuietServer(uvicorn.Server):
    """uvicorn in a thread: no signals, no output on the terminal, no waiting for slow connections at the end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_serving = threading.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # An exception in a separate task would be printed over the screens.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        await super().startup(sockets)
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self.is_serving.set()

    async def main_loop(self) -> None:
        # uvicorn's own loop checks ten times a second whether to exit, which would delay the exit by as much.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _DATE_RENEWED_S)

    def end(self) -> None:
        """Stop serving immediately; from any thread, after it has started to serve."""
        self.should_exit = True
        with contextlib.suppress(RuntimeError):  # its loop has already ended
            self._loop.call_soon_threadsafe(self._over.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # After the connections are closed no response can be delivered, so there is nothing to wait for.
        for listening in self.servers:
            listening.close()
        self.hang_up(None)
        answering = list(self.server_state.tasks)
        for answer in answering:
            answer.cancel()
        await asyncio.gather(*answering, return_exceptions=True)

    def hang_up(self, client: tuple[str, int] | None) -> None:
        """Close the connection of one client; None closes all connections."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol) and client in {None, connection.client}:
                connection.transport.close()


def _config(gateway: Gateway) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(gateway),
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level=_SILENT,
    )
