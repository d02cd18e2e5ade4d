"""Letters that come faster than a screen opens: they belong to it, and to nothing that was there before."""

from textual import events
from textual.app import App


class TakesLetters:
    """A screen that people write on from its first moment."""

    def take_letter(self, event: events.Key) -> bool:
        """Whether the letter was taken."""
        raise NotImplementedError


class TypeAhead(App[int]):
    """Every key that no widget wanted comes by here before it is looked up among the bindings: one that was meant for
    the screen which has just opened must not run a command of the one below, such as leaving the program."""

    def on_key(self, event: events.Key) -> None:
        """Give a letter to the screen that waits for it."""
        screen = self.screen
        if event.is_printable and isinstance(screen, TakesLetters) and screen.take_letter(event):
            event.stop()
            event.prevent_default()
