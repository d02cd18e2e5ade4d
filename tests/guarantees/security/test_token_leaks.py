"""During a whole session with a gateway that echoes the token, the token is only in the header of the requests (K1).

The output to the terminal, all files, the arguments and environments of all child processes and the copied texts are
searched for the token in plain text, in base64, URL-encoded, in hexadecimal, reversed and in part.
"""

from __future__ import annotations

import base64
import json
import re
import stat
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.security.debug_switches import switched_on
from tests.support.canary import CANARY, files_with_canary, forms, holds_canary
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway

pytestmark = pytest.mark.guarantee(
    "K1",
    ordinary=(
        "a session on screen and 18 commands, with every debug switch on: terminal, files, library, log, "
        "copied texts, 3 kinds of child processes"
    ),
    gaps="The environment of the program itself contains SUNOTUI_TOKEN if the user set it.",
)


RECORDER = """#!{python}
import os, sys
with open({record!r}, "ab") as record:
    for name in ("cmdline", "environ"):
        record.write(open(f"/proc/self/{{name}}", "rb").read() + b"\\n")
    # Of the parent process only the arguments: its environment contains the token by design.
    record.write(open(f"/proc/{{os.getppid()}}/cmdline", "rb").read() + b"\\n")
    if {name!r} == "xclip":
        record.write(sys.stdin.buffer.read() + b"\\n")
    record.write(b"recorded by {name}\\n")
"""


def install(folder: Path, name: str, record: Path) -> None:
    """Install a program that appends its arguments and environment to the file `record`."""
    script = folder / name
    script.write_text(RECORDER.format(python=sys.executable, record=str(record), name=name))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


def echo(request: RecordedRequest) -> tuple[int, object]:
    """The response of a gateway that echoes the token in every text field."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    link = f"https://cdn.example.com/a.mp3?key={token}"
    clip = {
        "id": "clip-1", "title": f"song {token}", "status": "complete", "audio_url": "https://cdn.example.com/a.mp3",
        "video_url": link, "image_url": link, "model_name": token,
        "metadata": {"tags": token, "prompt": f"[Verse]\n{token}\nla", "error_message": token, "duration": 60.0},
    }  # fmt: skip
    failed = {"task_id": "task-2", "status": "FAILURE", "fail_reason": f"bad key {token}", "data": None}
    if request.path.endswith("/suno/fetch"):
        done = {"task_id": "task-1", "status": "SUCCESS", "action": "MUSIC", "data": [clip]}
        known = [task for task in (done, failed) if task["task_id"] in json.loads(request.body)["ids"]]
        return 200, {"code": "success", "message": token, "data": known}
    if "/submit/lyrics" in request.path:
        return 401, {"error": {"message": f"Invalid token: Bearer {token}", "type": "new_api_error"}}
    if "/submit/" in request.path:
        return 200, {"code": "success", "message": token, "data": "task-1"}
    if request.path.endswith("/act/tags"):
        return 200, {"upsampled_tags": f"pop {token}"}
    if "/act/wav" in request.path:
        return 200, {"wav_file_url": link}
    if "/api/status" in request.path:
        return 200, {"success": True, "data": {"system_name": f"House {CANARY}", "version": CANARY}}
    return 500, {"message": f"panic: header Authorization: Bearer {token}", "code": token}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The file with the arguments and environments of the child processes."""
    (tmp_path / "bin").mkdir()
    record_file = tmp_path / "children"
    for name in ("xclip", "xdg-open", "my-editor"):
        install(tmp_path / "bin", name, record_file)
    return record_file


def environ(tmp_path: Path, base_url: str) -> dict[str, str]:
    import os

    return {
        "SUNOTUI_BASE_URL": base_url, "DISPLAY": ":7", "EDITOR": "my-editor", "BROWSER": "", "WAYLAND_DISPLAY": "",
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path),
        **switched_on(tmp_path),
    }  # fmt: skip


