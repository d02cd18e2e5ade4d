"""Editing a text in the user's editor: the result is text, or the field is unchanged."""

from __future__ import annotations

import asyncio
import codecs
import shlex
import signal
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sunotui.tui.runtime.editor import MOST_BYTES, edit
from sunotui.tui.terminal import state as terminal
from sunotui.tui.terminal.paste_limit import MOST_CHARACTERS

APP: Any = SimpleNamespace(suspend=nullcontext)
"""An editor only needs the screens to be suspended."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)


def use(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use this shell command, which gets the file as $0, as the editor."""
    monkeypatch.setenv("EDITOR", shlex.join(["sh", "-c", command]))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("雨 🩷\n".encode(), "雨 🩷"),
        (codecs.BOM_UTF8 + b"a\r\nb\n", "a\nb"),
        (codecs.BOM_UTF16_LE + "雨\n".encode("utf-16-le"), "雨"),
        (codecs.BOM_UTF32_LE + "雨\n".encode("utf-32-le"), "雨"),
    ],
    ids=["utf-8", "utf-8 of Windows", "utf-16", "utf-32"],
)
def test_an_editors_text_is_used(content: bytes, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "written"
    written.write_bytes(content)
    use(f"cat {written} > $0", monkeypatch)
    assert edit(APP, "before") == (text, "")
    assert list(tmp_path.iterdir()) == [written]


@pytest.mark.guarantee("E3", ordinary="an editor that writes another encoding")
def test_another_encoding_changes_nothing_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(r"printf 'caf\351' > $0", monkeypatch)
    text, message = edit(APP, "before")
    assert text is None
    (kept,) = tmp_path.iterdir()
    assert "not UTF-8" in message
    assert str(kept) in message
    assert kept.read_bytes() == b"caf\xe9"


def test_a_file_that_became_a_folder_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use("rm $0 && mkdir $0", monkeypatch)
    text, message = edit(APP, "before")
    assert text is None
    assert "could not be read back" in message


def test_an_enormous_file_changes_nothing_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(f"head -c {MOST_BYTES + 1} /dev/zero > $0", monkeypatch)
    text, message = edit(APP, "before")
    assert text is None
    (kept,) = tmp_path.iterdir()
    assert "more than 4 MiB" in message
    assert str(kept) in message
    assert kept.stat().st_size == MOST_BYTES + 1


def test_a_file_that_became_a_pipe_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    use("rm $0 && mkfifo $0", monkeypatch)
    assert edit(APP, "before") == (None, "The editor left no file; the field is unchanged")


@pytest.mark.parametrize(("most", "length"), [(10, 11), (MOST_CHARACTERS, 60_000)])
def test_a_text_that_does_not_fit_is_rejected_and_kept_in_a_file(
    most: int, length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified to fail with the field accepting its beginning."""
    use(f"head -c {length} /dev/zero | tr '\\0' x > $0", monkeypatch)
    text, message = edit(APP, "before", most)
    assert text is None
    (kept,) = tmp_path.iterdir()
    assert f"A text of {length:,} characters was refused: the field takes {most:,}" in message
    assert str(kept) in message
    assert kept.stat().st_size == length


def test_a_file_with_nul_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(r"printf 'a\000b' > $0", monkeypatch)
    text, message = edit(APP, "before")
    assert text is None
    assert "NUL characters" in message
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("sent", "code"), [("INT", 0), ("QUIT", 0), ("HUP", 129)])
async def test_interrupts_in_the_editor_are_not_the_programs(
    sent: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified to fail with the handler that ends the program, called after the editor has closed. One signal at a
    time: of several at once the system delivers some to another thread, possibly later."""
    received: asyncio.Queue[int] = asyncio.Queue()
    terminal.on_signals(received.put_nowait)
    try:
        use(f"kill -{sent} $PPID; printf after > $0", monkeypatch)
        assert edit(APP, "before") == ("after", "")
        if code:
            assert await received.get() == code
        signal.raise_signal(signal.SIGINT)
        assert await received.get() == 130, "it is received again, once"
    finally:
        for caught in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            asyncio.get_running_loop().remove_signal_handler(caught)


def test_an_editor_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    use("kill -INT $$; printf after > $0", monkeypatch)
    text, message = edit(APP, "before")
    assert text is None
    assert "ended with code -2" in message
