"""Lines between the app and the player."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.player.wire import LINE_LIMIT, BadRequest, Request, Writer, parsed, read_lines
from tests.support.waiting import HANG_S


def lines_of(data: bytes) -> tuple[list[bytes], int]:
    """The lines that are read, and how many were too long."""
    ours, theirs = os.pipe()
    lines: list[bytes] = []
    too_long: list[None] = []

    def write() -> None:
        with open(theirs, "wb") as pipe:  # noqa: PTH123 - a descriptor
            pipe.write(data)

    writer = threading.Thread(target=write)
    writer.start()
    read_lines(ours, lines.append, lambda: too_long.append(None))
    writer.join(HANG_S)
    os.close(ours)
    return lines, len(too_long)


def test_lines_are_split_and_blank_ones_skipped() -> None:
    assert lines_of(b"a\n\n  \nb\nrest without end") == ([b"a", b"b"], 0)


@pytest.mark.parametrize("size", [LINE_LIMIT + 1, 3 * LINE_LIMIT, 20 * LINE_LIMIT + 7])
def test_a_line_that_is_too_long_is_skipped_once(size: int) -> None:
    assert lines_of(b"a\n" + b"x" * size + b"\nb\n") == ([b"a", b"b"], 1)


def test_the_longest_line_is_read() -> None:
    line = b"x" * LINE_LIMIT
    assert lines_of(line + b"\n") == ([line], 0)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_refused(data: bytes) -> None:
    with suppress(BadRequest):
        assert isinstance(parsed(data), Request)


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())))
def test_any_object_is_a_request_or_refused(fields: dict[str, object]) -> None:
    request = parsed(json.dumps({**fields, "id": 3, "cmd": "load"}).encode())
    assert (request.id, request.command) == (3, "load")
    for name in fields:
        for read in (request.number, request.integer, request.flag, request.text, request.path):
            with suppress(BadRequest):
                read(name)


def test_numbers_are_moved_into_their_range() -> None:
    request = parsed(b'{"a": 1e999, "b": -7, "c": 0.5}')
    assert request.number("a", high=2.0) == 2.0
    assert request.number("b", low=0.0) == 0.0
    assert request.number("c", low=0.0, high=1.0) == 0.5
    assert request.number("d", 4.0) == 4.0


@pytest.mark.parametrize("path", ["a.mp3", "", "http://127.0.0.1/a.mp3", "/a\0b", "/\ud800.mp3", "~/a.mp3"])
def test_only_absolute_paths_are_taken(path: str) -> None:
    with pytest.raises(BadRequest, match="an absolute path is needed"):
        parsed(json.dumps({"path": path}).encode()).path()


def test_what_may_be_dropped_does_not_block_while_the_app_does_not_read() -> None:
    ours, theirs = os.pipe()
    writer = Writer(theirs)
    for number in range(5_000):
        writer.write({"ev": "pos", "pos": number}, may_drop=True)
    # An answer waits until there is room.
    answering = threading.Thread(target=writer.write, args=({"re": 1, "ok": True},))
    answering.start()
    data = b""
    while b'"re":1' not in data:
        data += os.read(ours, 65_536)
    answering.join(HANG_S)
    lines = data.splitlines()
    assert len(lines) < 5_000
    assert all(json.loads(line) for line in lines)
    os.close(ours)
    os.close(theirs)


def test_a_closed_end_is_reported() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with pytest.raises(OSError, match="Broken pipe"):
        Writer(theirs).write({"re": 1})
    os.close(theirs)
