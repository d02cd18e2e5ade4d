"""The top of the composer: the modes, greyed out if the gateway does not offer them, and the target gateway."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sunotui.domain.gateways.capabilities import Capabilities, Support
from sunotui.tui import formatting
from sunotui.tui.composer.fields import MODES, Mode, mode_named

_REPORTED = (Support.MISSING, Support.DOUBTFUL)
_BY_SUPPORT = (Support.OFFERED, Support.UNKNOWN, Support.DOUBTFUL, Support.MISSING)
"""From the best to the worst support of a mode."""


class ModeBar(Static):
    """The names of the modes, shortened to fit; a second line only if there is something to report."""

    class Chosen(Message):
        """A mode was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._mode = MODES[0].id
        self._verdicts: Mapping[str, Support] = {}
        self._target = ""

    def show_mode(self, mode: str) -> None:
        """Highlight the current mode."""
        self._mode = mode
        self._draw()

    def show_offers(self, offers: Capabilities) -> None:
        """Grey out what this gateway does not offer; the user can still choose it."""
        self._verdicts = {mode.id: verdict_of(mode, offers) for mode in MODES}
        self._draw()

    def show_target(self, profile: str) -> None:
        """Show the profile that gets the request; empty if there is only one."""
        self._target = profile
        self._draw()

    def on_resize(self) -> None:
        """Fit the names to the new width."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Choose the mode under the mouse."""
        start = 1
        for mode, words in zip(self._modes(), self._names(), strict=True):
            if event.y == 0 and start <= event.x < start + len(words) + 2:
                self.post_message(self.Chosen(mode.id))
            start += len(words) + 2

    def _modes(self) -> tuple[Mode, ...]:
        """The modes with a key, and the current one if it has none."""
        current = mode_named(self._mode)
        return MODES if current in MODES else (*MODES, current)

    def _names(self) -> list[str]:
        """The longest form of the names that fits: key and name, the name alone, the key alone."""
        modes = self._modes()
        forms = [
            [f"{mode.key} {mode.label}".strip() for mode in modes],
            [f"{mode.key} {mode.label}".strip() if mode.id == self._mode else mode.label for mode in modes],
            [f"{mode.key} {mode.label}".strip() if mode.id == self._mode else mode.key for mode in modes],
        ]
        fitting = (names for names in forms if 1 + sum(len(name) + 2 for name in names) <= self.size.width)
        return next(fitting, forms[-1])

    def _draw(self) -> None:
        pieces: list[tuple[str, str]] = [(" ", "")]
        for mode, words in zip(self._modes(), self._names(), strict=True):
            style = "$foreground" if self._verdicts.get(mode.id) not in _REPORTED else "$muted"
            pieces.append((f" {words} ", "bold reverse" if mode.id == self._mode else style))
        report = self._report()
        if report:
            pieces.append(
                (f"\n  {formatting.fit(report, min(cell_len(report), max(1, self.size.width - 3)))}", "$muted")
            )
        self.update(Content.assemble(*pieces))

    def _report(self) -> str:
        parts = [f"to {self._target} (^g another)"] if self._target else []
        for verdict in _REPORTED:
            names = [mode.label for mode in MODES if self._verdicts.get(mode.id) is verdict]
            if names:
                parts.append(f"{verdict.value} here: {', '.join(names)}")
        return " · ".join(parts)


def verdict_of(mode: Mode, offers: Capabilities) -> Support:
    """The best support among a mode's features: an upload by URL counts if the gateway takes no files."""
    verdicts = [offers.verdict(feature) for feature in mode.features]
    return min(verdicts, key=_BY_SUPPORT.index, default=Support.OFFERED)
