"""Reports changes of the library, from whichever screen they are made on, and undoes the last one."""

from __future__ import annotations

from collections.abc import Awaitable

from sunotui.domain.errors import SunotuiError
from sunotui.tui.base import BaseApp
from sunotui.tui.widgets.footer import UNDO


def report_change(app: BaseApp, sentence: str) -> None:
    """Show what a change did, with the key that undoes it; an empty sentence means that it did nothing."""
    app.say(sentence or "No change", undo=UNDO if sentence else "")


async def run_change(app: BaseApp, change: Awaitable[str]) -> None:
    """Make a change, and show the sentence that it returns, or its error."""
    try:
        sentence = await change
    except SunotuiError as error:
        app.notify_error(error)
    else:
        report_change(app, sentence)


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
