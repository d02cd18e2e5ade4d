"""What a saved take says about itself."""

from __future__ import annotations

import pytest

from sunotui.core.downloads.tagging.song_tags import AlbumPlace, SongTags, song_tags
from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from tests.core.downloads.tagging.songs import HOSTILE, LYRICS, REQUEST, TIMINGS, cover, song, take


def tags_of(**changes: object) -> SongTags:
    clip = take(**changes)
    return song_tags(
        song(clip), clip, lyric_sheet(clip.lyrics, TIMINGS), artist="Suno", request=REQUEST, gateway="https://g.example"
    )


def test_a_take_says_how_it_was_made() -> None:
    made = tags_of(exclude="drums")
    assert (made.title, made.artist, made.album, made.date, made.bpm) == ("Winter 冬 🎵", "Suno", "", "2025-11-30", 92)
    assert made.lyrics == LYRICS
    assert made.comment.splitlines() == [
        "Prompt: a song about winter",
        "Style: folk, גשם",
        "Excluded: drums",
        "Model: chirp-v5",
        "Gateway: https://g.example",
        "Song: task-1",
        "Take: aaaa1111-0000-4000-8000-000000000002",
    ]
    assert made.fields["SUNO_CLIP_ID"] == "aaaa1111-0000-4000-8000-000000000002"
    assert made.fields["SUNO_TASK_ID"] == "task-1"


def test_the_track_is_the_take_or_the_place_in_the_album() -> None:
    made = tags_of()
    assert (made.track, made.tracks) == (2, 2)
    clip = take()
    made = song_tags(song(clip), clip, LyricSheet(), artist="", place=AlbumPlace("Rainy", 7, 12))
    assert (made.album, made.track, made.tracks) == ("Rainy", 7, 12)


def test_each_word_has_its_time_and_a_line_begins_with_a_newline() -> None:
    assert tags_of().synced == (
        ("Winter", 1_500), (" winds", 2_000), (" 冬", 2_250),
        ("\nגשם", 61_000), (" and", 61_500), (" rain 🎵", 3_661_999),
    )  # fmt: skip


def test_without_lyrics_those_that_were_timed_are_used() -> None:
    assert tags_of(lyrics=" ").lyrics == "Winter winds 冬\nגשם and rain 🎵"
    clip = take(lyrics="")
    assert song_tags(song(clip), clip, LyricSheet(), artist="").lyrics == ""


def test_what_the_gateway_does_not_say_is_left_out() -> None:
    made = tags_of(title="", tags="", model="", bpm=float("1e300"), created_at=1e300)
    assert made.title == "Untitled"
    assert (made.bpm, made.date) == (0, "")
    assert "SUNO_STYLE" not in made.fields
    assert "Style" not in made.comment


@pytest.mark.parametrize("name", ["title", "tags", "lyrics", "model", "description", "exclude", "id"])
def test_no_text_controls_a_terminal(name: str) -> None:
    made = tags_of(**{name: HOSTILE})
    texts = [made.title, made.lyrics, made.comment, *made.fields.values(), *(text for text, _ in made.synced)]
    for text in texts:
        assert not set(text) & set("\0\x1b\x07\x9b\u202e\u2066\ud800\U000e0041")
        text.encode()


def test_no_timed_word_controls_a_terminal() -> None:
    words = WordTimings(tuple(AlignedWord(f"{HOSTILE}\n", second, second + 1) for second in (1.0, 2.0)))
    for lyrics in ("", f"{HOSTILE}\n{HOSTILE}"):
        clip = take(lyrics=lyrics)
        made = song_tags(song(clip), clip, lyric_sheet(clip.lyrics, words), artist="")
        assert len(made.synced) >= 2
        for text, _ in made.synced:
            assert not set(text) & set("\0\x1b\x07\x9b\u202e\u2066\ud800\U000e0041")
            text.encode()


def test_long_texts_are_cut_visibly() -> None:
    made = tags_of(title="x" * 1_000_000, lyrics="la\n" * 350_000, tags="y" * 1_000_000)
    assert len(made.title) == 1_000
    assert made.title.endswith("…")
    assert len(made.lyrics) <= 65_536
    assert made.lyrics.endswith("…")
    assert len(made.comment) <= 65_536


@pytest.mark.parametrize(
    ("content", "kind"),
    [(cover("JPEG"), "image/jpeg"), (cover("PNG"), "image/png"), (cover("WEBP"), "image/webp"), (b"<svg>", "")],
)
def test_a_cover_is_what_its_first_bytes_say(content: bytes, kind: str) -> None:
    assert SongTags(title="", artist="", cover=content).cover_type == kind
