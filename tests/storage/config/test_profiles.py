from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sunotui.core.paths import AppPaths
from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.storage.config.profiles import ProfileStore
from tests.support.waiting import HANG_S


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "data", tmp_path / "config")


@pytest.fixture
def store(paths: AppPaths) -> ProfileStore:
    return ProfileStore(paths.profiles_file, paths.config_file)


def profile(name: str = "home", url: str = "https://api.example.com/v1", **changes: object) -> Profile:
    return Profile(name, parse_base_url(url, allow_clear=True), **changes)  # type: ignore[arg-type]


def write_config(paths: AppPaths, text: str) -> None:
    paths.config.mkdir(exist_ok=True)
    paths.config_file.write_text(text)


def test_without_files_there_are_no_profiles_and_nothing_is_created(store: ProfileStore, paths: AppPaths) -> None:
    assert store.all() == {}
    assert store.get("home") is None
    assert store.default is None
    assert not paths.config.exists()


def test_a_profile_survives_the_program(store: ProfileStore, paths: AppPaths) -> None:
    whole = profile(
        "b",
        "http://10.0.0.5:3000/v1",
        model="chirp-v4",
        dialect="nested",
        token_command=("pass", "show", "a b"),
        allow_clear=True,
        proxy=Proxy("socks5", "10.0.0.1", 1080, "me", "a@b:c"),
    )
    store.put(whole)
    store.put(profile("a", "https://[2001:db8::1]:8443"))
    store.set_default("b")
    again = ProfileStore(paths.profiles_file, paths.config_file)
    assert list(again.all()) == ["a", "b"]
    assert again.get("b") == whole
    assert again.get("a") == profile("a", "https://[2001:db8::1]:8443")
    assert again.default == "b"


def test_the_file_is_private_under_any_umask_without_temporary_files(store: ProfileStore, paths: AppPaths) -> None:
    old = os.umask(0)
    try:
        store.put(profile())
        store.put(profile("work"))
    finally:
        os.umask(old)
    assert {entry.name for entry in paths.config.iterdir()} == {"profiles.json", "profiles.lock"}
    assert all(entry.stat().st_mode & 0o777 == 0o600 for entry in paths.config.iterdir())
    assert paths.config.stat().st_mode & 0o777 == 0o700


def test_removing_the_default_leaves_none(store: ProfileStore) -> None:
    store.put(profile())
    store.set_default("home")
    store.remove("home")
    store.remove("home")
    assert store.all() == {}
    assert store.default is None


def test_the_default_must_exist(store: ProfileStore) -> None:
    with pytest.raises(ConfigError, match="no gateway 'home'"):
        store.set_default("home")


@pytest.mark.parametrize(
    "bad", [profile("env"), profile("a b"), profile("../x"), profile("demo", is_from_env=True)], ids=lambda p: p.name
)
def test_profiles_of_the_environment_or_without_a_name_are_rejected(store: ProfileStore, bad: Profile) -> None:
    with pytest.raises(ValueError, match="cannot be saved"):
        store.put(bad)
    assert store.all() == {}


def test_another_programs_login_is_visible_immediately(store: ProfileStore, paths: AppPaths) -> None:
    store.put(profile())
    ProfileStore(paths.profiles_file, paths.config_file).put(profile("work"))
    assert list(store.all()) == ["home", "work"]
    store.put(profile("third"))
    assert list(ProfileStore(paths.profiles_file, paths.config_file).all()) == ["home", "third", "work"]


def test_two_programs_at_once_lose_no_profile(paths: AppPaths) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from sunotui.domain.gateways.profile import Profile, parse_base_url\n"
        "from sunotui.storage.config.profiles import ProfileStore\n"
        "store = ProfileStore(Path(sys.argv[1], 'profiles.json'), Path(sys.argv[1], 'config.toml'))\n"
        "for n in range(30): store.put(Profile(f'{sys.argv[2]}{n}', parse_base_url('https://a.example')))\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(paths.config), name]) for name in "ab"]
    assert [child.wait(HANG_S) for child in children] == [0, 0]
    assert len(ProfileStore(paths.profiles_file, paths.config_file).all()) == 60


