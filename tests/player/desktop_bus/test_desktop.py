"""The desktop's session bus: a real one, with playerctl as the desktop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.player.harness import PlayerUnderTest, player
from tests.player.programs import needs
from tests.player.sounds import song
from tests.support.paths import ROOT
from tests.support.waiting import until

pytestmark = needs("dbus-daemon", "playerctl")


class Bus(NamedTuple):
    """A session bus."""

    address: str
    pid: int

    def playerctl(self, *arguments: str) -> str:
        """What playerctl prints."""
        done = subprocess.run(
            ["playerctl", *arguments], env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() if done.returncode == 0 else f"error: {done.stderr.strip()}"


@pytest.fixture
def bus() -> Iterator[Bus]:
    """A running session bus."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Bus(process.stdout.readline().strip(), process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def on_desktop(bus: Bus, tmp_path: Path) -> Iterator[PlayerUnderTest]:
    """A player that plays a song and is on the bus."""
    with player(env={"DBUS_SESSION_BUS_ADDRESS": bus.address}) as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 120)))
        cover = tmp_path / "a b.jpg"
        under_test.ask("meta", title="Neon \x1b\u202e rain", artist="sunotui demo", cover=str(cover), length=120.0)
        until(lambda: bus.playerctl("-l") == f"sunotui.instance{under_test.process.pid}", "the change")
        yield under_test


def test_what_plays_is_shown(bus: Bus, on_desktop: PlayerUnderTest, tmp_path: Path) -> None:
    until(lambda: bus.playerctl("status") == "Playing", "the change")
    shown = bus.playerctl("metadata", "--format", "{{title}}|{{artist}}|{{mpris:length}}|{{mpris:artUrl}}")
    assert shown == f"Neon    rain|sunotui demo|120000000|file://{tmp_path}/a%20b.jpg"
    on_desktop.ask("pause")
    until(lambda: bus.playerctl("status") == "Paused", "the change")
    on_desktop.ask("seek", pos=61.0)
    assert float(bus.playerctl("position")) == pytest.approx(61.0)
    on_desktop.ask("volume", value=30)
    until(lambda: float(bus.playerctl("volume")) == pytest.approx(0.3), "the change")
    on_desktop.ask("stop")
    until(lambda: bus.playerctl("status") == "Stopped", "the change")
    assert float(bus.playerctl("position")) == 0
    assert bus.playerctl("metadata", "xesam:title") == "Neon    rain"
    bus.playerctl("play")
    assert on_desktop.wait_for_event("media") == {"ev": "media", "key": "play", "value": 0}
    on_desktop.ask("load", gen=2, path=str(tmp_path / "a.mp3"))
    until(lambda: bus.playerctl("status") == "Playing", "the change")
    on_desktop.ask("stop")
    on_desktop.ask("meta", title=None)
    until(lambda: "Neon" not in bus.playerctl("metadata", "xesam:title"), "the change")
    assert bus.playerctl("status") == "Stopped"


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (("play",), "play", 0),
        (("pause",), "pause", 0),
        (("play-pause",), "toggle", 0),
        (("stop",), "stop", 0),
        (("next",), "next", 0),
        (("previous",), "previous", 0),
        (("position", "30"), "seek", 30),
        (("position", "5+"), "seek_by", 5),
        (("position", "5-"), "seek_by", -5),
        (("volume", "0.4"), "volume", 40),
        (("volume", "3"), "volume", 100),
    ],
)
def test_media_keys_reach_the_app(
    bus: Bus, on_desktop: PlayerUnderTest, arguments: tuple[str, ...], key: str, value: float
) -> None:
    bus.playerctl(*arguments)
    assert on_desktop.wait_for_event("media") == {"ev": "media", "key": key, "value": value}


def test_others_cannot_open_addresses(bus: Bus, on_desktop: PlayerUnderTest) -> None:
    bus.playerctl("open", "http://127.0.0.1/a.mp3")
    on_desktop.ask("ping")
    assert on_desktop.events("media") == []


def test_playback_continues_when_the_bus_ends(bus: Bus, on_desktop: PlayerUnderTest) -> None:
    os.kill(bus.pid, signal.SIGKILL)
    seen = len(on_desktop.lines)
    on_desktop.wait_for_event("pos", after=seen)
    on_desktop.ask("meta", title="Next", artist="", cover="", length=None)
    assert on_desktop.ask("ping")["ok"]


@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/bus", "nonsense"])
def test_without_a_bus_it_is_silent(address: str, tmp_path: Path) -> None:
    with player(env={"DBUS_SESSION_BUS_ADDRESS": address, "DISPLAY": ""}) as under_test:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        under_test.ask("meta", title="Neon", artist="", cover="", length=None)
        under_test.wait_for_position(0.9)
        assert {line["ev"] for line in under_test.lines if "ev" in line} == {"ready", "state", "pos"}


WITHOUT = """
import sys
sys.modules["dbus_fast"] = None
from sunotui.player.__main__ import main
sys.argv = ["player", "--null"]
sys.exit(main())
"""


def test_without_the_extra_it_is_silent(bus: Bus, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WITHOUT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus.address},
    )  # fmt: skip
    under_test = PlayerUnderTest(process)
    try:
        under_test.ask("load", gen=1, path=str(song(tmp_path / "a.mp3", 30)))
        assert under_test.ask("meta", title="Neon", artist="", cover="", length=None)["ok"]
        under_test.wait_for_position(0.9)
        assert bus.playerctl("-l").startswith("error") or bus.playerctl("-l") == ""
    finally:
        under_test.end()
