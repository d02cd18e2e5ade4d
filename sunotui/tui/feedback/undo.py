"""Undoes the last change from whichever screen its key is pressed on."""

from __future__ import annotations

from sunotui.domain.errors import SunotuiError
from sunotui.tui.base import BaseApp


async def undo_last(app: BaseApp) -> None:
    """Undo the last change and show what that did. The cursor moves to the restored song, if the list shows it."""
    try:
        undone = await app.core.services.annotations.undo()
    except SunotuiError as error:
        app.notify_error(error)
        return
    if undone is None:
        app.say("There is nothing to undo", "warning")
        return
    app.say(undone.undone)
    if undone.task_ids:
        app.navigator.show_task(undone.task_ids[0])
