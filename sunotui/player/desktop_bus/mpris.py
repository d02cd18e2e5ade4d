"""The D-Bus interfaces of MPRIS 2: media keys and desktop widgets control the player and show what plays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from dbus_fast import DBusError, PropertyAccess, Variant
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from sunotui.player.desktop_bus.now_playing import NowPlaying

OBJECT_PATH = "/org/mpris/MediaPlayer2"
BUS_NAME = "org.mpris.MediaPlayer2.sunotui.instance"
"""Followed by the number of the process."""
_TRACK = "/org/sunotui/track/"
_NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_US = 1_000_000
"""Microseconds in a second, the unit of MPRIS."""
_TEXT_LIMIT = 500
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that D-Bus refuses, or that would garble a widget: controls, bidi controls, surrogates."""

Strings = Annotated[list[str], DBusSignature("as")]
Nothing = Annotated[None, DBusSignature("")]
Read = PropertyAccess.READ
Ask = Callable[[str, float], None]
"""Asks the app for something: a key of the event `media`, and its value."""


def track_path(now: NowPlaying) -> str:
    """The object path of the track."""
    return f"{_TRACK}{now.number}" if now.is_loaded else _NO_TRACK


def status(now: NowPlaying) -> str:
    """Playing, Paused or Stopped."""
    return "Stopped" if now.is_stopped or not now.is_loaded else "Playing" if now.is_playing else "Paused"


def metadata(now: NowPlaying) -> dict[str, Variant]:
    """What plays, by the names of MPRIS."""
    fields = {"mpris:trackid": Variant("o", track_path(now))}
    if now.is_loaded:
        fields["xesam:title"] = Variant("s", _safe(now.title))
        if now.artist:
            fields["xesam:artist"] = Variant("as", [_safe(now.artist)])
        if now.length_s > 0:
            fields["mpris:length"] = Variant("x", round(now.length_s * _US))
        if now.cover:
            fields["mpris:artUrl"] = Variant("s", Path(now.cover).as_uri())
    return fields


def _safe(text: str) -> str:
    return _UNSAFE.sub(" ", text[:_TEXT_LIMIT])


class RootInterface(ServiceInterface):
    """org.mpris.MediaPlayer2: the program."""

    def __init__(self) -> None:
        super().__init__("org.mpris.MediaPlayer2")

    @dbus_method(name="Raise")
    def raise_window(self) -> Nothing:
        """There is no window to raise."""

    @dbus_method(name="Quit")
    def quit(self) -> Nothing:
        """Media keys cannot end the program."""

    @dbus_property(access=Read, name="CanQuit")
    def can_quit(self) -> DBusBool:
        """False."""
        return False

    @dbus_property(access=Read, name="CanRaise")
    def can_raise(self) -> DBusBool:
        """False."""
        return False

    @dbus_property(access=Read, name="HasTrackList")
    def has_track_list(self) -> DBusBool:
        """False."""
        return False

    @dbus_property(access=Read, name="Identity")
    def identity(self) -> DBusStr:
        """The name to show."""
        return "sunotui"

    @dbus_property(access=Read, name="SupportedUriSchemes")
    def schemes(self) -> Strings:
        """Empty: the program opens nothing for others."""
        return []

    @dbus_property(access=Read, name="SupportedMimeTypes")
    def types(self) -> Strings:
        """None."""
        return []


