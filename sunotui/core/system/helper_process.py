"""Runs helper programs with limited output and leaves none of their processes running (E8).

Each runs in its own session and process group, without a terminal and without the token in its environment.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import sunotui
from sunotui.domain.text import decoded_first_line

OUTPUT_LIMIT = 64 * 1024
"""The maximum output of a helper in bytes, including standard error; a helper that prints more is terminated."""
EXIT_GRACE_S = 2.0
"""How long a helper may take to exit after its first line, in seconds, so that its exit code is known."""
_CHECK_S = 0.05
"""The interval of the checks whether it has exited, in seconds: a child of it may keep its output open for hours."""
_TERM_S = 0.5
"""Seconds from the termination signal to the kill of a group."""

_SECRETS = frozenset({"SUNOTUI_TOKEN"})

_starting = threading.Lock()
"""Held until a started helper is registered in `_running`."""
_running: set[int] = set()
"""Groups that are terminated with this program, which does not wait for the threads that wait for them."""


class HelperTimedOut(Exception):
    """A helper printed no whole line within its time."""


class HelperFailed(Exception):
    """A helper ended with a code other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class HelperOutputTooLong(Exception):
    """A helper printed OUTPUT_LIMIT bytes before the end of its first line."""


def without_token(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process: everything but the token, which it does not need (K1)."""
    return {name: value for name, value in environ.items() if name not in _SECRETS}


def module_command(module: str) -> list[str]:
    """The command that runs a module of this package."""
    # -P: a folder named sunotui in the current folder must not be run instead of this package.
    return [sys.executable, "-P", "-m", module]


def module_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for `module_command`: without the token."""
    env, folder = without_token(environ), Path(sunotui.__file__).resolve().parent.parent
    if folder.name not in {"site-packages", "dist-packages"}:
        # A checkout, which may be importable only because it is the current folder.
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (env.get("PYTHONPATH", ""), str(folder))))
    return env


def first_line(command: Sequence[str], env: Mapping[str, str], limit_s: float) -> str:
    """The first non-blank line that a helper prints; empty if it succeeds without one. Blocks for at most `limit_s`;
    its process group is terminated before this returns. Raises HelperTimedOut, HelperFailed, HelperOutputTooLong,
    NotText, and OSError if it cannot be started.
    """
    process = start_process(command, env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        return _first_line(process, limit_s)
    finally:
        terminate_group(process)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _first_line(process: subprocess.Popen[bytes], limit_s: float) -> str:
    pipes, end = {pipe.fileno() for pipe in (process.stdout, process.stderr) if pipe}, time.monotonic() + limit_s
    out = process.stdout.fileno() if process.stdout else -1
    poll = select.poll()
    for pipe in pipes:
        poll.register(pipe, select.POLLIN)
    output, length = b"", 0
    has_line = False
    while length < OUTPUT_LIMIT and (left_s := end - time.monotonic()) > 0:
        # Checked before the pipes: what it printed before it ended is still read.
        has_ended = process.poll() is not None
        ready = [pipe for pipe, _ in poll.poll(0 if has_ended else 1000 * min(_CHECK_S, left_s))]
        if not ready:
            if has_ended:
                break
            continue
        for pipe in ready:
            part = os.read(pipe, min(8192, max(1, OUTPUT_LIMIT - length)))
            length += len(part)
            if pipe == out:
                output += part
            if not part:
                poll.unregister(pipe)
                pipes.remove(pipe)
        if out not in pipes:
            # It closed its output, but may still have to exit.
            _wait(process, min(EXIT_GRACE_S if has_line else left_s, left_s))
            break
        if not has_line and b"\n" in output.lstrip():
            has_line, end = True, min(end, time.monotonic() + EXIT_GRACE_S)
    code = process.poll()
    if code:
        raise HelperFailed(code)
    if not has_line and length >= OUTPUT_LIMIT:
        raise HelperOutputTooLong
    if not has_line and code is None:
        raise HelperTimedOut
    return decoded_first_line(output)


def send_input(command: Sequence[str], data: bytes, env: Mapping[str, str], limit_s: float) -> bool:
    """Write to a helper's standard input; returns whether it exited with 0 within `limit_s`. Its output is discarded.
    One that exits in time may leave a child running, such as the server of a selection; otherwise its group is
    terminated. Never raises.
    """
    try:
        process = start_process(
            command, env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError):
        return False
    try:
        process.communicate(data, timeout=limit_s)
    except (OSError, ValueError, subprocess.SubprocessError):
        terminate_group(process)
        return False
    finally:
        _running.discard(process.pid)
        if process.stdin is not None:
            process.stdin.close()
    return process.returncode == 0


def terminate_group(process: subprocess.Popen[bytes]) -> None:
    """Terminate a helper and all processes in its group, first with SIGTERM, then with SIGKILL."""
    _running.discard(process.pid)
    if _signal_group(process.pid, signal.SIGTERM):
        _wait(process, _TERM_S)
        _signal_group(process.pid, signal.SIGKILL)
    _wait(process, _TERM_S)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a helper and all processes in its group at once, also a stopped one, and wait for its end."""
    _running.discard(process.pid)
    _signal_group(process.pid, signal.SIGKILL)
    _wait(process, _TERM_S)


def start_process(
    command: Sequence[str], env: Mapping[str, str], *, stdin: int, stdout: int, stderr: int
) -> subprocess.Popen[bytes]:
    """Start a helper in a session of its own; its group is terminated when this program exits. The caller ends it with
    `terminate_group` or `kill_group`. Raises OSError and ValueError."""
    with _starting:
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=dict(env),
            start_new_session=True,
        )
        _running.add(process.pid)
    return process


@atexit.register
def _end_all() -> None:
    with _starting:
        started = tuple(_running)
    groups = [group for group in started if _signal_group(group, signal.SIGTERM)]
    end = time.monotonic() + _TERM_S
    while (groups := [group for group in groups if _is_left(group)]) and time.monotonic() < end:
        time.sleep(_CHECK_S / 5)
    for group in groups:
        # A process that ignores the signal would keep its resources.
        _signal_group(group, signal.SIGKILL)


def _is_left(group: int) -> bool:
    """Whether any process of a group is left, after reaping the helper itself if it has exited."""
    try:
        os.waitpid(group, os.WNOHANG)
    except ChildProcessError:
        # The waiting thread was faster.
        pass
    return _signal_group(group, 0)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a group; returns whether any process was left to receive it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _wait(process: subprocess.Popen[bytes], limit_s: float) -> None:
    try:
        process.wait(max(0.0, limit_s))
    except subprocess.TimeoutExpired:
        pass
