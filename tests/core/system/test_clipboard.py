"""The clipboard: what is copied, by which tools, and that no tool can block or harm the program."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.system import clipboard
from sunotui.core.system.clipboard import COPY_LIMIT, clipboard_tools, copy_with_tools, fit_to_copy, osc52
from tests.support.processes import is_alive
from tests.support.waiting import HANG_S, until

pytestmark = pytest.mark.guarantee("U3", ordinary="any text; 300 kB; tools that hang, fail and do not read")

EVERYWHERE = {"TMUX": "/tmp/x,1,0", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "SUNOTUI_TOKEN": "sk-CANARY123"}


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH of the session, apart from the interpreter; a busy machine may take its
    time to start a tool."""
    monkeypatch.setattr(clipboard, "TOOL_LIMIT_S", HANG_S)
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def install(folder: Path, name: str, script: str) -> None:
    """Install a fake clipboard tool."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\nhere = {str(folder)!r}\n{script}\n")
    path.chmod(0o755)


KEEP = "open(os.path.join(here, 'kept'), 'wb').write(sys.stdin.buffer.read())"


def test_without_tools_nothing_is_copied(tools: Path) -> None:
    assert copy_with_tools("x", {**EVERYWHERE, "PATH": str(tools)}) == []


def test_only_tools_for_the_session_are_used(tools: Path) -> None:
    for name in ("tmux", "wl-copy", "xclip", "pbcopy"):
        install(tools, name, KEEP)
    path = {"PATH": str(tools)}
    assert clipboard_tools(path) == []
    assert [tool[0] for tool in clipboard_tools({**EVERYWHERE, **path})] == ["tmux", "wl-copy", "xclip"]
    assert [tool[0] for tool in clipboard_tools({"DISPLAY": ":0", **path})] == ["xclip"]


def test_on_a_mac_pbcopy_is_used(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    install(tools, "pbcopy", KEEP)
    assert copy_with_tools("x", {"PATH": str(tools)}) == ["pbcopy"]


def test_the_tool_gets_the_cleaned_text_and_no_token(tools: Path) -> None:
    install(tools, "xclip", KEEP + "\nopen(os.path.join(here, 'env'), 'w').write(repr(dict(os.environ)))")
    took = copy_with_tools("https://x.example/雨\n\x1b[31m", {**EVERYWHERE, "PATH": str(tools)})
    assert took == ["xclip"]
    assert (tools / "kept").read_text() == "https://x.example/雨 [31m"
    assert "CANARY" not in (tools / "env").read_text()


def test_a_tool_runs_in_its_own_session(tools: Path) -> None:
    install(tools, "xclip", "open(os.path.join(here, 'kept'), 'w').write(str(os.getsid(0)))")
    assert copy_with_tools("x", {**EVERYWHERE, "PATH": str(tools)}) == ["xclip"]
    assert int((tools / "kept").read_text()) != os.getsid(0)


def test_a_tool_that_fails_hangs_or_does_not_read_does_no_harm(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "TOOL_LIMIT_S", 2.0)
    install(tools, "tmux", "sys.exit(1)")
    install(tools, "wl-copy", f"time.sleep({HANG_S})")
    # No interpreter: it needs only a few milliseconds.
    (tools / "xclip").write_text(f"#!/bin/sh\nexec {shutil.which('cat')} > {tools}/kept\n")
    (tools / "xclip").chmod(0o755)
    assert copy_with_tools("y" * 200_000, {**EVERYWHERE, "PATH": str(tools)}) == ["xclip"]
    assert COPY_LIMIT - 10 < len((tools / "kept").read_bytes()) <= COPY_LIMIT


def test_children_of_a_hanging_tool_are_terminated(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: only the tool itself was killed."""
    monkeypatch.setattr(clipboard, "TOOL_LIMIT_S", 2.0)
    (tools / "xclip").write_text(f"#!/bin/sh\n{shutil.which('sleep')} 1000 &\necho $! > {tools}/child\nwait\n")
    (tools / "xclip").chmod(0o755)
    assert copy_with_tools("x", {**EVERYWHERE, "PATH": str(tools)}) == []
    child = int((tools / "child").read_text())
    until(lambda: not is_alive(child), "the end of what it started")


def test_children_of_a_successful_tool_stay(tools: Path) -> None:
    """As xclip and wl-copy do, which serve the selection from a child. Regression: `terminate_group` was called in all
    cases."""
    sleep = shutil.which("sleep")
    (tools / "xclip").write_text(
        f"#!/bin/sh\n{shutil.which('cat')} > {tools}/kept\n{sleep} 1000 </dev/null >/dev/null 2>&1 &\n"
        f"echo $! > {tools}/child\n"
    )
    (tools / "xclip").chmod(0o755)
    assert copy_with_tools("x", {**EVERYWHERE, "PATH": str(tools)}) == ["xclip"]
    child = int((tools / "child").read_text())
    assert is_alive(child)
    os.kill(child, signal.SIGKILL)


def test_a_tool_that_cannot_be_started_is_skipped(tools: Path) -> None:
    (tools / "xclip").write_bytes(b"\x7fELF nonsense")
    (tools / "xclip").chmod(0o755)
    assert copy_with_tools("x", {**EVERYWHERE, "PATH": str(tools)}) == []


def test_many_lines_only_if_requested() -> None:
    assert fit_to_copy("a\nb") == "a b"
    assert fit_to_copy("a\nb\x1b", is_many_lines=True) == "a\nb"


@given(st.text() | st.text(alphabet="雨é👍\ud800\x1b\n", max_size=200), st.booleans())
def test_any_text_becomes_a_harmless_sequence(text: str, is_many_lines: bool) -> None:
    sequence = osc52(text, is_many_lines=is_many_lines)
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    packed = sequence[7:-1]
    assert base64.b64decode(packed, validate=True).decode() == fit_to_copy(text, is_many_lines=is_many_lines)


@pytest.mark.parametrize("text", ["x" * 300_000, "雨" * 300_000])
def test_long_texts_are_cut_between_letters(text: str) -> None:
    assert 0 < len(fit_to_copy(text).encode()) <= COPY_LIMIT
    assert len(osc52(text)) < COPY_LIMIT * 4 / 3 + 20