class PlayerInterface(ServiceInterface):
    """org.mpris.MediaPlayer2.Player: what plays. Each method only asks the app, which decides."""

    def __init__(self, now: Callable[[], NowPlaying], ask: Ask) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._now, self._ask = now, ask

    @dbus_method(name="Next")
    def next(self) -> Nothing:
        """Ask for the next take."""
        self._ask("next", 0.0)

    @dbus_method(name="Previous")
    def previous(self) -> Nothing:
        """Ask for the previous take."""
        self._ask("previous", 0.0)

    @dbus_method(name="Pause")
    def pause(self) -> Nothing:
        """Ask for a pause."""
        self._ask("pause", 0.0)

    @dbus_method(name="PlayPause")
    def play_pause(self) -> Nothing:
        """Ask to pause or resume."""
        self._ask("toggle", 0.0)

    @dbus_method(name="Stop")
    def stop(self) -> Nothing:
        """Ask to stop."""
        self._ask("stop", 0.0)

    @dbus_method(name="Play")
    def play(self) -> Nothing:
        """Ask to resume."""
        self._ask("play", 0.0)

    @dbus_method(name="Seek")
    def seek(self, offset: DBusInt64) -> Nothing:
        """Ask to go by an offset in microseconds."""
        self._ask("seek_by", offset / _US)

    @dbus_method(name="SetPosition")
    def set_position(self, track: DBusObjectPath, position: DBusInt64) -> Nothing:
        """Ask to go to a position in microseconds, if that track is still there."""
        if track == track_path(self._now()) and position >= 0:
            self._ask("seek", position / _US)

    @dbus_method(name="OpenUri")
    def open_uri(self, _uri: DBusStr) -> Nothing:
        """Refused: others do not choose what is opened."""
        raise DBusError("org.freedesktop.DBus.Error.NotSupported", "sunotui opens no addresses")

    @dbus_signal(name="Seeked")
    def seeked(self) -> DBusInt64:
        """The position was changed by a seek; it is now here, in microseconds."""
        return round(self._now().position_now_s() * _US)

    @dbus_property(access=Read, name="PlaybackStatus")
    def playback_status(self) -> DBusStr:
        """Playing, Paused or Stopped."""
        return status(self._now())

    @dbus_property(access=Read, name="Metadata")
    def metadata(self) -> DBusDict:
        """What plays."""
        return metadata(self._now())

    @dbus_property(name="Volume")
    def volume(self) -> DBusDouble:
        """The volume, 0 to 1."""
        return self._now().volume / 100.0

    @volume.setter  # type: ignore[no-redef]
    def volume(self, value: DBusDouble) -> None:
        """Ask for a volume."""
        self._ask("volume", float(round(min(1.0, max(0.0, value)) * 100.0)))

    @dbus_property(access=Read, name="Position")
    def position(self) -> DBusInt64:
        """The position in microseconds."""
        return round(self._now().position_now_s() * _US)

    @dbus_property(access=Read, name="Rate")
    def rate(self) -> DBusDouble:
        """The speed."""
        return self._now().speed

    @dbus_property(access=Read, name="MinimumRate")
    def minimum_rate(self) -> DBusDouble:
        """The lowest speed."""
        return 0.5

    @dbus_property(access=Read, name="MaximumRate")
    def maximum_rate(self) -> DBusDouble:
        """The highest speed."""
        return 2.0

    @dbus_property(access=Read, name="CanGoNext")
    def can_go_next(self) -> DBusBool:
        """The app knows its queue; a key at its end does nothing."""
        return True

    @dbus_property(access=Read, name="CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        """True, as for the next."""
        return True

    @dbus_property(access=Read, name="CanPlay")
    def can_play(self) -> DBusBool:
        """Whether there is something to play."""
        return self._now().is_loaded

    @dbus_property(access=Read, name="CanPause")
    def can_pause(self) -> DBusBool:
        """Whether there is something to pause."""
        return self._now().is_loaded

    @dbus_property(access=Read, name="CanSeek")
    def can_seek(self) -> DBusBool:
        """Whether there is something to seek in."""
        return self._now().is_loaded

    @dbus_property(access=Read, name="CanControl")
    def can_control(self) -> DBusBool:
        """True."""
        return True

    def publish_changes(self) -> None:
        """Tell the desktop what may have changed."""
        now = self._now()
        self.emit_properties_changed(
            {
                "PlaybackStatus": status(now),
                "Metadata": metadata(now),
                "Volume": now.volume / 100.0,
                "Rate": now.speed,
                "CanPlay": now.is_loaded,
                "CanPause": now.is_loaded,
                "CanSeek": now.is_loaded,
            }
        )
