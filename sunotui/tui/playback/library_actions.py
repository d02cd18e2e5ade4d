"""Commands of the library screen that play takes, or put them into the queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.submissions.pending_rows import submission_id_of
from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import CollectionKind, Sort
from sunotui.domain.errors import SunotuiError
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.text import counted
from sunotui.tui.library.actions.collection_actions import move_earlier, move_later
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.playback.bar import VOLUME_STEP
from sunotui.tui.playback.screen_actions import skip_take
from sunotui.tui.playback.speeds import ask_speed
from sunotui.tui.widgets.footer import Footer

_NO_TAKE = "There is no take here to play"
_MOST_QUEUED = 1_000
"""The maximum number of songs of a list that are added to the queue at once."""


async def play(ctx: LibraryContext) -> None:
    """Play the marked songs, or the take that is shown. If that is the current one, pause or resume it."""
    playback = ctx.core.services.playback
    if ctx.tasks.selection:
        await _play(ctx, await _listed_takes(ctx, _marked(ctx)))
        ctx.tasks.clear_selection()
        return
    detail = await ctx.loaded_detail()
    if detail.shown is not None and detail.shown.task.has_takes_later:
        _play_when_ready(ctx, detail.shown.task.id)
        return
    ref = await _shown_take(ctx)
    if ref is None:
        return
    status = playback.status
    if status.entry is not None and status.entry.ref == ref:
        playback.toggle()
        return
    queued = next((at for at, entry in enumerate(status.queue) if entry.ref == ref), None)
    if queued is not None:
        playback.jump(queued)
    else:
        await _play(ctx, [ref])


async def play_takes(ctx: LibraryContext) -> None:
    """Play every take of the song that is shown, from the take that is shown."""
    detail = await ctx.loaded_detail()
    if detail.shown is None or not detail.shown.task.clips:
        ctx.say(_why_silent(detail.shown), "warning")
        return
    task = detail.shown.task
    await _play(ctx, [TakeRef(task.id, clip.id) for clip in task.clips], detail.take - 1)


async def play_list(ctx: LibraryContext) -> None:
    """Play the list, from the song under the cursor on."""
    await ctx.tasks.catch_up()
    query, current = ctx.state.list_query, ctx.tasks.current
    try:
        page = await ctx.core.browser.page(query, around=current, before=_MOST_QUEUED // 2, after=_MOST_QUEUED)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    ids = [row.id for row in page.rows if not row.is_pending][:_MOST_QUEUED]
    takes = await _listed_takes(ctx, ids)
    await _play(ctx, takes, next((at for at, take in enumerate(takes) if take.task_id == current), 0))


async def add_next(ctx: LibraryContext) -> None:
    """Put the marked songs, or the take that is shown, after the current take of the queue."""
    await _add(ctx, ctx.core.services.playback.add_next, "next")


async def add_last(ctx: LibraryContext) -> None:
    """Put the marked songs, or the take that is shown, at the end of the queue."""
    await _add(ctx, ctx.core.services.playback.add_last, "last in the queue")


async def seek(ctx: LibraryContext, direction: int) -> None:
    """Go forward or back in what plays; in the ordering mode of an album, move the song."""
    if ctx.state.is_ordering:
        await (move_later(ctx) if direction > 0 else move_earlier(ctx))
        return
    if _has_entry(ctx):
        ctx.core.services.playback.seek_by(direction * ctx.core.settings.player.seek_s)


def change_volume(ctx: LibraryContext, direction: int) -> None:
    """Turn the volume up or down."""
    playback = ctx.core.services.playback
    playback.change_volume(direction * VOLUME_STEP)
    if playback.status.entry is None:
        ctx.say(f"Volume {playback.status.volume}%")


def mute(ctx: LibraryContext) -> None:
    """Turn the sound off, or on again."""
    playback = ctx.core.services.playback
    playback.toggle_mute()
    if playback.status.entry is None:
        ctx.say("Muted" if playback.status.is_muted else "Not muted")


def skip(ctx: LibraryContext, direction: int) -> None:
    """Go to the next take of the queue, or to the previous one."""
    if _has_entry(ctx):
        skip_take(ctx.app, ctx.core.services.playback, direction)


@run_as_dialog
async def choose_speed(ctx: LibraryContext) -> None:
    """Choose the speed of playback."""
    playback = ctx.core.services.playback
    await ask_speed(ctx.app, playback)


def open_playing(ctx: LibraryContext) -> None:
    """Open the now-playing screen."""
    if _has_entry(ctx) and ctx.app.playing is not None:
        ctx.app.playing.open_screen()


def open_queue(ctx: LibraryContext) -> None:
    """Open the queue."""
    if _has_entry(ctx) and ctx.app.playing is not None:
        ctx.app.playing.open_queue()


async def hand_over(ctx: LibraryContext) -> None:
    """Copy a command line that plays the take with another program."""
    ref = await _shown_take(ctx)
    if ref is None:
        return
    try:
        line = await ctx.core.services.playback.hand_over(ref)
    except SunotuiError as error:
        ctx.notify_error(error)
    else:
        ctx.app.copy(line, "Player command")


def _why_silent(shown: TaskDetail | None) -> str:
    """Why there is nothing to play in a song without takes."""
    if shown is None or shown.is_pending:
        return _NO_TAKE
    task = shown.task
    if task.kind is TaskKind.LYRICS:
        return "Lyrics have nothing to play: L starts a song with them"
    match task.status:
        case TaskStatus.FAILURE:
            return "This song failed, so it has nothing to play"
        case TaskStatus.LOST:
            return "The gateway lost this song, so it has nothing to play"
        case TaskStatus.UNKNOWN:
            return "It is unknown whether this song was made, so there is nothing to play"
        case _:
            return _NO_TAKE


def _play_when_ready(ctx: LibraryContext, row: str) -> None:
    """Play a song without takes as soon as there is something to hear, or cancel that."""
    playback = ctx.core.services.playback
    if playback.awaited == row:
        playback.forget_awaited()
        ctx.say("It does not play by itself any more")
    else:
        playback.play_when_ready(row)
        ctx.say("Plays as soon as there is something to hear")
    ctx.screen.query_one(Footer).update_keys()


async def _add(ctx: LibraryContext, add: Callable[[Sequence[TakeRef]], Awaitable[int]], place: str) -> None:
    marked = bool(ctx.tasks.selection)
    if marked:
        takes = await _listed_takes(ctx, _marked(ctx))
    else:
        ref = await _shown_take(ctx)
        takes = [ref] if ref is not None else []
    if not takes:
        return
    try:
        added = await add(takes)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if marked:
        ctx.tasks.clear_selection()
    if added:
        ctx.say(f"{counted(added, 'take')} will play {place}")
    else:
        ctx.say("There is nothing to play in it yet", "warning")


async def _play(ctx: LibraryContext, takes: Sequence[TakeRef], start: int = 0) -> None:
    playback = ctx.core.services.playback
    if not takes:
        ctx.say(_NO_TAKE, "warning")
        return
    try:
        await playback.play(takes, start)
    except SunotuiError as error:
        ctx.notify_error(error)


def _marked(ctx: LibraryContext) -> list[str]:
    """The marked songs. Submissions without a task are left out."""
    return [task_id for task_id in ctx.tasks.selected if submission_id_of(task_id) is None]


async def _listed_takes(ctx: LibraryContext, task_ids: Sequence[str]) -> list[TakeRef]:
    """The takes that a list shows of these songs: in an album, those of the album, in its order if the list uses it; in
    another list, the first take of each."""
    query = ctx.state.list_query
    if query.collection.kind is not CollectionKind.ALBUM:
        return [TakeRef(task_id) for task_id in task_ids]
    try:
        album = await ctx.core.services.annotations.album(query.collection.name)
    except SunotuiError as error:
        ctx.notify_error(error)
        return []
    places = {task_id: place for place, task_id in enumerate(task_ids)}
    takes = [take for take in album.takes if take.task_id in places]
    is_in_album_order = query.sort is Sort.RELEVANCE and not query.is_reversed
    return takes if is_in_album_order else sorted(takes, key=lambda take: places[take.task_id])


async def _shown_take(ctx: LibraryContext) -> TakeRef | None:
    selected = await ctx.selected_clip(_why_silent((await ctx.loaded_detail()).shown))
    return TakeRef(selected[0].task.id, selected[1].id) if selected is not None else None


def _has_entry(ctx: LibraryContext) -> bool:
    """Whether something is loaded; shows a message if not."""
    if ctx.core.services.playback.status.entry is not None:
        return True
    ctx.say("Nothing is playing: space plays a take", "warning")
    return False
