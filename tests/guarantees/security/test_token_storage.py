"""Without a keyring the token is in no file (K7), and the field in which it is typed does not reveal it (K8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import AppBlur, AppFocus
from textual.widgets import Input

from sunotui.tui.gateways.login import LoginScreen
from sunotui.tui.gateways.secret_input import SecretInput
from tests.guarantees.conftest import Open
from tests.support.canary import CANARY, files_with_canary, holds_canary
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.tui.harness import AppHarness, open_app


def respond(asked: RecordedRequest) -> tuple[int, object]:
    """A gateway that accepts any token."""
    if asked.path.endswith("/suno/fetch"):
        return 200, {"code": "success", "message": "", "data": []}
    return 404, {"message": "no such page"}


BACKENDS = [
    "keyring.backends.null.Keyring",
    "keyring.backends.fail.Keyring",
    "no.such.Keyring",
    "keyrings.alt.file.PlaintextKeyring",
]


@pytest.mark.guarantee("K7", ordinary="a login with 3 keyring back ends that store nothing; all files searched")
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_login_without_a_keyring_keeps_the_token_in_no_file(
    backend: str, open_terminal: Open, tmp_path: Path
) -> None:
    """Fails with a `TokenStore.put` that falls back to a file in the config folder."""
    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(
            "login", "--base-url", gateway.base_url,
            environ={"PYTHON_KEYRING_BACKEND": backend, "SUNOTUI_BASE_URL": "", "SUNOTUI_TOKEN": ""},
        )  # fmt: skip
        terminal.wait_for("oken")
        terminal.type(CANARY + "\n")
        assert terminal.ended() == 3
        assert gateway.requests_for("/suno/fetch"), "it was tried"
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []
    assert "keyring" in terminal.screen.lower()


@pytest.mark.guarantee(
    "K8",
    ordinary="typed, selected, copied, cut, dragged; left, sent, refused; the window left",
    gaps="While the user types, the field holds what is typed; Python does not overwrite memory that it frees.",
)
async def test_the_secret_line_gives_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with an ordinary `Input(password=True)`: ctrl+c copied the token."""
    copied: list[str] = []
    async with open_app(tmp_path) as quiet:
        monkeypatch.setattr(quiet.app, "copy_to_clipboard", copied.append)
        quiet.app.navigator.open_login(is_new=True)
        await quiet.settle()
        assert isinstance(quiet.app.screen, LoginScreen)
        line = quiet.app.screen.query_one("#token", SecretInput)
        line.focus()
        await quiet.press(*"sk-CANARY-1234", "home", "shift+end")
        assert line.value == "sk-CANARY-1234"
        await quiet.press("ctrl+c", "ctrl+x", "super+c", "ctrl+insert")
        await quiet.pilot.click(line, offset=(2, 0), times=2)
        await quiet.press("ctrl+c")
        line.select_all()
        await quiet.press("ctrl+c")
        assert copied == []
        assert quiet.app.clipboard == ""
        shown = quiet.text() + quiet.app.export_screenshot() + repr(line) + repr(line.render())
        assert "CANARY" not in shown
        assert not any("CANARY" in str(found.value) for found in quiet.app.query(Input) if found is not line)
        await quiet.press("escape")
        assert line.value == "", "leaving wipes it"


def held_by_widgets(quiet: AppHarness) -> list[str]:
    """The attributes of all widgets of all screens that contain a part of the token."""
    widgets = [widget for screen in quiet.app.screen_stack for widget in screen.walk_children(with_self=True)]
    return [
        f"{widget!r}: {name}" for widget in widgets for name, held in vars(widget).items() if "CANARY" in repr(held)
    ]


async def login_line(quiet: AppHarness) -> SecretInput:
    """The form for another gateway is open, and its token is about to be typed."""
    quiet.app.navigator.open_login(is_new=True)
    await quiet.settle()
    line = quiet.app.screen.query_one("#token", SecretInput)
    line.focus()
    return line


@pytest.mark.guarantee("K8")
async def test_the_line_is_empty_as_soon_as_nobody_types_in_it(tmp_path: Path) -> None:
    """Fails with an `on_blur` that leaves the value: it was in the line for as long as the form was open."""
    async with open_app(tmp_path) as quiet:
        line = await login_line(quiet)
        await quiet.press(*"sk-CANARY-1234")
        assert held_by_widgets(quiet), "else this would find nothing ever"
        # To another line: sealed.
        await quiet.press("tab")
        assert line.value == ""
        assert held_by_widgets(quiet) == []
        assert line.token().reveal() == "sk-CANARY-1234"
        # Sent, and refused for want of an address: sealed, and not lost.
        line.focus()
        await quiet.press("enter")
        assert held_by_widgets(quiet) == []
        assert line.token().reveal() == "sk-CANARY-1234"
        # Typed again, it is another token.
        await quiet.press(*"sk-CANARY-5678")
        assert line.token().reveal() == "sk-CANARY-5678"
        await quiet.press("escape")
        assert line._sealed is None


@pytest.mark.guarantee("K8")
async def test_half_a_token_waits_while_the_other_half_is_looked_up(tmp_path: Path) -> None:
    """The terminal's window is left and come back to. Fails with a field that starts empty."""
    async with open_app(tmp_path) as quiet:
        line = await login_line(quiet)
        await quiet.press(*"sk-CANARY-")
        quiet.app.post_message(AppBlur())
        await quiet.settle()
        assert held_by_widgets(quiet) == []
        quiet.app.post_message(AppFocus())
        await quiet.settle()
        await quiet.press(*"1234")
        assert line.token().reveal() == "sk-CANARY-1234"
