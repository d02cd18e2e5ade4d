"""The commands of albums: list, show, add, remove, move, rename, delete."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from sunotui.cli.exit_codes import DONE
from sunotui.cli.output.text import length, print_json, print_table, say
from sunotui.cli.pointing import take_of, takes_of
from sunotui.cli.resolve import number_of
from sunotui.cli.session import with_core
from sunotui.domain.text import clean

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.library.library import Library
    from sunotui.domain.annotations import Album


def listed(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the albums, by name."""

    async def work(core: Core) -> int:
        found = await core.services.annotations.albums()
        if args.json:
            print_json([{"name": album.name, "takes": album.count} for album in found])
        elif found:
            print_table(("ALBUM", "TAKES"), [(album.name, str(album.count)) for album in found])
        else:
            say("There are no albums; 'sunotui album add NAME ID' makes one")
        return DONE

    return with_core(environ, args.profile, work)


def show(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the takes of an album, in order."""

    async def work(core: Core) -> int:
        album = await core.services.annotations.album(args.name)
        rows = await core.read(_rows, album)
        if args.json:
            print_json({"name": album.name, "takes": rows})
        elif rows:
            cells = [
                (
                    str(place),
                    row["task"],
                    str(row["take"] or ""),
                    row["title"] or "untitled",
                    length(row["duration"]),
                    "in the trash" if row["trashed"] else "",
                )
                for place, row in enumerate(rows, 1)
            ]
            print_table(("", "TASK", "TAKE", "TITLE", "LENGTH", ""), cells, flexible=3)
        else:
            say("This album is empty")
        return DONE

    return with_core(environ, args.profile, work)


def add(args: Namespace, environ: Mapping[str, str]) -> int:
    """Put takes at the end of an album."""

    async def change(core: Core) -> str:
        takes = await core.read(takes_of, args.ids, args.take)
        return await core.services.annotations.add_to_album(args.name, takes)

    return _change(args, environ, change)


def remove(args: Namespace, environ: Mapping[str, str]) -> int:
    """Take takes out of an album."""

    async def change(core: Core) -> str:
        takes = await core.read(takes_of, args.ids, args.take)
        return await core.services.annotations.remove_from_album(args.name, takes)

    return _change(args, environ, change)


def move(args: Namespace, environ: Mapping[str, str]) -> int:
    """Move a take to another place; a place behind the end is the last."""

    async def change(core: Core) -> str:
        take = await core.read(take_of, args.id, args.take)
        takes = (await core.services.annotations.album(args.name)).takes
        at = takes.index(take) if take in takes else 0
        return await core.services.annotations.move_in_album(args.name, take, args.to - 1 - at)

    return _change(args, environ, change)


def rename(args: Namespace, environ: Mapping[str, str]) -> int:
    """Give an album another name."""

    async def change(core: Core) -> str:
        return await core.services.annotations.rename_album(args.name, args.new_name)

    return _change(args, environ, change)


def delete(args: Namespace, environ: Mapping[str, str]) -> int:
    """Delete an album; its takes stay."""

    async def change(core: Core) -> str:
        return await core.services.annotations.delete_album(args.name)

    return _change(args, environ, change)


def _change(args: Namespace, environ: Mapping[str, str], change: Callable[[Core], Awaitable[str]]) -> int:
    async def work(core: Core) -> int:
        sentence = await change(core)
        if args.json:
            print_json(
                [{"name": album.name, "takes": album.count} for album in await core.services.annotations.albums()]
            )
        elif sentence:
            print(clean(sentence, 2_000))
        else:
            say("Nothing changed: it was so already")
        return DONE

    return with_core(environ, args.profile, work)


def _rows(library: Library, album: Album) -> list[dict[str, Any]]:
    """The takes as documents; a task that has no takes yet stands for itself."""
    task_ids = list(dict.fromkeys(ref.task_id for ref in album.takes))
    tasks, trashed = library.tasks(task_ids), library.trashed(task_ids)
    rows = []
    for ref in album.takes:
        task = tasks[ref.task_id]
        clip = next((clip for clip in task.clips if clip.id == ref.clip_id), None)
        rows.append(
            {
                "task": task.id,
                "clip": clip.id if clip is not None else None,
                "take": number_of(task, clip) if clip is not None else None,
                "title": clip.title if clip is not None and clip.title else task.title,
                "duration": clip.duration_s if clip is not None else None,
                "trashed": task.id in trashed,
            }
        )
    return rows
