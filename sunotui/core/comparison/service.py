"""Starts comparisons of takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.core.comparison.comparison import Comparison, SavedTakes
from sunotui.core.context import Context
from sunotui.core.decks.service import DeckService
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.playback.take_source import TakeReader
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest

TAKES_AT_MOST = 32
"""The maximum number of takes in a comparison."""


class ComparisonService:
    """Starts comparisons."""

    def __init__(
        self,
        ctx: Context,
        takes: TakeReader,
        reader: TaskReader,
        *,
        decks: DeckService,
        annotations: AnnotationService,
        saved: SavedTakes,
    ) -> None:
        """`saved` returns the takes that are saved, by clip id."""
        self._ctx = ctx
        self._takes = takes
        self._reader = reader
        self._decks = decks
        self._annotations = annotations
        self._saved = saved

    async def begin(self, takes: Sequence[TakeRef], on_change: Callable[[], None]) -> Comparison:
        """A comparison of these takes, not started yet. Those that the library does not have are left out. Raises
        InvalidRequest for fewer than two, or too many, and LibraryError."""
        found = await self._ctx.storage.run(self._takes.entries, takes)
        entries = {entry.ref: entry for entry in found if entry is not None}
        if len(entries) < 2:
            raise InvalidRequest("There is only one take here", advice="Mark two or more songs with v to compare them")
        if len(entries) > TAKES_AT_MOST:
            raise InvalidRequest(f"At most {TAKES_AT_MOST} takes are compared", advice="Mark fewer songs")
        return Comparison(
            self._ctx,
            list(entries.values()),
            decks=self._decks,
            annotations=self._annotations,
            reader=self._reader,
            saved=self._saved,
            on_change=on_change,
        )
