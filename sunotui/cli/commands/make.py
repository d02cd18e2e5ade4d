"""Commands that make something of words: music (new, extended, covered, a section anew) and lyrics."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sunotui.cli.parent import Parent, parent_of
from sunotui.cli.sending import make
from sunotui.cli.session import with_studio
from sunotui.cli.texts import extra_in, lyrics_in
from sunotui.domain.errors import RequestImpossible
from sunotui.domain.request import CoverRequest, InfillRequest, LyricsRequest, MusicRequest, Request

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio


def music(args: Namespace, environ: Mapping[str, str]) -> int:
    """Make a song, or several takes of one."""
    words, extra = lyrics_in(args.lyrics_file), extra_in(args.extra)

    async def work(studio: "Studio") -> int:
        song = MusicRequest(
            description=args.describe,
            lyrics=words,
            title=args.title,
            style=args.style,
            exclude=args.exclude,
            model=args.model,
            instrumental=args.instrumental,
            extra=extra,
        )
        if args.persona:
            song = await _sung_by(studio, song, args.persona, args.persona_clip)
        return await make(studio, await _reworked(studio, song, args), args, takes=args.takes)

    return with_studio(environ, args.profile, work)


def lyrics(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write words."""
    request = LyricsRequest(args.prompt, extra_in(args.extra))
    return with_studio(environ, args.profile, lambda studio: make(studio, request, args))


async def _sung_by(studio: "Studio", song: MusicRequest, wanted: str, clip: str) -> MusicRequest:
    """The song with a voice: one that is known here, by its id or its name, or any with the clip it was made of."""
    if clip:
        return replace(song, persona_id=wanted, persona_clip_id=(await parent_of(studio, clip)).clip_id)
    known = await studio.extras.personas(studio.current_profile().name)
    fitting = [each for each in known if each.id == wanted] or [each for each in known if each.name == wanted]
    if len(fitting) > 1:
        raise RequestImpossible(f"{len(fitting)} personas are called {wanted}", advice="Give the id of one")
    if not fitting:
        raise RequestImpossible(
            f"No persona {wanted} is known here", advice="Give --persona-clip CLIP too, the clip it was made of"
        )
    return replace(song, persona_id=fitting[0].id, persona_clip_id=fitting[0].clip_id)


async def _reworked(studio: "Studio", song: MusicRequest, args: Namespace) -> Request:
    """The song as it stands, or what it is to do to a clip that is there."""
    if args.cover:
        return _cover(song, await parent_of(studio, args.cover))
    if args.replace:
        return _section(song, await parent_of(studio, args.replace), args.section_start, args.section_end)
    if args.extend:
        parent = await parent_of(studio, args.extend)
        return replace(
            song,
            extend_clip_id=parent.clip_id,
            extend_at_s=args.at,
            extend_task_id=parent.task_id,
            extend_upload=parent.is_upload,
        )
    return song


def _cover(song: MusicRequest, parent: Parent) -> CoverRequest:
    return CoverRequest(clip_id=parent.clip_id, **_words_and_labels(song))


def _section(song: MusicRequest, parent: Parent, start_s: float, end_s: float) -> InfillRequest:
    place: dict[str, Any] = {"clip_id": parent.clip_id, "task_id": parent.task_id, "start_s": start_s, "end_s": end_s}
    return InfillRequest(**place, **_words_and_labels(song))


def _words_and_labels(song: MusicRequest) -> dict[str, Any]:
    """What a song, a cover and a section have in common."""
    names = ("lyrics", "title", "style", "exclude", "model", "instrumental", "extra")
    return {name: getattr(song, name) for name in names}
