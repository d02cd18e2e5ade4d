"""The files beside a saved take."""

from __future__ import annotations

import json

from sunotui.core.downloads.tagging.sidecars import sidecars
from sunotui.core.playback.lyrics_sync import lyric_sheet
from sunotui.storage.config.settings import SAVE_SIDECARS
from tests.core.downloads.tagging.songs import HOSTILE, LYRICS, REQUEST, TIMINGS, song, take


def test_lyrics_times_and_all_that_is_known_are_beside_the_file() -> None:
    clip = take()
    made = sidecars(SAVE_SIDECARS, song(clip), clip, lyric_sheet(clip.lyrics, TIMINGS), request=REQUEST)
    assert made["lrc"].decode().splitlines() == [
        "[ti:Winter 冬 🎵]",
        "[00:01.50]Winter winds 冬",
        "[01:01.00]גשם and rain 🎵",
    ]
    assert made["txt"].decode() == LYRICS + "\n"
    document = json.loads(made["json"])
    assert document["id"] == "task-1"
    assert [(one["id"], one["take"]) for one in document["clips"]] == [(clip.id, 2)]
    assert {one["take"] for one in document["differences"]} <= {2}


def test_a_file_without_content_is_not_written() -> None:
    clip = take(lyrics="")
    assert set(sidecars(SAVE_SIDECARS, song(clip), clip, lyric_sheet(""))) == {"json"}
    assert sidecars((), song(clip), clip, lyric_sheet("")) == {}


def test_texts_are_kept_as_they_are_and_can_be_written() -> None:
    clip = take(title=HOSTILE, lyrics=HOSTILE)
    made = sidecars(SAVE_SIDECARS, song(clip), clip, lyric_sheet(clip.lyrics, TIMINGS))
    assert "\x1b" not in made["lrc"].decode()
    assert made["txt"].decode() == HOSTILE.replace("\ud800", "\ufffd") + "\n"
    assert json.loads(made["json"])["clips"][0]["title"] == HOSTILE.replace("\ud800", "\ufffd")
