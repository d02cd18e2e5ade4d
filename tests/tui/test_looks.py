"""Snapshots of the main screens at the five sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.gateways.capabilities import Capabilities, Software
from sunotui.domain.gateways.money import Balance
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.theming.theme import SUNOTUI
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import open_app

SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)]
SONG = {
    "title": "Last Train, First Snow",
    "style": "warm jazz, brushed drums, close female voice",
    "lyrics": "[Verse]\nThe last train hums below the snow\nAnd every window is a stage\n"
    "\n[Chorus]\nCarry me home, carry me slow",
}
SCREENS: dict[str, tuple[str, ...]] = {
    "library": (),
    "detail": ("enter",),
    "details-tab": ("j", "enter", "i"),
    "request-tab": ("enter", "i", "i", "i"),
    "composer": ("n",),
    "composer-custom": ("n", "f3"),
    "failed": ("G",),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_screen(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press(*SCREENS[name])
        await harness.pilot.pause(0.1)
        assert_looks_like(harness.text(), SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_song_half_written(size: tuple[int, int], tmp_path: Path) -> None:
    """The lyrics take every free row, and the check is a bill."""
    async with open_app(tmp_path, size) as harness:
        billing = harness.core_harness.core.services.billing
        harness.core_harness.gateway.money = Balance(4.90, "$")
        await billing._save_price("main", "music", 0.1, "$")
        await billing.refresh("main")
        await harness.press("n", "f3")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        for name, text in SONG.items():
            screen.session.write(name, text)
        screen.query_one("#lyrics").focus()
        await harness.settle()
        assert_looks_like(harness.text(), SNAPSHOTS / f"composer-song-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_section_with_its_further_fields_and_what_is_wrong(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("n", "f10", "ctrl+s")
        assert_looks_like(harness.text(), SNAPSHOTS / f"composer-wrong-{size[0]}x{size[1]}.txt")
        harness.app.screen.query_one("#fold").focus()
        await harness.press("enter")
        assert_looks_like(harness.text(), SNAPSHOTS / f"composer-more-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_cover_at_a_relay(size: tuple[int, int], tmp_path: Path) -> None:
    """Warnings, price and balance beside a form, and the text below the modes."""
    async with open_app(tmp_path, size) as harness:
        core, gateway = harness.core_harness.core, harness.core_harness.gateway
        harness.add_gateway("other")
        gateway.found = Capabilities(software=Software.NEW_API, version="v0.6.6", system_name="Example API")
        gateway.money = Balance(0.05, "$")
        await core.services.capabilities.probe("main")
        await core.services.billing._save_price("main", "cover", 0.1, "$")
        await core.services.billing.refresh("main")
        await harness.press("j", "C")
        await harness.press(*"bossa nova")
        assert_looks_like(harness.text(), SNAPSHOTS / f"composer-cover-{size[0]}x{size[1]}.txt")


async def test_the_program_has_its_own_colours_and_greys_out_what_is_not_offered(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.found = Capabilities(software=Software.NEW_API)
        await harness.core_harness.core.services.capabilities.probe("main")
        assert harness.app.screen.styles.background.hex.lower() == SUNOTUI.background
        await harness.press("n")
        strip = harness.app.screen._compositor.render_strips()[1]
        colours = {segment.text.strip(): segment.style.color for segment in strip if segment.style is not None}
        assert colours["Custom"] == colours["Lyrics"]
        assert colours["Cover"] != colours["Lyrics"]


@pytest.mark.parametrize("size", [(60, 15), (20, 5), (1, 1), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_size_is_too_small(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("j", "enter", "escape", "n", "f3", "escape", "question_mark", "escape")
        assert harness.app.return_code is None


async def test_resizing_moves_between_the_layouts(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        for size in [(60, 20), (100, 30), (120, 40), (79, 20), (80, 20), (110, 20)]:
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert harness.tasks.size.width > 0 or size[0] < 80
        assert "Views" not in harness.text()
