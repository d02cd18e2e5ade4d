"""The line in which a token is typed (K8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from pydantic import SecretStr

    from sunotui.domain.token import Token

_KEPT = "kept, and shown to nobody; what you type replaces it"


class SecretInput(Input):
    """Its text is neither shown nor given to the clipboard, and stays here no longer than somebody types: when the line
    is left or sent it is sealed, and the line is empty."""

    def __init__(self, *, placeholder: str, id: str) -> None:
        super().__init__(password=True, placeholder=placeholder, id=id, compact=True)
        self._hint = placeholder
        self._sealed: SecretStr | None = None

    def token(self) -> Token:
        """What was given. Raises TokenMalformed, without quoting it."""
        from sunotui.domain.token import Token

        self._seal()
        return Token(self._sealed.get_secret_value() if self._sealed is not None else "")

    def wipe(self) -> None:
        """Forget what was given."""
        self._sealed = None
        self.value, self.placeholder = "", self._hint

    def _seal(self) -> None:
        from pydantic import SecretStr

        if self.value:
            self._sealed = SecretStr(self.value)
            self.value, self.placeholder = "", _KEPT

    def on_blur(self) -> None:
        """Away from the line: sealed, before anybody is told of its text."""
        self._seal()

    def on_focus(self, event: events.Focus) -> None:
        """The terminal's window was left for another one, where perhaps the other half of the token is: go on."""
        if event.from_app_focus and self._sealed is not None and not self.value:
            self.value = self._sealed.get_secret_value()
            self.cursor_position = len(self.value)

    async def action_submit(self) -> None:
        """Enter: what is told of it has no text."""
        self._seal()
        await super().action_submit()

    def action_copy(self) -> None:
        """Nothing: a token does not go to the clipboard."""

    def action_cut(self) -> None:
        """Nothing: a token does not go to the clipboard."""
