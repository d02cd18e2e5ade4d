"""Commands that generate a song or lyrics, and those that derive from a clip: music, lyrics, upload, concat, stems."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sunotui.cli.arguments.generate import PARTS
from sunotui.cli.inputs import read_extra, read_lyrics, read_piped
from sunotui.cli.resolve import Parent, find_parent
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import submit_and_print
from sunotui.core.core import Core
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.derived import mashup_lyrics
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.text import cleaned_id, trim


def music(args: Namespace, environ: Mapping[str, str]) -> int:
    """Generate a song, or several takes of one."""
    read_piped(args, "describe", "title", "style", "exclude", "model", "sound")
    words, extra = read_lyrics(args.lyrics_file), read_extra(args.extra)

    async def work(core: Core) -> int:
        song = MusicRequest(
            description=args.describe,
            lyrics=words,
            title=args.title,
            style=args.style,
            exclude=args.exclude,
            model=args.model,
            instrumental=args.instrumental,
            extra=extra,
            style_weight=args.style_weight,
            weirdness=args.weirdness,
            audio_weight=args.audio_weight,
            gender=args.gender,
            duration_s=args.duration,
            persona_as_voice=args.persona_as == "voice",
        )
        if args.persona:
            song = await _sung_by(core, song, args.persona, args.persona_clip or "")
        return await submit_and_print(core, await _derived_request(core, song, args), args, count=args.count)

    return run_with_core(environ, args.profile, work)


def lyrics(args: Namespace, environ: Mapping[str, str]) -> int:
    """Generate lyrics."""
    read_piped(args, "prompt")
    request = LyricsRequest(args.prompt, read_extra(args.extra))
    return run_with_core(environ, args.profile, lambda core: submit_and_print(core, request, args))


async def _sung_by(core: Core, song: MusicRequest, wanted: str, clip: str) -> MusicRequest:
    """The song with a persona: a known one by id or name, or any id with the clip that it was made from."""
    if clip:
        return replace(song, persona_id=wanted, persona_clip_id=(await core.read(find_parent, clip)).clip_id)
    known = await core.services.extras.personas(core.active_profiles.current().name)
    fitting = (
        [each for each in known if each.id == wanted]
        or [each for each in known if cleaned_id(each.name) == wanted]
        or [each for each in known if each.id.lower() == wanted.lower()]
    )
    if len(fitting) > 1:
        raise InvalidRequest(f"{len(fitting)} voices are called {wanted}", advice="Give the id of one")
    if not fitting:
        raise InvalidRequest(
            f"There is no voice {wanted}", advice="Give --persona-clip TAKE too, the take it was made from"
        )
    return replace(song, persona_id=fitting[0].id, persona_clip_id=fitting[0].clip_id)


async def _derived_request(core: Core, song: MusicRequest, args: Namespace) -> Request:
    """The song unchanged, or the derived task in the options."""
    if args.extend:
        parent = await core.read(find_parent, args.extend)
        return replace(
            song,
            extend_clip_id=parent.clip_id,
            extend_at_s=args.at,
            extend_task_id=parent.task_id,
            extend_upload=parent.is_upload,
        )
    task, clips = _derived_task(args)
    if not task:
        return song
    parents = [await core.read(find_parent, clip) for clip in clips]
    first = parents[0] if parents else Parent("")
    start_s, end_s = args.section_start, args.section_end
    if (args.add_vocals or args.add_instrumental) and (start_s, end_s) == (None, None):
        start_s, end_s = 0.0, first.duration_s
    if args.mashup and not song.instrumental and not song.has_own_words:
        song = replace(song, lyrics=mashup_lyrics(parent.lyrics for parent in parents))
    return DerivedRequest(
        task,
        first.clip_id,
        first.task_id if args.replace else "",
        start_s=start_s,
        end_s=end_s,
        at_s=args.at,
        more_clip_ids=tuple(parent.clip_id for parent in parents[1:]),
        variation=args.variation if args.remaster else "",
        sound=args.sound or "",
        is_loop=args.loop,
        url=args.image or args.video or "",
        **_words_and_labels(song),
    )


def _derived_task(args: Namespace) -> tuple[str, list[str]]:
    """The name and the source clips of the derived task in the options; empty for a new song."""
    if args.cover:
        return "cover" if args.at is None else "cover_extend", [args.cover]
    if args.replace:
        return PARTS.get(args.part, "infill"), [args.replace]
    for option in ("add_vocals", "add_instrumental", "remaster", "hum"):
        if clip := getattr(args, option):
            return option, [clip]
    if args.mashup:
        return "mashup", args.mashup
    if args.inspired_by:
        return "inspired", args.inspired_by
    return next((option for option in ("sound", "image", "video") if getattr(args, option)), ""), []


def _words_and_labels(song: MusicRequest) -> dict[str, Any]:
    """The fields that a new song and a derived task have in common."""
    return {part.name: getattr(song, part.name) for part in fields(SongFields)}


def concat(args: Namespace, environ: Mapping[str, str]) -> int:
    """Join an extended clip with the clips that it continues."""
    extra = read_extra(args.extra)

    async def work(core: Core) -> int:
        parent = await core.read(find_parent, args.clip)
        return await submit_and_print(core, ConcatRequest(parent.clip_id, args.infill, extra), args)

    return run_with_core(environ, args.profile, work)


def stems(args: Namespace, environ: Mapping[str, str]) -> int:
    """Split a clip into stems."""
    read_piped(args, "title", "model")
    extra = read_extra(args.extra)

    async def work(core: Core) -> int:
        parent = await core.read(find_parent, args.clip)
        request = DerivedRequest(
            "stems_short" if args.short else "stems",
            parent.clip_id,
            parent.task_id,
            count=args.parts,
            title=args.title,
            model=args.model,
            extra=extra,
        )
        return await submit_and_print(core, request, args)

    return run_with_core(environ, args.profile, work)


def upload(args: Namespace, environ: Mapping[str, str]) -> int:
    """Upload audio: a URL that the gateway downloads, or a local file."""
    request = _upload(args.source, read_extra(args.extra))
    return run_with_core(environ, args.profile, lambda core: submit_and_print(core, request, args))


def _upload(source: str, extra: str) -> UploadRequest | UploadFileRequest:
    if "://" in source or not trim(source):
        return UploadRequest(source, extra)
    if trim(extra):
        raise InvalidRequest("The upload of a file takes no extra fields")
    # The journal has the absolute path: a retry may run in another folder.
    path = Path(source).expanduser().absolute()
    try:
        is_file, size = path.is_file(), path.stat().st_size
    except (OSError, ValueError):
        is_file, size = False, 0
    if not is_file:
        raise InvalidRequest("There is no such file", advice="Give the path of an audio file, or an https address")
    if not size or not os.access(path, os.R_OK):
        raise InvalidRequest("The file cannot be read" if size else "The file is empty")
    return UploadFileRequest(str(path))