# --- the config file -------------------------------------------------------------------------------------------------


def test_the_config_file_wins(store: ProfileStore, paths: AppPaths) -> None:
    store.put(profile(model="stored"))
    write_config(
        paths,
        '[profiles.home]\nbase_url = "http://10.0.0.5"\nallow_http = true\nmodel = "written"\n'
        "token_command = \"pass show 'my key'\"\n"
        '[profiles.other]\nbase_url = "b.example"\ntoken_command = ["op", "read", "x y"]\n',
    )
    home = store.get("home")
    assert home == profile(
        url="http://10.0.0.5",
        model="written",
        token_command=("pass", "show", "my key"),
        allow_clear=True,
        is_tried=False,
    )
    assert store.all()["other"].token_command == ("op", "read", "x y")
    store.remove("home")
    assert store.get("home") == home
    store.set_default("other")
    assert store.default == "other"


def test_a_login_to_a_configured_profile_keeps_its_settings(store: ProfileStore, paths: AppPaths) -> None:
    write_config(paths, '[profiles.home]\nbase_url = "https://api.example.com"\nmodel = "written"\n')
    store.put(profile(model="typed"))
    assert json.loads(paths.profiles_file.read_text())["profiles"] == {} if paths.profiles_file.exists() else True
    kept = store.get("home")
    assert kept is not None
    assert kept.model == "written"
    with pytest.raises(ConfigError, match="another base URL"):
        store.put(profile(url="https://evil.example"))


def test_unknown_keys_are_kept(store: ProfileStore, paths: AppPaths) -> None:
    """A later version may have written it."""
    paths.config.mkdir(parents=True, exist_ok=True)
    home = {"base_url": "https://api.example.com/v1", "model": "chirp-v4", "colour": "green"}
    gone = {"base_url": "https://b.example", "colour": "red"}
    document = {"default": "home", "profiles": {"home": home, "gone": gone}, "layout": 2}
    paths.profiles_file.write_text(json.dumps(document))
    store.remove("gone")
    store.put(profile(model="chirp-v5"))
    store.put(profile("work"))
    kept = json.loads(paths.profiles_file.read_text())
    assert kept["profiles"]["home"] == {**home, "model": "chirp-v5"}
    assert kept["profiles"].keys() == {"home", "work"}
    assert (kept["default"], kept["layout"]) == ("home", 2)


def test_an_edit_of_the_config_file_applies_immediately(store: ProfileStore, paths: AppPaths) -> None:
    write_config(paths, '[profiles.a]\nbase_url = "https://a.example"\n')
    assert list(store.all()) == ["a"]
    write_config(paths, '[profiles.bb]\nbase_url = "https://a.example"\n')
    assert list(store.all()) == ["bb"]
    paths.config_file.unlink()
    assert store.all() == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("profiles = 5", "profiles must be"),
        ("[profiles]\nhome = 5", "home must be"),
        ("[profiles.home]", "base_url"),
        ("[profiles.home]\nbase_url = 5", "profiles.home: base_url must be"),
        ('[profiles.home]\nbase_url = "http://b.example"', "would send the token unencrypted"),
        ('[profiles.home]\nbase_url = "ftp://b.example"', "base_url"),
        ('[profiles.home]\nbase_url = "https://b.example"\nmodel = 4', "profiles.home: model must be"),
        ('[profiles.home]\nbase_url = "https://b.example"\ndialect = "key4u"', "profiles.home: unknown dialect"),
        ('[profiles.home]\nbase_url = "https://b.example"\ndialect = 4', "profiles.home: dialect must be"),
        ('[profiles.home]\nbase_url = "https://b.example"\nallow_http = "yes"', "allow_http must be"),
        ('[profiles.home]\nbase_url = "https://b.example"\ntoken_command = 1', "token_command must be"),
        ('[profiles.home]\nbase_url = "https://b.example"\ntoken_command = [1]', "token_command must be"),
        ('[profiles.home]\nbase_url = "https://b.example"\ntoken_command = "a \'b"', "token_command: No closing"),
        ('[profiles.env]\nbase_url = "https://b.example"', "'env' cannot name"),
        ('[profiles."a b"]\nbase_url = "https://b.example"', "'a b' cannot name"),
    ],
)
def test_an_error_names_the_file_and_the_key(store: ProfileStore, paths: AppPaths, text: str, complaint: str) -> None:
    write_config(paths, text)
    with pytest.raises(ConfigError) as caught:
        store.all()
    assert str(paths.config_file) in caught.value.what
    assert complaint in caught.value.what
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"profiles": 1}', b'{"default": 1}', b"[" * 50_000])
def test_a_damaged_profiles_file_is_reported_and_never_overwritten(
    store: ProfileStore, paths: AppPaths, content: bytes
) -> None:
    paths.config.mkdir()
    paths.profiles_file.write_bytes(content)
    for act in (store.all, lambda: store.put(profile())):
        with pytest.raises(ConfigError, match=r"profiles\.json"):
            act()
    assert paths.profiles_file.read_bytes() == content


