"""The config file as the list of the settings shows it: whether it exists, can be read, and has changed."""

from __future__ import annotations

from pathlib import Path

from sunotui.core.paths import AppPaths
from sunotui.core.system.config_file import read_config_file
from sunotui.storage.config.settings import Settings, load_settings


def paths_in(folder: Path, text: str | None = None) -> AppPaths:
    paths = AppPaths(folder / "data", folder / "config")
    if text is not None:
        paths.config.mkdir(exist_ok=True)
        paths.config_file.write_text(text, encoding="utf-8")
    return paths


def test_without_a_file_nothing_is_wrong(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    assert read_config_file(paths, Settings()) == (str(paths.config_file), False, frozenset(), "", False)


def test_it_names_the_tables_of_the_file(tmp_path: Path) -> None:
    paths = paths_in(tmp_path, 'theme = "nord"\n[player]\nseek_s = 9\n[keys]\n')
    file = read_config_file(paths, load_settings(paths.config_file))
    assert (file.exists, file.tables, file.problem, file.is_changed) == (True, {"player", "keys"}, "", False)


def test_a_changed_file_is_recognized(tmp_path: Path) -> None:
    paths = paths_in(tmp_path, "[player]\nseek_s = 9\n")
    started_with = load_settings(paths.config_file)
    paths_in(tmp_path, "[player]\nseek_s = 10\n")
    assert read_config_file(paths, started_with).is_changed


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    paths = paths_in(tmp_path, "[player\n")
    file = read_config_file(paths, Settings())
    assert "is not TOML" in file.problem
    paths_in(tmp_path, "[player]\nseek_s = 0\n")
    assert "seek_s must be a whole number" in read_config_file(paths, Settings()).problem
