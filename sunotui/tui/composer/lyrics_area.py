"""A field for long texts that colours section tags, and completes them while they are typed."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual import events
from textual.color import Color
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from sunotui.domain.tasks.lyrics import is_section_tag, tag_ending
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.base import BaseApp
from sunotui.tui.widgets.open_input import OpenInput, TypedToken


class LyricsArea(TextArea):
    """The right arrow key at the end of a line accepts the suggestion. A token is removed as soon as it is recognised,
    and the letters typed after it are dropped."""

    app: BaseApp

    def __init__(self, *, id: str, placeholder: str = "") -> None:
        super().__init__(id=id, tab_behavior="focus", compact=True, placeholder=placeholder)
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

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted: the name of a section in the colour of keys."""
        line = super().get_line(line_index)
        if is_section_tag(line.plain):
            line.stylize(Style(color=Color.parse(self.app.theme_variables["key"]).rich_color, bold=True))
        return line

    def on_resize(self) -> None:
        """Keep the cursor visible while one types, once the text is wrapped to the new width."""
        if self.has_focus:
            self.call_after_refresh(self.scroll_cursor_visible)

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
