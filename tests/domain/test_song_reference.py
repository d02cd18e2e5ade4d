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
        f"https://suno.com/song/{ID}?from={ID[:-1]}0",
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


@pytest.mark.parametrize(
    "link",
    [
        f"https://elsewhere.example/song/{ID}",
        f"http://127.0.0.1:8000/{ID}.mp3",
        f"https://suno.com.elsewhere.example/song/{ID}",
        f"https://notsuno.com/song/{ID}",
        f"https://suno.com@elsewhere.example/song/{ID}",
        f"https://elsewhere.example/suno.com/song/{ID}",
    ],
)
def test_a_link_of_another_site_is_for_the_library_only(link: str) -> None:
    for gateway_host in ("", "api.gateway.example", "api.com", "localhost"):
        with pytest.raises(InvalidRequest) as caught:
            parse_reference(link, gateway_host)
        assert "no link of suno.com or of the gateway" in caught.value.sentence
    assert find_reference(link) == CLIP


@pytest.mark.parametrize(
    ("link", "host", "found"),
    [
        (f"https://api.gateway.example/audio/{ID}.mp3?token=1", "api.gateway.example", ID),
        (f"https://files.gateway.example/audio/{ID}.mp3", "api.gateway.example", ID),
        (f"https://gateway.example/play?song={ID}", "www.gateway.example", ID),
        (f"http://127.0.0.1:8080/demo/{ID}.mp3", "127.0.0.1", ID),
        (f"https://gateway.example/suno/fetch/{'0f' * 16}", "gateway.example", "0f" * 16),
        (f"https://gateway.example/suno/fetch/{ID}", "gateway.example", ID),
    ],
)
def test_a_link_of_the_gateway_names_a_song_or_a_take(link: str, host: str, found: str) -> None:
    assert parse_reference(link, host) == SongReference(found)
    with pytest.raises(InvalidRequest):
        parse_reference(link)


def test_a_link_of_the_gateway_without_an_id_is_refused() -> None:
    for link in ("https://gateway.example/", "https://gateway.example/pricing"):
        with pytest.raises(InvalidRequest, match="no id"):
            parse_reference(link, "gateway.example")


@pytest.mark.parametrize("text", [ID, "task_" + "a1B2" * 8, "0f" * 16, "12345678901234567"])
def test_a_search_for_an_id_is_a_reference(text: str) -> None:
    assert find_reference(text) == parse_reference(text) == SongReference(text)
    assert find_reference(text.upper()) is not None or text.startswith(("task_", "0f"))


@pytest.mark.parametrize("text", ["", "rain", "style:jazz", "deadbeef", f"{ID} rain", f"id:{ID}", "1234567890123456"])
def test_other_searches_are_not_references(text: str) -> None:
    assert find_reference(text) is None


def test_an_id_may_have_any_form_where_an_id_is_meant() -> None:
    assert parse_reference(" clip.1:x ").id == "clip.1:x"
    for text in ("", "two words", "naïve", "ftp://x/y", f"elsewhere.example/{ID}", "x" * 129):
        with pytest.raises(InvalidRequest):
            parse_reference(text)
