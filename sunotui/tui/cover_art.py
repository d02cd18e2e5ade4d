"""The covers of an app: those that were drawn, and whether others are shown. `cover_drawing` draws them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sunotui.core.core import Core
from sunotui.core.media.cover_source import CoverSource

if TYPE_CHECKING:
    from sunotui.tui.cover_drawing import CoverDrawer, Drawn

_KEPT = 60
"""Drawn covers in memory, and pictures in the terminal. One of the largest size takes about 1 MB."""


class CoverArt:
    """Shows covers: as pictures if the terminal is known to show them, otherwise as half blocks. Each is drawn once for
    a size, on a thread, and then only looked up."""

    def __init__(self, core: Core, *, can_draw: bool) -> None:
        """`can_draw` is whether the terminal has the colours and the signs."""
        self._core = core
        self._write: Callable[[str], None] | None = None
        self._environ: Mapping[str, str] = {}
        self._drawer: CoverDrawer | None = None
        self._drawn: OrderedDict[tuple[CoverSource, int, int], Drawn] = OrderedDict()
        self.can_draw = can_draw

    def use_terminal(self, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
        """Draw pictures, if the variables in `environ` name a terminal that shows them. `write` writes a sequence
        between two frames."""
        self._write, self._environ = write, environ

    @property
    def is_on(self) -> bool:
        """Whether covers are shown: the terminal can, and the user has not switched them off."""
        return self.can_draw and self._setting() != "off"

    def is_shown(self, source: CoverSource | None) -> bool:
        """Whether space should be reserved for this cover: not if fetching it failed recently."""
        return source is not None and self.is_on and (self._drawer is None or not self._drawer.has_failed(source))

    def drawn(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        """A cover that was drawn before in this size, in cells; None if it was not."""
        return self._drawn.get((source, columns, rows))

    async def draw(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        """A cover in a size in cells; None if it cannot be fetched."""
        drawer = self._drawer or await self._load_drawer()
        wanted = (source, columns, rows)
        if wanted not in self._drawn:
            made = await drawer.make(source, columns, rows)
            if made is None:
                return None
            if wanted in self._drawn:
                # Another widget was faster.
                return self._drawn[wanted]
            if made.sequence and self._write is not None:
                self._write(made.sequence)
            self._drawn[wanted] = made._replace(sequence="")
            if len(self._drawn) > _KEPT:
                self._delete(self._drawn.popitem(last=False)[1])
        self._drawn.move_to_end(wanted)
        return self._drawn[wanted]

    def has_outgrown_cells(self) -> bool:
        """Whether the size of the terminal's cells has changed since pictures were drawn that do not scale with it."""
        return self._drawer is not None and self._drawer.has_outgrown_cells()

    def forget(self) -> None:
        """Discard all covers that were drawn, also in the terminal, which may have lost them."""
        while self._drawn:
            self._delete(self._drawn.popitem()[1])

    async def _load_drawer(self) -> CoverDrawer:
        # The first frame has no cover, and many terminals show none.
        from sunotui.tui.cover_drawing import CoverDrawer

        service = await self._core.covers()
        if self._drawer is None:
            self._drawer = CoverDrawer(service, self._setting, self._environ, is_terminal=self._write is not None)
        return self._drawer

    def _setting(self) -> str:
        return self._core.settings.covers

    def _delete(self, drawn: Drawn) -> None:
        if drawn.deletion and self._write is not None:
            self._write(drawn.deletion)
