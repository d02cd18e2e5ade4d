"""Commands that annotate songs: label, rate, note, trash, restore."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.inputs import read_note
from sunotui.cli.output.text import print_json, print_table, say
from sunotui.cli.resolve import resolve, resolve_known_tasks, resolve_takes
from sunotui.cli.session import run_with_core
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import annotations_document
from sunotui.domain.annotations import valid_note
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import clean, clean_lines


def label(args: Namespace, environ: Mapping[str, str]) -> int:
    """Add a label to tasks or remove it."""
    is_on = args.command == "label add"

    async def change(core: Core, task_ids: Sequence[str]) -> list[str]:
        return [await core.services.annotations.label(task_ids, args.label, is_on)]

    return _change_tasks(args, environ, change)


def label_list(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the labels by name."""

    async def work(core: Core) -> int:
        found = await core.services.annotations.labels()
        if args.json:
            print_json([{"label": each.name, "tasks": each.count} for each in found])
        elif found:
            print_table(("LABEL", "SONGS"), [(each.name, str(each.count)) for each in found])
        else:
            say("There are no labels; 'sunotui label add LABEL ID' makes one")
        return DONE

    return run_with_core(environ, args.profile, work)


def rate(args: Namespace, environ: Mapping[str, str]) -> int:
    """Rate takes, make them favourites or mark them as played."""

    async def work(core: Core) -> int:
        takes = await core.read(resolve_takes, args.ids, args.take)
        sentences = []
        if args.rating is not None:
            sentences.append(await core.services.annotations.rate(takes, args.rating))
        if args.is_favourite is not None:
            sentences.append(await core.services.annotations.mark_favourite(takes, args.is_favourite))
        if args.is_played is not None:
            sentences.append(await core.services.annotations.mark_played(takes, args.is_played))
        await _print_change(core, args, [take.task_id for take in takes], sentences)
        return DONE

    return run_with_core(environ, args.profile, work)


def note(args: Namespace, environ: Mapping[str, str]) -> int:
    """Print a task's note, or change it."""
    text = None if args.text is None else read_note(args.text)
    if args.text and not valid_note(text or ""):
        source = "Standard input" if args.text == "-" else "The note"
        raise InvalidRequest(
            f"{source} has no text, and the note stays", advice=f"'sunotui note {args.id} \"\"' takes it away"
        )

    async def work(core: Core) -> int:
        task, _ = await core.read(resolve, args.id)
        if text is not None:
            await _print_change(core, args, [task.id], [await core.services.annotations.note(task.id, text)])
            return DONE
        found = await core.services.annotations.note_of(task.id)
        if args.json:
            await _print_change(core, args, [task.id], [])
        elif found:
            # A pipe or a file gets the stored text unchanged, since it may be read back from there.
            print(clean_lines(found) if sys.stdout.isatty() else found)
        else:
            say("This song has no note")
        return DONE

    return run_with_core(environ, args.profile, work)


def trash(args: Namespace, environ: Mapping[str, str]) -> int:
    """Move tasks to the trash."""

    async def change(core: Core, task_ids: Sequence[str]) -> list[str]:
        return [await core.services.annotations.trash(task_ids)]

    return _change_tasks(args, environ, change)


def restore(args: Namespace, environ: Mapping[str, str]) -> int:
    """Restore tasks from the trash."""

    async def change(core: Core, task_ids: Sequence[str]) -> list[str]:
        return [await core.services.annotations.restore(task_ids)]

    return _change_tasks(args, environ, change)


def _change_tasks(
    args: Namespace, environ: Mapping[str, str], change: Callable[[Core, Sequence[str]], Awaitable[list[str]]]
) -> int:
    async def work(core: Core) -> int:
        task_ids = await core.read(resolve_known_tasks, args.ids)
        await _print_change(core, args, task_ids, await change(core, task_ids))
        return DONE

    return run_with_core(environ, args.profile, work)


async def _print_change(core: Core, args: Namespace, task_ids: Sequence[str], sentences: Sequence[str]) -> None:
    """Print what was changed, or with --json the annotations as they are now."""
    if args.json:
        found = await core.services.annotations.annotations(task_ids)
        print_json([annotations_document(task_id, annotations) for task_id, annotations in found.items()])
        return
    for sentence in filter(None, sentences):
        print(clean(sentence, 2_000))
    if not any(sentences):
        say("No change")
