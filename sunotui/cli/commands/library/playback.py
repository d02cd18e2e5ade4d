"""Commands that play takes, and commands for the stored queue."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.inputs import read_ids
from sunotui.cli.output.text import length, print_json, print_table, say
from sunotui.cli.playing import TerminalPlayback
from sunotui.cli.resolve import resolve_every_take
from sunotui.cli.session import run_with_core
from sunotui.core.core import Core
from sunotui.core.documents.annotation_queries import album_named
from sunotui.core.documents.json_documents import queue_document
from sunotui.core.library.library import Library
from sunotui.core.playback.service import PlaybackService
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.playback import RepeatMode
from sunotui.domain.text import counted


def play(args: Namespace, environ: Mapping[str, str]) -> int:
    """Play takes in the foreground. The stored queue changes only with --queue."""
    wanted = read_ids(args.ids)

    async def work(core: Core) -> int:
        playback = core.services.playback
        takes = await core.read(_album_takes, args.album) if args.album else await core.read(_takes, wanted, args.take)
        playback.wait_for_nothing()
        if not args.queue:
            playback.disable_saving()
        await playback.restore()
        if not args.queue:
            _forget_modes(playback)
        place = len(playback.status.queue)
        if args.queue and takes:
            await playback.add_last(takes)
        elif args.queue and not place:
            raise NotFound("The queue is empty", advice="'sunotui queue add ID' puts a song into it")
        if await core.read(_is_any_unfinished, [take.task_id for take in takes]):
            # A song that is being generated is played to its end once its length is known.
            await core.start()
        terminal = TerminalPlayback(core, as_json=args.json)
        with terminal.followed():
            if not args.queue:
                await playback.play(takes)
            elif takes:
                playback.jump(place)
            else:
                playback.toggle()
            return await terminal.until_ended()

    return run_with_core(environ, args.profile, work)


def _forget_modes(playback: PlaybackService) -> None:
    """Takes that were named on the command line are played once, in their order."""
    playback.set_repeat(RepeatMode.OFF)
    if playback.status.is_shuffled:
        playback.toggle_shuffle()


def queue(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the takes of the queue."""

    async def work(core: Core) -> int:
        playback = core.services.playback
        # Looking at it does not write it.
        playback.disable_saving()
        await playback.restore()
        return _print_queue(playback, args, "")

    return run_with_core(environ, args.profile, work)


def queue_add(args: Namespace, environ: Mapping[str, str]) -> int:
    """Put takes into the queue."""
    wanted = read_ids(args.ids)

    async def work(core: Core) -> int:
        playback = core.services.playback
        takes = await core.read(_takes, wanted, args.take)
        add = playback.add_next if args.is_next else playback.add_last
        return _print_queue(playback, args, f"Added {counted(await add(takes), 'take')}")

    return run_with_core(environ, args.profile, work)


def queue_remove(args: Namespace, environ: Mapping[str, str]) -> int:
    """Remove a take from the queue."""

    def change(playback: PlaybackService) -> str:
        title = playback.status.queue[_index(playback, args.place)].title
        playback.remove(args.place - 1)
        return f"Removed “{title}”"

    return _change_queue(args, environ, change)


def queue_move(args: Namespace, environ: Mapping[str, str]) -> int:
    """Move a take of the queue to another place; one after the end is the last one."""

    def change(playback: PlaybackService) -> str:
        title = playback.status.queue[_index(playback, args.place)].title
        index = playback.move(args.place - 1, args.to - args.place)
        return f"Moved “{title}” to place {index + 1}"

    return _change_queue(args, environ, change)


def queue_clear(args: Namespace, environ: Mapping[str, str]) -> int:
    """Empty the queue."""

    def change(playback: PlaybackService) -> str:
        playback.clear()
        return "The queue is empty"

    return _change_queue(args, environ, change)


def _change_queue(args: Namespace, environ: Mapping[str, str], change: Callable[[PlaybackService], str]) -> int:
    async def work(core: Core) -> int:
        await core.services.playback.restore()
        return _print_queue(core.services.playback, args, change(core.services.playback))

    return run_with_core(environ, args.profile, work)


def _index(playback: PlaybackService, place: int) -> int:
    if place > len(playback.status.queue):
        takes = counted(len(playback.status.queue), "take")
        raise NotFound(f"The queue has {takes}, and no place {place}", advice="'sunotui queue' lists it")
    return place - 1


def _print_queue(playback: PlaybackService, args: Namespace, sentence: str) -> int:
    """Print the queue, after a description of the change if there was one."""
    status = playback.status
    if args.json:
        print_json(queue_document(status))
    elif sentence:
        say(sentence)
    elif status.queue:
        rows = [
            (
                "▶" if place == status.index + 1 else "",
                str(place),
                entry.title or "untitled",
                str(entry.take),
                length(entry.length_s),
                entry.task_id,
            )
            for place, entry in enumerate(status.queue, 1)
        ]
        print_table(("", "PLACE", "TITLE", "TAKE", "LENGTH", "SONG"), rows, flexible=2)
    else:
        say("The queue is empty; 'sunotui queue add ID' puts a song into it")
    return DONE


def _takes(library: Library, wanted: Sequence[str], number: int | None) -> list[TakeRef]:
    """The takes for these ids, in their order: the clip itself, all takes of a song, or only take `number`. Raises
    NotFound and InvalidRequest."""
    return resolve_every_take(library, wanted, number, "to play")


def _album_takes(library: Library, name: str) -> list[TakeRef]:
    """The takes of an album that have sound, in their order. Raises NotFound and InvalidRequest."""
    takes = [take for take in album_named(library, name).takes if take.clip_id]
    if not takes:
        raise InvalidRequest(f"The album “{name}” has no take to play")
    return takes


def _is_any_unfinished(library: Library, ids: Sequence[str]) -> bool:
    return any(not task.status.is_final for task in library.tasks(ids).values())
