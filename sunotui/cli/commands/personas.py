"""Commands about personas, the voices made of clips: personas and persona."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sunotui.cli.exit_codes import DONE
from sunotui.cli.inputs import read_piped
from sunotui.cli.output.json_documents import iso
from sunotui.cli.output.text import age, print_json, print_table, say
from sunotui.cli.parent import parent_of
from sunotui.cli.results import obtain
from sunotui.cli.session import with_core
from sunotui.domain.requests.request import PersonaRequest

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.persona import Persona


def personas(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the voices that this computer knows of at the gateway."""

    async def work(core: Core) -> int:
        found = await core.services.extras.personas(core.current_profile().name)
        if args.json:
            print_json([_document(persona) for persona in found])
        elif found:
            _print(found)
        else:
            say("No persona is known here; 'sunotui persona CLIP --name NAME' makes one")
        return DONE

    return with_core(environ, args.profile, work)


def persona(args: Namespace, environ: Mapping[str, str]) -> int:
    """Make a voice out of a clip."""
    read_piped(args, "name", "description", "style")

    async def work(core: Core) -> int:
        parent = await parent_of(core, args.clip)
        if parent.is_upload:
            say("That clip was uploaded: gateways are known to make personas of generated clips only")
        profile = core.current_profile().name
        is_whole = args.voice_start is None and args.voice_end is None and parent.duration_s is not None
        request = PersonaRequest(
            clip_id=parent.clip_id,
            name=args.name,
            description=args.description,
            style=args.style,
            start_s=0.0 if is_whole else args.voice_start,
            end_s=parent.duration_s if is_whole else args.voice_end,
        )
        persona_id, code = await obtain(core, request, args, profile)
        if code != DONE:
            return code
        made = next(found for found in await core.services.extras.personas(profile) if found.id == persona_id)
        say(f"'sunotui music --persona {made.id}' sings with it")
        if args.json:
            print_json(_document(made))
        else:
            _print([made])
        return DONE

    return with_core(environ, args.profile, work)


def _document(persona: Persona) -> dict[str, Any]:
    return {
        "id": persona.id,
        "profile": persona.profile,
        "name": persona.name,
        "clip_id": persona.clip_id,
        "created_at": iso(persona.created_at),
    }


def _print(personas: Sequence[Persona]) -> None:
    now = time.time()
    rows = [
        (each.id, each.name, each.clip_id, age(now - each.created_at) if each.created_at else "") for each in personas
    ]
    print_table(("PERSONA", "NAME", "CLIP", "AGE"), rows, flexible=1)
