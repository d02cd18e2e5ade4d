"""Commands that have the gateway make a file of a take: wav, video and midi."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sunotui.cli.clip_links import chosen_take, print_address
from sunotui.cli.exit_codes import DONE
from sunotui.cli.output.output_file import binary_output_file
from sunotui.cli.output.text import print_json, say
from sunotui.cli.results import obtain
from sunotui.cli.session import with_core
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.core.transfer.output_path import check_output
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.request import ClipFileRequest, MidiRequest, Mp4Request, WavRequest

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task


def wav(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print the address of a take as a WAV file."""
    return _address(args, environ, WavRequest)


def video(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print the address of a take as an MP4 file."""
    return _address(args, environ, Mp4Request)


def midi(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write the notes of a take as a MIDI file."""
    if args.output == "-" and args.json:
        raise InvalidRequest("The MIDI file and --json cannot both go to standard output", advice="Give -o FILE")
    if args.output != "-":
        check_output(args.output)
    task, take, number = _take(args, environ)
    notes, code = _obtained(args, environ, task, take, MidiRequest)
    if code != DONE:
        return code
    from sunotui.core.transfer.midi_file import count_notes, midi_bytes

    content = midi_bytes(notes)
    with binary_output_file(args.output) as file:
        file.write(content)
    count, instruments = count_notes(notes)
    if args.json:
        document = {"task": task.id, "clip": take.id, "take": number, "file": args.output}
        print_json({**document, "notes": count, "instruments": instruments})
    else:
        say(f"{count:,} notes of {instruments} instruments written to {args.output}")
    return DONE


def _address(args: Namespace, environ: Mapping[str, str], kind: type[ClipFileRequest]) -> int:
    task, take, number = _take(args, environ)
    address, code = _obtained(args, environ, task, take, kind)
    if code != DONE:
        return code
    return print_address(args, environ, task, take, number, address)


def _take(args: Namespace, environ: Mapping[str, str]) -> tuple[Task, Clip, int]:
    with open_library(find_paths(environ)) as library:
        return chosen_take(library, args)


def _obtained(
    args: Namespace, environ: Mapping[str, str], task: Task, take: Clip, kind: type[ClipFileRequest]
) -> tuple[str, int]:
    """The result, asked for at the gateway that made the take."""

    async def work(core: Core) -> tuple[str, int]:
        return await obtain(core, kind(take.id, task.id), args, task.profile)

    return with_core(environ, args.profile, work)
