"""Copying any text copies only printable characters and never fails (U3)."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from textual.app import App

from sunotui.core.system.clipboard import COPY_LIMIT, osc52
from sunotui.domain.text import has_dangerous
from tests.support.payloads import PAYLOADS
from tests.tui.harness import open_app

pytestmark = pytest.mark.guarantee("U3", ordinary="43 payloads, a lone surrogate, 300 kB, copied by the app")


TEXTS = [payload.text for payload in PAYLOADS] + ["\ud800", "x" * 300_000, "雨\n" * 100_000]


@pytest.mark.parametrize("is_many_lines", [False, True])
async def test_the_app_copies_printable_text_only(
    is_many_lines: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails with `copy_to_clipboard(text)` in `BaseApp.copy`: a UnicodeEncodeError ends the app."""
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: [])
    async with open_app(tmp_path) as ui:
        copied: list[str] = []
        before = App.copy_to_clipboard

        def copy(app: App[object], text: str) -> None:
            before(app, text)
            copied.append(text)

        monkeypatch.setattr(App, "copy_to_clipboard", copy)
        for text in TEXTS:
            ui.app.copy(text, "it", is_many_lines=is_many_lines)
        await ui.until(lambda: len(copied) == len(TEXTS), "all copies")
        assert ui.app.return_code is None
    for text in copied:
        assert len(text.encode()) <= COPY_LIMIT
        assert is_many_lines or "\n" not in text
        kept = text.replace("\n", "")
        assert not has_dangerous(kept)
        sequence = osc52(text, is_many_lines=is_many_lines)
        encoded = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sequence)
        assert encoded is not None
        assert text.startswith(base64.b64decode(encoded[1]).decode()[:-1])
