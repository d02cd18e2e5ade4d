"""The ways from the library to the other screens, each of which is loaded when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.domain.errors import SunotuiError
from sunotui.domain.profile import DEMO_PROFILE
from sunotui.tui import formatting
from sunotui.tui.made_late import MadeLate

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.requests.request import Request


class Ways(MadeLate):
    """Opens screens."""

    core: Core

    def open_composer(self, request: Request | None = None, profile: str = "") -> None:
        """Open the composer at once, with this or with the draft that was left, for this profile's gateway."""
        from sunotui.tui.composer.screen import ComposeScreen

        self.push_screen(ComposeScreen(self.core, request, profile))

    async def pick_take(self, title: str, *, besides: str = "") -> str | None:
        """Have the user find a finished take by typing; its clip id, or None. `besides` is left out."""
        from sunotui.tui.dialogs.picker import PickModal, PickRow

        try:
            takes = await self.core.reader.newest_takes()
        except SunotuiError as trouble:
            self.say(trouble.sentence, "error")
            return None
        rows = [
            PickRow(take.clip_id, f"{take.take}", formatting.length(take.duration_s), formatting.title(take.title))
            for take in takes
            if take.clip_id != besides
        ]
        if not rows:
            self.say("There is no other finished take in the library", "warning")
            return None
        return await self.push_screen_wait(PickModal(title, rows))

    def open_profiles(self) -> None:
        """The gateways; where there is none yet, the way to the first."""
        if not self.core.profile:
            self.open_login()
            return
        from sunotui.tui.gateways.profiles import ProfilesScreen

        self.push_screen(ProfilesScreen(self.core))

    def open_login(self, *, is_new: bool = False) -> None:
        """Log in to a gateway; not from the demo, whose library is thrown away with all that was paid for."""
        if self.core.profile == DEMO_PROFILE:
            self.say("This is the demo: leave it and run 'sunotui login' for a gateway of your own", "warning")
            return
        from sunotui.tui.gateways.login import LoginScreen

        self.push_screen(LoginScreen(self.core, is_new=is_new))

    def open_submissions(self) -> None:
        """The journal."""
        from sunotui.tui.history.submissions import SubmissionsScreen

        self.push_screen(SubmissionsScreen(self.core))

    def open_statistics(self) -> None:
        """Everything counted."""
        from sunotui.tui.history.statistics import StatisticsScreen

        self.push_screen(StatisticsScreen(self.core))

    def open_messages(self) -> None:
        """Everything that was told."""
        from sunotui.tui.dialogs.text_viewer import ReadingScreen

        self.push_screen(ReadingScreen("Messages", self.chronicle.lines()))
