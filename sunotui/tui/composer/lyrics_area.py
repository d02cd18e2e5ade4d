"""A field for long texts that completes section tags while they are typed."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from sunotui.domain.tasks.lyrics import tag_ending
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.widgets.open_input import OpenInput, TypedToken


class LyricsArea(TextArea):
    """The right arrow key at the end of a line accepts the suggestion. A token is removed as soon as it is recognised,
    and the letters typed after it are dropped."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, tab_behavior="focus", compact=True)
        self.cursor_blink = False
        self._typed_token = TypedToken()

    def edit(self, edit: Edit) -> EditResult:
        """Edit the text; a token in it is removed."""
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
        self._typed_token.handle(event)

    def on_blur(self) -> None:
        """Accept letters again: the token was left."""
        self._typed_token.is_refused = False

    def action_paste(self) -> None:
        """Paste through the app, which refuses a text that is too long."""
        self.app.post_message(events.Paste(self.app.clipboard))

    def update_suggestion(self) -> None:
        """Suggest the rest of a tag at the cursor."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        is_at_end = column == len(line) and self.selection.is_empty
        self.suggestion = tag_ending(line, self.text) if is_at_end and line.lstrip().startswith("[") else ""
