"""The next one from the take that is shown: into the composer, with what is known of it filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.domain.errors import SunotuiError
from sunotui.tui import formatting
from sunotui.tui.library.selected_clip import TakeScreen
from sunotui.tui.runtime.type_ahead import opens_dialog

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.requests.request import PersonaRequest, Request
    from sunotui.domain.tasks.clip import Clip


class RemakeScreen(TakeScreen):
    """Keys that open the composer, and the one that keeps a take's voice."""

    def action_compose(self) -> None:
        """The composer, with the draft that was left."""
        self.app.navigator.open_composer()

    async def action_reuse(self) -> None:
        """The composer, with this task's request."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form_any(derived_drafts.again, "This task was made elsewhere; its request is not known here")

    async def action_words_to_composer(self) -> None:
        """The composer, with these words."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form_any(derived_drafts.of_words, "There are no words here")

    async def action_extend(self) -> None:
        """The composer, to continue this take."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form(derived_drafts.extended, "There is no take to extend here")

    async def action_concat(self) -> None:
        """The composer, to join this take with what it continues."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form(derived_drafts.joined, "There is no take to concat here")

    async def action_cover(self) -> None:
        """The composer, to have this melody in another style."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form(derived_drafts.covered, "There is no take to cover here")

    async def action_infill(self) -> None:
        """The composer, to replace a section of this take."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form(derived_drafts.mended, "There is no take whose section could be replaced here")

    async def action_stems(self) -> None:
        """The composer, to take this take apart."""
        from sunotui.tui.composer import derived_drafts

        await self._into_form(derived_drafts.taken_apart, "There is no take to take apart here")

    @opens_dialog
    async def action_more_from_take(self) -> None:
        """Choose what else to make of this take; the composer opens with it."""
        from sunotui.domain.requests.derived import derived_task, mashup_lyrics
        from sunotui.tui.composer import derived_drafts

        found = await self.current_take("There is no take to make something of here")
        if found is None:
            return
        shown, clip = found
        profile = shown.task.profile
        dialect = self._core.clients.dialect(profile).dialect
        name = await self.choose("More from this take", derived_drafts.derived_choices(dialect, has_take=True))
        if name is None:
            return
        row = derived_task(name)
        if dialect not in row.forms:
            self.app.say(f"{row.label} is not offered at '{profile}': its dialect has no form for it", "warning")
            return
        others: list[str] = []
        if row.clips > 1 or row.is_many:
            other = await self.app.navigator.pick_clip("The other clip", besides=clip.id)
            if other is None and row.clips > 1:
                return
            others = [other] if other is not None else []
        lyrics = ""
        if name == "mashup":
            try:
                known = await self._core.storage.run(self._core.tasks.clip, others[0])
            except SunotuiError as trouble:
                self.app.say(trouble.sentence, "error")
                return
            lyrics = mashup_lyrics([clip.lyrics, known[1].lyrics if known is not None else ""])
        self.app.navigator.open_composer(derived_drafts.derived(shown, clip, name, others, lyrics), profile)

    async def _into_form(self, request_of: Callable[[TaskDetail, Clip], Request], otherwise: str) -> None:
        found = await self.current_take(otherwise)
        if found is not None:
            self.app.navigator.open_composer(request_of(*found), found[0].task.profile)

    async def _into_form_any(
        self, request_of: Callable[[TaskDetail, Clip | None], Request | None], otherwise: str
    ) -> None:
        """The same for a task that may have no take; it may go to any gateway."""
        detail = await self.caught_up()
        if detail.shown is None:
            return
        request = request_of(detail.shown, detail.clip)
        if request is None:
            self.app.say(otherwise, "warning")
        else:
            self.app.navigator.open_composer(request)

    @opens_dialog
    async def action_persona(self) -> None:
        """Keep this take's voice as a persona, which lives at the take's own gateway."""
        found = await self.current_take("There is no take whose voice could be kept here")
        if found is None:
            return
        shown, clip = found
        from sunotui.domain.requests.request import PersonaRequest
        from sunotui.tui.dialogs.prompt import AskModal

        words = f"enter has it made by {shown.task.profile}; ctrl+o in the composer chooses it"
        question = "Name of the voice"
        name = await self.app.push_screen_wait(AskModal(question, formatting.title(clip.title), words))
        if name is None:
            return
        section = (0.0, clip.duration_s) if clip.duration_s is not None else (None, None)
        request = PersonaRequest(clip.id, name, clip.tags, clip.tags, *section)
        # On the app: it may be billed, and this screen may close.
        self.app.run_worker(self._make_persona(request, shown.task.profile), group="paid")

    async def _make_persona(self, request: PersonaRequest, profile: str) -> None:
        self.app.say("Asking the gateway for the persona …")
        if await self.app.submit.result_of(request, profile) is not None:
            self.app.say(f"The persona {request.name} is there: ctrl+o in the composer chooses it")
