"""The web page of `sunotui export --html`: the selection of takes, and the progress messages."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.output_file import output_file, terminal_safe
from sunotui.cli.output.text import say
from sunotui.cli.resolve import resolve
from sunotui.cli.session import core_session, run_async
from sunotui.core.documents.annotation_queries import album_named
from sunotui.core.library.library import Library, open_library
from sunotui.core.paths import find_paths
from sunotui.core.transfer.html_export.saved_sound import saved_sounds
from sunotui.core.transfer.html_export.writer import NO_ALBUM, Chosen, PageAlbum, SavedSounds, write_page
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import NotFound
from sunotui.domain.search.query import parse_strictly
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task

_MOST = 500
"""The maximum number of takes on one page."""


def export_page(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write the page. Covers and audio that cannot be fetched are reported, and are not a failure."""
    with open_library(find_paths(environ)) as library:
        title, takes, album = _chosen(library, args)
        if len(takes) > _MOST:
            say(f"The page has the first {_MOST} takes; there are more")
            del takes[_MOST:]
        files = saved_sounds(library, [clip.id for _, clip in takes])
    # Standard output is most likely redirected to a file in the current folder.
    folder = Path.cwd() if args.output == "-" else Path(args.output).expanduser().absolute().parent
    with output_file(args.output) as file:

        async def write() -> None:
            async with core_session(environ) as core:
                core.choose_profile()
                await write_page(
                    terminal_safe(file),
                    args.title or title,
                    takes,
                    profile_named=core.active_profiles.named,
                    report=say,
                    with_audio=args.with_audio,
                    saved=SavedSounds(files, folder),
                    album=album,
                )

        run_async(write())
    return DONE


def _chosen(library: Library, args: Namespace) -> tuple[str, list[Chosen], PageAlbum]:
    """The page's title, its takes, and the artist and cover of an album. Raises NotFound."""
    if args.html:
        return _of_album(library, args.html)
    if args.ids:
        named = (resolve(library, wanted) for wanted in args.ids)
        takes = [chosen for task, clip in named for chosen in (_all_of(task) if clip is None else [(task, clip)])]
        return "Songs", takes, NO_ALBUM
    query = parse_strictly(args.search)
    takes = [chosen for task in library.recent(query, _MOST, now=time.time()) for chosen in _all_of(task)]
    if not takes:
        raise NotFound("No songs match that search", advice="Try fewer words")
    return args.search, takes, NO_ALBUM


def _of_album(library: Library, name: str) -> tuple[str, list[Chosen], PageAlbum]:
    album = album_named(library, name)
    tasks = library.tasks([take.task_id for take in album.takes])
    look = album.look
    cover = library.clip(look.cover_clip) if look.cover_clip else None
    return album.name, list(_takes_of(album.takes, tasks)), PageAlbum(look.artist, look.cover_path, cover)


def _takes_of(takes: Iterable[TakeRef], tasks: Mapping[str, Task]) -> Iterator[Chosen]:
    for take in takes:
        clips: tuple[Clip, ...] = tasks[take.task_id].clips
        yield from ((tasks[take.task_id], clip) for clip in clips if clip.id == take.clip_id)


def _all_of(task: Task) -> list[Chosen]:
    return [(task, clip) for clip in task.clips]
