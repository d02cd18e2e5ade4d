"""Generated songs: they differ by prompt, are the same for a seed, and are complete in every language."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys

import pytest

from sunotui.demo.music import songs
from sunotui.demo.music.languages import TONGUES, Language
from sunotui.demo.music.songs import Song, compose, name_for
from sunotui.domain.tasks.lyrics import sections

PROMPTS = (
    "a sea shanty about a lost teapot",
    "",
    "日本の歌",
    "salsa",
    "{title} {0} {",
    "%s %d",
    "\x00\x1b[2J",
    "a" * 5_000,
)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_prompt_gives_a_complete_song(prompt: str) -> None:
    for number in range(60):
        song = compose(random.Random(number), prompt)
        assert song.title.strip()
        assert song.tags.strip()
        assert "[Verse]" in song.lyrics
        assert "[Chorus]" in song.lyrics
        # No slot of a pattern is left unfilled.
        assert not re.search(
            r"\{(idea|title|place|thing|noun|adjective)\}", song.title + song.lyrics.replace(prompt, "")
        )


def test_a_seed_and_a_prompt_determine_the_song() -> None:
    assert compose(random.Random("x"), "rain in may") == compose(random.Random("x"), "rain in may")
    assert compose(random.Random("x"), "rain in may") != compose(random.Random("y"), "rain in may")


def test_the_song_is_the_same_in_every_process() -> None:
    """Hash randomisation changes the order of sets between processes; the song must not depend on it."""
    program = (
        "import random; from sunotui.demo.music.songs import compose; "
        "print(ascii(compose(random.Random('s'), 'a jazz rock waltz')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {ascii(compose(random.Random("s"), "a jazz rock waltz")) + "\n"}


def test_different_seeds_give_many_titles() -> None:
    titles = {compose(random.Random(number), "a river at night").title for number in range(100)}
    assert len(titles) > 50


def test_most_songs_mention_the_prompt() -> None:
    made = [compose(random.Random(number), "teapots") for number in range(40)]
    english = [song for song in made if song.title.isascii()]
    assert sum("teapots" in (song.title + song.lyrics).lower() for song in english) > len(english) / 2


def test_a_style_named_in_the_prompt_is_used() -> None:
    assert all("waltz" in compose(random.Random(number), "a waltz").tags for number in range(20))


@pytest.mark.parametrize("language", TONGUES, ids=lambda language: language.asked_by[0])
def test_a_language_named_in_the_prompt_is_used(language: Language) -> None:
    song = compose(random.Random(1), f"something {language.asked_by[0]}")
    assert song.title in language.titles
    assert set(language.chorus) <= set(song.lyrics.split("\n"))
    assert set(language.verses) <= set(song.lyrics.split("\n"))


def test_a_prompt_in_another_script_gives_lyrics_in_it() -> None:
    assert compose(random.Random(1), "雨の夜に").title in TONGUES[0].titles


@pytest.mark.parametrize(
    ("lyrics", "title"),
    [
        ("[Verse]\nWalking down the long road, home again\nx", "Walking down the long road, home"),
        ("\n\n  Hello,  \nx", "Hello"),
        ("雨の東京", "雨の東京"),
    ],
)
def test_lyrics_without_a_title_are_named_after_their_first_line(lyrics: str, title: str) -> None:
    assert name_for(random.Random(1), lyrics, "rock") == title


@pytest.mark.parametrize("lyrics", ["", "[Verse]\n[Chorus]", " \n "])
def test_a_song_without_lyrics_and_title_gets_a_name(lyrics: str) -> None:
    assert name_for(random.Random(1), lyrics, "")


def test_the_hostile_song_has_every_kind_of_attack() -> None:
    song = songs.hostile()
    assert isinstance(song, Song)
    text = song.title + song.lyrics + song.tags
    assert {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u200b", "\u2028", "\ud83d", "[", "\r"} <= set(text)


def test_the_client_recognises_the_sections() -> None:
    names = [section.name for section in sections(compose(random.Random(3), "a river").lyrics)]
    assert names[0] in {"Verse", "Intro"}
    assert names[-1] == "Outro"
