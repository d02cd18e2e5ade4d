"""Without a keyring the token is in no file (K7), and the input field does not reveal it (K8)."""

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


def respond(request: RecordedRequest) -> tuple[int, object]:
    """A gateway that accepts any token."""
    if request.path.endswith("/suno/fetch"):
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
def test_a_login_without_a_keyring_writes_the_token_to_no_file(
    backend: str, open_terminal: Open, tmp_path: Path
) -> None:
    """Fails if `TokenStore` falls back to a file in the config folder."""
    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(
            "login", "--base-url", gateway.base_url,
            environ={"PYTHON_KEYRING_BACKEND": backend, "SUNOTUI_BASE_URL": "", "SUNOTUI_TOKEN": ""},
        )  # fmt: skip
        terminal.wait_for("oken")
        terminal.type(CANARY + "\n")
        assert terminal.ended() == 3
        assert gateway.requests_for("/suno/fetch"), "the token was checked"
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []
    assert "keyring" in terminal.screen.lower()


@pytest.mark.guarantee(
    "K8",
    ordinary="typed, selected, copied, cut, dragged; field left, form sent and refused; window left",
    gaps="While the user types, the field contains the token; Python does not overwrite memory that it frees.",
)
async def test_the_token_field_cannot_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with an ordinary `Input(password=True)`: ctrl+c copies the token."""
    copied: list[str] = []
    async with open_app(tmp_path) as ui:
        monkeypatch.setattr(ui.app, "copy_to_clipboard", copied.append)
        ui.app.navigator.open_login(is_new=True)
        await ui.settle()
        assert isinstance(ui.app.screen, LoginScreen)
        field = ui.app.screen.query_one("#token", SecretInput)
        field.focus()
        await ui.press(*"sk-CANARY-1234", "home", "shift+end")
        assert field.value == "sk-CANARY-1234"
        await ui.press("ctrl+c", "ctrl+x", "super+c", "ctrl+insert")
        await ui.pilot.click(field, offset=(2, 0), times=2)
        await ui.press("ctrl+c")
        field.select_all()
        await ui.press("ctrl+c")
        assert copied == []
        assert ui.app.clipboard == ""
        shown = ui.text() + ui.app.export_screenshot() + repr(field) + repr(field.render())
        assert "CANARY" not in shown
        assert not any("CANARY" in str(found.value) for found in ui.app.query(Input) if found is not field)
        await ui.press("escape")
        assert field.value == "", "leaving the form clears the field"


def attributes_with_token(ui: AppHarness) -> list[str]:
    """The attributes of all widgets of all screens that contain a part of the token."""
    widgets = [widget for screen in ui.app.screen_stack for widget in screen.walk_children(with_self=True)]
    return [
        f"{widget!r}: {name}" for widget in widgets for name, held in vars(widget).items() if "CANARY" in repr(held)
    ]


async def open_token_field(ui: AppHarness) -> SecretInput:
    """Open the login form of a new gateway and focus its token field."""
    ui.app.navigator.open_login(is_new=True)
    await ui.settle()
    field = ui.app.screen.query_one("#token", SecretInput)
    field.focus()
    return field


@pytest.mark.guarantee("K8")
async def test_the_token_field_is_cleared_when_it_loses_focus(tmp_path: Path) -> None:
    """Fails if `on_blur` keeps the value: the field then contains it as long as the form is open."""
    async with open_app(tmp_path) as ui:
        field = await open_token_field(ui)
        await ui.press(*"sk-CANARY-1234")
        assert attributes_with_token(ui), "the search must be able to find the token"
        # Moving to another field seals the token.
        await ui.press("tab")
        assert field.value == ""
        assert attributes_with_token(ui) == []
        assert field.token().reveal() == "sk-CANARY-1234"
        # Sending is refused because the URL is missing: the token stays sealed and is not lost.
        field.focus()
        await ui.press("enter")
        assert attributes_with_token(ui) == []
        assert field.token().reveal() == "sk-CANARY-1234"
        # Typing again replaces the token.
        await ui.press(*"sk-CANARY-5678")
        assert field.token().reveal() == "sk-CANARY-5678"
        await ui.press("escape")
        assert field._sealed is None


@pytest.mark.guarantee("K8")
async def test_a_partly_typed_token_survives_leaving_the_window(tmp_path: Path) -> None:
    """Fails if the field is empty after the terminal window loses and regains focus."""
    async with open_app(tmp_path) as ui:
        field = await open_token_field(ui)
        await ui.press(*"sk-CANARY-")
        ui.app.post_message(AppBlur())
        await ui.settle()
        assert attributes_with_token(ui) == []
        ui.app.post_message(AppFocus())
        await ui.settle()
        await ui.press(*"1234")
        assert field.token().reveal() == "sk-CANARY-1234"
