"""Commands for the links and files of a take: url, wav, video, midi."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping

from sunotui.cli.exits.exit_codes import DONE, OUTPUT
from sunotui.cli.output.output_file import binary_output_file
from sunotui.cli.output.text import print_json, say, say_error
from sunotui.cli.resolve import resolve, take_number
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import submit_for_result
from sunotui.core.core import Core
from sunotui.core.library.library import Library, open_library
from sunotui.core.library.missing_link import missing_link, usable_link
from sunotui.core.paths import find_paths
from sunotui.core.system.clipboard import copy_with_tools, osc52
from sunotui.core.transfer.output_path import check_output
from sunotui.domain.errors import InvalidRequest, NotFound, SunotuiError
from sunotui.domain.music.stems import source_of_clip
from sunotui.domain.requests.request import ClipFileRequest, MidiRequest, Mp4Request, WavRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import URL_LIMIT, clean


def wav(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print the link to a take's WAV file."""
    return _address(args, environ, WavRequest)


def video(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print the link to a take's MP4 file."""
    return _address(args, environ, Mp4Request)


def midi(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write the notes of a take as a MIDI file."""
    if args.output == "-" and args.json:
        raise InvalidRequest("The MIDI file and --json cannot both go to standard output", advice="Give -o FILE")
    if args.output != "-":
        check_output(args.output)
    task, take, number = _take(args, environ)
    notes, code = _obtained(args, environ, task, MidiRequest(take.id, task.id, source_of_clip(take)))
    if code != DONE:
        return code
    from sunotui.core.transfer.midi_file import count_notes, midi_bytes, write_midi

    if args.output == "-":
        with binary_output_file("-") as file:
            file.write(midi_bytes(notes, take.bpm))
    else:
        write_midi(notes, args.output, bpm=take.bpm)
    count, instruments = count_notes(notes)
    if args.json:
        document = {"task": task.id, "clip": take.id, "take": number, "file": args.output}
        print_json({**document, "notes": count, "instruments": instruments})
    else:
        say(f"{count:,} notes of {instruments} instruments written to {args.output}")
    return DONE


def _address(args: Namespace, environ: Mapping[str, str], kind: type[ClipFileRequest]) -> int:
    task, take, number = _take(args, environ)
    address, code = _obtained(args, environ, task, kind(take.id, task.id))
    if code != DONE:
        return code
    return print_address(args, environ, task, take, number, address)


def _take(args: Namespace, environ: Mapping[str, str]) -> tuple[Task, Clip, int]:
    with open_library(find_paths(environ)) as library:
        return resolve_numbered_take(library, args)


def _obtained(args: Namespace, environ: Mapping[str, str], task: Task, request: ClipFileRequest) -> tuple[str, int]:
    """Request the result from the gateway that made the take."""

    async def work(core: Core) -> tuple[str, int]:
        return await submit_for_result(core, request, args, task.profile)

    return run_with_core(environ, args.profile, work)


def url(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print one link of a take, and copy it if requested. A request is sent only if the library's link is not enough:
    for a WAV file, and for the link of a song that was being generated."""
    if args.kind == "wav":
        return wav(args, environ)
    with open_library(find_paths(environ)) as library:
        task, take, number = resolve_numbered_take(library, args)
        raw = library.raw(task.id)
    address = usable_link(_link(task, take, number, args.kind, environ))
    if address is None:
        missing = missing_link(raw, take, args.kind)
        advice = f"'sunotui fetch {task.id}' asks the gateway again" if missing.may_come else ""
        raise NotFound(missing.reason, advice=advice)
    return print_address(args, environ, task, take, number, address)


def _link(task: Task, take: Clip, number: int, kind: str, environ: Mapping[str, str]) -> str | None:
    """The stored link, or a current one instead of a stream. Raises NotFound for the stream of a failed take."""
    if kind == "audio" and take.is_stream:
        take = _fresh(task, take, environ)
        if take.status is ClipStatus.ERROR and take.is_stream:
            raise NotFound(
                f"Take {number} failed: its link worked only while it was generating",
                advice=f"'sunotui show {task.id}' says why it failed",
            )
        if take.is_stream:
            say("The gateway has no final link yet: this one works only while the song is generating")
    address: str | None = getattr(take, f"{kind}_url")
    return address


def _fresh(task: Task, take: Clip, environ: Mapping[str, str]) -> Clip:
    """The take as the gateway reports it now; the stored one if the gateway cannot be reached."""

    async def work(core: Core) -> Clip:
        return await core.services.extras.fresh_clip(task.id, take.id)

    try:
        return run_with_core(environ, "", work)
    except SunotuiError as error:
        say_error(error)
        return take


def resolve_numbered_take(library: Library, args: Namespace) -> tuple[Task, Clip, int]:
    """The take for a command's ID and --take, with its task and its number. Raises NotFound, and InvalidRequest for a
    clip that is another take.
    """
    task, clip = resolve(library, args.id)
    if clip is not None and args.take not in {None, take_number(task, clip)}:
        raise InvalidRequest(f"The id {clip.id} is that of take {take_number(task, clip)}, not {args.take}")
    number = take_number(task, clip) if clip is not None else args.take or 1
    take = task.take(number)
    if take is None:
        raise NotFound(f"The song has no take {number}", advice=f"'sunotui show {task.id}' lists what it has")
    return task, take, number


def print_address(
    args: Namespace, environ: Mapping[str, str], task: Task, take: Clip, number: int, address: str
) -> int:
    """Print a link of a take, as JSON or text, and copy it if requested; returns OUTPUT if nothing accepted the
    copy."""
    if args.json:
        print_json({"task": task.id, "clip": take.id, "take": number, "kind": args.kind, "url": address})
    else:
        print(clean(address, URL_LIMIT))
    return DONE if not args.copy or _is_copied(address, environ) else OUTPUT


def _is_copied(address: str, environ: Mapping[str, str]) -> bool:
    """Copy a link and print which tools copied it; returns whether any did."""
    took = copy_with_tools(address, environ)
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        print(osc52(address), end="", file=terminal, flush=True)
        took.insert(0, "terminal")
    say(f"URL copied ({', '.join(took)})" if took else "The URL could not be copied: no terminal and no clipboard tool")
    return bool(took)
