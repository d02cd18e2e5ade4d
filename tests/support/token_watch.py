"""Searches for the token in everything that a program starts and writes while a test runs it (K1).

It checks the arguments of the program and of all its child processes, the environments of its child processes, all
files below the test's folder (even if deleted before the end), and output that a test passes to it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.canary import CANARY, holds

_PROC = Path("/proc")
_BETWEEN_LOOKS_S = 0.01
_LOOKS_FOR_EACH_AT_FILES = 5
_LARGE = 256 * 1024
"""Files larger than this many bytes are read only at the end, so that they do not slow down the test."""


class TokenWatch:
    """Watches one test: checks processes continuously once there is a program, and files at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secrets = {CANARY}
        self._programs: dict[int, bytes] = {}
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._reported: dict[str, None] = {}
        self.children: set[str] = set()
        """The names of the child processes of the programs that lived long enough to be seen."""
        self._is_over = threading.Event()
        self._looker: threading.Thread | None = None

    def know(self, secret: str) -> None:
        """Search for another token, too."""
        self._secrets.add(secret)

    def follow(self, program: int, name: str) -> None:
        """Watch the child processes of the program with this name: it is this process or one below it."""
        self._programs[program] = name.encode()
        if self._looker is None:
            self._looker = threading.Thread(target=self._look_on, daemon=True)
            self._looker.start()

    def take(self, where: str, data: bytes) -> None:
        """Search output of the program."""
        if any(holds(data, secret) for secret in tuple(self._secrets)):
            self._reported[where] = None

    def end(self) -> list[str]:
        """Stop after a last check of every file; returns where a token was found."""
        self._is_over.set()
        if self._looker is not None:
            self._looker.join()
        self._look_at_files(up_to=None)
        return list(self._reported)

    def _look_on(self) -> None:
        looks = 0
        while not self._is_over.wait(_BETWEEN_LOOKS_S):
            for program, name in list(self._programs.items()):
                self._look_at_process(program, name, b"", is_below=False)
            if looks % _LOOKS_FOR_EACH_AT_FILES == 0:
                self._look_at_files(up_to=_LARGE)
            looks += 1

    def _look_at_process(self, pid: int, name: bytes, parent: bytes, *, is_below: bool) -> None:
        """Check the arguments of every process, and the environments of those below the program."""
        try:
            # The arguments first: if they are a child's own, so is the environment that is read after them.
            arguments = (_PROC / str(pid) / "cmdline").read_bytes()
            environ = (_PROC / str(pid) / "environ").read_bytes()
            threads = list((_PROC / str(pid) / "task").iterdir())
            children = [int(child) for each in threads for child in (each / "children").read_text().split()]
        except OSError:  # it has disappeared
            return
        self.take(f"arguments of {arguments!r}", arguments)
        # With its parent's arguments it is a fork before exec.
        if is_below and arguments != parent:
            self.children.add(Path(arguments.split(b"\0")[0].decode(errors="replace")).name)
            self.take(f"environment of {arguments!r}", environ)
        for child in children:
            self._look_at_process(child, name, arguments, is_below=is_below or _is(name, arguments))

    def _look_at_files(self, up_to: int | None) -> None:
        # Folders appear and disappear in the meantime, which os.walk tolerates.
        names = ((folder, name) for folder, _, files in os.walk(self._folder) for name in files)
        for path in (Path(folder, name) for folder, name in names):
            try:
                state = path.lstat()
                now = (state.st_ino, state.st_size, state.st_mtime_ns)
                if not path.is_file() or (up_to is not None and (state.st_size > up_to or self._seen.get(path) == now)):
                    continue
                self.take(f"file {path.relative_to(self._folder)}", path.read_bytes())
                self.take(f"name of a file: {path.name!r}", path.name.encode())
                self._seen[path] = now
            except OSError:  # it has disappeared
                continue


def _is(name: bytes, arguments: bytes) -> bool:
    """Whether it is this program, started directly, as a module or as a script; not a shell that has it in a line."""
    return any(argument.rpartition(b"/")[2] == name for argument in arguments.split(b"\0"))


@contextmanager
def watched(folder: Path) -> Iterator[TokenWatch]:
    """A watch that fails the test at the end for every token that it found."""
    watch = TokenWatch(folder)
    try:
        yield watch
    finally:
        leaks = watch.end()
    assert not leaks, f"the token was seen: {leaks}"
