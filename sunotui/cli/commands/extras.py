"""Commands for what only some gateways offer beside tasks: tags, timing, feed."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, NOT_FOUND
from sunotui.cli.inputs import read_piped
from sunotui.cli.output.json_documents import clip_document
from sunotui.cli.output.lrc import lrc_of, timed_lines
from sunotui.cli.output.text import length, print_json, print_table, say
from sunotui.cli.resolve import clip_ids, find_clip, number_of
from sunotui.cli.results import obtain
from sunotui.cli.session import with_core
from sunotui.domain.errors import NotFound
from sunotui.domain.requests.request import UpsampleTagsRequest
from sunotui.domain.text import clean_lines

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.library.library import Library
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.word_timings import WordTimings


def tags(args: Namespace, environ: Mapping[str, str]) -> int:
    """Have the gateway make a few words of style into many."""
    read_piped(args, "text")

    async def work(core: Core) -> int:
        profile = core.current_profile().name
        found, code = await obtain(core, UpsampleTagsRequest(args.text), args, profile)
        if code != DONE:
            return code
        if args.json:
            print_json({"profile": profile, "tags": args.text, "upsampled_tags": found})
        else:
            print(clean_lines(found))
        return DONE

    return with_core(environ, args.profile, work)


def timing(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print when each line of a clip is sung; every word with --json, subtitles for players with --lrc."""

    async def work(core: Core) -> int:
        task, clip = await core.read(find_clip, args.clip)
        found = await core.services.extras.timing(task.id, clip.id)
        _print_timing(found, clip, args)
        return DONE

    return with_core(environ, args.profile, work)


def feed(args: Namespace, environ: Mapping[str, str]) -> int:
    """Ask for clips by their ids, wherever they were made; the library stays as it is."""

    async def work(core: Core) -> int:
        wanted = await core.read(clip_ids, args.ids)
        found = await core.services.extras.feed(core.current_profile().name, wanted)
        if args.json:
            numbers = await core.read(_take_numbers, found)
            print_json([clip_document(clip, numbers.get(clip.id)) for clip in found])
        elif found:
            _print_clips(found)
        missing = [clip_id for clip_id in wanted if all(clip.id != clip_id for clip in found)]
        if missing:
            say(f"The gateway knows no clip by the id {', '.join(missing)}")
        return NOT_FOUND if missing else DONE

    return with_core(environ, args.profile, work)


def _print_timing(found: WordTimings, clip: Clip, args: Namespace) -> None:
    if args.json:
        words = [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in found.words]
        print_json({"id": clip.id, "words": words})
        return
    if not found.words:
        raise NotFound("The gateway has no times for the words of this clip", advice="")
    if args.lrc:
        print(clean_lines(lrc_of(found, clip.title)))
    else:
        print_table(("TIME", "LINE"), [(length(at) or "0:00", line) for at, line in timed_lines(found)], flexible=1)


def _take_numbers(library: Library, clips: Sequence[Clip]) -> dict[str, int]:
    """The take number of those clips that the library knows."""
    found = ((clip, library.clip(clip.id)) for clip in clips)
    return {clip.id: number_of(*known) for clip, known in found if known is not None}


def _print_clips(clips: Sequence[Clip]) -> None:
    rows = [
        (
            clip.id,
            clip.status.value,
            clip.title or "untitled",
            clip.model,
            length(clip.duration_s),
            clip.audio_url or "",
        )
        for clip in clips
    ]
    print_table(("CLIP", "STATUS", "TITLE", "MODEL", "LENGTH", "AUDIO"), rows, flexible=2)