def test_a_config_folder_that_cannot_be_created_is_reported(store: ProfileStore, paths: AppPaths) -> None:
    paths.config.write_text("a file in the way")
    with pytest.raises(ConfigError) as caught:
        store.put(profile())
    assert isinstance(caught.value.__cause__, OSError)


def test_a_failed_write_keeps_the_old_profiles(
    store: ProfileStore, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(profile())
    before = paths.profiles_file.read_bytes()

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_space)
        with pytest.raises(ConfigError, match="No space"):
            store.put(profile("work"))
    assert paths.profiles_file.read_bytes() == before
    assert list(store.all()) == ["home"]


def test_a_proxy_of_the_config_file(store: ProfileStore, paths: AppPaths) -> None:
    write_config(paths, '[profiles.a]\nbase_url = "https://example.com"\nproxy = "socks5://127.0.0.1:1080"\n')
    found = store.get("a")
    assert found is not None
    assert found.proxy == Proxy("socks5", "127.0.0.1", 1080)


@pytest.mark.parametrize(
    ("base_url", "proxy", "messages"),
    [
        ("https://example.com", '"https://CANARY:CANARY@host:1"', "starts with socks5:// or http://"),
        ("https://example.com", '"socks5://CANARY:CANARY@:1"', "names no host"),
        ("https://example.com", '"socks5://CANARY:CANARY@host:65536"', "needs a port from 1 to 65535"),
        ("https://example.com", "1080", "must be text in quotes"),
        ("http://127.0.0.1:3000", '"socks5://CANARY:CANARY@host:1"', "on this computer"),
    ],
)
def test_an_invalid_proxy_is_reported_without_its_text(
    base_url: str, proxy: str, messages: str, store: ProfileStore, paths: AppPaths
) -> None:
    write_config(paths, f'[profiles.a]\nbase_url = "{base_url}"\nproxy = {proxy}\n')
    with pytest.raises(ConfigError) as caught:
        store.all()
    assert "profiles.a: proxy" in caught.value.what
    assert messages in caught.value.what
    assert "CANARY" not in caught.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_config_file_of_a_windows_editor_is_read(store: ProfileStore, paths: AppPaths, encoding: str) -> None:
    text = '[profiles.home]\r\nbase_url = "https://api.example.com"\r\nmodel = "été"\r\n'
    paths.config.mkdir(exist_ok=True)
    (paths.config / "config.toml").write_bytes(text.encode(encoding))
    found = store.get("home")
    assert found is not None
    assert found.model == "été"


@pytest.mark.parametrize("encoding", ["latin-1", "cp500", "utf-16-le"])
def test_a_config_file_in_another_encoding_is_reported(store: ProfileStore, paths: AppPaths, encoding: str) -> None:
    paths.config.mkdir(exist_ok=True)
    (paths.config / "config.toml").write_bytes('model = "été"'.encode(encoding))
    with pytest.raises(ConfigError, match="it is not UTF-8 text"):
        store.get("home")
