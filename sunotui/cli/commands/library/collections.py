"""Commands for albums and saved searches."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Collection as CollectionOf
from typing import Any

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.task_text import print_tasks
from sunotui.cli.output.text import length, print_json, print_table, say, within_limit
from sunotui.cli.resolve import resolve_take, resolve_takes, take_number
from sunotui.cli.session import run_with_core
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import task_documents
from sunotui.core.library.library import Library
from sunotui.domain.annotations import Album, AlbumSummary, SavedSearch
from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.text import clean, counted


def album_list(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the albums by name."""

    async def work(core: Core) -> int:
        found = await core.services.annotations.albums()
        if args.json:
            print_json([album_summary_document(album) for album in found])
        elif found:
            rows = [
                (album.name, str(album.count), length_text(album.duration_s), str(album.saved or "")) for album in found
            ]
            print_table(("ALBUM", "TAKES", "LENGTH", "SAVED"), rows)
        else:
            say("There are no albums; 'sunotui album add NAME ID' makes one")
        return DONE

    return run_with_core(environ, args.profile, work)


def album_show(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the takes of an album, in order."""

    async def work(core: Core) -> int:
        album = await core.services.annotations.album(args.name)
        summary = await core.services.annotations.album_summary(args.name)
        saved = await core.services.albums.saved([take.clip_id for take in album.takes])
        rows = await core.read(_album_documents, album, saved)
        if args.json:
            look = album.look
            print_json(
                {
                    "name": album.name,
                    "takes": rows,
                    "duration": round(summary.duration_s, 2),
                    "saved": summary.saved,
                    "artist": look.artist,
                    "cover_clip": look.cover_clip or None,
                    "cover_file": look.cover_path or None,
                }
            )
        elif rows:
            cells = [
                (
                    str(place),
                    row["task"],
                    str(row["take"] or ""),
                    row["title"] or "untitled",
                    length(row["duration"]),
                    "in the trash" if row["trashed"] else "saved" if row["saved"] else "",
                )
                for place, row in enumerate(rows, 1)
            ]
            print_table(("", "SONG", "TAKE", "TITLE", "LENGTH", ""), cells, flexible=3)
            facts = (counted(summary.count, "take"), length_text(summary.duration_s), f"{summary.saved} saved")
            say(" · ".join(filter(None, facts)))
        else:
            say("This album is empty")
        return DONE

    return run_with_core(environ, args.profile, work)


def album_add(args: Namespace, environ: Mapping[str, str]) -> int:
    """Append takes to an album."""

    async def change(core: Core) -> str:
        takes = await core.read(resolve_takes, args.ids, args.take)
        return await core.services.annotations.add_to_album(args.name, takes)

    return change_album(args, environ, change)


def album_remove(args: Namespace, environ: Mapping[str, str]) -> int:
    """Remove takes from an album."""

    async def change(core: Core) -> str:
        takes = await core.read(resolve_takes, args.ids, args.take)
        return await core.services.annotations.remove_from_album(args.name, takes)

    return change_album(args, environ, change)


def album_move(args: Namespace, environ: Mapping[str, str]) -> int:
    """Move a take to another position; a position after the end is the last one."""

    async def change(core: Core) -> str:
        take = await core.read(resolve_take, args.id, args.take)
        takes = (await core.services.annotations.album(args.name)).takes
        at = takes.index(take) if take in takes else 0
        return await core.services.annotations.move_in_album(args.name, take, args.to - 1 - at)

    return change_album(args, environ, change)


def album_rename(args: Namespace, environ: Mapping[str, str]) -> int:
    """Rename an album."""

    async def change(core: Core) -> str:
        return await core.services.annotations.rename_album(args.name, args.new_name)

    return change_album(args, environ, change)


def album_delete(args: Namespace, environ: Mapping[str, str]) -> int:
    """Delete an album; its takes stay."""

    async def change(core: Core) -> str:
        return await core.services.annotations.delete_album(args.name)

    return change_album(args, environ, change)


def change_album(args: Namespace, environ: Mapping[str, str], change: Callable[[Core], Awaitable[str]]) -> int:
    """Change an album, and print the change, or with --json all albums."""

    async def work(core: Core) -> int:
        sentence = await change(core)
        if args.json:
            print_json([album_summary_document(album) for album in await core.services.annotations.albums()])
        elif sentence:
            print(clean(sentence, 2_000))
        else:
            say("No change")
        return DONE

    return run_with_core(environ, args.profile, work)


def album_summary_document(album: AlbumSummary) -> dict[str, Any]:
    """The JSON of an album in a list of albums."""
    return {
        "name": album.name,
        "takes": album.count,
        "duration": round(album.duration_s, 2),
        "saved": album.saved,
    }


def _album_documents(library: Library, album: Album, saved: CollectionOf[str]) -> list[dict[str, Any]]:
    """The takes as documents; a task without takes is one entry."""
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
                "take": take_number(task, clip) if clip is not None else None,
                "title": clip.title if clip is not None and clip.title else task.title,
                "duration": clip.duration_s if clip is not None else None,
                "trashed": task.id in trashed,
                "saved": clip is not None and clip.id in saved,
            }
        )
    return rows


def search_list(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the saved searches by name."""

    async def work(core: Core) -> int:
        found = await core.services.annotations.searches()
        if args.json:
            print_json([_search_document(search) for search in found])
        elif found:
            print_table(("SEARCH", "LOOKS FOR", "BY"), [(s.name, s.text, _order_text(s)) for s in found], flexible=1)
        else:
            say("There are no saved searches; 'sunotui search save NAME Q' makes one")
        return DONE

    return run_with_core(environ, args.profile, work)


def search_save(args: Namespace, environ: Mapping[str, str]) -> int:
    """Save a search under a name; replaces one with the same name."""
    listing = ListQuery(query=parse(args.query), sort=Sort(args.sort), is_reversed=args.reverse)

    async def work(core: Core) -> int:
        sentence = await core.services.annotations.save_search(args.name, listing)
        await _print_search_change(core, args, sentence)
        return DONE

    return run_with_core(environ, args.profile, work)


def search_show(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the results of a saved search in the same way as the screen."""

    async def work(core: Core) -> int:
        search = await core.services.annotations.search(args.name)
        search.query.require_valid()
        place = Collection(CollectionKind.SEARCH, search.name)
        listing = ListQuery(place, sort=search.sort, is_reversed=search.is_reversed)
        window = await core.browser.page(listing, at=0, before=0, after=args.limit)
        tasks = await core.read(Library.tasks, [row.id for row in window.rows])
        found = within_limit([tasks[row.id] for row in window.rows], args.limit)
        if args.json:
            print_json(await core.read(task_documents, found))
        elif found:
            print_tasks(await core.read(Library.summaries, [task.id for task in found]), time.time())
        else:
            say("No matching songs")
        return DONE

    return run_with_core(environ, args.profile, work)


def search_delete(args: Namespace, environ: Mapping[str, str]) -> int:
    """Delete a saved search; its tasks stay."""

    async def work(core: Core) -> int:
        search = await core.services.annotations.search(args.name)
        await _print_search_change(core, args, await core.services.annotations.delete_search(search.name))
        return DONE

    return run_with_core(environ, args.profile, work)


async def _print_search_change(core: Core, args: Namespace, sentence: str) -> None:
    """Print the change, or with --json all saved searches."""
    if args.json:
        print_json([_search_document(search) for search in await core.services.annotations.searches()])
    elif sentence:
        print(clean(sentence, 2_000))
    else:
        say("No change")


def _search_document(search: SavedSearch) -> dict[str, Any]:
    return {"name": search.name, "search": search.text, "sort": search.sort.value, "reversed": search.is_reversed}


def _order_text(search: SavedSearch) -> str:
    return f"{search.sort.value}, reversed" if search.is_reversed else search.sort.value
