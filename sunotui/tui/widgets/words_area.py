"""A field for long texts, which offers the rest of a section tag as it is typed."""

from textual import events
from textual.widgets import TextArea

from sunotui.domain.lyrics import tag_ending


class WordsArea(TextArea):
    """Right at the end of a line takes what is offered."""

    def action_paste(self) -> None:
        """What was copied in here comes in as any paste does, by the app, which refuses what is too long."""
        self.app.post_message(events.Paste(self.app.clipboard))

    def update_suggestion(self) -> None:
        """Offer the end of a tag that the line begins."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        is_at_end = column == len(line) and self.selection.is_empty
        self.suggestion = tag_ending(line, self.text) if is_at_end and line.lstrip().startswith("[") else ""
