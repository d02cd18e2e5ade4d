"""Saves drafts of the composer to the library, or in memory if that fails, and clears them once they were sent."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from uuid import uuid4

from sunotui.core.library.task_reader import TaskReader
from sunotui.domain.errors import SunotuiError
from sunotui.named_tuple import NamedTuple
from sunotui.tui.composer.drafts.draft import Draft

_NAME = "composer"
_ASIDE = "set-aside"
_MOMENT = re.compile(r"-(?P<ns>[0-9a-f]{16})-[0-9a-f]{6}$")
_BOTH_SAVED = "Another sunotui changed the draft in the meantime: both are saved, and ctrl+r finds the other one"


class SavedDraft(NamedTuple):
    """A draft that was set aside."""

    draft: Draft
    saved_at: float | None
    """When, in seconds since the epoch; None if that is not known."""


class ComposerDrafts:
    """The current draft of the composer, and drafts that were set aside when another request was put into the form.

    Two processes may have a composer open on one library. If the saved draft is no longer the one that was read here,
    it stays, and this process saves its draft under a new name. A draft that could not be saved stays in memory until
    the program ends. A lock serializes all operations: a pause in typing and the end of the composer may coincide, and
    the second write would otherwise mistake the first one for that of another process.
    """

    def __init__(
        self,
        reader: Callable[[], TaskReader],
        notify_error: Callable[[SunotuiError], None],
        warn: Callable[[str], None],
    ) -> None:
        """`reader` returns the reader of the open library; `notify_error` gets errors of the library, and `warn` a
        sentence about a draft that another process changed."""
        self._reader = reader
        self._notify_error = notify_error
        self._warn = warn
        self._lock = asyncio.Lock()
        self._name = _NAME
        self._base = ""
        """The text of the saved draft when it was last read or written here."""
        self._unsaved: dict[str, Draft] = {}
        """Drafts that could not be saved, by name."""

    @property
    def has_unsaved(self) -> bool:
        """Whether there is a draft that could not be saved."""
        return bool(self._unsaved)

    async def load(self) -> Draft:
        """The saved draft."""
        async with self._lock:
            return await self._load()

    async def _load(self) -> Draft:
        if self._name in self._unsaved:
            return self._unsaved[self._name]
        text = await self._read(self._name)
        if text is None:
            return Draft()
        self._base = text
        return Draft.read(text)

    async def save(self, draft: Draft) -> None:
        """Save the draft; an unchanged draft is not written again."""
        async with self._lock:
            await self._save(draft)

    async def _save(self, draft: Draft) -> None:
        text = draft.text()
        if text == self._base and self._name not in self._unsaved:
            return
        try:
            if not await self._reader().replace_draft(self._name, text, self._base):
                other = await self._reader().draft(self._name)
                if Draft.read(other).has_content:
                    self._name, other = _new_name(_NAME), ""
                    self._warn(_BOTH_SAVED)
                await self._reader().replace_draft(self._name, text, other)
        except SunotuiError as error:
            self._unsaved[self._name] = draft
            self._notify_error(error)
        else:
            self._unsaved.pop(self._name, None)
            self._base = text

    async def save_unsaved(self) -> list[Draft]:
        """Retry the drafts that could not be saved, at the end of the program; returns those that fail again."""
        async with self._lock:
            for name, draft in tuple(self._unsaved.items()):
                await (self._save(draft) if name == self._name else self._put(name, draft))
            return [draft for draft in self._unsaved.values() if draft.has_content]

    async def asides(self) -> list[SavedDraft]:
        """The drafts set aside, here or by another process; the one that is restored first, then the newest."""
        async with self._lock:
            return await self._asides()

    async def _asides(self) -> list[SavedDraft]:
        texts = {name: draft.text() for name, draft in self._unsaved.items()}
        try:
            texts = await self._reader().drafts() | texts
        except SunotuiError as error:
            self._notify_error(error)
        names = sorted(texts, key=lambda name: (name == _ASIDE, name.removeprefix(_ASIDE).removeprefix(_NAME)))
        found = [SavedDraft(Draft.read(texts[name]), _saved_at(name)) for name in reversed(names) if name != self._name]
        return [saved for saved in found if saved.draft.has_content]

    async def set_aside(self, draft: Draft, *, comes_back: bool = True) -> None:
        """Set a draft aside because another one replaces it in the form; a draft without content is ignored. With
        `comes_back` it is restored when the other one was sent."""
        async with self._lock:
            await self._set_aside(draft, comes_back=comes_back)

    async def _set_aside(self, draft: Draft, *, comes_back: bool = True) -> None:
        if not draft.has_content or draft.text() in [aside.draft.text() for aside in await self._asides()]:
            return
        if comes_back:
            before = await self._aside()
            if before.has_content:
                await self._put(_new_name(_ASIDE), before)
        await self._put(_ASIDE if comes_back else _new_name(_ASIDE), draft)

    async def forget_aside(self, draft: Draft) -> None:
        """Delete a draft that was set aside, since it is in the form again."""
        async with self._lock:
            await self._forget_aside(draft)

    async def _forget_aside(self, draft: Draft) -> None:
        try:
            for name, text in (await self._reader().drafts()).items():
                if name != self._name and Draft.read(text).text() == draft.text():
                    await self._reader().save_draft(name, "")
        except SunotuiError as error:
            self._notify_error(error)
        self._unsaved = {
            name: unsaved
            for name, unsaved in self._unsaved.items()
            if name == self._name or unsaved.text() != draft.text()
        }

    async def empty(self, sent: Draft) -> None:
        """Clear the draft that was sent, and restore the one that was set aside for it; a draft that was changed in the
        meantime stays."""
        async with self._lock:
            await self._empty(sent)

    async def _empty(self, sent: Draft) -> None:
        if (await self._load()).text() != sent.text():
            return
        if self._name != _NAME:
            await self._put(self._name, Draft())
            self._name, self._base = _NAME, ""
            return
        aside = await self._aside()
        await self._save(aside if aside.has_content else sent.emptied())
        if aside.has_content:
            await self._put(_ASIDE, Draft())

    async def _aside(self) -> Draft:
        """The draft that is restored after sending; an empty draft without one."""
        return self._unsaved.get(_ASIDE) or Draft.read(await self._read(_ASIDE) or "")

    async def _read(self, name: str) -> str | None:
        try:
            return await self._reader().draft(name)
        except SunotuiError as error:
            self._notify_error(error)
            return None

    async def _put(self, name: str, draft: Draft) -> None:
        try:
            await self._reader().save_draft(name, draft.text() if draft.has_content else "")
        except SunotuiError as error:
            self._unsaved[name] = draft
            self._notify_error(error)
        else:
            self._unsaved.pop(name, None)


def _saved_at(name: str) -> float | None:
    """The time that `_new_name` put into a name."""
    moment = _MOMENT.search(name)
    return int(moment["ns"], 16) / 1e9 if moment is not None else None


def _new_name(kind: str) -> str:
    """A unique name; later ones sort after earlier ones."""
    return f"{kind}-{time.time_ns():016x}-{uuid4().hex[:6]}"
