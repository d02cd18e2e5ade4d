"""The row of modes at the top of the composer, with those in grey that the gateway does not offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sunotui.domain.gateways.capabilities import Capabilities, Support
from sunotui.named_tuple import NamedTuple
from sunotui.tui.composer.fields import MODES, OWN_MODES, Mode, mode_named
from sunotui.tui.theming import glyphs

_BY_SUPPORT = (Support.OFFERED, Support.UNKNOWN, Support.DOUBTFUL, Support.MISSING)
"""From the best to the worst support of a mode."""
_TAKE_MODES = MODES[len(OWN_MODES) :]
_BAR = "│"
_USUAL = 3
"""Of the modes that need a take, those in a window of ordinary width."""


class _Part(NamedTuple):
    """A part of the row; without a mode and without a text to click it is decoration."""

    text: str
    mode: Mode | None = None
    is_menu: bool = False
    key: str = ""

    @property
    def cells(self) -> int:
        """Its width."""
        return cell_len(self.text) + cell_len(self.key)


class ModeBar(Static):
    """The names of the modes with their keys, as many as there is room for; all others are in the list of modes, which
    its last part opens. The names of the current mode and its neighbours are always there."""

    class Chosen(Message):
        """A mode was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    class MenuOpened(Message):
        """The user asked for the list of all modes."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._mode = ""
        """Empty, with nothing drawn, until the draft was read."""
        self._support: Mapping[str, Support] = {}
        self._parts: Sequence[_Part] = ()

    def show_mode(self, mode: str) -> None:
        """Highlight the current mode."""
        self._mode = mode
        self._draw()

    def show_offers(self, offers: Capabilities) -> None:
        """Grey out what this gateway does not offer; the user can still choose it."""
        self._support = {mode.id: support_of(mode, offers) for mode in MODES}
        self._draw()

    def on_resize(self) -> None:
        """Fit the names to the new width."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Choose the mode under the mouse, or open the list of all modes."""
        start = 0
        for part in self._parts:
            if start <= event.x < start + part.cells:
                if part.mode is not None:
                    self.post_message(self.Chosen(part.mode.id))
                elif part.is_menu:
                    self.post_message(self.MenuOpened())
            start += part.cells

    def _forms(self) -> Iterator[Sequence[_Part]]:
        """The row in its possible forms, the longest first."""
        current = mode_named(self._mode)
        guest = () if current in OWN_MODES else (current,)
        bar, label, more = _Part(_BAR), _Part("from a take"), _Part(f" More {glyphs.DOWN} ", is_menu=True)
        from_take = _Part(f" From a take {glyphs.DOWN} ", is_menu=True)
        for shown, gap in ((_TAKE_MODES, " "), (_TAKE_MODES[:_USUAL], " "), (_TAKE_MODES[:_USUAL], "")):
            takes = shown if current in shown else (*shown, *guest)
            has_label = bool(gap)
            yield (
                *map(_with_key, OWN_MODES),
                *((_Part(" "), bar, _Part(" "), label) if has_label else (bar,)),
                *map(_with_key, takes),
                more,
            )
        yield (*map(_with_key, OWN_MODES), bar, *map(_with_key, guest), more if guest else from_take)
        if not guest:
            yield (*map(_name, OWN_MODES), bar, from_take)
        at = MODES.index(current) if current in MODES else len(MODES)
        for reach in (3, 2, 1):
            around = [*MODES[max(0, at - reach) : at], current, *MODES[at + 1 : at + 1 + reach]]
            yield (*map(_name, around), bar, more)
        yield (_name(current), more)

    def _draw(self) -> None:
        if not self._mode:
            return
        width = max(1, self.size.width)
        forms = [(_Part(" "), *form) for form in self._forms()]
        self._parts = next((form for form in forms if sum(part.cells for part in form) <= width), forms[-1])
        pieces: list[tuple[str, str]] = []
        for part in self._parts:
            if part.text == _BAR:
                pieces.append((part.text, "$rule"))
            elif part.mode is None:
                pieces.append((part.text, "$foreground" if part.is_menu else "$muted"))
            elif part.mode.id == self._mode:
                pieces.append((part.text + part.key, "bold reverse $key"))
            else:
                is_reported = self._support.get(part.mode.id) in {Support.MISSING, Support.DOUBTFUL}
                pieces += [(part.text, "$muted" if is_reported else "$foreground"), (part.key, "$muted")]
        self.update(Content.assemble(*pieces))


def _name(mode: Mode) -> _Part:
    return _Part(f" {mode.label} ", mode)


def _with_key(mode: Mode) -> _Part:
    return _Part(f" {mode.label} ", mode, key=f"{mode.key} ") if mode.key else _name(mode)


def support_of(mode: Mode, offers: Capabilities) -> Support:
    """The best support among a mode's features: an upload by URL counts if the gateway takes no files."""
    found = [offers.support(feature) for feature in mode.features]
    return min(found, key=_BY_SUPPORT.index, default=Support.OFFERED)
