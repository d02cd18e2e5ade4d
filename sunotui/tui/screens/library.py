"""The library screen: views, tasks, detail. It wires them together; how each works is theirs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget

from sunotui.domain.errors import Trouble
from sunotui.domain.request import ConcatRequest, MusicRequest
from sunotui.domain.summary import TaskSummary, View
from sunotui.studio.events import (
    BalanceChanged,
    Event,
    LibraryChanged,
    LineChanged,
    ProfileChanged,
    SubmissionChanged,
    TasksChanged,
)
from sunotui.studio.shelf import Shown
from sunotui.tui import show
from sunotui.tui.commands import Scope, bindings, footer_of
from sunotui.tui.messages import ComposeRequested
from sunotui.tui.screens.choose import ChooseModal
from sunotui.tui.widgets.detail import Detail
from sunotui.tui.widgets.key_bar import KeyBar
from sunotui.tui.widgets.lines_view import LinesView
from sunotui.tui.widgets.search_bar import SearchBar
from sunotui.tui.widgets.status_line import StatusLine
from sunotui.tui.widgets.task_list import TaskList
from sunotui.tui.widgets.views import Views, view_name

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio
    from sunotui.tui.app import SunoApp

_TEACHING = {
    View.ALL: ("No songs yet.", "Press n to make the first one."),
    View.ACTIVE: ("Nothing is being made.", "Press n to change that."),
    View.SONGS: ("No songs yet.", "Press n to make the first one."),
    View.LYRICS: ("No lyrics yet.", "Press n, then F4."),
    View.FAILED: ("Nothing failed.",),
}


class LibraryScreen(Screen[None]):
    """Three panes where there is room, two or one where there is less."""

    BINDINGS = bindings(Scope.LIBRARY)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-middle"), (110, "-wide")]
    AUTO_FOCUS = "TaskList"

    app: "SunoApp"

    def __init__(self, studio: "Studio") -> None:
        super().__init__()
        self._studio = studio
        self._is_open = False
        self.search = ""

    def compose(self) -> ComposeResult:
        """Top line, panes, bottom line."""
        yield StatusLine(id="status-line")
        with Horizontal(id="panes"):
            yield Views(id="views")
            yield TaskList(self._rows, self._studio.clock.now, id="tasks")
            yield Detail(self._whole, id="detail")
        yield SearchBar(id="search-bar")
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        """Say what the keys are, and have the library opened."""
        self.query_one(KeyBar).commands = footer_of((Scope.LIBRARY, Scope.EVERYWHERE))
        self.app.open_studio()

    async def open_library(self) -> None:
        """The library is open: show it."""
        self._is_open = True
        self.draw_status()
        await self.reload().wait()

    # --- asking the studio -------------------------------------------------------------------------------------------

    async def _rows(self, ids: Sequence[str]) -> Sequence[TaskSummary]:
        return await self._studio.shelf.summaries(ids)

    async def _whole(self, task_id: str) -> Shown | None:
        return await self._studio.shelf.shown(task_id)

    @work(group="library-ids", exclusive=True)
    async def reload(self) -> None:
        """Ask for the view's order and all counts again."""
        view = self.query_one(Views).chosen
        ids, counts = await self._studio.shelf.order(view, self.search)
        words = ("Nothing found.", "esc ends the search.") if self.search else _TEACHING[view]
        if not self._studio.profile and view is View.ALL and not self.search:
            words = ("No gateway yet.", "Press P to log in to one.")
        self.query_one(TaskList).show_ids(ids, words)
        self.query_one(Views).counts = counts
        self.query_one(StatusLine).active = counts.get(View.ACTIVE, 0)

    def take_in(self, event: Event) -> None:
        """News of the studio: update what it touches, nothing else."""
        if not self._is_open:
            return
        status = self.query_one(StatusLine)
        if isinstance(event, TasksChanged):
            self.query_one(TaskList).forget(event.ids)
            self.reload()
            if self.query_one(TaskList).current in event.ids:
                self.query_one(Detail).reload()
        elif isinstance(event, LibraryChanged):
            tasks = self.query_one(TaskList)
            tasks.forget_all()
            self.reload()
            self.query_one(Detail).reload()
        elif isinstance(event, LineChanged) and event.profile == self._studio.profile:
            status.line = event
        elif isinstance(event, SubmissionChanged):
            status.sending = self._studio.submitter.under_way
        elif isinstance(event, BalanceChanged) and event.profile == self._studio.profile:
            status.balance = f"${event.remaining:,.2f}" if event.unit == "$" else f"{event.remaining:,.0f} {event.unit}"
        elif isinstance(event, ProfileChanged):
            status.balance = ""
            self.draw_status()
            self.reload()

    def draw_status(self) -> None:
        """The top line for the profile in use."""
        status = self.query_one(StatusLine)
        profile = self._studio.profile_named(self._studio.profile)
        status.profile = profile.name if profile is not None else ""
        status.is_in_clear = profile is not None and profile.base_url.is_clear
        status.line = self._studio.line()

    # --- what the panes say ------------------------------------------------------------------------------------------

    def on_views_chosen(self, event: Views.Chosen) -> None:
        """Another view."""
        if self._is_open:
            self.query_one(StatusLine).place = "" if event.view is View.ALL else view_name(event.view)
            self.reload()

    def on_task_list_highlighted(self, event: TaskList.Highlighted) -> None:
        """Another task under the cursor."""
        self.query_one(Detail).show_task(event.task_id)

    def on_detail_tab_chosen(self, event: Detail.TabChosen) -> None:
        """A tab was clicked."""
        self.query_one(Detail).choose_tab(event.tab)

    def on_search_bar_changed(self, event: SearchBar.Changed) -> None:
        """The search has another text."""
        self.search = event.text
        self.reload()

    def on_search_bar_ended(self, event: SearchBar.Ended) -> None:
        """Back to the list; the search stays unless it was given up."""
        self.query_one(TaskList).focus()

    # --- moving between panes ----------------------------------------------------------------------------------------

    def _panes(self) -> list[Widget]:
        panes: list[Widget] = [self.query_one(Views), self.query_one(TaskList), self.query_one(LinesView)]
        if self.has_class("-narrow"):
            return panes[1:]
        return [pane for pane in panes if pane.display and pane.parent is not None]

    def action_next_pane(self) -> None:
        """The pane to the right, in a circle."""
        self._turn_pane(1)

    def action_previous_pane(self) -> None:
        """The pane to the left, in a circle."""
        self._turn_pane(-1)

    def _turn_pane(self, step: int) -> None:
        panes = self._panes()
        at = panes.index(self.focused) if self.focused in panes else 0
        self._go_to(panes[(at + step) % len(panes)])

    def _go_to(self, pane: Widget) -> None:
        self.set_class(isinstance(pane, LinesView), "-detail-open")
        pane.focus()

    def action_go_in(self) -> None:
        """From the list to the detail, from the views to the list."""
        is_list = self.focused is self.query_one(TaskList)
        self._go_to(self.query_one(LinesView) if is_list else self.query_one(TaskList))

    def action_go_back(self) -> None:
        """Back to the list; in the list, end the search."""
        tasks = self.query_one(TaskList)
        if self.focused is tasks and self.search:
            self.query_one(SearchBar).clear()
        self._go_to(tasks)

    def action_search(self) -> None:
        """Search as you type."""
        self.query_one(SearchBar).open()

    # --- the current take --------------------------------------------------------------------------------------------

    def action_take(self, number: int) -> None:
        """Show a take; a digit in the list may also be the count of a move."""
        tasks = self.query_one(TaskList)
        if self.focused is tasks:
            tasks.add_to_count(number)
        self.query_one(Detail).choose_take(number)

    def action_next_take(self) -> None:
        """The take after."""
        detail = self.query_one(Detail)
        detail.choose_take(detail.take + 1)

    def action_previous_take(self) -> None:
        """The take before."""
        detail = self.query_one(Detail)
        detail.choose_take(detail.take - 1)

    def action_next_tab(self) -> None:
        """The next part of the detail."""
        self.query_one(Detail).turn_tab(1)

    def action_previous_tab(self) -> None:
        """The part before."""
        self.query_one(Detail).turn_tab(-1)

    def action_copy_url(self) -> None:
        """Copy the take's audio URL."""
        detail = self.query_one(Detail)
        if detail.clip is not None and detail.clip.audio_url:
            name = f"the audio URL of take {detail.take}"
            self.app.copy(detail.clip.audio_url, name + (" (while it is made)" if detail.clip.is_stream else ""))
        else:
            self.app.say("This take has no audio link yet" if detail.clip else "There is no take here", "warning")

    @work(group="choose")
    async def action_copy_choose(self) -> None:
        """Choose what to copy."""
        choices = _copy_choices(self.query_one(Detail))
        if not choices:
            self.app.say("There is nothing to copy here", "warning")
            return
        rows = [(str(at), name, show.fit(value.replace("\n", " "), 60)) for at, (name, value) in enumerate(choices)]
        chosen = await self.app.push_screen_wait(ChooseModal("Copy", rows))
        if chosen is not None:
            name, value = choices[int(chosen)]
            self.app.copy(value, f"the {name[0].lower()}{name[1:]}", is_many_lines="\n" in value)

    def action_open_url(self) -> None:
        """Open the take's audio link."""
        clip = self.query_one(Detail).clip
        if clip is not None and clip.audio_url:
            self.app.open_link(clip.audio_url)
        else:
            self.app.say("This take has no audio link yet" if clip else "There is no take here", "warning")

    @work(group="choose")
    async def action_open_choose(self) -> None:
        """Choose which link to open."""
        clip = self.query_one(Detail).clip
        links = show.link_kinds(clip) if clip is not None else []
        if not links:
            self.app.say("There is no link to open here", "warning")
            return
        chosen = await self.app.push_screen_wait(ChooseModal("Open", [(url, name, url) for name, url in links]))
        if chosen is not None:
            self.app.open_link(chosen)

    # --- into the composer -------------------------------------------------------------------------------------------

    def action_compose(self) -> None:
        """The composer, with the draft that was left."""
        self.post_message(ComposeRequested())

    def action_reuse(self) -> None:
        """The composer, with this task's request."""
        shown = self.query_one(Detail).shown
        if shown is None:
            return
        if shown.submission is not None:
            self.post_message(ComposeRequested(shown.submission.request))
        elif (clip := self.query_one(Detail).clip) is not None:
            self.post_message(ComposeRequested(MusicRequest(lyrics=clip.lyrics, title=clip.title, style=clip.tags)))
        else:
            self.app.say("This task was made elsewhere; its request is not known here", "warning")

    def action_extend(self) -> None:
        """The composer, to continue this take."""
        detail = self.query_one(Detail)
        if detail.clip is None or detail.shown is None:
            self.app.say("There is no take to extend here", "warning")
            return
        clip = detail.clip
        at = float(int(clip.duration_s)) if clip.duration_s else None
        self.post_message(
            ComposeRequested(
                MusicRequest(
                    title=clip.title,
                    style=clip.tags,
                    extend_clip_id=clip.id,
                    extend_at_s=at,
                    extend_task_id=detail.shown.task.id,
                )
            )
        )

    def action_concat(self) -> None:
        """The composer, to join this take with what it continues."""
        clip = self.query_one(Detail).clip
        if clip is None:
            self.app.say("There is no take to concat here", "warning")
        else:
            self.post_message(ComposeRequested(ConcatRequest(clip.id)))

    def action_words_to_composer(self) -> None:
        """The composer, with these words."""
        detail = self.query_one(Detail)
        if detail.shown is None:
            return
        lyrics, clip = detail.shown.task.lyrics, detail.clip
        if lyrics is not None and lyrics.text:
            request = MusicRequest(lyrics=lyrics.text, title=lyrics.title, style=", ".join(lyrics.tags))
        elif clip is not None and clip.lyrics:
            request = MusicRequest(lyrics=clip.lyrics, title=clip.title, style=clip.tags)
        else:
            self.app.say("There are no words here", "warning")
            return
        self.post_message(ComposeRequested(request))

    # --- the rest ----------------------------------------------------------------------------------------------------

    @work(group="ask-now", exclusive=True)
    async def action_ask_now(self) -> None:
        """Ask the gateway for this task and all unfinished ones."""
        self._studio.ask_now()
        task_id = self.query_one(TaskList).current
        if task_id is None:
            self.app.say("There is no task to ask about", "warning")
            return
        try:
            found = await self._studio.refresh([task_id])
        except Trouble as trouble:
            self.app.say_trouble(trouble)
            return
        if found:
            self.app.say(f"{show.title(found[0].title)}: {show.look(found[0])[1]}")
        else:
            self.app.say("The gateway does not know this task now", "warning")

    def action_submissions(self) -> None:
        """The journal."""
        self.app.open_submissions()

    def action_login(self) -> None:
        """Log in to a gateway."""
        self.app.open_login()

    def action_messages(self) -> None:
        """Everything that was told."""
        self.app.open_messages()


def _copy_choices(detail: Detail) -> list[tuple[str, str]]:
    """What can be copied of the task and take shown: names and values."""
    shown, clip = detail.shown, detail.clip
    if shown is None:
        return []
    found = show.link_kinds(clip) if clip is not None else []
    words = clip.lyrics if clip is not None else shown.task.lyrics.text if shown.task.lyrics is not None else ""
    if words:
        found.append(("Lyrics", words))
    if shown.submission is not None:
        prompt = next(
            (
                value
                for field in ("description", "prompt", "lyrics", "url", "clip_id")
                if (value := getattr(shown.submission.request, field, ""))
            ),
            "",
        )
        found.append(("Prompt", prompt))
    elif clip is not None and clip.description:
        found.append(("Prompt", clip.description))
    if clip is not None:
        found.append(("Clip id", clip.id))
    found.append(("Task id", shown.task.id))
    if shown.raw:
        found.append(("Raw JSON", shown.raw))
    return [(name, value) for name, value in found if value]
