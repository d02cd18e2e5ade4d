"""Out of the program: the links and texts of the take that is shown, copied or opened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from textual import work

from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean, trim
from sunotui.tui import formatting
from sunotui.tui.library.detail.pane import Detail, Tab
from sunotui.tui.library.selected_clip import TakeScreen
from sunotui.tui.runtime.type_ahead import opens_dialog

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.requests.request import ClipFileRequest
    from sunotui.domain.tasks.clip import Clip

T = TypeVar("T")

_NO_TAKE = "There is no take here"
_PROMPTS = ("description", "prompt", "lyrics", "url", "path", "clip_id")
"""Where a request has what a person would call its prompt, the first that is filled."""
_AS_IT_STANDS = frozenset({"Lyrics", "Prompt", "Raw JSON"})
"""What is copied with its lines and blanks."""


_AUDIBLE = frozenset({"Audio URL", "Video URL", "WAV URL", "MP4 URL"})
"""Links by which a take is heard."""


class LinkScreen(TakeScreen):
    """Keys that copy and open, and those that fetch what a gateway makes on demand."""

    def __init__(self) -> None:
        super().__init__()
        self._file_links: dict[str, dict[str, str]] = {}
        """Links to WAV and MP4 files by clip and by name, as long as the program runs: they expire unannounced."""

    async def action_copy_url(self) -> None:
        """Copy the take's audio URL."""
        detail = await self.caught_up()
        if detail.shown is not None and detail.clip is not None and detail.clip.audio_url:
            is_stream = detail.clip.is_stream
            name = f"the {'streaming link' if is_stream else 'audio URL'} of take {detail.take}"
            self.app.copy(detail.clip.audio_url, name + (", which changes when it is done," if is_stream else ""))
            await self._heard(detail.shown, detail.clip)
        elif detail.shown is not None and detail.clip is not None:
            await self._say_why_no_link(detail.shown, detail.clip)
        else:
            self.app.say(_NO_TAKE, "warning")

    @opens_dialog
    async def action_copy_choose(self) -> None:
        """Choose what to copy."""
        detail = await self.caught_up()
        shown, clip = detail.shown, detail.clip
        choices = self._copy_choices(detail)
        if not choices:
            self.app.say("There is nothing to copy here", "warning")
            return
        rows = [(str(at), name, value.replace("\n", " ")) for at, (name, value) in enumerate(choices)]
        chosen = await self.choose("Copy", rows)
        if chosen is not None:
            name, value = choices[int(chosen)]
            self.app.copy(value, f"the {name[0].lower()}{name[1:]}", is_many_lines=name in _AS_IT_STANDS)
            if name in _AUDIBLE and shown is not None and clip is not None:
                await self._heard(shown, clip)

    @work(group="choose")
    async def action_open_url(self) -> None:
        """Open the take's audio link, the newest that there is."""
        found = await self.current_take(_NO_TAKE)
        if found is None:
            return
        clip = await self._fresh(*found)
        if clip.audio_url:
            self.app.open_link(clip.audio_url)
            await self._heard(found[0], clip)
        else:
            await self._say_why_no_link(found[0], clip)

    @opens_dialog
    async def action_open_choose(self) -> None:
        """Choose which link to open."""
        found = await self.current_take(_NO_TAKE)
        if found is None:
            return
        clip = await self._fresh(*found)
        links = self._links(clip)
        if not links:
            self.app.say("There is no link to open here", "warning")
            return
        chosen = await self.choose("Open", [(url, name, url) for name, url in links])
        if chosen is not None:
            self.app.open_link(chosen)
            if (chosen, True) in ((url, name in _AUDIBLE) for name, url in links):
                await self._heard(found[0], clip)

    async def _say_why_no_link(self, shown: TaskDetail, clip: Clip) -> None:
        from sunotui.core.library.missing_link import missing_link

        self.app.say((await asyncio.to_thread(missing_link, shown.raw, clip, "audio")).reason, "warning")

    async def _heard(self, shown: TaskDetail, clip: Clip) -> None:
        """What was copied or opened counts as heard; that this could not be written down stops nobody."""
        from sunotui.domain.annotations import TakeRef

        try:
            await self._core.services.annotations.mark_played([TakeRef(shown.task.id, clip.id)], is_by_hand=False)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)

    def action_wav(self) -> None:
        """Have the take made as a WAV file."""
        self._ask_for_file("wav")

    def action_mp4(self) -> None:
        """Have the take made as an MP4 video."""
        self._ask_for_file("mp4")

    @opens_dialog
    async def action_midi(self) -> None:
        """Have the notes of the take written into a MIDI file, whose name is asked for before the request is sent."""
        from sunotui.core.transfer.output_path import file_name
        from sunotui.domain.requests.request import MidiRequest

        found = await self.current_take(_NO_TAKE)
        if found is None:
            return
        shown, clip = found
        name = file_name(".mid", clip.title, clip.id)
        is_there = True
        while is_there:
            asked = await self._ask_file_name("Save the MIDI file as", name)
            if asked is None:
                return
            name, is_there = asked
            if is_there and await self._may_replace_file(name):
                break
        request = MidiRequest(clip.id, shown.task.id)
        work = self._fetch_midi(request, shown.task.profile, name, may_replace=is_there)
        # On the app: it may be billed, and this screen may close.
        self.app.run_worker(work, group="paid")

    async def _ask_file_name(self, question: str, name: str) -> tuple[str, bool] | None:
        """A name that can be written, and whether a file of that name is there; None for none."""
        from sunotui.core.transfer.output_path import check_output, is_replaced
        from sunotui.tui.dialogs.prompt import AskModal

        words = "enter asks the gateway, which may be paid for, and writes the file"
        asked = await self.app.push_screen_wait(
            AskModal(question, name, words, check=lambda answer: check_output(trim(answer)))
        )
        return None if asked is None else (asked, await asyncio.to_thread(is_replaced, asked))

    async def _may_replace_file(self, name: str) -> bool:
        from sunotui.tui.dialogs.confirm import ConfirmModal

        question = f"{clean(name)} is there already. Replace it?"
        confirm = ConfirmModal(question, "choose another name", "Replace it", "what is in it is lost")
        return await self.app.push_screen_wait(confirm) == "yes"

    @work(group="files")
    async def _ask_for_file(self, word: str) -> None:
        from sunotui.domain.requests.request import Mp4Request, WavRequest

        found = await self.current_take(_NO_TAKE)
        if found is None:
            return
        shown, clip = found
        request = {"wav": WavRequest, "mp4": Mp4Request}[word](clip.id, shown.task.id)
        # On the app: it may be billed, and this screen may close.
        self.app.run_worker(self._fetch_link(request, clip, shown.task.profile), group="paid")

    async def _result_of(self, request: ClipFileRequest, profile: str) -> str | None:
        self.app.say(f"Asking the gateway for the {request.label} …")
        return await self.app.submit.result_of(request, profile)

    async def _fetch_link(self, request: ClipFileRequest, clip: Clip, profile: str) -> None:
        result = await self._result_of(request, profile)
        if result is None:
            return
        self._file_links.setdefault(clip.id, {})[f"{request.label} URL"] = result
        self.app.say(f"The {request.label} is there: Y copies its link, O opens it")

    async def _fetch_midi(self, request: ClipFileRequest, profile: str, name: str, *, may_replace: bool) -> None:
        result = await self._result_of(request, profile)
        if result is None:
            return
        from sunotui.core.transfer.midi_file import write_midi

        try:
            # Not in the library's thread: a disk or a pipe may be slow.
            await asyncio.to_thread(write_midi, result, name, may_replace=may_replace)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
        else:
            self.app.say(f"The notes are in {name}")

    @work(group="extras", exclusive=True)
    async def action_timing(self) -> None:
        """Ask when each line is sung, and show it with the words."""
        if (answer := await self._answer(self._core.services.extras.timing)) is None:
            return
        if not answer[1].words:
            self.app.say("The gateway knows no times for these words", "warning")
            return
        self.detail.choose_tab(Tab.LYRICS)
        self.detail.reload()

    async def _answer(self, ask: Callable[[str, str], Awaitable[T]]) -> tuple[Clip, T] | None:
        """The take shown and what the gateway answers when asked about it; None when there is no answer, which is
        told."""
        found = await self.current_take(_NO_TAKE)
        if found is None:
            return None
        shown, clip = found
        try:
            return clip, await ask(shown.task.id, clip.id)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return None

    async def _fresh(self, shown: TaskDetail, clip: Clip) -> Clip:
        """The take with a link that is good now: that of a song being made changes when it is done (protocol 7.3)."""
        if not clip.is_stream:
            return clip
        try:
            return await self._core.services.extras.fresh_clip(shown.task.id, clip.id)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return clip

    def _links(self, clip: Clip) -> list[tuple[str, str]]:
        links = formatting.link_kinds(clip)
        return [*links[:1], *self._file_links.get(clip.id, {}).items(), *links[1:]]

    def _copy_choices(self, detail: Detail) -> list[tuple[str, str]]:
        """What can be copied of the task and take shown: names and values."""
        shown, clip = detail.shown, detail.clip
        if shown is None:
            return []
        found = self._links(clip) if clip is not None else []
        words = clip.lyrics if clip is not None else shown.task.lyrics.text if shown.task.lyrics is not None else ""
        found.append(("Lyrics", words))
        if shown.submission is not None:
            request = shown.submission.request
            found.append(("Prompt", next((text for name in _PROMPTS if (text := getattr(request, name, ""))), "")))
        elif clip is not None:
            found.append(("Prompt", clip.description))
        if clip is not None:
            found.append(("Clip id", clip.id))
        found += [("Task id", "" if shown.is_pending else shown.task.id), ("Raw JSON", shown.raw)]
        return [(name, value) for name, value in found if value]
