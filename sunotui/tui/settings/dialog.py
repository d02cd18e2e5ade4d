"""The settings: what the app can change itself comes first, then everything that the user's config file sets. The app
never writes that file: the line to write can be copied."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Sequence
from functools import partial

from rich.cells import cell_len
from textual.content import Content
from textual.widgets.option_list import Option

from sunotui.core.system.config_file import ConfigFile, read_config_file, setting_values
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import printable, printable_lines
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, key_text
from sunotui.tui.dialogs.filtered import TALL, FilteredDialog
from sunotui.tui.settings.app_rows import app_rows
from sunotui.tui.settings.config_rows import ConfigRow, config_sections
from sunotui.tui.settings.row import Section, SettingRow
from sunotui.tui.settings_check import settings_issues
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row, WrappedRow

_APP_TITLE, _PROBLEMS_TITLE, _FILE_TITLE = "In the app", "Problems in config.toml", "Config file"
_GROUP_SIGN = "·"
_DEFAULT = "default"
_MOST_NAME = 20
"""The maximum width of the column of names."""


def open_settings(app: BaseApp) -> None:
    """Open the settings, once the config file was read again."""
    app.key_queue.run_dialog(app, _open(app))


async def _open(app: BaseApp) -> None:
    try:
        # The key may be pressed before the settings were read.
        await app.core.open_reader()
    except SunotuiError:
        # The program ends, and says why.
        return
    file = await asyncio.to_thread(read_config_file, *app.core.settings_source)
    await app.push_screen_wait(SettingsDialog(partial(sections, app, file)))


def sections(app: BaseApp, file: ConfigFile) -> list[Section]:
    """All rows, with their values now."""
    settings, (_, in_file) = app.core.settings, app.core.settings_source
    output = os.environ.get("SUNOTUI_AUDIO_OUTPUT", "")
    problems = [file.problem] if file.problem else []
    if file.is_changed and not file.problem:
        problems.append("The file was changed after sunotui started: it is used at the next start")
    problems += [*settings_issues(settings.keys, settings.theme), *settings.warnings]
    found = [
        (f"{title} {_GROUP_SIGN} config.toml", [_config_row(app, row, file) for row in rows])
        for title, rows in config_sections(setting_values(settings, in_file), audio_output=output)
    ]
    state = "Read at the start" if file.exists else "Not there yet"
    meaning = "sunotui only reads this file, when it starts; it never writes it."
    shown = printable(file.path)
    path = SettingRow(state, shown, _copying(app, file.path, "Path"), "Copy path", meaning, shown)
    advice = "Correct this in the config file. Unusable settings have their defaults."
    issues = [SettingRow("", printable(text), path.run, path.enter_text, advice, is_bad=True) for text in problems]
    return [
        *([(_PROBLEMS_TITLE, issues)] if issues else []),
        (_APP_TITLE, app_rows(app)),
        *found,
        (_FILE_TITLE, [path]),
    ]


def _config_row(app: BaseApp, row: ConfigRow, file: ConfigFile) -> SettingRow:
    """A row that copies the line to write, with the heading of its table if the file does not have it."""
    has_table = row.table in file.tables
    copied = row.line if has_table else row.lines
    name = "Line" if "\n" not in copied else "Lines"
    where = f" The file has [{row.table}] already: write it there." if has_table else ""
    return SettingRow(
        row.name,
        row.value,
        _copying(app, copied, name),
        f"Copy {name.lower()}",
        row.meaning + where,
        printable_lines(row.lines),
        is_default=row.is_default,
    )


def _copying(app: BaseApp, text: str, name: str) -> Callable[[], None]:
    def copy() -> None:
        app.copy(text, name, is_many_lines=True)

    return copy


class SettingsDialog(FilteredDialog[None]):
    """Changes and copies until it is closed."""

    ROWS_AROUND_LIST = 11
    MOST_ROWS = 26

    def __init__(self, sections: Callable[[], Sequence[Section]]) -> None:
        """`sections` returns the rows with their values now."""
        super().__init__("Settings", classes="-wide")
        self._sections = sections
        self._rows: list[SettingRow | None] = []
        """What each row of the list represents; None for a heading."""
        self._is_covered = False

    @property
    def current(self) -> SettingRow | None:
        """The row under the cursor."""
        at = self.choices.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def footer_keys(self) -> Sequence[FooterKey]:
        """What enter does, move, close."""
        row = self.current
        run = (FooterKey(ENTER, row.enter_text, "screen.choose"),) if row is not None else ()
        move = FooterKey(UP_DOWN, "Move", "screen.move(1)")
        return *run, move, FooterKey(ESCAPE, "End filter" if self.typed.value else "Close", "screen.leave")

    async def action_choose(self) -> None:
        """Change the setting under the cursor, or copy the line that changes it."""
        row = self.current
        if row is not None:
            # A worker, since the row may open another dialog and wait for its answer.
            self.app.key_queue.run_dialog(self, self._run(row))

    async def _run(self, row: SettingRow) -> None:
        result = row.run()
        if inspect.isawaitable(result):
            await result
        if self.is_mounted:
            self._show_values()

    def action_leave(self) -> None:
        """End the filter, or close."""
        if self.typed.value:
            self.typed.value = ""
        else:
            self.dismiss(None)

    def show_matches(self, wanted: str) -> None:
        """Show the rows in which all words are found."""
        self._show(wanted, at=1)
        self.choices.scroll_to(y=0, animate=False)

    def describe(self) -> None:
        """Show below the list what the setting under the cursor does, and the lines that change it. A message about
        what was just done has priority until the next key."""
        super().describe()
        notice = self.app.status.notice
        if notice is not None and not notice.is_event:
            return
        row = self.current
        lines = f"{row.lines}\n" if row is not None and row.lines else ""
        meaning = row.meaning if row is not None else ""
        self.show_message(Content.assemble((lines, "bold $foreground"), (meaning, "$muted")))

    def on_screen_suspend(self) -> None:
        """Hide while the dialog of a setting is open, which may show its effect on the whole program."""
        self._is_covered = True
        self.add_class("-covered")

    def on_screen_resume(self) -> None:
        """Show what was changed."""
        if self._is_covered:
            self._is_covered = False
            self.remove_class("-covered")
            self.typed.focus()
            self._show_values()

    def on_resize(self) -> None:
        """Show for which panes there is room now, once the library has fitted them."""
        self.call_after_refresh(self._show_values)

    def _show_values(self) -> None:
        """Show the values now, with the cursor where it is."""
        self._show(self.typed.value, at=self.choices.highlighted)

    def _show(self, wanted: str, *, at: int | None) -> None:
        words = wanted.casefold().split()
        all_sections = self._sections()
        names = [cell_len(row.name) for _, rows in all_sections for row in rows]
        cells = min(_MOST_NAME, max(names, default=0))
        options: list[Option] = []
        self._rows = []
        for title, rows in all_sections:
            found = [row for row in rows if _matches(words, title, row)]
            if found:
                options.append(Option(Content(title), disabled=True))
                self._rows.append(None)
            options += [Option(_line(row, cells)) for row in found]
            self._rows += found
        self.show_options(options, at=at)

    def _update_notice(self) -> None:
        super()._update_notice()
        if self.is_mounted and self.is_current:
            self.describe()

    def _fit_list(self) -> None:
        """Give the note below the list room for two lines of the file and two of text. In a window that is not tall the
        dialog takes all rows, and the list those that the note does not need."""
        is_tall = self.size.height >= TALL
        self.query_one("#dialog-note").set_class(is_tall, "-four-rows")
        super()._fit_list()
        self._fill_window(not is_tall)


def _matches(words: Sequence[str], title: str, row: SettingRow) -> bool:
    text = " ".join((title, row.name, row.value, row.meaning, row.lines)).casefold()
    return all(word in text for word in words)


def _line(row: SettingRow, cells: int) -> Row | WrappedRow:
    """Name and value, and at the right the key, or that it is the default; a problem is shown as a whole."""
    if row.is_bad:
        return WrappedRow(Content.styled(f"{glyphs.WARNING} ", "$bad"), row.value)
    right = Content.styled(f"  {row.key}", "bold $key") if row.key else Content("")
    if row.is_default:
        right = Content.styled(f"  {_DEFAULT}", "$muted")
    return Row(key_text(formatting.fit(row.name, cells), row.value, cells), right)
