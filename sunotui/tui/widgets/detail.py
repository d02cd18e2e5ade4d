"""The detail pane: one take of the current task, its words, its facts, its request and the raw answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from sunotui.domain.clip import Clip
from sunotui.domain.errors import Trouble
from sunotui.domain.lyrics import is_section_tag
from sunotui.domain.reasons import reason_told
from sunotui.domain.task import TaskKind
from sunotui.domain.text import clean_lines
from sunotui.studio.shelf import Shown
from sunotui.tui import show
from sunotui.tui.messages import Stumbled
from sunotui.tui.widgets.lines_view import LinesView, TextLine

_RAW_LIMIT = 65_536


class Tab(StrEnum):
    """The parts of the detail, in their order."""

    LYRICS = "Lyrics"
    DETAILS = "Details"
    REQUEST = "Request"
    RAW = "Raw"


class Detail(Vertical):
    """Shows one task. It holds no second copy: what changed is asked for again."""

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, load: Callable[[str], Awaitable[Shown | None]], *, id: str | None = None) -> None:
        """`load` gives what is known of a task."""
        super().__init__(id=id)
        self._load_shown = load
        self._task_id: str | None = None
        self._is_loaded = asyncio.Event()
        self._is_loaded.set()
        self.shown: Shown | None = None
        self.take = 1
        self.tab = Tab.LYRICS

    def compose(self) -> ComposeResult:
        """Head, tabs, text."""
        yield Static(id="detail-head", markup=False)
        yield TabStrip(id="detail-tabs")
        yield LinesView(id="detail-body")

    @property
    def clip(self) -> Clip | None:
        """The take that is shown."""
        return self.shown.task.take(self.take) if self.shown is not None else None

    @property
    def body(self) -> LinesView:
        """The text of the tab."""
        return self.query_one(LinesView)

    def show_task(self, task_id: str | None) -> None:
        """Show a task, from its first take; None empties the pane. A task that is shown already stays as it is."""
        if task_id != self._task_id:
            self._task_id, self.take = task_id, 1
            self._is_loaded.clear()
            self.reload()

    async def catch_up(self) -> None:
        """Wait until what is shown is the task that was asked for; at once when it is."""
        await self._is_loaded.wait()

    def reload(self) -> None:
        """Ask again for the task shown."""
        if self._task_id is None:
            self.shown = None
            self._is_loaded.set()
            self._draw()
        else:
            self._load(self._task_id)

    @work(group="detail", exclusive=True)
    async def _load(self, task_id: str) -> None:
        try:
            shown = await self._load_shown(task_id)
        except Trouble as trouble:
            self.post_message(Stumbled(trouble))
            shown = None
        if task_id != self._task_id:
            return
        self._is_loaded.set()
        is_same = self.shown is not None and shown is not None and self.shown.task.id == shown.task.id
        self.shown = shown
        self._draw(keep_place=is_same)

    def choose_take(self, number: int) -> bool:
        """Show take `number`; False when there is none."""
        if self.shown is None or self.shown.task.take(number) is None:
            return False
        self.take = number
        self._draw()
        return True

    def choose_tab(self, tab: Tab) -> None:
        """Show another part."""
        self.tab = tab
        self._draw()

    def turn_tab(self, step: int) -> None:
        """The next part, or the one before, in a circle."""
        tabs = list(Tab)
        self.choose_tab(tabs[(tabs.index(self.tab) + step) % len(tabs)])

    def _draw(self, *, keep_place: bool = False) -> None:
        self.query_one("#detail-head", Static).update(self._head())
        self.query_one(TabStrip).show_tab(self.tab)
        self.body.show_lines(self._lines(), keep_place=keep_place)

    def _head(self) -> Content:
        if self.shown is None:
            return Content.styled("No task chosen", "$text-muted")
        task, clip = self.shown.task, self.clip
        glyph, word, tone = show.look(task)
        colour = {"good": "$success", "bad": "$error", "active": "$accent", "odd": "$warning"}.get(tone, "$text-muted")
        takes = f"take {self.take} of {len(task.clips)}" if task.clips else task.kind.value
        name = show.title(clip.title if clip is not None and clip.title else task.title)
        facts = [
            show.model(clip.model if clip is not None else task.model),
            show.length(clip.duration_s if clip else None),
        ]
        second = " · ".join(fact for fact in facts if fact != "—")
        tags = clip.tags if clip is not None else ", ".join(task.lyrics.tags) if task.lyrics is not None else ""
        return Content.assemble(
            (name, "bold"),
            ("\n" + glyph + " " + word, colour),
            (f" · {takes}" + (f" · {second}" if second else ""), "$text-muted"),
            ("\n" + tags if tags else "\n", "$text-muted italic"),
        )

    # --- the four parts ----------------------------------------------------------------------------------------------

    def _lines(self) -> list[TextLine]:
        if self.shown is None:
            return []
        parts = {Tab.LYRICS: self._words, Tab.DETAILS: self._facts, Tab.REQUEST: self._request, Tab.RAW: self._raw}
        return list(parts[self.tab](self.shown))

    def _words(self, shown: Shown) -> Iterator[TextLine]:
        task, clip = shown.task, self.clip
        text = clip.lyrics if clip is not None else task.lyrics.text if task.lyrics is not None else ""
        for reason in dict.fromkeys((task.fail_reason, clip.error if clip is not None else "")):
            if reason:
                yield TextLine(reason, "bad")
                if (told := reason_told(reason)) is not None:
                    yield TextLine(told.sentence)
                yield TextLine("")
        if text:
            yield from (TextLine(line, "head" if is_section_tag(line) else "plain") for line in text.split("\n"))
        elif not task.status.is_final:
            yield TextLine("The words are not written yet.", "faint")
        else:
            instrumental = task.kind is TaskKind.MUSIC and clip is not None and bool(clip.audio_url)
            yield TextLine("No words: an instrumental." if instrumental else "No words.", "faint")

    def _facts(self, shown: Shown) -> Iterator[TextLine]:
        task, clip = shown.task, self.clip
        rows: list[tuple[str, str]] = []
        if clip is not None:
            rows += [
                ("Title", show.title(clip.title)),
                ("Take", f"{self.take} of {len(task.clips)}, {show.CLIP_WORDS[clip.status]}"),
                ("Model", f"{show.model(clip.model)}" + (f" ({clip.model})" if clip.model else "")),
                ("Length", show.length(clip.duration_s)),
                ("Tags", clip.tags or "—"),
                ("Description", clip.description or "—"),
                ("Audio", (clip.audio_url or "—") + (" (while it is made)" if clip.is_stream else "")),
                ("Video", clip.video_url or "—"),
                ("Image", clip.image_url or "—"),
                ("Clip id", clip.id),
            ]
        rows += [
            ("Task id", task.id),
            ("Gateway", task.profile),
            ("State", show.look(task)[1] + (f", {task.progress}" if task.progress else "")),
            ("Reason", task.fail_reason or "—"),
            ("Added here", show.moment(task.added_at)),
            ("Submitted", show.moment(task.submitted_at)),
            ("Started", show.moment(task.started_at)),
            ("Finished", show.moment(task.finished_at)),
            ("Last heard", show.moment(task.checked_at)),
        ]
        yield from (TextLine(text, label=name) for name, text in rows if text != "—")

    def _request(self, shown: Shown) -> Iterator[TextLine]:
        if shown.submission is None:
            yield TextLine("This task was made elsewhere; its request is not known here.", "faint")
            return
        submission = shown.submission
        yield TextLine(submission.state.value, label="Submission")
        yield TextLine(submission.id, label="Id")
        yield TextLine(show.moment(submission.sent_at), label="Sent")
        yield TextLine(submission.path, label="To")
        yield TextLine("")
        yield from (TextLine(line) for line in pretty_json(submission.body).split("\n"))

    def _raw(self, shown: Shown) -> Iterator[TextLine]:
        if not shown.raw:
            yield TextLine("The gateway has not spoken of this task yet.", "faint")
            return
        text = pretty_json(shown.raw)
        yield from (TextLine(line) for line in text.split("\n"))
        if len(text) >= _RAW_LIMIT:
            yield TextLine("(cut here; Y copies more of it)", "faint")


class TabStrip(Static):
    """The names of the parts, the current one standing out; a click chooses."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown: Tab | None = None

    def show_tab(self, current: Tab) -> None:
        """Mark the current part."""
        if current is self._shown:
            return
        self._shown = current
        pieces: list[tuple[str, str]] = []
        for tab in Tab:
            pieces.append((f" {tab.value} ", "bold reverse" if tab is current else "$text-muted"))
            pieces.append(("│" if tab is not Tab.RAW else "", "$text-muted"))
        self.update(Content.assemble(*pieces))

    def on_click(self, event: events.Click) -> None:
        """The tab under the mouse."""
        start = 0
        for tab in Tab:
            width = len(tab.value) + 3
            if start <= event.x < start + width:
                self.post_message(Detail.TabChosen(tab))
                return
            start += width


def pretty_json(text: str) -> str:
    """JSON text with indents, fit to show; what is no JSON as it stands.

    Cleaned once more: an escaped control in the gateway's JSON comes to life when the JSON is read.
    """
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        pass
    return clean_lines(text, _RAW_LIMIT)
