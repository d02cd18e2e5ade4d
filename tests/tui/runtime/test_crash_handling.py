"""A crash is reported without the values of variables, which could be a token or a prompt (K1, Z4)."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import MountError
from textual.widgets import Static
from textual.worker import WorkerFailed

from sunotui.tui.gateways.login import LoginScreen
from sunotui.tui.library.actions import list_actions
from sunotui.tui.library.context import LibraryContext
from tests.tui.harness import open_app

CANARY = "sk-CANARY-9f8e7d"


def crash(ctx: LibraryContext, token: str = CANARY) -> None:
    """Crash with a secret in a variable, and with one in the exception's message."""
    prompt = f"a prompt with {token}"
    raise ZeroDivisionError(prompt)


async def test_a_crash_report_has_neither_token_nor_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(list_actions, "search", crash)
    with pytest.raises(ZeroDivisionError):
        async with open_app(tmp_path) as harness:
            await harness.press("slash")
    printed = "".join(capfd.readouterr())
    assert "had to stop (ZeroDivisionError)" in printed
    (report,) = (tmp_path / "data").glob("crash-*.txt")
    text = report.read_text()
    assert "test_crash_handling.py" in text, "where it happened is reported"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    for words in (printed, text):
        assert CANARY not in words
        assert "a prompt with" not in words


def look_for_nothing(ctx: LibraryContext) -> None:
    """Look for a widget that the screen does not have."""
    ctx.app.screen.query_one("#no-such-widget")


async def test_a_widget_that_a_living_screen_does_not_have_is_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(list_actions, "search", look_for_nothing)
    with pytest.raises(NoMatches):
        async with open_app(tmp_path) as harness:
            await harness.press("slash")
    assert "had to stop (NoMatches)" in "".join(capfd.readouterr())
    assert len(list((tmp_path / "data").glob("crash-*.txt"))) == 1


class Seeker(Static):
    """Looks for widgets of its own, or of the screen, when a test says so."""

    def look(self, node: DOMNode) -> NoMatches:
        """The error of looking below a node for what is not there."""
        with pytest.raises(NoMatches) as raised:
            node.query_one("#no-such-widget")
        return raised.value

    def look_with_query(self, node: DOMNode) -> NoMatches:
        """The error of a query below a node for what is not there."""
        with pytest.raises(NoMatches) as raised:
            node.query("#no-such-widget").first()
        return raised.value


async def test_only_what_a_removed_widget_does_not_find_below_itself_is_harmless(tmp_path: Path) -> None:
    """Everything was, when a removed widget or the app stood anywhere in the traceback."""
    async with open_app(tmp_path) as harness:
        app, seeker = harness.app, Seeker()
        await app.screen.mount(seeker)
        for look in (seeker.look, seeker.look_with_query):
            assert not app.crash_handling.ignores(look(seeker))
            assert not app.crash_handling.ignores(look(app.screen))
            assert not app.crash_handling.ignores(look(app))
        await seeker.remove()
        for look in (seeker.look, seeker.look_with_query):
            assert app.crash_handling.ignores(look(seeker))
            assert not app.crash_handling.ignores(look(app.screen)), "the screen is there, whoever looked"
            assert not app.crash_handling.ignores(look(app))
        assert not app.crash_handling.ignores(ValueError("no search at all"))
        screen = LoginScreen(app.core)
        await app.push_screen(screen)
        assert not app.crash_handling.ignores(seeker.look(screen))
        closing = app.pop_screen()
        assert app.crash_handling.ignores(seeker.look(screen)), "it loses its children before it is detached"
        await closing
        assert app.crash_handling.ignores(seeker.look(screen))


async def test_a_removed_widget_harms_nothing_by_a_worker_or_new_children(tmp_path: Path) -> None:
    """Regression: a composer and a login that were closed with the mouse while they opened ended the app."""
    async with open_app(tmp_path) as harness:
        app, seeker = harness.app, Seeker()
        await app.screen.mount(seeker)
        failed = WorkerFailed(seeker.look(seeker))
        assert not app.crash_handling.ignores(failed)
        await seeker.remove()
        assert app.crash_handling.ignores(failed)
        with pytest.raises(MountError) as raised:
            Seeker().mount(Static())
        assert app.crash_handling.ignores(raised.value)
        assert app.crash_handling.ignores(WorkerFailed(raised.value))
        assert not app.crash_handling.ignores(WorkerFailed(ValueError("no search at all")))


class Waiting(Screen[None]):
    """A screen with an action that waits, and then looks for what it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()
        self.label = Static()

    def compose(self) -> ComposeResult:
        yield self.label

    async def action_wait(self) -> None:
        await self.goes_on.wait()
        self.query_one("#no-such-widget")

    async def action_wait_for_screen(self) -> None:
        await self.goes_on.wait()
        assert self.label.screen is self, "the label has no screen once it is removed"


@pytest.mark.parametrize("action", ["wait", "wait_for_screen"])
async def test_an_action_whose_screen_closes_while_it_waits_harms_nothing(tmp_path: Path, action: str) -> None:
    """Regression: the composer was closed by a click while its form was cleared, which ended the program."""
    async with open_app(tmp_path) as harness:
        app, screen = harness.app, Waiting()
        await app.push_screen(screen)
        running = asyncio.create_task(app.run_action(action, screen))
        await asyncio.sleep(0)
        await app.pop_screen()
        screen.goes_on.set()
        assert await running


async def test_an_action_that_misses_a_part_of_its_open_screen_is_an_error(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        screen = Waiting()
        await harness.app.push_screen(screen)
        screen.goes_on.set()
        with pytest.raises(NoMatches):
            await harness.app.run_action("wait", screen)
