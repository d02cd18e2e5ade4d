from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.paths import AppPaths
from sunotui.domain.errors import ConfigError
from sunotui.storage.config.settings import (
    NoticeSettings,
    PlayerSettings,
    SaveSettings,
    Settings,
    TriageSettings,
    load_settings,
)


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    (tmp_path / "config").mkdir()
    return AppPaths(tmp_path / "data", tmp_path / "config")


def test_without_a_file_there_are_defaults_and_none_is_created(paths: AppPaths) -> None:
    assert load_settings(paths.config_file) == Settings()
    assert list(paths.config.iterdir()) == []


def test_everything_can_be_set(paths: AppPaths) -> None:
    paths.config_file.write_text(
        'profile = "work"\ntheme = "nord"\nbell = false\n'
        "on_done = \"notify-send 'a song'\"\n[notices]\nosc = false\n[player]\ncache_mb = 500\n"
        '[keys]\n"library.compose" = "n, ctrl+n"\n"library.quit" = ["q", "ctrl+q,f10"]\n"library.none" = ""\n'
        '[profiles.work]\nbase_url = "https://a.example"\n'
    )
    assert load_settings(paths.config_file) == Settings(
        profile="work",
        theme="nord",
        notices=NoticeSettings(bell=False, osc=False),
        on_done=("notify-send", "a song"),
        player=PlayerSettings(cache_mb=500),
        keys={"library.compose": "n,ctrl+n", "library.quit": "q,ctrl+q,f10", "library.none": ""},
    )


def test_the_table_of_notices_comes_before_the_old_setting_of_the_bell(paths: AppPaths) -> None:
    paths.config_file.write_text("bell = false\n[notices]\nbell = true\ntitle = false\nbel = 1\n")
    settings = load_settings(paths.config_file)
    assert settings.notices == NoticeSettings(bell=True, title=False)
    assert [warning.rpartition(" ")[2] for warning in settings.warnings] == ["'notices.bel'"]


@pytest.mark.parametrize("key", ["bell", "osc", "title"])
def test_a_notice_setting_of_the_wrong_type_names_its_table(paths: AppPaths, key: str) -> None:
    paths.config_file.write_text(f'[notices]\n{key} = "on"')
    with pytest.raises(ConfigError, match=rf"\[notices\]: {key} must be true or false"):
        load_settings(paths.config_file)


def test_when_verdicts_are_applied(paths: AppPaths) -> None:
    assert load_settings(paths.config_file).triage.applies_at_once
    paths.config_file.write_text('[triage]\napply = "at the end"\nlater = 3\n')
    settings = load_settings(paths.config_file)
    assert settings.triage == TriageSettings("at the end")
    assert not settings.triage.applies_at_once
    assert [warning.rpartition(" ")[2] for warning in settings.warnings] == ["'triage.later'"]
    paths.config_file.write_text('[triage]\napply = "never"\n')
    with pytest.raises(ConfigError, match=r"\[triage\]: apply must be"):
        load_settings(paths.config_file)


def test_takes_are_saved_as_set(paths: AppPaths) -> None:
    paths.config_file.write_text(
        '[save]\nfolder = "/music"\ntemplate = "{clip}.{ext}"\nformat = "wav"\nartist = "Us"\n'
        'sidecars = ["json", "lrc", "lrc"]\n'
    )
    assert load_settings(paths.config_file).save == SaveSettings("/music", "{clip}.{ext}", "wav", "Us", ("lrc", "json"))


@pytest.mark.parametrize("value", ['"lrc"', '["mp3"]', "[1]", "[[]]", "true"])
def test_only_known_files_are_written_beside_a_take(paths: AppPaths, value: str) -> None:
    paths.config_file.write_text(f"[save]\nsidecars = {value}")
    with pytest.raises(ConfigError, match=r'\[save\]: sidecars must be a list with some of "lrc", "txt", "json"'):
        load_settings(paths.config_file)


