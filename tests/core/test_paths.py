from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sunotui.core.paths import AppPaths, find_paths, kept_demo_paths


def test_the_environment_names_both_folders_without_asking_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    paths = find_paths({"SUNOTUI_DATA_DIR": str(tmp_path / "d"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "c")})
    assert paths.library == tmp_path / "d" / "library.db"
    assert paths.config_file == tmp_path / "c" / "config.toml"
    assert paths.profiles_file == tmp_path / "c" / "profiles.json"
    assert not paths.data.exists()


def test_one_folder_may_be_set_and_the_other_is_the_default(tmp_path: Path) -> None:
    paths = find_paths({"SUNOTUI_DATA_DIR": str(tmp_path)})
    assert paths.data == tmp_path
    assert paths.config.name == "sunotui"
    assert paths.config.is_absolute()


def test_the_cache_is_in_its_own_folder_or_in_the_named_data_folder(tmp_path: Path) -> None:
    named = {"SUNOTUI_DATA_DIR": str(tmp_path / "d")}
    assert find_paths(named).media_cache == tmp_path / "d" / "cache" / "media"
    assert find_paths({**named, "SUNOTUI_CACHE_DIR": str(tmp_path / "c")}).media_cache == tmp_path / "c" / "media"
    usual = find_paths({})
    assert usual.media_cache.parts[-2:] == ("sunotui", "media")
    assert usual.data not in usual.media_cache.parents
    assert AppPaths(Path("/a"), Path("/b")).media_cache == Path("/a/cache/media")


def test_a_folder_may_be_named_from_home() -> None:
    assert find_paths({"SUNOTUI_DATA_DIR": "~/x", "SUNOTUI_CONFIG_DIR": "y"}).data == Path.home() / "x"


def test_paths_are_absolute() -> None:
    assert find_paths({"SUNOTUI_DATA_DIR": "x", "SUNOTUI_CONFIG_DIR": "y"}).config == Path.cwd() / "y"


def test_a_linked_library_is_the_file_itself(tmp_path: Path) -> None:
    """Regression: with the link's own path, the log was searched for beside the link."""
    link, target = tmp_path / "data" / "library.db", tmp_path / "elsewhere" / "songs.db"
    assert AppPaths(link.parent, tmp_path).library == link
    link.parent.mkdir()
    link.symlink_to(target)
    assert AppPaths(link.parent, tmp_path).library == target


def test_paths_are_values() -> None:
    assert AppPaths(Path("/a"), Path("/b")) == AppPaths(Path("/a"), Path("/b"))


def test_the_folder_of_a_kept_demo_is_in_the_data_folder_and_private(tmp_path: Path) -> None:
    paths = kept_demo_paths({"SUNOTUI_DATA_DIR": str(tmp_path), "SUNOTUI_CONFIG_DIR": str(tmp_path / "c")})
    assert paths == AppPaths(tmp_path / "demo", tmp_path / "demo" / "config")
    assert paths.data.stat().st_mode & 0o777 == 0o700
