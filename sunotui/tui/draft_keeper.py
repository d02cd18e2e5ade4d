"""Keeps the draft: in memory at once, on disk when the disk takes it, and empty once it was sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.domain.errors import Trouble
from sunotui.tui.draft import Draft

if TYPE_CHECKING:
    from sunotui.studio.shelf import Shelf

_NAME = "composer"
_ASIDE = "set-aside"


class DraftKeeper:
    """The draft of the composer, and the one set aside when a take or an earlier request was put into the form.

    What the disk refuses is still there as long as the program runs.
    """

    def __init__(self, shelf: Callable[[], "Shelf"], tell: Callable[[Trouble], None]) -> None:
        """`shelf` gives the shelf, once the library is open; `tell` hears what the disk says."""
        self._shelf = shelf
        self._tell = tell
        self._drafts: dict[str, Draft] = {}

    async def load(self) -> Draft:
        """The draft that was left."""
        return await self._load(_NAME)

    async def keep(self, draft: Draft) -> None:
        """This is the draft now."""
        await self._keep(_NAME, draft)

    async def aside(self) -> Draft:
        """The draft that was set aside; an empty one when there is none."""
        return await self._load(_ASIDE)

    async def set_aside(self, draft: Draft) -> None:
        """Keep what another form is about to take the place of, unless nothing is in it."""
        if draft.is_worth_keeping:
            await self._keep(_ASIDE, draft)

    async def empty(self, sent: Draft) -> None:
        """A draft that was sent is none any more, and the one set aside for it comes back; one that was changed
        meanwhile stays."""
        if (await self.load()).text() != sent.text():
            return
        aside = await self.aside()
        await self.keep(aside if aside.is_worth_keeping else sent.emptied())
        if aside.is_worth_keeping:
            await self._keep(_ASIDE, Draft())

    async def _load(self, name: str) -> Draft:
        if name not in self._drafts:
            try:
                self._drafts[name] = Draft.read(await self._shelf().draft(name))
            except Trouble as trouble:
                self._tell(trouble)
                return Draft()
        return self._drafts[name]

    async def _keep(self, name: str, draft: Draft) -> None:
        self._drafts[name] = draft
        try:
            await self._shelf().keep_draft(name, draft.text())
        except Trouble as trouble:
            self._tell(trouble)
