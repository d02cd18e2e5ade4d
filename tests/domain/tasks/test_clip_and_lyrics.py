"""Dead links, streams, and the sections of lyrics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.gateways.models import find, label_of, limits_of, names_for
from sunotui.domain.tasks.clip import Clip, ClipStatus, is_dead_link
from sunotui.domain.tasks.lyrics import is_section_tag, sections, tag_ending


@pytest.mark.parametrize(
    ("url", "is_dead"),
    [
        ("", True),
        ("https://cdn1.suno.ai/None.mp3", True),
        ("https://x.example/api/forbidden", True),
        ("https://x.example/api/forbidden/?a=b", True),
        ("https://cdn1.suno.ai/abc.mp3", False),
        ("https://audiopipe.suno.ai/?item_id=abc", False),
    ],
)
def test_dead_links(url: str, is_dead: bool) -> None:
    assert is_dead_link(url) is is_dead


def test_a_stream_is_recognized_by_its_link_or_status() -> None:
    assert Clip("a", audio_url="https://audiopipe.suno.ai/?item_id=a").is_stream
    assert Clip("a", status=ClipStatus.STREAMING, audio_url="https://x.example/a").is_stream
    assert not Clip("a", status=ClipStatus.STREAMING).is_stream
    assert not Clip("a", status=ClipStatus.COMPLETE, audio_url="https://x.example/a.mp3").is_stream


def test_sections_keep_every_line_of_the_song() -> None:
    found = sections("intro\n\n[Verse 1]\none\ntwo\n\n[Chorus]\nla [whispered] la\n[Outro]")
    assert [(part.name, part.lines) for part in found] == [
        ("", ("intro",)),
        ("Verse 1", ("one", "two")),
        ("Chorus", ("la [whispered] la",)),
        ("Outro", ()),
    ]
    assert is_section_tag(" [Bridge] ")
    assert not is_section_tag("[a] b")


@given(st.text())
def test_reading_sections_never_raises(text: str) -> None:
    sections(text)


def test_models_by_any_spelling() -> None:
    assert find("chirp-v5") is find("CHIRP-CROW")
    assert (label_of("chirp-auk"), label_of("my-own")) == ("v4.5", "my-own")
    assert (limits_of("chirp-v4").prompt, limits_of("unheard-of").prompt) == (3_000, 5_000)


@pytest.mark.parametrize(
    ("line", "text", "ending"),
    [
        ("[Ch", "", "orus]"),
        ("  [pre", "", "-Chorus]"),
        ("[v", "[Verse 1]\nla\n[Chorus]\nla", "erse 2]"),
        ("[Verse", "[Verse 9]", " 10]"),
        ("[Chorus", "", "]"),
        ("[moo", "[Moonlit Dance]\nla", "nlit Dance]"),
        ("[", "", ""),
        ("[xyz", "", ""),
        ("[Chorus]", "", ""),
        ("Chorus", "", ""),
        ("", "", ""),
    ],
)
def test_a_section_tag_is_completed(line: str, text: str, ending: str) -> None:
    assert tag_ending(line, text) == ending


def test_models_listed_by_a_gateway_are_suggested_first() -> None:
    names = names_for(["suno_music", "my-own", "chirp-v4"])
    assert names[:2] == ("my-own", "chirp-v4")
    assert "chirp-crow" in names
    assert len(set(names)) == len(names)
    assert not any(name.startswith("suno_") for name in names)


def test_musical_facts_as_text() -> None:
    clip = Clip("c", bpm=112.04, style_weight=0.6, weirdness=0.0, audio_weight=1 / 3)
    assert (clip.bpm_text, clip.slider_text) == ("112", "style weight 0.6, weirdness 0, audio weight 0.33")
    assert (Clip("c").bpm_text, Clip("c").slider_text) == ("", "")
