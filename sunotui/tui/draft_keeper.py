"""Keeps the draft: in memory at once, on disk when the disk takes it, and empty once it was sent."""

from collections.abc import Callable

from sunotui.domain.errors import Trouble
from sunotui.studio.shelf import Shelf
from sunotui.tui.draft import Draft

_NAME = "composer"


class DraftKeeper:
    """The one draft of the composer. What the disk refuses is still there as long as the program runs."""

    def __init__(self, shelf: Callable[[], Shelf], tell: Callable[[Trouble], None]) -> None:
        """`shelf` gives the shelf, once the library is open; `tell` hears what the disk says."""
        self._shelf = shelf
        self._tell = tell
        self._draft: Draft | None = None

    async def load(self) -> Draft:
        """The draft that was left."""
        if self._draft is None:
            try:
                self._draft = Draft.read(await self._shelf().draft(_NAME))
            except Trouble as trouble:
                self._tell(trouble)
                return Draft()
        return self._draft

    async def keep(self, draft: Draft) -> None:
        """This is the draft now."""
        self._draft = draft
        try:
            await self._shelf().keep_draft(_NAME, draft.text())
        except Trouble as trouble:
            self._tell(trouble)

    async def empty(self, sent: Draft) -> None:
        """A draft that was sent is none any more; one that was changed meanwhile stays."""
        if self._draft is not None and self._draft.text() == sent.text():
            await self.keep(sent.emptied())