@pytest.mark.parametrize("value", ['"2 GB"', "-1", "1.5", "true", "1_000_001"])
def test_the_size_of_the_cache_is_a_whole_number(paths: AppPaths, value: str) -> None:
    paths.config_file.write_text(f"[player]\ncache_mb = {value}")
    with pytest.raises(ConfigError, match=r"\[player\]: cache_mb must be a whole number from 0 to 1,000,000"):
        load_settings(paths.config_file)


@pytest.mark.parametrize("value", ["0", "-5", "601", "2.5"])
def test_the_step_of_seeking_is_a_whole_number_of_seconds(paths: AppPaths, value: str) -> None:
    """One of 0 would be a key that does nothing."""
    paths.config_file.write_text(f"[player]\nseek_s = {value}")
    with pytest.raises(ConfigError, match=r"\[player\]: seek_s must be a whole number from 1 to 600"):
        load_settings(paths.config_file)


def test_a_typo_is_a_warning(paths: AppPaths) -> None:
    paths.config_file.write_text(
        'themes = "x"\n"bad\\u001b[31m" = 1\n[profiles.a]\nbase_urls = "x"\n[player]\ncache = 1\n'
    )
    warnings = load_settings(paths.config_file).warnings
    assert len(warnings) == 4
    assert "'themes'" in warnings[0]
    assert "player.cache" in warnings[2]
    assert "profiles.a.base_urls" in warnings[3]
    assert not any("\x1b" in warning for warning in warnings)
    assert all(str(paths.config_file) in warning for warning in warnings)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("profile = 3", "profile"),
        ("theme = []", "theme"),
        ('bell = "yes"', "bell"),
        ("bell = 1", "bell"),
        ("notices = true", "notices"),
        ("on_done = 1", "on_done"),
        ('on_done = ["x", 1]', "on_done"),
        ("player = 1", "player"),
        ('keys = "n"', "keys"),
        ("[keys]\nx = 5", "keys.x"),
        ("[keys]\nx = [5]", "keys.x"),
        ("[keys.deep]\nx = 'a'", "keys.deep"),
        ("profiles = 1", "profiles"),
    ],
)
def test_a_value_of_the_wrong_type_names_file_and_key(paths: AppPaths, text: str, key: str) -> None:
    paths.config_file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(paths.config_file)
    assert f"{paths.config_file}: {key} must be" in caught.value.what


@pytest.mark.parametrize(
    "content", [b"theme = ", b"\xff\xfex", b"[keys\n", b"a = 1\na = 2", b"x = " + b"[" * 5_000], ids=range(5)
)
def test_invalid_toml_names_the_file(paths: AppPaths, content: bytes) -> None:
    paths.config_file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_settings(paths.config_file)
    assert str(paths.config_file) in caught.value.what
    assert "\n" not in caught.value.sentence
    assert paths.config_file.read_bytes() == content


def test_a_folder_at_the_files_path_is_reported(paths: AppPaths) -> None:
    paths.config_file.mkdir()
    with pytest.raises(ConfigError, match="could not be read"):
        load_settings(paths.config_file)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('folder = "music"', "folder must be an absolute path"),
        ("folder = 3", "folder must be text in quotes"),
        ('format = "flac"', 'format must be one of "mp3", "wav", "video"'),
        ("template = []", "template must be text in quotes"),
    ],
)
def test_settings_of_saving_that_are_none(paths: AppPaths, line: str, words: str) -> None:
    paths.config_file.write_text(f"[save]\n{line}")
    with pytest.raises(ConfigError, match=rf"\[save\]: {words}"):
        load_settings(paths.config_file)


def test_a_home_folder_in_the_settings_is_that_of_the_user(paths: AppPaths) -> None:
    paths.config_file.write_text('[save]\nfolder = "~/songs"')
    assert load_settings(paths.config_file).save.folder == str(Path.home() / "songs")
