"""The player's messages to the user: sentences without their full stop."""

from __future__ import annotations

NO_OUTPUT = "No sound output: this computer has no sound card or sound server that responds"
LOST = "The sound output was lost"
BACK = "The sound output is back"
NOT_AUDIO = "This file is not audio that can be played"
NO_SOUND = "This file has no sound in it"
UNREADABLE = "This file cannot be read"
NOT_LOADED = "Nothing is loaded"
NOTHING_PLAYS = "No player for this computer: install mpv"
NEEDS_MPV = "This file is AAC audio, which only mpv can play: install mpv"
HANGING = "The sound system does not respond"
MPV_HANGS = "mpv does not respond"
MPV_DIED = "mpv ended unexpectedly"
MPV_NO_START = "mpv does not start"
TOO_MANY_FOR_MPV = "mpv plays at most 4 files together"
CANNOT_MEASURE = "The loudness of this file cannot be measured"
