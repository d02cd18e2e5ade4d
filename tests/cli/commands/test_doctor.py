"""The doctor reports the state of everything, and fails only if something does not work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.support.older_library import downgrade


def states(document: dict[str, object]) -> dict[str, str]:
    """The state of each finding."""
    findings = document["findings"]
    assert isinstance(findings, list)
    assert all(list(finding) == ["name", "state", "sentence"] for finding in findings)
    assert all(finding["sentence"] for finding in findings)
    return {finding["name"]: finding["state"] for finding in findings}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer's own keyring does not matter here."""
    monkeypatch.setattr(
        "sunotui.storage.secrets.tokens.TokenStore.describe", lambda store: "none: There is no OS keyring here"
    )


def test_all_checks_pass_with_a_gateway(demo_cli: CommandLine) -> None:
    document = demo_cli.json("doctor")
    assert document["ok"] is True
    found = states(document)
    assert {name: found[name] for name in ("settings", "library", "permissions", "profile", "token", "gateway")} == {
        "settings": "ok",
        "library": "ok",
        "permissions": "ok",
        "profile": "ok",
        "token": "ok",
        "gateway": "ok",
    }
    assert found["keyring"] == "warn"
    assert demo_cli.environ["SUNOTUI_TOKEN"] not in str(document)
    assert "gateway" in demo_cli.run("doctor")


