"""How the dialogs and the smaller screens look, from the smallest window on."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.tui.dialogs.confirm import PAY_AGAIN, ConfirmDialog
from sunotui.tui.widgets.footer import Footer
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app

SIZES = [(120, 40), (80, 24), (60, 15)]
KEYS: dict[str, tuple[str, ...]] = {
    "help": ("question_mark",),
    "help-filtered": ("question_mark", "slash", *"album"),
    "palette": ("ctrl+p",),
    "palette-found": ("ctrl+p", *"win"),
    "rate": ("j", "asterisk", "right", "right", "right", "right"),
    "labels": ("j", "b"),
    "note": ("N", *"bridge"),
    "copy": ("Y",),
    "profiles": ("P",),
    "login": ("P", "n"),
    "submissions": ("J",),
    "entry": ("J", "enter"),
    "recall": ("n", "ctrl+r"),
    "prompt": ("slash", *"rain", "enter", "ctrl+s"),
    "statistics": ("percent_sign",),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", KEYS)
async def test_it_looks_like_its_picture(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.core_harness.core.services.annotations.label(["task-4"], "late night", True)
        await harness.core_harness.core.services.annotations.label(["task-3"], "sea", True)
        await harness.press(*KEYS[name])
        await harness.pilot.pause(0.1)
        assert_looks_like(box_of(harness), SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_question_looks_like_its_picture(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        question = "It may have been charged already. Send it again?"
        meaning = "wait; look for it with l or on the gateway's page first"
        harness.app.push_screen(ConfirmDialog(question, meaning, "Send again", PAY_AGAIN))
        await harness.settle()
        assert_looks_like(box_of(harness), SNAPSHOTS / f"confirm-{size[0]}x{size[1]}.txt")


def box_of(harness: AppHarness) -> str:
    """The lines of the dialog, and not the dimmed screen behind it; the whole screen where there is no dialog."""
    found = harness.app.screen.query("#dialog")
    if not found:
        return harness.text()
    region = found.first().region
    strips = harness.app.screen._compositor.render_strips()[region.y : region.bottom]
    lines = [strip.crop(region.x, region.right).text.rstrip() for strip in strips]
    return f"{region.x},{region.y}\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", KEYS)
async def test_its_last_row_has_its_keys_in_the_smallest_window(name: str, tmp_path: Path) -> None:
    """Fails with a list that takes more rows than there are."""
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press(*KEYS[name])
        footer = harness.app.screen.query_one(Footer)
        assert footer.keys[-1].key == "esc"
        lines = harness.text().splitlines()
        assert "esc" in lines[footer.region.y], harness.text()
