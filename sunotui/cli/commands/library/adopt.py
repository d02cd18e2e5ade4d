"""Adds songs that were made elsewhere: adopt."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sunotui.cli.commands.library.adopt_folder import adopt_folder
from sunotui.cli.exits.exit_codes import DONE, NOT_FOUND
from sunotui.cli.inputs import read_ids
from sunotui.cli.output.task_text import print_tasks
from sunotui.cli.output.text import print_json, say
from sunotui.cli.session import run_with_core
from sunotui.core.adoption.service import Adoption, AdoptionState
from sunotui.core.core import Core
from sunotui.core.library.library import Library
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.song_reference import SongReference, parse_reference

_INVALID = "invalid"
"""The state of a word that is neither a link nor an id."""


def adopt(args: Namespace, environ: Mapping[str, str]) -> int:
    """Add what a gateway knows to the library, or match the files of a folder to its takes."""
    if args.folder:
        return adopt_folder(args, environ)
    return _look_up(args, environ)


def _look_up(args: Namespace, environ: Mapping[str, str]) -> int:
    """Look up links and ids at the gateway, and add what it knows to the library."""
    words = list(dict.fromkeys(read_ids(args.ids)))

    async def work(core: Core) -> int:
        references, refused = _parsed(words, core.active_profiles.current_host)
        wanted = list(references.values())
        adopted = await core.services.adoption.look_up(wanted, core.active_profiles.current().name) if wanted else []
        results = dict(zip(references, adopted, strict=True))
        for word in words:
            reason = refused.get(word) or results[word].reason
            if reason:
                say(f"{word}: {reason}")
        if args.json:
            print_json([_document(word, results.get(word), refused.get(word, "")) for word in words])
        else:
            await _print(core, adopted)
        return DONE if not refused and all(one.task_id for one in adopted) else NOT_FOUND

    return run_with_core(environ, args.profile, work)


def _parsed(words: Sequence[str], gateway_host: str) -> tuple[dict[str, SongReference], dict[str, str]]:
    """What the words refer to, and why the others refer to nothing, both by word."""
    references: dict[str, SongReference] = {}
    refused: dict[str, str] = {}
    for word in words:
        if _is_path(word):
            refused[word] = "This is a file or a folder: --folder DIR looks through a folder"
            continue
        try:
            references[word] = parse_reference(word, gateway_host)
        except InvalidRequest as error:
            refused[word] = error.sentence.rstrip(".")
    return references, refused


def _is_path(word: str) -> bool:
    """Whether a word is the path of something on this computer rather than an id."""
    try:
        return ("/" in word or os.sep in word) and Path(word).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


async def _print(core: Core, adopted: Sequence[Adoption]) -> None:
    task_ids = dict.fromkeys(one.task_id for one in adopted if one.task_id)
    found = await core.read(Library.summaries, list(task_ids))
    if found:
        print_tasks(found, time.time())
    counts = Counter(one.state for one in adopted)
    words = {AdoptionState.ADDED: "added", AdoptionState.KNOWN: "in the library before"}
    said = [f"{counts[state]:,} {word}" for state, word in words.items() if counts[state]]
    if said:
        say(", ".join(said))


def _document(word: str, adopted: Adoption | None, reason: str) -> dict[str, Any]:
    if adopted is None:
        return {"given": word, "state": _INVALID, "task": None, "clip": None, "reason": reason}
    return {
        "given": word,
        "state": adopted.state.value,
        "task": adopted.task_id or None,
        "clip": adopted.clip_id or None,
        "reason": adopted.reason,
    }