def test_playback_and_covers_are_reported(demo_cli: CommandLine) -> None:
    """Fails without the player's response: there is no back end to name."""
    demo_cli.environ |= {"SUNOTUI_AUDIO_OUTPUT": "null", "TERM": "foot", "PATH": os.environ["PATH"]}
    found = {row["name"]: row for row in demo_cli.json("doctor", "--offline")["findings"]}
    assert found["sound"]["state"] == "ok"
    assert found["sound"]["sentence"].endswith(" plays into nothing, because the audio output is set to null")
    assert found["notices"]["sentence"] == "The bell and the terminal's own notices (OSC 777)"
    assert found["covers"]["sentence"].startswith("In half blocks")
    config = Path(demo_cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text('covers = "off"\n[notices]\nosc = false\n')
    found = {row["name"]: row for row in demo_cli.json("doctor", "--offline")["findings"]}
    assert found["notices"]["sentence"] == "The bell only, by your settings"
    assert found["covers"]["sentence"].startswith("Switched off")


def test_a_player_that_cannot_start_is_a_warning(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunotui.core.playback.helper_player.player_command", lambda: ["/no/such/player"])
    found = {row["name"]: row for row in demo_cli.json("doctor", "--offline")["findings"]}
    assert found["sound"]["state"] == "warn"
    assert "The player could not be started" in found["sound"]["sentence"]


def test_offline_sends_no_request(demo_cli: CommandLine) -> None:
    demo_cli.environ["SUNOTUI_BASE_URL"] = "http://127.0.0.1:9"
    assert "gateway" not in states(demo_cli.json("doctor", "--offline"))
    assert states(demo_cli.json("doctor", code=5))["gateway"] == "fail"


def test_an_address_without_its_prefix_is_reported(cli: CommandLine, demos: Callable[[str], DemoServer]) -> None:
    cli.use(demos("gptproto"))
    document = cli.json("doctor")
    assert states(document)["gateway"] == "warn"
    assert "/v1" in document["findings"][-1]["sentence"]
    cli.environ["SUNOTUI_BASE_URL"] += "/v1"
    assert states(cli.json("doctor"))["gateway"] == "ok"


def test_without_a_profile_it_warns(cli: CommandLine) -> None:
    assert states(cli.json("doctor"))["profile"] == "warn"


def test_a_wrong_token_fails(demo_cli: CommandLine) -> None:
    demo_cli.environ["SUNOTUI_TOKEN"] = "sk-of-somebody-else-0000000000"
    assert states(demo_cli.json("doctor", code=3))["gateway"] == "fail"
    demo_cli.environ["SUNOTUI_TOKEN"] = "short"
    assert states(demo_cli.json("doctor", code=3))["token"] == "fail"


def test_a_damaged_library_fails_and_the_rest_is_reported(demo_cli: CommandLine) -> None:
    demo_cli.run("tasks")
    path = Path(demo_cli.environ["SUNOTUI_DATA_DIR"]) / "library.db"
    with path.open("r+b") as file:
        file.truncate(5_000)
    found = states(demo_cli.json("doctor", code=1))
    assert (found["library"], found["terminal"]) == ("fail", "ok")


def test_without_space_it_does_not_advise_itself(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    demo_cli.run("tasks")
    folder = Path(demo_cli.environ["SUNOTUI_DATA_DIR"])
    downgrade(folder / "library.db")
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    (found,) = [each for each in demo_cli.json("doctor", code=1)["findings"] if each["name"] == "library"]
    assert found["state"] == "fail"
    assert found["sentence"].endswith(" MB, and 0 MB are free.")
    demo_cli.run("tasks", code=9)
    assert "0 MB are free. Check the folder with 'sunotui doctor'." in demo_cli.err


def test_unknown_settings_warn_and_invalid_ones_fail(cli: CommandLine) -> None:
    folder = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("thene = 'x'\n")
    assert states(cli.json("doctor"))["settings"] == "warn"
    for line, words in {
        "theme = 'no-such'": "Unknown theme 'no-such'",
        "[keys]\n'library.no-such' = 'x'": "no command 'library.no-such'",
        "[keys]\n'library.compose' = 'ctrl+flurb'": "'ctrl+flurb' is not a key",
        "sumthing = 1": "no setting 'sumthing'",
    }.items():
        (folder / "config.toml").write_text(line + "\n")
        (finding,) = [each for each in cli.json("doctor", "--offline")["findings"] if each["name"] == "settings"]
        assert finding["state"] == "warn", line
        assert words in finding["sentence"]
    good = "theme = 'nord'\n[keys]\n'library.compose' = 'ctrl+n,f5,question_mark,slash,pageup'\n"
    (folder / "config.toml").write_text(good)
    assert states(cli.json("doctor", "--offline"))["settings"] == "ok"
    (folder / "config.toml").write_text("[[[\n")
    assert states(cli.json("doctor", code=1))["settings"] == "fail"


@pytest.mark.parametrize(
    ("term", "size", "state"),
    [
        ("xterm-256color", (120, 40), "ok"),
        ("dumb", (120, 40), "warn"),
        ("unknown", (120, 40), "warn"),
        ("tmux", (50, 12), "warn"),
    ],
)
def test_a_terminal_is_checked(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, term: str, size: tuple[int, int], state: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size(size))
    cli.environ |= {"TERM": term}
    assert states(cli.json("doctor", "--offline"))["terminal"] == state


def cache_finding(cli: CommandLine) -> tuple[str, str]:
    """The state and the sentence about the media cache."""
    (found,) = [each for each in cli.json("doctor", "--offline")["findings"] if each["name"] == "media cache"]
    return found["state"], found["sentence"]


def test_the_media_cache_is_measured(demo_cli: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "media"
    demo_cli.environ["SUNOTUI_CACHE_DIR"] = str(folder.parent)
    assert cache_finding(demo_cli) == ("ok", f"0 takes, 0.0 of 2,000 MB, in {folder}")
    (folder / f"{'a' * 32}.mp3").write_bytes(bytes(3_400_000))
    config = Path(demo_cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text("[player]\ncache_mb = 10\n")
    assert cache_finding(demo_cli) == ("ok", f"1 take, 3.4 of 10 MB, in {folder}")
    assert len(list(folder.iterdir())) == 1


def test_a_media_cache_that_cannot_be_used_is_a_warning(demo_cli: CommandLine, tmp_path: Path) -> None:
    demo_cli.environ["SUNOTUI_CACHE_DIR"] = str(tmp_path)
    (tmp_path / "media").write_text("a file")
    state, sentence = cache_finding(demo_cli)
    assert state == "warn"
    assert f"the cache folder {tmp_path / 'media'} cannot be used" in sentence


def test_a_media_cache_that_is_off_is_not_examined(demo_cli: CommandLine) -> None:
    config = Path(demo_cli.environ["SUNOTUI_CONFIG_DIR"])
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text("[player]\ncache_mb = 0\n")
    assert cache_finding(demo_cli) == ("ok", "Off: player.cache_mb is 0")
