"""Commands for extras that only some gateways offer: tags, timing, feed, personas, persona."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from sunotui.cli.exits.exit_codes import DONE, NOT_FOUND
from sunotui.cli.inputs import read_piped
from sunotui.cli.output.text import age, length, print_json, print_table, say
from sunotui.cli.resolve import find_parent, resolve_clip, resolve_clip_ids, take_number
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import submit_for_result
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import clip_document, iso
from sunotui.core.documents.lrc import lrc_text
from sunotui.core.library.library import Library
from sunotui.core.playback.lyrics_sync import lyric_sheet
from sunotui.domain.errors import NotFound
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.requests.request import PersonaRequest, UpsampleTagsRequest
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import clean_lines


def tags(args: Namespace, environ: Mapping[str, str]) -> int:
    """Expand a short style."""
    read_piped(args, "text")

    async def work(core: Core) -> int:
        profile = core.active_profiles.current().name
        found, code = await submit_for_result(core, UpsampleTagsRequest(args.text), args, profile)
        if code != DONE:
            return code
        if args.json:
            print_json({"profile": profile, "tags": args.text, "upsampled_tags": found})
        else:
            print(clean_lines(found))
        return DONE

    return run_with_core(environ, args.profile, work)


def timing(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print when each line of a clip is sung; each word with --json, subtitles for players with --lrc."""

    async def work(core: Core) -> int:
        task, clip = await core.read(resolve_clip, args.clip)
        found = await core.services.extras.timing(task.id, clip.id)
        _print_timing(found, clip, args)
        return DONE

    return run_with_core(environ, args.profile, work)


def feed(args: Namespace, environ: Mapping[str, str]) -> int:
    """Fetch clips by id, wherever they were made; the library is unchanged."""

    async def work(core: Core) -> int:
        wanted = await core.read(resolve_clip_ids, args.ids)
        found = await core.services.extras.feed(core.active_profiles.current().name, wanted)
        if args.json:
            numbers = await core.read(_take_numbers, found)
            print_json([clip_document(clip, numbers.get(clip.id)) for clip in found])
        elif found:
            _print_clips(found)
        missing = [clip_id for clip_id in wanted if all(clip.id != clip_id for clip in found)]
        if missing:
            say(f"The gateway has no take with the id {', '.join(missing)}")
        return NOT_FOUND if missing else DONE

    return run_with_core(environ, args.profile, work)


def _print_timing(found: WordTimings, clip: Clip, args: Namespace) -> None:
    if args.json:
        words = [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in found.words]
        print_json({"id": clip.id, "words": words})
        return
    if not found.words:
        raise NotFound("The gateway has no word timings for this take", advice="")
    sheet = lyric_sheet(clip.lyrics, found)
    if args.lrc:
        print(clean_lines(lrc_text(sheet, clip.title)))
    else:
        print_table(("TIME", "LINE"), [(length(at) or "0:00", line) for at, line in sheet.timed_lines()], flexible=1)


def _take_numbers(library: Library, clips: Sequence[Clip]) -> dict[str, int]:
    """The take numbers of the clips that the library has."""
    found = ((clip, library.clip(clip.id)) for clip in clips)
    return {clip.id: take_number(*known) for clip, known in found if known is not None}


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
    print_table(("TAKE", "STATUS", "TITLE", "MODEL", "LENGTH", "AUDIO"), rows, flexible=2)


def personas(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the gateway's personas that the library has."""

    async def work(core: Core) -> int:
        found = await core.services.extras.personas(core.active_profiles.current().name)
        if args.json:
            print_json([_persona_document(persona) for persona in found])
        elif found:
            _print_personas(found)
        else:
            say("There are no voices; 'sunotui persona TAKE --name NAME' makes one")
        return DONE

    return run_with_core(environ, args.profile, work)


def persona(args: Namespace, environ: Mapping[str, str]) -> int:
    """Make a persona from a clip."""
    read_piped(args, "name", "description", "style")

    async def work(core: Core) -> int:
        parent = await core.read(find_parent, args.clip)
        if parent.is_upload:
            say("That take was uploaded: gateways are known to make voices from generated takes only")
        profile = core.active_profiles.current().name
        is_whole = args.voice_start is None and args.voice_end is None and parent.duration_s is not None
        request = PersonaRequest(
            clip_id=parent.clip_id,
            name=args.name,
            description=args.description,
            style=args.style,
            start_s=0.0 if is_whole else args.voice_start,
            end_s=parent.duration_s if is_whole else args.voice_end,
        )
        persona_id, code = await submit_for_result(core, request, args, profile)
        if code != DONE:
            return code
        made = next(found for found in await core.services.extras.personas(profile) if found.id == persona_id)
        say(f"'sunotui music --persona {made.id}' uses it")
        if args.json:
            print_json(_persona_document(made))
        else:
            _print_personas([made])
        return DONE

    return run_with_core(environ, args.profile, work)


def _persona_document(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "profile": persona.profile,
        "name": persona.name,
        "clip_id": persona.clip_id,
        "created_at": iso(persona.created_at),
    }


def _print_personas(personas: Sequence[Persona]) -> None:
    now = time.time()
    rows = [
        (each.id, each.name, each.clip_id, age(now - each.created_at) if each.created_at else "") for each in personas
    ]
    print_table(("PERSONA", "NAME", "TAKE", "AGE"), rows, flexible=1)
