"""The command that prints one address of a take."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.cli.clip_links import chosen_take, print_address
from sunotui.cli.output.text import say
from sunotui.cli.session import with_core
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.domain.errors import NotFound, SunotuiError
from sunotui.domain.tasks.clip import ClipStatus

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task


def url(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print one address of a take, and copy it where asked. The gateway is asked only where the library's own answer
    will not do: for a wav, and for the link of a song that was being made."""
    if args.kind == "wav":
        from sunotui.cli.commands.files import wav

        return wav(args, environ)
    from sunotui.core.library.missing_link import missing_link, usable_link

    with open_library(find_paths(environ)) as library:
        task, take, number = chosen_take(library, args)
        raw = library.raw(task.id)
    address = usable_link(_link(task, take, number, args.kind, environ))
    if address is None:
        missing = missing_link(raw, take, args.kind)
        advice = f"'sunotui fetch {task.id}' asks the gateway again" if missing.may_come else ""
        raise NotFound(missing.reason, advice=advice)
    return print_address(args, environ, task, take, number, address)


def _link(task: Task, take: Clip, number: int, kind: str, environ: Mapping[str, str]) -> str | None:
    """The stored link, or a fresh one in place of a stream. Raises NotFound for the stream of a take that failed."""
    if kind == "audio" and take.is_stream:
        take = _fresh(task, take, environ)
        if take.status is ClipStatus.ERROR and take.is_stream:
            raise NotFound(
                f"Take {number} failed: its link worked only while it was being made",
                advice=f"'sunotui show {task.id}' says why it failed",
            )
        if take.is_stream:
            say("The gateway told no final link: this one plays while the song is being made, and changes at its end")
    address: str | None = getattr(take, f"{kind}_url")
    return address


def _fresh(task: Task, take: Clip, environ: Mapping[str, str]) -> Clip:
    """The take as the gateway tells it now; as it was known, where the gateway cannot be asked."""

    async def work(core: Core) -> Clip:
        return await core.services.extras.fresh_clip(task.id, take.id)

    try:
        return with_core(environ, "", work)
    except SunotuiError as trouble:
        say(trouble.sentence)
        return take