def has_returned(terminal: PseudoTerminal) -> bool:
    """Whether the screen was painted again after the editor. Before that, keys go to the editor and ctrl+s stops
    output."""
    shown = bytes(terminal.written).split(b"\x1b[?1049h")
    return len(shown) > 2 and b"Send" in shown[-1]


def test_the_token_is_in_the_header_and_nowhere_else(open_terminal: Open, tmp_path: Path, record: Path) -> None:
    """Fails if `without_token` removes nothing, and if `without_secret` and `masked` mask nothing."""
    with scripted_gateway(echo) as gateway:
        terminal = open_terminal(environ=environ(tmp_path, gateway.base_url))
        terminal.wait_for("Your songs will appear here.")
        terminal.press("n")
        terminal.wait_for("Describe the song")
        terminal.type("rain")
        terminal.wait_for("Ready to send")
        terminal.type(b"\x05")
        terminal.wait_until(lambda: has_returned(terminal), "the screen after the editor")
        terminal.type(b"\x13")
        terminal.wait_until(lambda: bool(gateway.requests_for("/submit/music")), "the request")
        terminal.wait_for("1 generating")
        terminal.press("r", quiet_s=0.2)
        terminal.wait_for("song •••")
        for key in [*"iiiiyoTWJ", "\r", "\x1b", "\x1b", "P", "p", "\x1b", "!", "\x1b"]:
            terminal.press(key, quiet_s=0.1)
        terminal.wait_until(
            lambda: record.exists() and record.read_bytes().count(b"recorded by") >= 3, "editor, opener, clipboard"
        )
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        used = [request for request in gateway.asked if request.headers.get("authorization") == f"Bearer {CANARY}"]
        assert used, "the token was used"
        assert not any(holds_canary(one.body) or holds_canary(one.path.encode()) for one in gateway.asked)
    written = bytes(terminal.written)
    assert not holds_canary(written)
    copies = [base64.b64decode(packed) for packed in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", written)]
    assert copies
    assert not any(holds_canary(copy) for copy in copies)
    for name in (b"xclip", b"xdg-open", b"my-editor"):
        assert b"recorded by " + name in record.read_bytes()
    assert files_with_canary(tmp_path) == []


def test_no_command_leaks_the_token(open_terminal: Open, tmp_path: Path, record: Path) -> None:
    """Fails if `masked` masks nothing."""
    lines = [
        ["fetch", "task-1", "task-2"], ["fetch", "task-1", "--json"], ["tasks"], ["tasks", "--json"],
        ["show", "task-1"], ["show", "task-1", "--json"], ["show", "task-2"], ["url", "clip-1", "--copy"],
        ["lyrics", "rain"], ["lyrics", "rain", "--json"], ["submissions"], ["submissions", "--json"], ["tags", "pop"],
        ["wav", "clip-1", "--timeout", "1"], ["timing", "clip-1"],
        ["profiles", "--json"], ["doctor"], ["doctor", "--json"],
    ]  # fmt: skip
    listed = tmp_path / "lines"
    listed.write_text("\n".join(json.dumps(line) for line in lines))
    with scripted_gateway(echo) as gateway:
        terminal = open_terminal(
            str(listed), module="tests.guarantees.run_commands", environ=environ(tmp_path, gateway.base_url)
        )
        assert terminal.ended() == 0
    written = bytes(terminal.written)
    assert written.count(b"ran ") == len(lines)
    assert b"song" in written
    assert not holds_canary(written)
    assert b"recorded by xclip" in record.read_bytes()
    assert files_with_canary(tmp_path) == []


@pytest.mark.parametrize("lead", ["", "a", "ab", "user:"])
def test_the_search_finds_every_form_of_the_token(lead: str) -> None:
    text = lead + CANARY
    assert holds_canary(base64.b64encode(f"{text} and more".encode()))
    assert holds_canary(quote(text, safe="").encode())
    assert holds_canary("\r\n".join([text[:14], text[14:]]).encode())
    assert holds_canary(text.encode().hex().encode())
    assert not holds_canary(b"sk-\xe2\x80\xa2\xe2\x80\xa2 and no more")
    assert len(forms(CANARY)) == 8
