"""Runs the action of a click on a widget, unless its screen is no longer the active one.

The second click of a double click hits what the first one closed, and would act on the screen below; so would a click
that was in transit while a dialog opened.
"""

from __future__ import annotations

from textual.widget import Widget


def is_on_top(widget: Widget) -> bool:
    """Whether the screen of a widget is the one that receives keys and clicks."""
    return widget.is_attached and widget.app.screen_stack[-1:] == [widget.screen]


async def run_on_own_screen(widget: Widget, action: str) -> None:
    """Run an action for a click on a widget, if the screen of the widget is on top."""
    if is_on_top(widget):
        await widget.run_action(action)
