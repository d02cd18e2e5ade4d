"""Every word on every screen can be read in every theme: a contrast of 4.5:1 or more with its ground (WCAG 1.4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.theme import BUILTIN_THEMES

from sunotui.core.events import ConnectionState
from sunotui.domain.gateways.money import Balance
from sunotui.domain.requests.request import PersonaRequest
from sunotui.tui.app import SunoApp
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.theming.theme import OWN_THEMES, contrast, shown_by
from tests.support.send_request import send_request
from tests.tui.harness import AppHarness, open_app

LEAST = 4.5
NAMED = [
    *(theme.name for theme in OWN_THEMES),
    *(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi),
]
"""Every theme whose colours are known."""
ORDINARY = [*(theme.name for theme in OWN_THEMES), "solarized-light", "textual-dark"]
"""Those of the ordinary suite: ours, the stock theme with the least contrast, and that with coloured panels."""
SCREENS: dict[str, tuple[str, ...]] = {
    "list": ("j",),
    "marks": ("v", "v", "s"),
    "failed": ("G",),
    "detail": ("j", "enter"),
    "details tab": ("j", "enter", "i"),
    "family tab": ("j", "enter", "i", "i"),
    "request tab": ("enter", "i", "i", "i"),
    "raw tab": ("enter", "i", "i", "i", "i"),
    "sidebar": ("h", "j"),
    "sidebar in another place": ("h", *"jjjjj", "l"),
    "search": ("slash", *"rain"),
    "search with an issue": ("slash", *"len:nice rain"),
    "search without a hit": ("slash", *"qqqq", "enter"),
    "filter": ("f",),
    "sort": ("S",),
    "copy": ("j", "Y"),
    "open": ("j", "O"),
    "rate": ("j", "asterisk"),
    "labels": ("j", "b"),
    "album": ("j", "a", *"Rain"),
    "note": ("j", "N", *"a note"),
    "name of a search": ("slash", *"rain", "enter", "ctrl+s"),
    "more from a take": ("j", "m"),
    "messages": ("exclamation_mark",),
    "help": ("question_mark",),
    "theme": ("alt+t",),
    "settings": ("comma",),
    "line of a setting": ("comma", *"loudness"),
    "palette": ("ctrl+p", *"co"),
    "journal": ("J",),
    "gateways": ("P",),
    "login": ("P", "n"),
    "statistics": ("percent_sign",),
    "composer": ("n", *"rain"),
    "custom": ("n", "f3"),
    "lyrics": ("n", "f4"),
    "upload": ("n", "f8"),
    "all modes": ("n", "f12"),
    "earlier requests": ("n", "ctrl+r"),
    "extend": ("j", "e"),
    "cover": ("j", "C"),
    "replace a section": ("j", "E"),
    "stems": ("j", "M"),
    "reuse": ("R",),
    "entry of the journal": ("J", "enter"),
    "take": ("n", "f6", "alt+o"),
    "voice": ("n", "f3", "ctrl+o"),
    "more": ("n", "f3", "#fold", "enter"),
    "model": ("n", "#model-pick", "enter"),
    "JSON": ("n", *"rain", "alt+j"),
    "refused form": ("n", "f10", "ctrl+s"),
}
"""The keys to each screen; "#name" focuses a widget."""


def cells(app_screen: object, regions: list[Region]) -> Iterator[tuple[str, Segment]]:
    """The text of every segment within the regions, without lines, blocks and blanks."""
    strips = app_screen._compositor.render_strips()  # type: ignore[attr-defined]
    for region in regions:
        for y in range(max(0, region.y), min(region.bottom, len(strips))):
            for segment in strips[y].crop(max(0, region.x), region.right):
                text = "".join(char for char in segment.text if not 0x2500 <= ord(char) <= 0x259F).strip()
                if text:
                    yield text, segment


def weak(harness: AppHarness) -> dict[str, float]:
    """The words of the top screen that are too near to their ground, without what is dimmed behind a dialog."""
    screen, shown = harness.app.screen, shown_by(harness.app.console.color_system)
    is_modal = isinstance(screen, ModalScreen)
    regions = [child.region for child in screen.displayed_children] if is_modal else [screen.region]
    found = {}
    for text, segment in cells(screen, regions):
        style = segment.style
        assert style is not None, text
        assert style.color is not None, text
        assert style.bgcolor is not None, text
        assert not style.dim, text
        ratio = contrast(*(shown(Color.from_rich_color(color)) for color in (style.color, style.bgcolor)))
        if ratio < LEAST:
            found[text[:60]] = round(ratio, 2)
    return found


async def weak_in(harness: AppHarness, themes: list[str]) -> dict[str, dict[str, float]]:
    """The weak words in each of the themes that has some."""
    found = {}
    for theme in themes:
        harness.app.theme = theme
        await harness.pilot.pause()
        await harness.pilot.pause()
        if words := weak(harness):
            found[theme] = words
    return found


async def open_screen(harness: AppHarness, name: str) -> None:
    """Go to a screen, with everything in the header and the footer that can be there."""
    status = harness.app.status
    status.balance, status.songs_left, status.unknown, status.upload = "$4.90", 49, 1, "30%"
    status.library_health, status.is_unencrypted = "read only", True
    harness.core_harness.gateway.money = Balance(0.05, "$")
    if name == "voice":
        await send_request(harness.core_harness.core, PersonaRequest("c-9", "Old Sailor"), "main")
    for key in SCREENS[name]:
        if key.startswith("#"):
            harness.app.screen.query_one(key).focus()
        else:
            await harness.press(key)


@pytest.mark.parametrize("name", SCREENS)
async def test_every_word_can_be_read(name: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_screen(harness, name)
        assert await weak_in(harness, ORDINARY) == {}


@pytest.mark.long
@pytest.mark.parametrize("name", SCREENS)
async def test_every_word_can_be_read_in_every_theme(name: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await open_screen(harness, name)
        assert await weak_in(harness, NAMED) == {}


@pytest.mark.parametrize("size", [(120, 40), (60, 15)], ids=["large", "small"])
async def test_the_first_steps_can_be_read(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[]) as harness:
        assert "Your songs will appear here" in harness.text()
        assert await weak_in(harness, ORDINARY) == {}


async def test_a_confirmation_can_be_read(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.push_screen(ConfirmDialog("Send it again?", "nothing is sent", "Send again", "pay once more"))
        await harness.settle()
        assert "pay once more" in harness.text()
        assert await weak_in(harness, ORDINARY) == {}


@pytest.mark.parametrize("name", ["list", "details tab", "sidebar", "palette", "composer", "gateways"])
async def test_with_256_colours_what_is_shown_can_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM")
    async with open_app(tmp_path) as harness:
        assert harness.app.console.color_system == "256"
        await open_screen(harness, name)
        assert await weak_in(harness, ORDINARY) == {}


@pytest.mark.parametrize("name", ["search hints", "palette hint", "composer", "new login", "help"])
async def test_with_16_colours_nothing_is_dim_and_scrollbars_have_no_trough(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terminals disagree about the dim attribute."""
    keys = {"search hints": ("slash",), "palette hint": ("ctrl+p",), "composer": ("n",), "new login": ("P", "n")}
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    async with open_app(tmp_path, (60, 15)) as harness:
        assert harness.app.theme == "ansi-dark"
        await harness.press(*keys.get(name, ("question_mark",)))
        screen = harness.app.screen
        shown = [screen.region] if not isinstance(screen, ModalScreen) else [one.region for one in screen.children]
        assert [text for text, segment in cells(screen, shown) if segment.style is not None and segment.style.dim] == []
        bars = [
            segment
            for strip in screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and "@mouse.down" in segment.style.meta
        ]
        assert bars or name not in {"help", "palette hint"}
        grounds = {segment.style.bgcolor.name for segment in bars if segment.style and segment.style.bgcolor}
        assert grounds <= {"default"}


