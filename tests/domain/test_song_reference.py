"""Links and ids of songs that were made elsewhere."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.song_reference import SongReference, find_reference, is_link, parse_reference

ID = "d438318d-a4b9-4543-8b5e-2de25e6590f8"
CLIP = SongReference(ID, is_clip=True)


@pytest.mark.parametrize(
    "text",
    [
        f"https://suno.com/song/{ID}",
        f"  <https://suno.com/song/{ID}?sh=AbC&time=12#lyrics>,",
        f"suno.com/song/{ID.upper()}/",
        f"HTTPS://WWW.SUNO.COM/embed/{ID}",
        f"https://app.suno.ai/song/{ID}",
        f"https://cdn1.suno.ai/{ID}.mp3",
        f"https://cdn2.suno.ai/image_large_{ID}.jpeg",
        f"https://audiopipe.suno.ai/?item_id={ID}",
        f"https://files.gateway.example/audio/{ID}.mp3?token=1",
    ],
)
def test_the_link_of_a_song_names_its_take(text: str) -> None:
    assert parse_reference(text) == find_reference(text) == CLIP
    assert is_link(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://suno.com/s/AbCdEf", "short link"),
        (f"https://suno.com/playlist/{ID}", "playlist"),
        (f"https://suno.com/persona/{ID}", "voice"),
        (f"https://suno.com/@someone/{ID}", "profile"),
        ("https://suno.com/", "no id"),
        (f"https://suno.com/song/{ID}/{ID[:-1]}0", "several"),
        (f"https://elsewhere.example/page?song={ID}", "no id"),
        (f"https://suno.com/song/{ID}{'a' * 3_000}", "long"),
        ("https://[suno.com/song", "not a link"),
    ],
)
def test_other_links_are_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_reference(text)
    assert words in caught.value.sentence
    assert find_reference(text) is None
    assert is_link(text)


@pytest.mark.parametrize("text", [ID, "task_" + "a1B2" * 8, "0f" * 16, "12345678901234567"])
def test_a_search_for_an_id_is_a_reference(text: str) -> None:
    assert find_reference(text) == parse_reference(text) == SongReference(text)
    assert find_reference(text.upper()) is not None or text.startswith(("task_", "0f"))


@pytest.mark.parametrize("text", ["", "rain", "style:jazz", "deadbeef", f"{ID} rain", f"id:{ID}", "1234567890123456"])
def test_other_searches_are_not_references(text: str) -> None:
    assert find_reference(text) is None


def test_an_id_may_have_any_form_where_an_id_is_meant() -> None:
    assert parse_reference(" clip.1:x ").id == "clip.1:x"
    for text in ("", "two words", "naïve", "ftp://x/y", "x" * 129):
        with pytest.raises(InvalidRequest):
            parse_reference(text)
