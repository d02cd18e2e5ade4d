"""Commands that open the composer, empty or to derive something from the selected take, and the command that creates a
persona."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.derived import derived_task, mashup_lyrics
from sunotui.domain.requests.request import PersonaRequest, Request
from sunotui.domain.tasks.clip import Clip
from sunotui.tui import formatting
from sunotui.tui.composer.drafts import derived as derived_drafts
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import choose
from sunotui.tui.library.context import LibraryContext, run_as_dialog


def compose(ctx: LibraryContext) -> None:
    """Open the composer with the saved draft."""
    ctx.app.navigator.open_composer()


async def reuse_request(ctx: LibraryContext) -> None:
    """Open the composer with the request of this task."""
    await _compose_from_task(ctx, derived_drafts.reused, "This song was made elsewhere; its request is unknown")


async def lyrics_to_composer(ctx: LibraryContext) -> None:
    """Open the composer with these lyrics."""
    await _compose_from_task(ctx, derived_drafts.from_lyrics, "There are no lyrics here")


async def extend(ctx: LibraryContext) -> None:
    """Open the composer to extend this take."""
    await _compose_from_clip(ctx, derived_drafts.extended, "There is no take to extend here")


async def concat(ctx: LibraryContext) -> None:
    """Open the composer to join this take with the take that it extends."""
    await _compose_from_clip(ctx, derived_drafts.joined, "There is no take to join here")


async def cover(ctx: LibraryContext) -> None:
    """Open the composer to make a cover of this take."""
    await _compose_from_clip(ctx, derived_drafts.covered, "There is no take to cover here")


async def replace_section(ctx: LibraryContext) -> None:
    """Open the composer to replace a section of this take."""
    await _compose_from_clip(
        ctx, derived_drafts.section_replacement, "There is no take here to regenerate a section of"
    )


async def split_stems(ctx: LibraryContext) -> None:
    """Open the composer to split this take into stems."""
    await _compose_from_clip(ctx, derived_drafts.split_into_stems, "There is no take to split here")


@run_as_dialog
async def derive_other(ctx: LibraryContext) -> None:
    """Choose what else to make from this take, and open the composer for it."""
    selected = await ctx.selected_clip("There is no take here to make something from")
    if selected is None:
        return
    shown, clip = selected
    profile = shown.task.profile
    dialect = ctx.core.clients.dialect(profile).dialect
    choices = derived_drafts.derived_choices(dialect, has_take=True, made_as=shown.task.kind)
    name = await choose(ctx.app, "More from this take", choices)
    if name is None:
        return
    derived = derived_task(name)
    if dialect not in derived.forms:
        ctx.say(f"'{profile}' does not offer {derived.label}: it has no such request", "warning")
        return
    others: list[str] = []
    if derived.clips > 1 or derived.is_many:
        other = await ctx.app.navigator.pick_clip("The other take", besides=clip.id)
        if other is None and derived.clips > 1:
            return
        others = [other] if other is not None else []
    lyrics = ""
    if name == "mashup":
        try:
            known = await ctx.core.reader.clip(others[0])
        except SunotuiError as error:
            ctx.notify_error(error)
            return
        lyrics = mashup_lyrics([clip.lyrics, known[1].lyrics if known is not None else ""])
    ctx.app.navigator.open_composer(derived_drafts.derived(shown, clip, name, others, lyrics), profile)


@run_as_dialog
async def create_persona(ctx: LibraryContext) -> None:
    """Ask for a name, and request a persona from the gateway of this take."""
    selected = await ctx.selected_clip("There is no take here to save a voice from")
    if selected is None:
        return
    shown, clip = selected
    profile = shown.task.profile
    hint = f"{profile} saves it, which {ctx.cost_of(PersonaRequest.kind, profile)}; ctrl+o in the composer chooses it"
    dialog = PromptDialog("Name this voice", formatting.title(clip.title), hint, accept="Save")
    name = await ctx.app.push_screen_wait(dialog)
    if name is None:
        return
    section = (0.0, clip.duration_s) if clip.duration_s is not None else (None, None)
    request = PersonaRequest(clip.id, name, clip.tags, clip.tags, *section)
    ctx.run_paid(partial(_request_persona, ctx, request, shown.task.profile), name="create persona")


async def _request_persona(ctx: LibraryContext, request: PersonaRequest, profile: str) -> None:
    ctx.say("Asking the gateway to save the voice …")
    if await ctx.app.submit.result_of(request, profile) is not None:
        ctx.say(f"The voice {request.name} is ready: ctrl+o in the composer chooses it")


async def _compose_from_clip(
    ctx: LibraryContext, request_of: Callable[[TaskDetail, Clip], Request], missing: str
) -> None:
    """Open the composer with a request derived from the take, for the take's own gateway."""
    selected = await ctx.selected_clip(missing)
    if selected is not None:
        ctx.app.navigator.open_composer(request_of(*selected), selected[0].task.profile)


async def _compose_from_task(
    ctx: LibraryContext, request_of: Callable[[TaskDetail, Clip | None], Request | None], missing: str
) -> None:
    """Open the composer with a request derived from the task, which may have no take; for any gateway."""
    detail = await ctx.loaded_detail()
    if detail.shown is None:
        return
    request = request_of(detail.shown, detail.clip)
    if request is None:
        ctx.say(missing, "warning")
    else:
        ctx.app.navigator.open_composer(request)