@pytest.mark.parametrize("value", ["", "1"])
async def test_only_a_no_color_with_a_value_takes_the_colours_away(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    async with open_app(tmp_path) as harness:
        assert harness.app.has_class("-mono") is bool(value)


@pytest.mark.parametrize("width", [60, 80])
async def test_narrow_screens_can_be_read_too(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 20)) as harness:
        await harness.press("w", "j")
        assert await weak_in(harness, ORDINARY) == {}


@pytest.mark.parametrize("severity", ["information", "warning", "error"])
async def test_messages_can_be_read(severity: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The test driver of Textual shows no toasts otherwise.
    monkeypatch.setattr(SunoApp, "run_test", partialmethod(SunoApp.run_test, notifications=True))
    async with open_app(tmp_path) as harness:
        harness.app.say("Something happened", severity, undo="library.undo")  # type: ignore[arg-type]
        harness.app.alert("Something needs attention", severity)  # type: ignore[arg-type]
        await harness.until(lambda: "Something needs attention" in harness.text(), "the toast")
        assert await weak_in(harness, ORDINARY) == {}


@pytest.mark.parametrize("state", ConnectionState)
async def test_every_state_of_the_connection_can_be_read(state: ConnectionState, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.app.status.connection = state
        harness.app.status._changed()
        assert await weak_in(harness, ORDINARY) == {}


async def test_weak_words_are_found(tmp_path: Path) -> None:
    """Else the tests above would pass on a screen that is not looked at."""
    async with open_app(tmp_path) as harness:
        variables = harness.app.get_css_variables()
        harness.app.get_css_variables = lambda: variables | {"muted": variables["rule"]}  # type: ignore[method-assign]
        harness.app.refresh_css()
        await harness.settle()
        assert weak(harness)
        harness.app.get_css_variables = lambda: variables  # type: ignore[method-assign]
