"""What a person thinks of the take that is shown, or of all that is marked: stars, labels, notes, albums, the trash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.tui.library.selected_clip import TakeScreen
from sunotui.tui.library.task_list.list import TaskList

_NO_TASK = "There is no task here"


class KeepingScreen(TakeScreen):
    """Keys that change what is kept; each change is told and can be undone."""

    async def hidden_marks(self) -> int:
        """How many of the marked tasks are not in the list now."""
        raise NotImplementedError

    async def _takes(self) -> list[TakeRef]:
        """The takes that the keys work on: the one shown, or the first of each marked task."""
        if marked := self.query_one(TaskList).marked:
            return [TakeRef(task_id) for task_id in marked if submission_id_of(task_id) is None]
        detail = await self.caught_up()
        if detail.shown is None or detail.shown.is_pending:
            return []
        return [TakeRef(detail.shown.task.id, detail.clip.id if detail.clip is not None else "")]

    def _taken(self) -> asyncio.Task[list[TakeRef]]:
        """The same, taken now: the list may move on while a person chooses."""
        return asyncio.create_task(self._takes(), name="takes to keep")

    def _has_task(self) -> bool:
        """Whether there is a row at all; else it is said."""
        if not self.query_one(TaskList).marks and self.current_task is None:
            self.app.say(_NO_TASK, "warning")
            return False
        return True

    async def action_star(self) -> None:
        """Star, or unstar what is starred."""
        await self._change(lambda takes: self._core.services.annotations.star(takes))

    async def action_hear(self) -> None:
        """Heard, or not heard what was."""
        await self._change(lambda takes: self._core.services.annotations.mark_played(takes, None))

    def action_rate(self) -> None:
        """Ask how good it is."""
        from sunotui.tui.dialogs.rate import RateModal

        taken = self._taken()

        async def rate(rating: int | None) -> None:
            if rating is not None:
                await self._change_taken(await taken, lambda takes: self._core.services.annotations.rate(takes, rating))

        self.app.push_screen(RateModal(), rate)

    async def action_trash(self) -> None:
        """Into the trash; out of it what is in it."""

        async def turn(takes: Sequence[TakeRef]) -> str:
            annotations = self._core.services.annotations
            ids = [take.task_id for take in takes]
            kept = await annotations.annotations(ids)
            is_trashed = bool(kept) and all(found.is_trashed for found in kept.values())
            return await (annotations.restore(ids) if is_trashed else annotations.trash(ids))

        await self._change(turn)

    async def action_undo(self) -> None:
        """Take the last change back."""
        try:
            sentence = await self._core.services.annotations.undo()
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        self.app.say(f"Undone: {sentence}" if sentence is not None else "There is nothing to undo")

    def action_labels(self) -> None:
        """Labels of the task."""
        if not self._has_task():
            return
        from sunotui.tui.dialogs.checklist import Toggle, TogglesModal, Toggling

        annotations, taken = self._core.services.annotations, self._taken()

        async def read() -> list[Toggle]:
            ids = list(dict.fromkeys(take.task_id for take in await taken))
            among = await annotations.labels_of(ids)
            return [Toggle(label.name, among.get(label.name, 0), len(ids)) for label in await annotations.labels()]

        async def turn(name: str, is_on: bool) -> str:
            return await annotations.label([take.task_id for take in await taken], name, is_on)

        self.app.push_screen(TogglesModal(Toggling("Labels", "label", read, turn)), self._tell_all)

    def action_albums(self) -> None:
        """Albums of the take."""
        if not self._has_task():
            return
        from sunotui.tui.dialogs.checklist import Toggle, TogglesModal, Toggling

        annotations, taken = self._core.services.annotations, self._taken()

        async def read() -> list[Toggle]:
            takes = await taken
            among = await annotations.albums_of(takes)
            return [Toggle(album.name, among.get(album.name, 0), len(takes)) for album in await annotations.albums()]

        async def turn(name: str, is_on: bool) -> str:
            takes = await taken
            return await (
                annotations.add_to_album(name, takes) if is_on else annotations.remove_from_album(name, takes)
            )

        self.app.push_screen(TogglesModal(Toggling("Albums", "album", read, turn)), self._tell_all)

    def action_note(self) -> None:
        """Write a note on the task under the cursor, or on the first that is marked."""
        if not self._has_task():
            return
        from sunotui.tui.dialogs.note import NoteModal

        annotations, taken = self._core.services.annotations, self._taken()

        async def read() -> str | None:
            takes = await taken
            if not takes:
                self.app.say(_NO_TASK, "warning")
                return None
            try:
                return await annotations.note_of(takes[0].task_id)
            except SunotuiError as trouble:
                self.app.notify_error(trouble)
                return None

        async def write(text: str, before: str) -> str:
            return await annotations.note((await taken)[0].task_id, text, base=before)

        def say(sentence: str | None) -> None:
            if sentence is not None:
                self._say_change(sentence)

        self.app.push_screen(NoteModal(read, write), say)

    async def _change(self, change: Callable[[list[TakeRef]], Awaitable[str]]) -> None:
        await self._change_taken(await self._takes(), change)

    async def _change_taken(self, takes: list[TakeRef], change: Callable[[list[TakeRef]], Awaitable[str]]) -> None:
        if not takes:
            self.app.say(_NO_TASK, "warning")
            return
        hidden = await self.hidden_marks()
        try:
            sentence = await change(takes)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        self._say_change(sentence, hidden)

    def _say_change(self, sentence: str, hidden: int = 0) -> None:
        """Say what was done; what was marked for it is not marked any more. `hidden` tasks of it were not shown."""
        self.query_one(TaskList).clear_marks()
        beside = f", {hidden:,} of them not shown here" if hidden else ""
        self.app.say(f"{sentence}{beside} · u undoes it" if sentence else "Nothing changed: it was so already")

    def _tell_all(self, sentences: tuple[str, ...] | None) -> None:
        if sentences:
            more = f", and {len(sentences) - 1} before that" if len(sentences) > 1 else ""
            self._say_change(sentences[-1] + more)
