"""The dialogs in which values of the composer's form are chosen: model, voice, takes, number of requests."""

from __future__ import annotations

from sunotui.core.core import Core
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.text import trim
from sunotui.tui.base import BaseApp
from sunotui.tui.composer.choices import mode_picker, model_picker, requests_picker, voice_picker
from sunotui.tui.composer.drafts.session import DraftSession
from sunotui.tui.composer.fields import mode_named


class FieldChooser:
    """Opens a dialog and writes what was chosen into the form. Each method runs as a worker that opens a dialog."""

    def __init__(self, app: BaseApp, core: Core, session: DraftSession) -> None:
        self._app = app
        self._core = core
        self._session = session

    async def voice(self) -> None:
        """Choose one of this gateway's voices, or no voice."""
        try:
            personas = await self._core.services.extras.personas(self._session.profile)
        except SunotuiError as error:
            self._app.notify_error(error)
            return
        if not personas and not trim(self._session.form.text_of("persona")):
            self._app.say("No voices at this gateway yet: p on a finished take saves one", "warning")
            return
        chosen = await self._app.push_screen_wait(voice_picker(personas, self._core.clock.now()))
        if isinstance(chosen, Persona):
            self._session.name_voice(chosen.id, chosen.name)
            self._session.write("persona", chosen.id)
            self._session.write("persona_clip", chosen.clip_id)
        elif chosen is not None:
            self._session.write("persona", "")
            self._session.write("persona_clip", "")

    async def model(self) -> None:
        """Choose a model for this gateway, or type another name."""
        mode = mode_named(self._session.draft.mode)
        offers = self._core.services.capabilities.known(self._session.profile)
        picker = model_picker(self._session.models, offers, mode.empty_request().kind)
        chosen = await self._app.push_screen_wait(picker)
        if chosen is not None:
            self._session.write(mode.model_field, chosen)

    async def requests(self) -> None:
        """Choose how many requests are sent."""
        chosen = await self._app.push_screen_wait(requests_picker(self._session.bill))
        if chosen is not None:
            self._session.write("takes", "" if chosen == "1" else chosen)

    async def next_take(self) -> None:
        """Choose a take of the library for the first empty source, or add it to the further takes."""
        names = [name for name in ("clip", "clips") if name in self._session.draft.shown]
        if not names:
            self._app.say("This mode needs no take", "warning")
            return
        await self.take(next((name for name in names if not trim(self._session.form.text_of(name))), names[-1]))

    async def take(self, name: str) -> None:
        """Choose a take for a field, with everything that the request needs to know about it."""
        clip_id = await self._app.navigator.pick_clip("Choose a take")
        if clip_id is None:
            return
        before = trim(self._session.form.text_of(name)) if name == "clips" else ""
        await self._session.use_take(name, f"{before} {clip_id}".strip(), clip_id)

    async def mode(self) -> str | None:
        """Choose one of all modes; returns its id."""
        profile = self._session.profile
        offers = self._core.services.capabilities.known(profile)
        dialect = self._core.clients.dialect(profile).dialect
        return await self._app.push_screen_wait(mode_picker(offers, dialect))
