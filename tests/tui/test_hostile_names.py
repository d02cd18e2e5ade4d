"""Text of gateways and users on all screens: it changes no line's width, is not interpreted as markup and never reaches
the terminal as control characters (T1, T2, T4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import has_dangerous
from tests.tui.harness import AppHarness, open_app

TEXTS = {
    "markup": "[/Outro] [b]x[/b] [@click=app.quit]y[/] [$bad]",
    "controls": "a\x1b]52;c;QQ\x07\x9b31m\u202eb\u200bc\u2066\U000e0041\r\nd\te",
    "wide": "終電のあとで" * 40,
    "long": "x" * 100_000,
    "piled": "Z" + "\u0301" * 500 + "algo",
    "joined": "👩‍👩‍👧‍👦🏳️‍🌈❤️ family",
}
STEPS: tuple[tuple[str, ...], ...] = (
    (),
    ("j",),
    ("j",),
    ("enter",),
    ("i",),
    ("i",),
    ("escape", "G"),
    ("b",),
    ("escape", "asterisk"),
    ("escape", "ctrl+p", "u"),
    ("escape", "Y"),
    ("escape", "w"),
    ("escape", "J"),
    ("escape", "e"),
    ("escape", "n", "f9"),
    ("alt+o",),
    ("enter",),
    ("escape", "exclamation_mark"),
)


def clip(number: int, text: str) -> Clip:
    """A take that has the text in every field."""
    return Clip(
        f"c{number}",
        title=text,
        status=ClipStatus.COMPLETE,
        tags=text,
        lyrics=text,
        model=text,
        duration_s=100.0,
        audio_url="https://cdn.example.com/c",
    )


def tasks(text: str) -> list[Task]:
    """A finished, a failed and a generating song."""
    return [
        Task("t", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip(1, text), clip(2, text))),
        Task("u", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 2.0, title_hint=text, fail_reason=text),
        Task("v", "main", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, 3.0, title_hint=text, progress=text[:20]),
    ]


def faults(harness: AppHarness) -> list[tuple[int, str]]:
    """The lines of the screen that are not exactly as wide as it, or have control characters."""
    lines = ["".join(part.text for part in strip) for strip in harness.app.screen._compositor.render_strips()]
    width = harness.app.size.width
    return [(y, line) for y, line in enumerate(lines) if cell_len(line) != width or has_dangerous(line)]


@pytest.mark.parametrize("size", [(120, 40), (60, 15)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", TEXTS)
async def test_no_text_changes_a_line(kind: str, size: tuple[int, int], tmp_path: Path) -> None:
    """Regression: the model in the card of the detail and the style in the composer had control characters."""
    text = TEXTS[kind]
    async with open_app(tmp_path, size, tasks=tasks(text)) as harness:
        for keys in STEPS:
            await harness.press(*keys)
            assert (keys, faults(harness)) == (keys, [])
        harness.app.say(text)
        harness.app.alert(text)
        await harness.settle()
        assert faults(harness) == []
        assert harness.app.return_code is None
