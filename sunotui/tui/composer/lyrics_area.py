"""A field for long texts, which offers the rest of a section tag as it is typed."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from sunotui.domain.tasks.lyrics import tag_ending
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.widgets.open_input import OpenInput, TypedToken


class LyricsArea(TextArea):
    """Right at the end of a line takes what is offered. A token is wiped as soon as it has the form of one, and the
    letters that come behind are not taken."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, tab_behavior="focus", compact=True)
        self.cursor_blink = False
        self._typed_token = TypedToken()

    def edit(self, edit: Edit) -> EditResult:
        """Edit the text; no token stays in it."""
        result = super().edit(edit)
        if edit.text and has_token(self.text):
            before = without_tokens(self.get_text_range((0, 0), self.cursor_location)).split("\n")
            self.load_text(without_tokens(self.text))
            self.move_cursor((len(before) - 1, len(before[-1])))
            self._typed_token.is_refused = True
            self.post_message(OpenInput.Refused())
        return result

    def on_key(self, event: events.Key) -> None:
        """Drop the rest of a token that is being typed."""
        self._typed_token.take(event)

    def on_blur(self) -> None:
        """The next text is another one."""
        self._typed_token.is_refused = False

    def action_paste(self) -> None:
        """What was copied in here comes in as any paste does, by the app, which refuses what is too long."""
        self.app.post_message(events.Paste(self.app.clipboard))

    def update_suggestion(self) -> None:
        """Offer the end of a tag that the line begins."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        is_at_end = column == len(line) and self.selection.is_empty
        self.suggestion = tag_ending(line, self.text) if is_at_end and line.lstrip().startswith("[") else ""
