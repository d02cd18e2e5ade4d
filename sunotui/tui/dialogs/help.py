"""Help for the current screen, made from the registry of commands."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.tui.command import Scope
from sunotui.tui.commands import of
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.widgets.text_view import TextLine

_TERMS = (
    ("task", "what the gateway made of an accepted request; its clips are its takes"),
    ("♪ streaming", "playable while it is generating; the link changes when it is done"),
    ("? unknown", "it is unknown whether it was accepted: see Submissions (J) before you pay again"),
    ("⌀ lost", "the gateway no longer knows the task; r asks again"),
)


def help_viewer(scopes: Sequence[Scope]) -> TextViewer:
    """A screen with the keys of these scopes, then a few terms with their meaning."""
    lines: list[TextLine] = []
    for scope in scopes:
        lines.append(TextLine(scope.value, "head"))
        has_take_keys = False
        for command in of(scope):
            if command.id.startswith("take."):
                if not has_take_keys:
                    lines.append(TextLine("Show that take.", label="1 to 9"))
                has_take_keys = True
                continue
            lines.append(TextLine(f"{command.title}: {command.help}", label=command.keys_text))
        lines.append(TextLine(""))
    lines.append(TextLine("Terms", "head"))
    lines += [TextLine(meaning, label=term) for term, meaning in _TERMS]
    return TextViewer("Help", lines)
