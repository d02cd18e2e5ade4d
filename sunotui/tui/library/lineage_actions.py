"""From the take that is shown to what it was made of, and to what was made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work

from sunotui.tui.library.selected_clip import TakeScreen

if TYPE_CHECKING:
    from sunotui.domain.tasks.lineage import Lineage, Relative


class FamilyScreen(TakeScreen):
    """Keys that walk through a family."""

    async def go_to_task(self, task_id: str) -> None:
        """Put the cursor of the list on a task, whatever is listed now."""
        raise NotImplementedError

    @work(group="choose")
    async def action_parent(self) -> None:
        """To what this take was made of."""
        await self._walk(lambda family, clip_id: family.parents.get(clip_id, ()), "This take was made of no other")

    @work(group="choose")
    async def action_child(self) -> None:
        """To what was made of this take."""
        await self._walk(lambda family, clip_id: family.children.get(clip_id, ()), "Nothing was made of this take")

    async def _walk(self, kin: Callable[[Lineage, str], Sequence[str]], otherwise: str) -> None:
        found = await self.current_take("There is no take here")
        if found is None:
            return
        family = found[0].lineage
        ids = kin(family, found[1].id) if family is not None else ()
        if family is None or not ids:
            self.app.say(otherwise, "warning")
            return
        chosen: str | None = ids[0]
        if len(ids) > 1:
            from sunotui.tui.library.detail.lineage import relative_words

            rows = [(one, family.relatives[one].making.value, relative_words(family.relatives[one])) for one in ids]
            chosen = await self.choose("Go to", rows)
        if chosen is not None:
            await self._visit(family.relatives[chosen])

    async def _visit(self, relative: Relative) -> None:
        if not relative.task_id:
            self.app.say(f"{relative.clip_id} is not in this library: 'sunotui fetch' adopts its task", "warning")
            return
        await self.go_to_task(relative.task_id)
        self.detail.show_task(relative.task_id)
        await self.detail.catch_up()
        self.detail.choose_take(relative.take)
