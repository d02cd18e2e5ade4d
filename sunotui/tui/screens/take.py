"""What can be done with the take that is shown: choose another, copy it, open it, make the next one from it."""

from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen

from sunotui.domain.request import ConcatRequest, MusicRequest
from sunotui.tui import show
from sunotui.tui.messages import ComposeRequested
from sunotui.tui.screens.choose import ChooseModal
from sunotui.tui.widgets.detail import Detail

if TYPE_CHECKING:
    from sunotui.tui.app import SunoApp


class TakeScreen(Screen[None]):
    """A screen with a detail pane, whose keys work on the take shown there."""

    app: "SunoApp"

    @property
    def detail(self) -> Detail:
        """The pane that shows the take."""
        return self.query_one(Detail)

    @property
    def current_task(self) -> str | None:
        """The id of the task that the keys work on."""
        raise NotImplementedError

    async def caught_up(self) -> Detail:
        """The detail, once it shows the current task: keys come faster than the disk answers, and must never copy
        the link of the row before."""
        detail = self.detail
        detail.show_task(self.current_task)
        await detail.catch_up()
        return detail

    # --- the current take --------------------------------------------------------------------------------------------

    async def action_take(self, number: int) -> None:
        """Show a take."""
        (await self.caught_up()).choose_take(number)

    async def action_next_take(self) -> None:
        """The take after."""
        detail = await self.caught_up()
        detail.choose_take(detail.take + 1)

    async def action_previous_take(self) -> None:
        """The take before."""
        detail = await self.caught_up()
        detail.choose_take(detail.take - 1)

    def action_next_tab(self) -> None:
        """The next part of the detail."""
        self.detail.turn_tab(1)

    def action_previous_tab(self) -> None:
        """The part before."""
        self.detail.turn_tab(-1)

    async def action_copy_url(self) -> None:
        """Copy the take's audio URL."""
        detail = await self.caught_up()
        if detail.clip is not None and detail.clip.audio_url:
            name = f"the audio URL of take {detail.take}"
            self.app.copy(detail.clip.audio_url, name + (" (while it is made)" if detail.clip.is_stream else ""))
        else:
            self.app.say("This take has no audio link yet" if detail.clip else "There is no take here", "warning")

    @work(group="choose")
    async def action_copy_choose(self) -> None:
        """Choose what to copy."""
        choices = _copy_choices(await self.caught_up())
        if not choices:
            self.app.say("There is nothing to copy here", "warning")
            return
        rows = [(str(at), name, value.replace("\n", " ")) for at, (name, value) in enumerate(choices)]
        chosen = await self.app.push_screen_wait(ChooseModal("Copy", rows))
        if chosen is not None:
            name, value = choices[int(chosen)]
            self.app.copy(value, f"the {name[0].lower()}{name[1:]}", is_many_lines=name in _AS_IT_STANDS)

    async def action_open_url(self) -> None:
        """Open the take's audio link."""
        clip = (await self.caught_up()).clip
        if clip is not None and clip.audio_url:
            self.app.open_link(clip.audio_url)
        else:
            self.app.say("This take has no audio link yet" if clip else "There is no take here", "warning")

    @work(group="choose")
    async def action_open_choose(self) -> None:
        """Choose which link to open."""
        clip = (await self.caught_up()).clip
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

    async def action_reuse(self) -> None:
        """The composer, with this task's request."""
        detail = await self.caught_up()
        shown = detail.shown
        if shown is None:
            return
        if shown.submission is not None:
            self.post_message(ComposeRequested(shown.submission.request))
        elif (clip := detail.clip) is not None:
            self.post_message(ComposeRequested(MusicRequest(lyrics=clip.lyrics, title=clip.title, style=clip.tags)))
        else:
            self.app.say("This task was made elsewhere; its request is not known here", "warning")

    async def action_extend(self) -> None:
        """The composer, to continue this take."""
        detail = await self.caught_up()
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

    async def action_concat(self) -> None:
        """The composer, to join this take with what it continues."""
        clip = (await self.caught_up()).clip
        if clip is None:
            self.app.say("There is no take to concat here", "warning")
        else:
            self.post_message(ComposeRequested(ConcatRequest(clip.id)))

    async def action_words_to_composer(self) -> None:
        """The composer, with these words."""
        detail = await self.caught_up()
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


_AS_IT_STANDS = frozenset({"Lyrics", "Prompt", "Raw JSON"})
"""What is copied with its lines and blanks."""


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
