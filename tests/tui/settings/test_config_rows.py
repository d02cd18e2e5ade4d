"""The settings of the config file in plain words: all of them, with lines that the program accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.paths import AppPaths
from sunotui.core.system.config_file import setting_values
from sunotui.storage.config.settings import (
    AUTO_SAVE,
    COVER_SETTINGS,
    PLAYER_OUTPUTS,
    SAVE_FORMATS,
    TRIAGE_APPLY,
    PlayerSettings,
    SaveSettings,
    Settings,
    TriageSettings,
    load_settings,
)
from sunotui.tui.settings.config_rows import PATHS, ConfigRow, config_sections


def sections_of(
    settings: Settings, in_file: Settings | None = None, audio_output: str = ""
) -> list[tuple[str, list[ConfigRow]]]:
    return config_sections(setting_values(settings, in_file), audio_output=audio_output)


def rows_of(settings: Settings) -> dict[str, ConfigRow]:
    return {row.name: row for _, rows in sections_of(settings) for row in rows}


def test_every_setting_has_a_row() -> None:
    """Fails for a new setting: describe it in `config_rows`."""
    assert set(setting_values(Settings())) == PATHS
    rows = [row for _, rows in sections_of(Settings()) for row in rows]
    assert len(rows) == len(PATHS)
    assert all(row.is_default and row.value and row.meaning for row in rows)


def test_no_two_rows_of_a_group_have_the_same_name() -> None:
    for _, rows in sections_of(Settings()):
        assert len({row.name for row in rows}) == len(rows)


ROWS = [row for _, rows in sections_of(Settings()) for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lines.replace("\n", " "))
def test_the_line_to_write_is_accepted(row: ConfigRow, tmp_path: Path) -> None:
    paths = AppPaths(tmp_path, tmp_path)
    paths.config_file.write_text(row.lines, encoding="utf-8")
    settings = load_settings(paths.config_file)
    assert settings.warnings == ()
    if isinstance(row.example, bool):
        assert settings != Settings(), "the line of a switch changes it"


@pytest.mark.parametrize(
    "settings",
    [
        *(Settings(player=PlayerSettings(output=value)) for value in PLAYER_OUTPUTS),
        *(Settings(save=SaveSettings(format=value)) for value in SAVE_FORMATS),
        *(Settings(save=SaveSettings(auto_save=value)) for value in AUTO_SAVE),
        *(Settings(triage=TriageSettings(value)) for value in TRIAGE_APPLY),
        *(Settings(covers=value) for value in COVER_SETTINGS),
    ],
)
def test_every_value_has_words(settings: Settings) -> None:
    """Fails for a new value of a setting with few values."""
    changed = [row for row in rows_of(settings).values() if not row.is_default]
    assert len(changed) == (settings != Settings())


def test_values_have_units_and_plain_words() -> None:
    rows = rows_of(Settings(player=PlayerSettings("null", loudness=False, cache_mb=0, seek_s=30)))
    assert [rows[name].value for name in ("Sound output", "Equal loudness", "Media cache", "Seek step")] == [
        *("nowhere", "off", "no files kept", "30 seconds")
    ]
    rows = rows_of(Settings(save=SaveSettings(sidecars=("lrc", "json")), on_done=("notify-send", "It is done")))
    assert (rows["Further files"].value, rows["Run at the end"].value) == ("lrc, json", "notify-send It is done")
    assert rows_of(Settings())["Media cache"].value == "2,000 MB"
    assert rows["Equal loudness"].lines == "[player]\nloudness = false"


def test_own_keys_are_listed_with_their_commands() -> None:
    rows = dict(sections_of(Settings(keys={"library.compose": "c,ctrl+n", "library.nothing": "x"})))["Keys"]
    assert [(row.name, row.value) for row in rows] == [
        *(("Keys", "2 changed"), ("New song", "c ^n"), ("library.nothing", "x"))
    ]
    assert rows[1].lines == '[keys]\n"library.compose" = "c,ctrl+n"'


def test_the_environment_has_priority_over_the_file() -> None:
    rows = {row.name: row for _, found in sections_of(Settings(), audio_output="null") for row in found}
    assert (rows["Sound output"].value, rows["Sound output"].is_default) == ("nowhere, set by the environment", False)


def test_the_line_to_write_has_no_value_of_the_demo() -> None:
    demo = Settings(save=SaveSettings(folder="/tmp/demo/saved", auto_save="off"))
    rows = {row.name: row for _, found in sections_of(demo, in_file=Settings()) for row in found}
    folder = rows["Folder"]
    assert (folder.value, folder.line) == ("/tmp/demo/saved", 'folder = "~/Music/sunotui"')
    assert folder.meaning.endswith("Only the demo uses this value.")
    assert not rows["Artist"].meaning.endswith("Only the demo uses this value.")
