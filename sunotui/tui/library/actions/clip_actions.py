"""Commands that copy or open links and texts of the selected take, or request files and timings from the gateway."""

from __future__ import annotations

import asyncio
from functools import partial

from sunotui.core.library.missing_link import missing_link
from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.transfer.midi_file import write_midi
from sunotui.core.transfer.output_path import check_output, file_name, is_replaced
from sunotui.domain.errors import SunotuiError
from sunotui.domain.music.stems import source_of_clip
from sunotui.domain.requests.request import ClipFileRequest, MidiRequest, Mp4Request, WavRequest
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import clean, trim
from sunotui.tui import formatting
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import choose
from sunotui.tui.library.context import LibraryContext, run_as_dialog, run_in_worker
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.detail.tabs import Tab

_NO_TAKE = "There is no take here"
_PROMPT_FIELDS = ("description", "prompt", "lyrics", "url", "path", "clip_id")
"""The fields of a request that may have its prompt; the first non-empty one is used."""
_MULTILINE = frozenset({"Lyrics", "Prompt", "Raw JSON"})
"""Texts that are copied with their line breaks and spaces."""


async def copy_url(ctx: LibraryContext) -> None:
    """Copy the take's audio URL."""
    detail = await ctx.loaded_detail()
    if detail.shown is None or detail.clip is None:
        ctx.say(_NO_TAKE, "warning")
    elif detail.clip.audio_url:
        is_stream = detail.clip.is_stream
        ctx.app.copy(
            detail.clip.audio_url, "Streaming link (it changes when the song is done)" if is_stream else "Audio URL"
        )
    else:
        await _explain_missing_link(ctx, detail.shown, detail.clip)


@run_as_dialog
async def copy_other(ctx: LibraryContext) -> None:
    """Choose what to copy."""
    detail = await ctx.loaded_detail()
    choices = _copy_choices(ctx, detail)
    if not choices:
        ctx.say("There is nothing to copy", "warning")
        return
    rows = [(str(index), name, value.replace("\n", " ")) for index, (name, value) in enumerate(choices)]
    chosen = await choose(ctx.app, "Copy", rows, has_previews=True)
    if chosen is not None:
        name, value = choices[int(chosen)]
        ctx.app.copy(value, name, is_many_lines=name in _MULTILINE)


@run_in_worker("choose")
async def open_url(ctx: LibraryContext) -> None:
    """Open the take's audio link, or its stream while it is being generated."""
    selected = await ctx.selected_clip(_NO_TAKE)
    if selected is None:
        return
    shown, clip = selected[0], await _with_fresh_link(ctx, *selected)
    if clip.audio_url:
        ctx.app.open_link(clip.audio_url)
    else:
        await _explain_missing_link(ctx, shown, clip)


@run_as_dialog
async def open_other(ctx: LibraryContext) -> None:
    """Choose which link to open."""
    selected = await ctx.selected_clip(_NO_TAKE)
    if selected is None:
        return
    clip = await _with_fresh_link(ctx, *selected)
    links = _links(ctx, clip)
    if not links:
        ctx.say("There is no link to open", "warning")
        return
    chosen = await choose(ctx.app, "Open", [(url, name, url) for name, url in links], has_previews=True)
    if chosen is not None:
        ctx.app.open_link(chosen)


@run_as_dialog
async def request_wav(ctx: LibraryContext) -> None:
    """Request a WAV file of the take."""
    await _request_file(ctx, WavRequest)


@run_as_dialog
async def request_mp4(ctx: LibraryContext) -> None:
    """Request an MP4 video of the take."""
    await _request_file(ctx, Mp4Request)


@run_as_dialog
async def save_midi(ctx: LibraryContext) -> None:
    """Request the notes of the take and write them to a MIDI file. The file name is asked for before anything is
    sent."""
    selected = await ctx.selected_clip(_NO_TAKE)
    if selected is None:
        return
    shown, clip = selected
    name = file_name(".mid", clip.title, clip.id)
    exists = True
    while exists:
        answer = await _ask_file_name(ctx, "Save the MIDI file as", name, ctx.cost_of("midi", shown.task.profile))
        if answer is None:
            return
        name, exists = answer
        if exists and await _confirm_overwrite(ctx, name):
            break
    request = MidiRequest(clip.id, shown.task.id, source_of_clip(clip))
    work = partial(_fetch_midi, ctx, request, shown.task.profile, name, bpm=clip.bpm, may_replace=exists)
    ctx.run_paid(work, name="fetch MIDI")


@run_in_worker("extras", exclusive=True)
async def show_lyric_timings(ctx: LibraryContext) -> None:
    """Fetch the times of the sung words, and show them with the lyrics."""
    selected = await ctx.selected_clip(_NO_TAKE)
    if selected is None:
        return
    shown, clip = selected
    try:
        timings = await ctx.core.services.extras.timing(shown.task.id, clip.id)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if not timings.words:
        ctx.say("The gateway has no timings for these lyrics", "warning")
        return
    ctx.detail.choose_tab(Tab.LYRICS)
    if clip.id in shown.timings:
        ctx.say("The times of these lyrics are here already")
    ctx.detail.reload()


