"""Runs the registry's commands on a screen that shows what plays."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from sunotui.tui.commands import footers
from sunotui.tui.commands.registry import command_named
from sunotui.tui.playback.playing_actions import PlayingContext
from sunotui.tui.widgets.footer import FooterKey


async def run_playing_command(ctx: PlayingContext, name: str) -> None:
    """Run a command, given by its binding id."""
    command = command_named(name)
    arguments = () if command.argument is None else (command.argument,)
    result = command.load_handler()(ctx, *arguments)
    if inspect.isawaitable(result):
        await result


def playing_keys(ctx: PlayingContext, names: Sequence[str]) -> list[FooterKey]:
    """The footer's keys of commands that work on what plays."""
    status = ctx.playback.status
    texts = {"playing.toggle": footers.PAUSE} if status.state.is_active else {}
    return footers.paired_keys(names, ctx.app.keys_of, texts=texts)
