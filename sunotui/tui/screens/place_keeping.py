"""The places that a person makes: searches under a name, and albums; made, and forgotten again."""

from textual import work

from sunotui.domain.errors import Trouble
from sunotui.domain.listing import PlaceKind
from sunotui.tui.screens.listing import ListingScreen


class PlaceScreen(ListingScreen):
    """Keys that keep the search that is shown, and that forget the place that is shown."""

    @work(group="choose")
    async def action_save_search(self) -> None:
        """Ask for a name, and keep the search under it."""
        listing = self.listing
        if not listing.search.strip():
            self.app.say("There is no search to keep: / begins one", "warning")
            return
        words = "enter keeps it among the places; it looks through everything that is not in the trash"
        from sunotui.tui.screens.ask import AskModal

        name = await self.app.push_screen_wait(AskModal("What is this search to be called?", words=words))
        if name is None:
            return
        try:
            sentence = await self._studio.keeper.save_search(name, listing)
        except Trouble as trouble:
            self.app.say_trouble(trouble)
        else:
            self.app.say(f"{sentence} · u undoes it" if sentence else "It is kept so already")

    async def action_forget_place(self) -> None:
        """Forget the album or the saved search that is shown; no task goes with it."""
        place = self.listing.place
        if place.kind not in {PlaceKind.ALBUM, PlaceKind.SEARCH}:
            self.app.say("Choose an album or a saved search among the places to forget it", "warning")
            return
        keeper = self._studio.keeper
        forget = keeper.delete_album if place.kind is PlaceKind.ALBUM else keeper.delete_search
        try:
            sentence = await forget(place.name)
        except Trouble as trouble:
            self.app.say_trouble(trouble)
        else:
            self.app.say(f"{sentence} · u undoes it")
