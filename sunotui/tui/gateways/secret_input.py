"""The input for a token (K8)."""

from __future__ import annotations

from pydantic import SecretStr
from textual import events
from textual.widgets import Input

from sunotui.domain.gateways.token import Token

_TYPED_HINT = "Entered; type to replace"


class SecretInput(Input):
    """Its text is neither shown nor copied to the clipboard. When it loses the focus or is submitted, the text moves
    into a SecretStr and the input is empty."""

    def __init__(self, *, placeholder: str, id: str) -> None:
        super().__init__(password=True, placeholder=placeholder, id=id, compact=True)
        self._hint = placeholder
        self._sealed: SecretStr | None = None

    @property
    def has_token(self) -> bool:
        """Whether anything was typed."""
        return bool(self.value) or self._sealed is not None

    def token(self) -> Token:
        """The token that was typed. Raises TokenMalformed, whose message does not quote it."""
        self._seal()
        return Token(self._sealed.get_secret_value() if self._sealed is not None else "")

    def wipe(self) -> None:
        """Erase the token."""
        self._sealed = None
        self.value, self.placeholder = "", self._hint

    def _seal(self) -> None:
        if self.value:
            self._sealed = SecretStr(self.value)
            self.value, self.placeholder = "", _TYPED_HINT

    def on_blur(self) -> None:
        """Seal the text before any message contains it."""
        self._seal()

    def on_focus(self, event: events.Focus) -> None:
        """Restore the text when the terminal window gets the focus back: the user may have copied the rest of the
        token."""
        if event.from_app_focus and self._sealed is not None and not self.value:
            self.value = self._sealed.get_secret_value()
            self.cursor_position = len(self.value)

    async def action_submit(self) -> None:
        """Seal the text first, so that the message does not contain it."""
        self._seal()
        await super().action_submit()

    def action_copy(self) -> None:
        """Do nothing: a token is never copied to the clipboard."""

    def action_cut(self) -> None:
        """Do nothing: a token is never copied to the clipboard."""
