"""Keeps the draft: in memory at once, on disk when the disk takes it, and empty once it was sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

from sunotui.core.library.task_reader import TaskReader
from sunotui.domain.errors import SunotuiError
from sunotui.tui.composer.draft import Draft

_NAME = "composer"
_ASIDE = "set-aside"
_BOTH_KEPT = "Another sunotui changed the draft meanwhile: both are kept, and ctrl+r finds the other one"


class DraftStore:
    """The draft of the composer, and those set aside when something else took their place in the form.

    Two programs may have their composers open on one library: where the draft on the disk is no more the one that was
    read here, it stays, and this program goes on under a name of its own. What the disk refuses is still there as long
    as the program runs. One thing at a time: a pause in typing and the end of the composer may come together, and the
    second would take what the first writes for another program's.
    """

    def __init__(
        self, reader: Callable[[], TaskReader], tell: Callable[[SunotuiError], None], warn: Callable[[str], None]
    ) -> None:
        """`reader` returns the reader of the open library; `tell` gets errors of the library, and `warn` a sentence
        about a draft that another process changed."""
        self._reader = reader
        self._tell = tell
        self._warn = warn
        self._turn = asyncio.Lock()
        self._name = _NAME
        self._base = ""
        """The draft's text on the disk as it was last read or written here."""
        self._refused: dict[str, Draft] = {}
        """What the disk did not take, by name."""

    @property
    def has_refused(self) -> bool:
        """Whether there is a draft that the disk did not take."""
        return bool(self._refused)

    async def load(self) -> Draft:
        """The draft that was left."""
        async with self._turn:
            return await self._load()

    async def _load(self) -> Draft:
        if self._name in self._refused:
            return self._refused[self._name]
        text = await self._read(self._name)
        if text is None:
            return Draft()
        self._base = text
        return Draft.read(text)

    async def keep(self, draft: Draft) -> None:
        """This is the draft now; one that is on the disk already is not written again."""
        async with self._turn:
            await self._keep(draft)

    async def _keep(self, draft: Draft) -> None:
        text = draft.text()
        if text == self._base and self._name not in self._refused:
            return
        try:
            if not await self._reader().replace_draft(self._name, text, self._base):
                other = await self._reader().draft(self._name)
                if Draft.read(other).is_worth_keeping:
                    self._name, other = _new_name(_NAME), ""
                    self._warn(_BOTH_KEPT)
                await self._reader().replace_draft(self._name, text, other)
        except SunotuiError as error:
            self._refused[self._name] = draft
            self._tell(error)
        else:
            self._refused.pop(self._name, None)
            self._base = text

    async def save_refused(self) -> list[Draft]:
        """Write once more what the disk refused, at the end of the program; the drafts that it still refuses."""
        async with self._turn:
            for name, draft in tuple(self._refused.items()):
                await (self._keep(draft) if name == self._name else self._put(name, draft))
            return [draft for draft in self._refused.values() if draft.is_worth_keeping]

    async def asides(self) -> list[Draft]:
        """The drafts set aside, here or by another program; the one that comes back first, then the newest."""
        async with self._turn:
            return await self._asides()

    async def _asides(self) -> list[Draft]:
        texts = {name: draft.text() for name, draft in self._refused.items()}
        try:
            texts = await self._reader().drafts() | texts
        except SunotuiError as error:
            self._tell(error)
        names = sorted(texts, key=lambda name: (name == _ASIDE, name.removeprefix(_ASIDE).removeprefix(_NAME)))
        found = [Draft.read(texts[name]) for name in reversed(names) if name != self._name]
        return [draft for draft in found if draft.is_worth_keeping]

    async def set_aside(self, draft: Draft, *, comes_back: bool = True) -> None:
        """Keep what another form takes the place of, unless nothing is in it. It comes back into the form when that is
        sent, unless that is not wanted."""
        async with self._turn:
            await self._set_aside(draft, comes_back=comes_back)

    async def _set_aside(self, draft: Draft, *, comes_back: bool = True) -> None:
        if not draft.is_worth_keeping or draft.text() in [aside.text() for aside in await self._asides()]:
            return
        if comes_back:
            before = await self._aside()
            if before.is_worth_keeping:
                await self._put(_new_name(_ASIDE), before)
        await self._put(_ASIDE if comes_back else _new_name(_ASIDE), draft)

    async def forget_aside(self, draft: Draft) -> None:
        """A draft that was set aside is the form's again."""
        async with self._turn:
            await self._forget_aside(draft)

    async def _forget_aside(self, draft: Draft) -> None:
        try:
            for name, text in (await self._reader().drafts()).items():
                if name != self._name and Draft.read(text).text() == draft.text():
                    await self._reader().save_draft(name, "")
        except SunotuiError as error:
            self._tell(error)
        self._refused = {
            name: refused
            for name, refused in self._refused.items()
            if name == self._name or refused.text() != draft.text()
        }

    async def empty(self, sent: Draft) -> None:
        """A draft that was sent is none any more, and the one set aside for it comes back; one that was changed
        meanwhile stays."""
        async with self._turn:
            await self._empty(sent)

    async def _empty(self, sent: Draft) -> None:
        if (await self._load()).text() != sent.text():
            return
        if self._name != _NAME:
            await self._put(self._name, Draft())
            self._name, self._base = _NAME, ""
            return
        aside = await self._aside()
        await self._keep(aside if aside.is_worth_keeping else sent.emptied())
        if aside.is_worth_keeping:
            await self._put(_ASIDE, Draft())

    async def _aside(self) -> Draft:
        """The draft that comes back; an empty one when there is none."""
        return self._refused.get(_ASIDE) or Draft.read(await self._read(_ASIDE) or "")

    async def _read(self, name: str) -> str | None:
        try:
            return await self._reader().draft(name)
        except SunotuiError as error:
            self._tell(error)
            return None

    async def _put(self, name: str, draft: Draft) -> None:
        try:
            await self._reader().save_draft(name, draft.text() if draft.is_worth_keeping else "")
        except SunotuiError as error:
            self._refused[name] = draft
            self._tell(error)
        else:
            self._refused.pop(name, None)


def _new_name(kind: str) -> str:
    """A name that no other program gives; later ones come later in the alphabet."""
    return f"{kind}-{time.time_ns():016x}-{uuid4().hex[:6]}"
