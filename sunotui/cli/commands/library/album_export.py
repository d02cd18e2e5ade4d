"""Commands for the artist and the cover of an album, and for its export to a folder."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from sunotui.cli.commands.library.collections import change_album
from sunotui.cli.exits.exit_codes import DONE, GATEWAY
from sunotui.cli.output.progress import download_progress
from sunotui.cli.output.text import print_json, say
from sunotui.cli.resolve import resolve_take
from sunotui.cli.session import run_with_core
from sunotui.core.albums.exporter import AlbumExport
from sunotui.core.core import Core
from sunotui.core.documents.json_models.collections import AlbumExportDocument


def album_artist(args: Namespace, environ: Mapping[str, str]) -> int:
    """Set the artist of an album."""

    async def change(core: Core) -> str:
        return await core.services.annotations.set_album_artist(args.name, args.artist)

    return change_album(args, environ, change)


def album_cover(args: Namespace, environ: Mapping[str, str]) -> int:
    """Make the cover of a take, or a picture file, the cover of an album."""

    path = Path(args.file or "").expanduser().absolute()

    async def change(core: Core) -> str:
        annotations = core.services.annotations
        if args.file is not None:
            await core.services.albums.check_picture(path)
            return await annotations.set_album_cover(args.name, path=str(path))
        if args.first:
            return await annotations.set_album_cover(args.name)
        take = await core.read(resolve_take, args.id, args.take)
        return await annotations.set_album_cover(args.name, clip_id=take.clip_id)

    return change_album(args, environ, change)


def album_export(args: Namespace, environ: Mapping[str, str]) -> int:
    """Export an album to a folder. Songs that could not be saved are reported, and the others are exported."""
    folder = Path(args.to).expanduser().absolute()

    async def work(core: Core) -> int:
        try:
            with download_progress(core):
                made = await core.services.albums.export(args.name, folder)
        except asyncio.CancelledError:
            # Otherwise the next run would resume what the user has stopped.
            await core.services.downloads.pause()
            raise
        if args.json:
            print_json(_document(made))
        else:
            say(made.sentence)
            for name in made.changes.kept:
                say(f"{name} was changed by someone else and stays as it is")
        for note in made.notes:
            say(note)
        for track, reason in made.missing:
            say(f"{track.number}. {track.title} is missing: {reason}")
        return GATEWAY if made.missing else DONE

    return run_with_core(environ, args.profile, work)


def _document(made: AlbumExport) -> AlbumExportDocument:
    changes = made.changes
    return {
        "album": made.album,
        "folder": str(made.folder),
        "songs": made.songs,
        "duration": round(made.duration_s, 2),
        "written": changes.written,
        "renamed": [{"old": old, "new": new} for old, new in changes.renamed],
        "deleted": changes.deleted,
        "unchanged": sorted(changes.unchanged),
        "kept": changes.kept,
        "missing": [
            {"task": track.task.id, "clip": track.clip.id, "title": track.title, "reason": reason}
            for track, reason in made.missing
        ],
        "notes": list(made.notes),
    }
