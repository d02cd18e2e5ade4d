"""The command that saves takes as files."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from sunotui.cli.exits.exit_codes import DONE, GATEWAY
from sunotui.cli.inputs import read_ids
from sunotui.cli.output.progress import download_progress
from sunotui.cli.output.text import print_json, say
from sunotui.cli.resolve import resolve_every_take
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import submit_for_result
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import download_document
from sunotui.core.library.library import Library
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.saved_formats import KINDS, REQUESTS
from sunotui.domain.saving.downloads import DownloadState, FileKind, FileResult
from sunotui.domain.text import URL_LIMIT, clean, counted


def download(args: Namespace, environ: Mapping[str, str]) -> int:
    """Save takes as files."""
    if args.missing == bool(args.ids) or (args.missing and args.take is not None):
        raise InvalidRequest("Give the ids of songs, or --missing alone", advice="See 'sunotui download --help'")
    wanted = [] if args.missing else read_ids(args.ids)
    folder = _folder(args.to)

    async def work(core: Core) -> int:
        if args.missing:
            await core.services.downloads.check_files()
            takes = await core.services.safety.missing()
            if not takes and not args.json:
                say("Everything that should be saved is saved")
        else:
            takes = await core.read(_takes, wanted, args.take)
        # The sound is missing, and a WAV file of it costs money at some gateways.
        kind = KINDS[args.format or ("mp3" if args.missing else core.settings.save.format)]
        code = await _request_files(core, args, takes, kind)
        downloads = core.services.downloads
        try:
            with download_progress(core):
                await downloads.add(takes, kind=kind, folder=folder)
                await downloads.wait_idle()
        except asyncio.CancelledError:
            # Otherwise the next run would resume what the user has stopped.
            await downloads.pause()
            say("Stopped; the same command resumes where it ended")
            raise
        return _print(await downloads.results(takes, kind, folder), args) or code

    return run_with_core(environ, args.profile, work)


def _takes(library: Library, wanted: Sequence[str], number: int | None) -> list[TakeRef]:
    return resolve_every_take(library, wanted, number, "to save")


def _folder(given: str | None) -> Path | None:
    """The folder that the user named, created if it is missing. Raises InvalidRequest."""
    if given is None:
        return None
    try:
        folder = Path(given).expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a folder name"
        raise InvalidRequest(f"{given} cannot be used: {reason.lower()}", advice="Choose another folder") from error
    return folder


async def _request_files(core: Core, args: Namespace, takes: Sequence[TakeRef], kind: FileKind) -> int:
    """Have the gateway make the files that it has not made yet, until it refuses one; returns the exit code of that
    request."""
    request = REQUESTS.get(kind)
    if request is None:
        return DONE
    for take in await core.services.downloads.without_link(takes, kind, is_again=args.again):
        task = (await core.read(Library.tasks, [take.task_id]))[take.task_id]
        _, code = await submit_for_result(core, request(take.clip_id, take.task_id), args, task.profile)
        if code != DONE:
            return code
    return DONE


def _print(results: Sequence[FileResult], args: Namespace) -> int:
    if args.json:
        print_json([download_document(result) for result in results])
    for result in results:
        if result.file is None:
            name = f"{result.title or 'untitled'}, take {result.number}"
            say(f"Not saved: {name}: {result.reason or result.state.value}")
        elif not args.json:
            print(clean(str(result.file.path), URL_LIMIT))
    saved = sum(result.file is not None for result in results)
    if not args.json and len(results) > 1:
        say(f"{counted(saved, 'take')} saved" + (f", {len(results) - saved} not" if saved < len(results) else ""))
    return DONE if all(result.state is DownloadState.SAVED for result in results) else GATEWAY
