"""No test of the ordinary suite judges a duration, so that its results are the same on a slow or busy machine.

Limits of time and processor are measured by tests/benchmarks and by tests marked `long`, as ratios to the speed of the
machine (tests/support/calibration.py). Everything else waits for conditions (tests/support/waiting.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {
    *("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"),
    *("time_ns", "monotonic_ns", "perf_counter_ns", "process_time_ns", "thread_time_ns", "clock_gettime_ns"),
    *("getrusage", "times"),
}
MODULES = {"time", "resource", "os"}
MAY_READ_A_CLOCK = {
    "guarantees/data/test_kill_while_migrating.py": "when to kill: somewhere in the time that the work takes",
    "guarantees/data/test_kill_while_backing_up.py": "when to kill",
    "guarantees/data/test_kill_while_repairing.py": "when to kill",
    "guarantees/terminal/test_terminal_gone.py": "judged in a long test only",
    "guarantees/child_processes/submitting.py": "which of two processes did something first",
    "core/library/test_browser_threads.py": "judged in a long test only",
    "core/playback/test_helper_player.py": "how long the event loop is blocked on purpose",
    "core/downloads/harness.py": "the clock of downloads that no test moves",
    "gateway/test_audio_stream.py": "the clock of downloads that no test moves",
    "gateway/transport/test_deadline.py": "where a clock begins that the test moves",
    "storage/db/test_schema.py": "when to kill",
    "support/app_idle.py": "whether a timer is about to end",
    "support/calibration.py": "the speed of the machine",
    "support/cleanup.py": "a guard against hanging",
    "support/pseudo_terminal.py": "a screen that is drawn: nothing more is written for a while",
    "support/run_directory.py": "a guard against hanging",
    "support/waiting.py": "a guard against hanging",
    "support/watchdog.py": "judged in long tests; in the ordinary suite only the ceiling of a second of processor time",
    "support/watched_sunotui.py": "the same for programs on a terminal",
}
WAITS = {"wait", "join", "communicate", "timeout", "timeout_at", "wait_for", "run", "result", "check_output"}
SHORTEST_GUARD_S = 30.0
"""A shorter time limit for something that must happen would fail on a busy machine."""


def clocks_read(tree: ast.AST) -> Iterator[int]:
    """The lines that read a clock of the system or of an event loop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield from (node.lineno for alias in node.names if alias.name in CLOCKS)
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if (owner in MODULES and node.attr in CLOCKS) or ("loop" in owner and node.attr == "time"):
                yield node.lineno


def short_guards(tree: ast.Module) -> Iterator[int]:
    """The lines that wait at most a fixed, short number of seconds. A wait in the condition of a loop is not a guard:
    it is the pause between two checks.
    """
    looks = {call for node in ast.walk(tree) if isinstance(node, ast.While) for call in ast.walk(node.test)}
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node in looks:
            continue
        for limit in _limits(node, node.func):
            limit = constants.get(limit.id, limit) if isinstance(limit, ast.Name) else limit
            if isinstance(limit, ast.Constant) and isinstance(limit.value, int | float) and not _is_long(limit.value):
                yield node.lineno


def _limits(call: ast.Call, function: ast.Attribute) -> list[ast.expr]:
    """The arguments at the position of the time limit of a wait."""
    if function.attr not in WAITS:
        return []
    named = [given.value for given in call.keywords if given.arg == "timeout"]
    if function.attr == "wait_for":
        is_of_asyncio = isinstance(function.value, ast.Name) and function.value.id == "asyncio"
        return named + (call.args[1:2] if is_of_asyncio else [])
    return named if function.attr == "run" else named + call.args[:1]


def _is_long(seconds: float) -> bool:
    return seconds >= SHORTEST_GUARD_S


def files() -> list[Path]:
    """All files of the ordinary suite."""
    found = (path for path in sorted(TESTS.rglob("*.py")) if "benchmarks" not in path.relative_to(TESTS).parts)
    return [path for path in found if path != Path(__file__)]


def test_only_the_files_of_the_list_read_a_clock() -> None:
    """Verified to fail with `assert time.monotonic() - began < 1.0` in a test."""
    reading = {str(path.relative_to(TESTS)) for path in files() if any(clocks_read(ast.parse(path.read_text("utf-8"))))}
    assert reading == set(MAY_READ_A_CLOCK), "a test waits for conditions and judges no duration"


def test_no_wait_has_a_short_guard() -> None:
    """Verified to fail with `thread.join(10)` in a test."""
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in files()
        for line in short_guards(ast.parse(path.read_text("utf-8")))
    ]
    assert found == [], "a wait for what must come is as long as HANG_S"


@pytest.mark.parametrize(
    "line",
    [
        "assert time.monotonic() - began < 1",
        "from time import perf_counter",
        "began = asyncio.get_running_loop().time()",
        "loop.time()",
        "used = resource.getrusage(resource.RUSAGE_SELF).ru_utime",
        "os.times()",
        "time.thread_time()",
    ],
)
def test_a_clock_is_found(line: str) -> None:
    assert list(clocks_read(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "gate.wait(5)",
        "SOON = 3; gate.wait(SOON)",
        "process.communicate(timeout=9.0)",
        "asyncio.timeout(2)",
        "asyncio.wait_for(it(), 3)",
    ],
)
def test_a_short_guard_is_found(line: str) -> None:
    assert list(short_guards(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "gate.wait(HANG_S)",
        "while not over.wait(0.1): look()",
        "clock.time()",
        "', '.join(words)",
        "terminal.wait_for('ready')",
        "time.sleep(0.1)",
    ],
)
def test_code_without_a_judgement_is_accepted(line: str) -> None:
    tree = ast.parse(line)
    assert [*clocks_read(tree), *short_guards(tree)] == []
