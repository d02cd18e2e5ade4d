"""A screen with a detail pane, whose keys work on the take that is shown there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from sunotui.tui.library.detail.pane import Detail

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.tasks.clip import Clip
    from sunotui.tui.base import BaseApp


class TakeScreen(Screen[None]):
    """Chooses takes and tabs; what else can be done with a take builds on it."""

    app: BaseApp
    _core: Core

    @property
    def detail(self) -> Detail:
        """The pane that shows the take."""
        return self.query_one(Detail)

    @property
    def current_task(self) -> str | None:
        """The id of the task that the keys work on."""
        raise NotImplementedError

    async def choose(self, title: str, rows: Sequence[tuple[str, str, str]]) -> str | None:
        """Have a person choose: rows are a key, a name, and what it stands for; None for none of them."""
        from sunotui.tui.dialogs.select import ChooseModal

        return await self.app.push_screen_wait(ChooseModal(title, rows))

    async def caught_up(self) -> Detail:
        """The detail, once it shows the current task: keys come faster than the disk answers, and must never copy
        the link of the row before."""
        detail = self.detail
        detail.show_task(self.current_task)
        await detail.catch_up()
        return detail

    async def current_take(self, otherwise: str) -> tuple[TaskDetail, Clip] | None:
        """The take that the keys work on and its task; without one, `otherwise` is said."""
        detail = await self.caught_up()
        if detail.shown is None or detail.clip is None:
            self.app.say(otherwise, "warning")
            return None
        return detail.shown, detail.clip

    async def action_take(self, number: int) -> None:
        """Show a take."""
        (await self.caught_up()).choose_take(number)

    async def action_next_take(self) -> None:
        """The take after."""
        detail = await self.caught_up()
        detail.choose_take(detail.take + 1)

    async def action_previous_take(self) -> None:
        """The take before."""
        detail = await self.caught_up()
        detail.choose_take(detail.take - 1)

    def action_next_tab(self) -> None:
        """The next part of the detail."""
        self.detail.turn_tab(1)

    def action_previous_tab(self) -> None:
        """The part before."""
        self.detail.turn_tab(-1)
