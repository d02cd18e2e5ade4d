"""A crash on screen is told without the values of variables, which could be a token or a prompt (K1, Z4)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sunotui.tui.library import list_actions
from sunotui.tui.library.context import LibraryContext
from tests.tui.harness import open_app

CANARY = "sk-CANARY-9f8e7d"


def stumble(ctx: LibraryContext, token: str = CANARY) -> None:
    """Crash with a secret at hand, and with one in the exception's own words."""
    prompt = f"a prompt with {token}"
    raise ZeroDivisionError(prompt)


async def test_a_crash_tells_neither_token_nor_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(list_actions, "search", stumble)
    with pytest.raises(ZeroDivisionError):
        async with open_app(tmp_path) as quiet:
            await quiet.press("slash")
    told = "".join(capfd.readouterr())
    assert "had to stop (ZeroDivisionError)" in told
    (report,) = (tmp_path / "data").glob("crash-*.txt")
    text = report.read_text()
    assert "test_crash_handling.py" in text, "where it happened is told"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    for words in (told, text):
        assert CANARY not in words
        assert "a prompt with" not in words