async def _explain_missing_link(ctx: LibraryContext, shown: TaskDetail, clip: Clip) -> None:
    ctx.say((await asyncio.to_thread(missing_link, shown.raw, clip, "audio")).reason, "warning")


async def _ask_file_name(ctx: LibraryContext, question: str, name: str, cost: str) -> tuple[str, bool] | None:
    """A writable file name, and whether the file exists; None if the user cancels. `cost` says what it costs."""
    hint = f"The gateway is asked for the notes, which {cost}"
    answer = await ctx.app.push_screen_wait(
        PromptDialog(question, name, hint, check=lambda answer: check_output(trim(answer)), accept="Save")
    )
    return None if answer is None else (answer, await asyncio.to_thread(is_replaced, answer))


async def _confirm_overwrite(ctx: LibraryContext, name: str) -> bool:
    question = f"{clean(name)} exists already. Replace it?"
    dialog = ConfirmDialog(question, "choose another name", "Replace it", "its content is lost")
    return await ctx.app.push_screen_wait(dialog) == "yes"


async def _request_file(ctx: LibraryContext, kind: type[WavRequest | Mp4Request]) -> None:
    selected = await ctx.selected_clip(_NO_TAKE)
    if selected is None:
        return
    shown, clip = selected
    request = kind(clip.id, shown.task.id)
    if f"{kind.label} URL" not in ctx.state.file_links.get(clip.id, {}):
        profile = shown.task.profile
        choice = ("ask", f"Ask {profile} for the {kind.label}", ctx.cost_of(kind.kind, profile))
        if await choose(ctx.app, f"{kind.label} of {formatting.title(clip.title)}", [choice]) is None:
            return
    ctx.run_paid(partial(_fetch_link, ctx, request, clip, shown.task.profile), name="fetch link")


async def _fetch_link(ctx: LibraryContext, request: ClipFileRequest, clip: Clip, profile: str) -> None:
    result = await _result_of(ctx, request, profile)
    if result is None:
        return
    ctx.state.file_links.setdefault(clip.id, {})[f"{request.label} URL"] = result
    ctx.say(f"The {request.label} is ready: Y copies its link, O opens it")


async def _fetch_midi(
    ctx: LibraryContext, request: ClipFileRequest, profile: str, name: str, *, bpm: float | None, may_replace: bool
) -> None:
    result = await _result_of(ctx, request, profile)
    if result is None:
        return
    try:
        # Not on the storage thread: a disk or a pipe may be slow.
        await asyncio.to_thread(write_midi, result, name, bpm=bpm, may_replace=may_replace)
    except SunotuiError as error:
        ctx.notify_error(error)
    else:
        ctx.say(f"The notes are in {name}")


async def _result_of(ctx: LibraryContext, request: ClipFileRequest, profile: str) -> str | None:
    ctx.say(f"Asking the gateway for the {request.label} …")
    return await ctx.app.submit.result_of(request, profile)


async def _with_fresh_link(ctx: LibraryContext, shown: TaskDetail, clip: Clip) -> Clip:
    """The take with a currently valid link: the link of a song changes when the song is done (protocol 7.3)."""
    if not clip.is_stream:
        return clip
    try:
        return await ctx.core.services.extras.fresh_clip(shown.task.id, clip.id)
    except SunotuiError as error:
        ctx.notify_error(error)
        return clip


def _links(ctx: LibraryContext, clip: Clip) -> list[tuple[str, str]]:
    links = formatting.link_kinds(clip)
    return [*links[:1], *ctx.state.file_links.get(clip.id, {}).items(), *links[1:]]


def _copy_choices(ctx: LibraryContext, detail: Detail) -> list[tuple[str, str]]:
    """The names and values that can be copied from the current task and take."""
    shown, clip = detail.shown, detail.clip
    if shown is None:
        return []
    choices = _links(ctx, clip) if clip is not None else []
    lyrics = clip.lyrics if clip is not None else shown.task.lyrics.text if shown.task.lyrics is not None else ""
    choices.append(("Lyrics", lyrics))
    if shown.submission is not None:
        request = shown.submission.request
        prompt = next((text for name in _PROMPT_FIELDS if (text := getattr(request, name, ""))), "")
        choices.append(("Prompt", prompt))
    elif clip is not None:
        choices.append(("Prompt", clip.description))
    if clip is not None:
        choices.append(("Take id", clip.id))
    choices += [("Song id", "" if shown.is_pending else shown.task.id), ("Raw JSON", shown.raw)]
    return [(name, value) for name, value in choices if value]
