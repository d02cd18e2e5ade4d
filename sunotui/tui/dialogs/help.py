"""Help for where you are, made from the registry."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.tui.commands import Scope, of
from sunotui.tui.dialogs.text_viewer import ReadingScreen
from sunotui.tui.widgets.text_view import TextLine

_WORDS = (
    ("task", "what the gateway made of an accepted request; its clips are its takes"),
    ("♪ streaming", "can be heard already; the link changes when it is done"),
    ("? unknown", "nobody knows whether it was accepted: see Submissions (J) before you pay again"),
    ("⌀ lost", "the gateway no longer knows the task; r asks once more"),
)


class HelpScreen(ReadingScreen):
    """The keys of these scopes, then a few words that need explaining."""

    def __init__(self, scopes: Sequence[Scope]) -> None:
        lines: list[TextLine] = []
        for scope in scopes:
            lines.append(TextLine(scope.value, "head"))
            seen_takes = False
            for command in of(scope):
                if command.id.startswith("take."):
                    if seen_takes:
                        continue
                    seen_takes = True
                    lines.append(TextLine("Show that take.", label="1 to 9"))
                    continue
                lines.append(TextLine(f"{command.title}: {command.help}", label=command.keys_text))
            lines.append(TextLine(""))
        lines.append(TextLine("Words", "head"))
        lines += [TextLine(meaning, label=word) for word, meaning in _WORDS]
        super().__init__("Help", lines)
