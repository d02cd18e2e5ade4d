"""Letters that come faster than a screen opens: they belong to it, and to nothing that was there before."""

from textual import events
from textual.app import App
from textual.screen import Screen


class TakesLetters:
    """A screen that people write on from its first moment."""

    def take_letter(self, event: events.Key) -> bool:
        """Whether the letter was taken."""
        raise NotImplementedError


class WritesAtOnce(TakesLetters):
    """One whose only field takes what comes before it has its cursor, and even before it is there."""

    _early = ""
    _has_field = False

    def write(self, text: str) -> None:
        """Put letters into the field, where its cursor is."""
        raise NotImplementedError

    def open_field(self) -> None:
        """The field is there: it gets what was typed for it."""
        self._has_field = True
        if self._early:
            self.write(self._early)

    def take_letter(self, event: events.Key) -> bool:
        """Every letter."""
        if self._has_field:
            self.write(event.character or "")
        else:
            self._early += event.character or ""
        return True


class HoldsKeys:
    """A screen that is not complete at once: keys and pastes that come too early take effect when it is, in their
    order."""

    def hold(self, event: events.Key | events.Paste) -> bool:
        """Whether the event was put aside."""
        raise NotImplementedError


class TypeAhead(App[int]):
    """Every key that no widget wanted comes by here before it is looked up among the bindings: one that was meant for
    the screen which has just opened must not run a command of the one below, such as leaving the program."""

    async def on_event(self, event: events.Event) -> None:
        """Let a screen that is not complete put a key or a paste aside, unless it is a key of the whole program."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            screen = self.screen
            if isinstance(screen, HoldsKeys) and not self._is_own(event, screen) and screen.hold(event):
                return
        await super().on_event(event)

    def _is_own(self, event: events.Key | events.Paste, screen: Screen[object]) -> bool:
        """Whether it is a key that works on every screen, such as the one that leaves the program."""
        bound = screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        return bound is not None and bound.node is self

    def on_key(self, event: events.Key) -> None:
        """Give a letter to the screen that waits for it."""
        screen = self.screen
        if event.is_printable and isinstance(screen, TakesLetters) and screen.take_letter(event):
            event.stop()
            event.prevent_default()
