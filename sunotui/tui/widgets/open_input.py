"""A line whose text is shown, and which therefore takes no token."""

from textual import events
from textual.message import Message
from textual.widgets import Input

from sunotui.domain.token_shape import may_be_token


class OpenInput(Input):
    """As soon as its text looks like a token it is wiped, and the letters that come behind are not taken: they would be
    the rest of it. Any other key ends that."""

    class Refused(Message):
        """What looked like a token was wiped."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True)
        self._is_refusing = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Edit the line; what then looks like a token is neither drawn nor handed on."""
        first, last = sorted((start, end))
        if text and may_be_token(f"{self.value[:first]}{text}{self.value[last:]}"):
            self._is_refusing = True
            self.value = ""
            self.post_message(self.Refused())
        else:
            super().replace(text, start, end)

    async def on_key(self, event: events.Key) -> None:
        """Drop the rest of a token that is being typed."""
        if self._is_refusing and event.is_printable:
            event.stop()
            event.prevent_default()
        else:
            self._is_refusing = False

    def on_blur(self) -> None:
        """The next text is another one."""
        self._is_refusing = False
