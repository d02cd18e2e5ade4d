"""The theme picker: shows the whole program in the theme under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, Dialog, key_text, move_cursor
from sunotui.tui.theming.theme import ThemeChoice, theme_choices
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row
from sunotui.tui.widgets.option_list import ChoiceList

_NAME_CELLS = 22
_PREVIEW_AFTER_S = 0.1
"""How long the cursor rests before the theme is shown: that reads all style sheets again."""


class ThemeDialog(Dialog[str | None]):
    """Closes with the name of the chosen theme, or None."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Cancel", show=False),
    ]

    def __init__(self, choices: Sequence[ThemeChoice], current: str, preview: Callable[[str], None]) -> None:
        """`preview` shows everything in a theme; the caller shows the final one at the end."""
        super().__init__("Theme")
        self._choices = tuple(choices)
        self._current = current
        self._preview = preview
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """The list, with the cursor on the theme that is shown."""
        options = [
            Option(Row(key_text(choice.name, choice.description, _NAME_CELLS)), id=choice.name)
            for choice in self._choices
        ]
        yield ChoiceList(*options, id="choose-list", classes="dialog-list", markup=False)

    def on_mount(self) -> None:
        """Go to the current theme."""
        names = [choice.name for choice in self._choices]
        choices = self.query_one(ChoiceList)
        choices.highlighted = names.index(self._current) if self._current in names else 0
        choices.focus()

    def footer_keys(self) -> Sequence[FooterKey]:
        """Use, move, cancel."""
        return (
            FooterKey(ENTER, "Use", "screen.choose"),
            FooterKey(UP_DOWN, "Move", "screen.move(1)"),
            FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"),
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme, once the cursor rests."""
        self.show_position(self.query_one(ChoiceList).position)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PREVIEW_AFTER_S, self._show)

    def _show(self) -> None:
        name = self.query_one(ChoiceList).current_id
        if name is not None:
            self._preview(name)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the theme."""
        self.dismiss(event.option_id)

    def action_choose(self) -> None:
        """Choose the theme under the cursor."""
        self.query_one(ChoiceList).action_select()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        move_cursor(self.query_one(ChoiceList), step)


def open_theme_dialog(app: BaseApp) -> None:
    """Let the user choose a theme, which is shown at once, and keep it."""
    before = app.theme

    def show(name: str) -> None:
        app.theme = name

    def use(name: str | None) -> None:
        show(name or before)
        if name is not None:
            app.core.ui_state.keep(theme=name)
            app.say(f"Theme {name}")

    app.push_screen(
        ThemeDialog(theme_choices(app.available_themes, has_few_colors=app.has_few_colors), before, show), use
    )
