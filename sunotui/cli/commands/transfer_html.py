"""The web page of `sunotui export --html`: which takes are on it, and what is said while it is written."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE
from sunotui.cli.output.output_file import output_file
from sunotui.cli.output.terminal_output import harmless
from sunotui.cli.output.text import say
from sunotui.cli.resolve import find
from sunotui.cli.session import open_core, open_records
from sunotui.domain.errors import NotFound
from sunotui.domain.search.query import parse_strictly

if TYPE_CHECKING:
    from sunotui.cli.session import Records
    from sunotui.core.transfer.html_export.writer import Chosen
    from sunotui.domain.annotations import TakeRef
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task

_MOST = 500
"""Takes on one page."""


def export_page(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write the page. Covers and sounds that cannot be had are told, and are no failure."""
    from sunotui.cli.run_async import run_async

    with open_records(environ) as records:
        title, takes = _chosen(records, args)
    if len(takes) > _MOST:
        say(f"The page has the first {_MOST} takes; there are more")
        del takes[_MOST:]
    with output_file(args.output) as file:

        async def write() -> None:
            from sunotui.core.transfer.html_export.writer import PageWriter
            from sunotui.gateway.media import MediaDownloader

            door = MediaDownloader()
            async with open_core(environ) as core:
                core.choose_profile()
                try:
                    writer = PageWriter(door, core.profile_named, say)
                    await writer.write(harmless(file), args.title or title, takes, with_audio=args.with_audio)
                finally:
                    await door.aclose()

        run_async(write())
    return DONE


def _chosen(records: Records, args: Namespace) -> tuple[str, list[Chosen]]:
    """The page's title and its takes. Raises NotFound."""
    library = records.library
    if args.html:
        return _of_album(records, args.html)
    if args.ids:
        named = (find(library, wanted) for wanted in args.ids)
        takes = [chosen for task, clip in named for chosen in (_all_of(task) if clip is None else [(task, clip)])]
        return "Songs", takes
    query = parse_strictly(args.search, time.time())
    takes = [chosen for task in library.recent(query=query, limit=_MOST) for chosen in _all_of(task)]
    if not takes:
        raise NotFound("No song fits that search", advice="Try fewer words")
    return args.search, takes


def _of_album(records: Records, name: str) -> tuple[str, list[Chosen]]:
    from sunotui.storage.annotations.albums import AlbumStore

    album = AlbumStore(records.database).album(name, with_trash=False)
    tasks = records.library.tasks([take.task_id for take in album.takes])
    return album.name, list(_takes_of(album.takes, tasks))


def _takes_of(takes: Iterable[TakeRef], tasks: Mapping[str, Task]) -> Iterator[Chosen]:
    for take in takes:
        clips: tuple[Clip, ...] = tasks[take.task_id].clips
        yield from ((tasks[take.task_id], clip) for clip in clips if clip.id == take.clip_id)


def _all_of(task: Task) -> list[Chosen]:
    return [(task, clip) for clip in task.clips]
