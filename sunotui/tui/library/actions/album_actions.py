"""Commands for the album that is listed: its export to a folder, its cover and its artist."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sunotui.domain.annotations import AlbumLook, valid_name
from sunotui.domain.browse import CollectionKind
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.text import counted
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import Choice, choose
from sunotui.tui.feedback.changes import report_change
from sunotui.tui.library.context import LibraryContext, run_as_dialog

_NO_ALBUM = "Choose an album in the sidebar first"
_NO_ARTIST = "-"
_ARTIST_HINT = f"Enter saves it; {_NO_ARTIST} for the artist of the settings"
_THIS_TAKE, _FILE, _FIRST_TAKE = "take", "file", "first"


@run_as_dialog
async def export_album(ctx: LibraryContext) -> None:
    """Ask for a folder, and export the album to it."""
    if not (name := _shown_album(ctx)):
        return
    folder = ctx.state.export_folders.get(name) or str(await ctx.core.services.albums.suggested_folder(name))
    question = f"Export “{name}” to this folder"
    hint = "Enter exports it, or brings an earlier export up to date; your own files there stay"
    answer = await ctx.app.push_screen_wait(PromptDialog(question, folder, hint, check=_valid_path))
    if answer is not None:
        ctx.state.export_folders[name] = answer
        work = partial(_export, ctx, name, _valid_path(answer))
        ctx.run_worker(work, name="export album", group="album-export")


async def _export(ctx: LibraryContext, name: str, folder: Path) -> None:
    ctx.say(f"Exporting “{name}”")
    try:
        made = await ctx.core.services.albums.export(name, folder)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    for note in (*made.notes, *(f"{file} was changed and stays as it is" for file in made.changes.kept)):
        ctx.app.alert(note, severity="warning")
    if made.missing:
        first = made.missing[0]
        others = f" (and {counted(len(made.missing) - 1, 'other song')})" if len(made.missing) > 1 else ""
        ctx.app.alert(f"“{first.track.title}” is missing in the folder: {first.reason}{others}", severity="warning")
    ctx.say(made.sentence, "warning" if made.missing else "information")


@run_as_dialog
async def choose_cover(ctx: LibraryContext) -> None:
    """Choose the cover of the album: that of the take that is shown, a picture file, or that of its first take."""
    if not (name := _shown_album(ctx)):
        return
    annotations = ctx.core.services.annotations
    try:
        look = (await annotations.album(name)).look
        choices = await _cover_choices(ctx, look)
        current = _FILE if look.cover_path else _FIRST_TAKE if not look.cover_clip else _THIS_TAKE
        answer = await choose(ctx.app, f"Cover of “{name}”", choices, current=current)
        if answer == _THIS_TAKE and (clip := ctx.detail.clip) is not None:
            sentence = await annotations.set_album_cover(name, clip_id=clip.id)
        elif answer == _FIRST_TAKE:
            sentence = await annotations.set_album_cover(name)
        elif answer == _FILE and (path := await _ask_picture(ctx, look.cover_path)) is not None:
            sentence = await annotations.set_album_cover(name, path=str(path))
        else:
            return
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    report_change(ctx.app, sentence)


async def _cover_choices(ctx: LibraryContext, look: AlbumLook) -> list[Choice]:
    detail = await ctx.loaded_detail()
    choices: list[Choice] = []
    if detail.shown is not None and detail.clip is not None and detail.clip.image_url:
        title = detail.clip.title or detail.shown.task.title or "Untitled"
        choices.append((_THIS_TAKE, "This take", f"the cover of “{title}”, take {detail.take}"))
    choices.append((_FILE, "Picture file", look.cover_path or "JPEG, PNG or WebP on this computer"))
    choices.append((_FIRST_TAKE, "First take", "the cover of the first take that has one"))
    return choices


async def _ask_picture(ctx: LibraryContext, before: str) -> Path | None:
    """A picture file that can be a cover; None if the user cancels."""
    words, is_bad, text = "The path of a picture in JPEG, PNG or WebP", False, before
    while True:
        dialog = PromptDialog("Picture file", text, words, check=_valid_path, is_bad=is_bad)
        answer = await ctx.app.push_screen_wait(dialog)
        if answer is None:
            return None
        path = _valid_path(answer)
        try:
            await ctx.core.services.albums.check_picture(path)
        except InvalidRequest as error:
            words, is_bad, text = error.sentence, True, answer
        else:
            return path


@run_as_dialog
async def set_artist(ctx: LibraryContext) -> None:
    """Ask for the artist of the album."""
    if not (name := _shown_album(ctx)):
        return
    annotations = ctx.core.services.annotations
    try:
        before = (await annotations.album(name)).look.artist
        question = f"Artist of “{name}”"
        answer = await ctx.app.push_screen_wait(PromptDialog(question, before, _ARTIST_HINT, check=_valid_artist))
        if answer is None:
            return
        sentence = await annotations.set_album_artist(name, "" if answer == _NO_ARTIST else answer)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    report_change(ctx.app, sentence)


def _shown_album(ctx: LibraryContext) -> str:
    """The name of the album that is listed; empty for another list, with a message."""
    collection = ctx.state.list_query.collection
    if collection.kind is CollectionKind.ALBUM:
        return collection.name
    ctx.say(_NO_ALBUM, "warning")
    return ""


def _valid_artist(text: str) -> str:
    """An artist as it is stored, or the sign for no artist. Raises InvalidRequest."""
    return text if text.strip() == _NO_ARTIST else valid_name(text)


def _valid_path(text: str) -> Path:
    """The absolute path that a user wrote. Raises InvalidRequest if it is not a path."""
    try:
        return Path(text.strip()).expanduser().absolute()
    except (ValueError, RuntimeError) as error:
        raise InvalidRequest("That is no path of a file or a folder") from error
