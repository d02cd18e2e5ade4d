"""The web page of songs: complete, escaped, and unable to load anything that it does not list."""

from __future__ import annotations

import asyncio
import io
import os
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from sunotui.core.transfer.html_export import writer as page_writer
from sunotui.core.transfer.html_export.page import PageTrack, head, origin_of, tail, track
from sunotui.core.transfer.html_export.writer import PageAlbum, PageWriter, SavedSounds
from sunotui.domain.errors import NetworkError, SunotuiError
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task
from sunotui.gateway.media import DownloadedMedia
from tests.support.sample_library import song
from tests.support.waiting import until_async

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "</title></style><b>",
    "&lt;&amp;&#x3c;",
    "]]>--><!--",
    "javascript:alert(1)",
)
ALLOWED = frozenset(
    {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "ol", "li", "article", "div"),
        *("h1", "h2", "h3", "p", "img", "audio", "a"),
    }
)
_VOID = frozenset({"meta", "img"})


class Seen(HTMLParser):
    """A parser like a browser's: checks that all tags are closed, and records all attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all these tags."""
        return [attributes for name, attributes in self.tags if name == tag]


class FakeDownloader:
    """Returns images and audio without a network."""

    def __init__(self, result: DownloadedMedia | SunotuiError) -> None:
        self.result = result
        self.asked: list[tuple[str, bool]] = []
        self.proxies: set[Proxy | None] = set()

    async def fetch(
        self, url: str, most: int, *, may_be_here: bool = False, proxy: Proxy | None = None
    ) -> DownloadedMedia:
        """Return or raise the one result for every URL."""
        self.asked.append((url, may_be_here))
        self.proxies.add(proxy)
        if isinstance(self.result, SunotuiError):
            raise self.result
        return self.result


HOME = Profile("home", parse_base_url("http://127.0.0.1:9"))


def written(
    takes: list[tuple[Task, Clip]],
    downloader: FakeDownloader,
    printed: list[str] | None = None,
    *,
    profile: Profile = HOME,
    saved: SavedSounds | None = None,
    **options: bool,
) -> str:
    """Write the page of some takes."""
    gateways = {"home": profile}
    file = io.StringIO()
    messages: list[str] = [] if printed is None else printed
    writer = PageWriter(downloader, gateways.get, messages.append, saved)  # type: ignore[arg-type]
    asyncio.run(writer.write(file, "An <album>", takes, with_audio=options.get("with_audio", False)))
    return file.getvalue()


def takes(**changes: object) -> list[tuple[Task, Clip]]:
    """Both takes of a song with covers."""
    task = song("t1", **changes)
    return [(task, clip) for clip in task.clips]


async def test_progress_is_reported_while_a_server_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: no progress was reported while files were fetched."""
    monkeypatch.setattr(page_writer, "REPORT_EVERY_S", 0.01)
    messages: list[str] = []
    downloader = FakeDownloader(PICTURE)

    async def fetch(url: str, most: int, **_: object) -> DownloadedMedia:
        await until_async(lambda: len(messages) >= 2, "the second sentence")
        return PICTURE

    monkeypatch.setattr(downloader, "fetch", fetch)
    writer = PageWriter(downloader, lambda _: HOME, messages.append)  # type: ignore[arg-type]
    await writer.write(io.StringIO(), "x", takes(), with_audio=True)
    assert messages[0] == "0 of 2 takes are on the page; the next ones are being fetched"
    printed = len(messages)
    await asyncio.sleep(0.05)
    assert len(messages) == printed, "nothing is said once it is written"


PICTURE = DownloadedMedia(b"\x89PNG\r\n\x1a\n", "image/png")


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_escaped(text: str) -> None:
    page = head(text, [text], 1, text, artist=text, cover=text)
    page += track(PageTrack(text, text, f"[{text}]\n{text}", (text,), note=text), 1) + tail()
    seen = Seen(page)
    assert {name for name, _ in seen.tags} <= ALLOWED
    assert not seen.open
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]
    assert seen.text.count(text) >= 6


@pytest.mark.parametrize(
    ("result", "cover"),
    [(PICTURE, "data:image/png;base64,iVBORw0KGgo="), (NetworkError("No connection"), None)],
)
def test_an_album_has_its_artist_and_the_cover_of_the_chosen_take(
    result: DownloadedMedia | SunotuiError, cover: str | None
) -> None:
    task = song("t1")
    task = task._replace(clips=tuple(clip._replace(image_url="https://cdn.example/a.png") for clip in task.clips))
    chosen = [(task, clip) for clip in task.clips]
    messages: list[str] = []
    album = PageAlbum("The <Nachtvögel>", cover=chosen[1])
    writer, file = PageWriter(FakeDownloader(result), lambda _: HOME, messages.append), io.StringIO()  # type: ignore[arg-type]
    asyncio.run(writer.write(file, "Night Drive", chosen, with_audio=False, album=album))
    header = Seen(file.getvalue().partition("<main>")[0].partition("<body>")[2])
    assert "The <Nachtvögel>" in header.text
    assert [image["src"] for image in header.all("img")] == ([cover] if cover else [])
    assert ("The cover of the album is left out: No connection" in messages) is (cover is None)


def test_takes_that_are_no_album_have_no_cover_together() -> None:
    assert "<img" not in written(takes(), FakeDownloader(PICTURE)).partition("<main>")[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_url_is_never_more_than_a_url(text: str) -> None:
    seen = Seen(head("x", [text], 1, "") + track(PageTrack("x", audio=text, cover=text), 1) + tail())
    assert {name for name, _ in seen.tags} <= ALLOWED
    assert seen.all("a") == []


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://cdn1.suno.ai/a.mp3?x=1", "https://cdn1.suno.ai"),
        ("http://127.0.0.1:80/a", "http://127.0.0.1:80"),
        ("https://[2001:db8::1]:8/a", "https://[2001:db8::1]:8"),
        ("https://a;script-src%20*/x", ""),
        ("https://a;b/x", ""),
        ("https://user@a/x", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a/x", ""),
        ("https://[/", ""),
    ],
)
def test_only_a_plain_origin_is_in_the_policy(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_the_policy_allows_only_the_listed_audio() -> None:
    seen = Seen(written(takes(), FakeDownloader(PICTURE)))
    policy = next(meta["content"] or "" for meta in seen.all("meta") if meta.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "media-src data: https://cdn.example;" in policy
    assert "unsafe" not in policy
    assert "script" not in policy


def test_linked_players_lyrics_and_accessible_names() -> None:
    page = written(takes(), FakeDownloader(PICTURE))
    seen = Seen(page)
    assert [found["src"] for found in seen.all("audio")] == [f"https://cdn.example/t1-{take}.mp3" for take in (1, 2)]
    assert all(found["aria-label"] for found in seen.all("audio"))
    assert all("noreferrer" in (found["rel"] or "") for found in seen.all("a"))
    assert "take 2 · 1:02" in seen.text
    assert "la\n  la" in seen.text
    assert [name for name, _ in seen.tags if name in {"h1", "h2", "h3"}] == ["h1", "h2", "h3", "h2", "h3"]
    assert seen.all("html")[0]["lang"] == "en"
    assert not re.search(r"""url\(|@import|src=["']?http(?!s://cdn)""", page)


def test_embedded_covers_and_audio() -> None:
    downloader = FakeDownloader(DownloadedMedia(b"ID3sound", "audio/mpeg"))
    seen = Seen(written(takes(), downloader, with_audio=True))
    assert [found["src"] for found in seen.all("audio")] == ["data:audio/mpeg;base64,SUQzc291bmQ="] * 2
    assert seen.all("a") == []
    assert downloader.asked == [(f"https://cdn.example/t1-{take}.mp3", True) for take in (1, 2)], (
        "the demo's may be here"
    )
    with_covers = [
        (task, Clip(clip.id, image_url=f"https://cdn.example/{clip.id}.png", status=ClipStatus.COMPLETE))
        for task, clip in takes()
    ]
    task = song("t1", clips=tuple(clip for _, clip in with_covers))
    seen = Seen(written([(task, clip) for clip in task.clips], FakeDownloader(PICTURE)))
    assert [found["src"] for found in seen.all("img")] == ["data:image/png;base64,iVBORw0KGgo="] * 2
    assert "There is no sound." in seen.text


def test_embedded_files_are_fetched_through_the_gateways_proxy() -> None:
    """Regression: `fetch` was called without it."""
    proxy = Proxy("socks5", "10.0.0.1", 1080)
    for profile in (HOME, Profile("home", parse_base_url("https://far.example"), proxy=proxy)):
        downloader = FakeDownloader(DownloadedMedia(b"ID3sound", "audio/mpeg"))
        written(takes(), downloader, profile=profile, with_audio=True)
        assert downloader.proxies == {profile.proxy}
        assert {may_be_here for _, may_be_here in downloader.asked} == {profile is HOME}


@pytest.mark.parametrize(
    "result", [NetworkError(), DownloadedMedia(b"<html>", ""), DownloadedMedia(b"ID3", "audio/mpeg")]
)
def test_a_missing_cover_is_a_placeholder_and_is_reported(result: DownloadedMedia | SunotuiError) -> None:
    clip = Clip("c", "雨", ClipStatus.COMPLETE, image_url="https://cdn.example/c.png")
    task, printed, downloader = song("t1", clips=(clip,)), list[str](), FakeDownloader(result)
    seen = Seen(written([(task, clip)] * 6, downloader, printed))
    assert seen.all("img") == []
    assert seen.text.count("雨") == 12, "the title, and its first letter for a cover"
    assert printed[0].startswith("The cover of '雨' is left out")
    # An unreachable server is not tried for every song of an album.
    assert len(downloader.asked) <= (4 if isinstance(result, NetworkError) else 6)


def test_a_generating_song_has_no_player() -> None:
    clip = Clip("c", "x", ClipStatus.STREAMING, audio_url="https://audiopipe.example/?item_id=c")
    seen = Seen(written([(song("t1", clips=(clip,)), clip)], FakeDownloader(PICTURE)))
    assert seen.all("audio") == []
    assert "still being made" in seen.text


def test_long_lyrics_and_many_songs() -> None:
    clip = Clip("c", "x" * 200, ClipStatus.COMPLETE, lyrics="la\n" * 2_000)
    task = song("t1", clips=(clip,))
    assert len(Seen(written([(task, clip)] * 500, FakeDownloader(PICTURE))).all("article")) == 500


HOSTILE_NAME = '01 "><script>alert(1) #?%2f:..\udcff\n.mp3'


def test_saved_takes_play_from_their_files(tmp_path: Path) -> None:
    path = tmp_path / "music" / HOSTILE_NAME
    path.parent.mkdir()
    path.write_bytes(b"ID3 sound")
    downloader = FakeDownloader(DownloadedMedia(b"png", "image/png"))
    chosen = takes()
    saved = SavedSounds({chosen[0][1].id: path}, tmp_path / "pages")
    text = written(chosen, downloader, saved=saved)
    page = Seen(text)
    sources = [str(attributes["src"]) for attributes in page.all("audio")]
    assert unquote_to_bytes(sources[0]) == os.fsencode(f"../music/{HOSTILE_NAME}")
    assert urlsplit(sources[0])[:2] == ("", "")
    assert sources[1:] == [chosen[1][1].audio_url]
    assert f"media-src data: &#x27;self&#x27; file: {origin_of(sources[1])};" in text
    assert page.all("script") == []


def test_saved_takes_are_embedded_without_being_fetched(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3 sound")
    downloader = FakeDownloader(DownloadedMedia(b"png", "image/png"))
    chosen = takes()[:1]
    saved = SavedSounds({chosen[0][1].id: path}, tmp_path)
    text = written(chosen, downloader, saved=saved, with_audio=True)
    assert f"data:audio/mpeg;base64,{b64encode(b'ID3 sound').decode()}" in text
    assert chosen[0][1].audio_url not in [url for url, _ in downloader.asked]
    path.unlink()
    printed: list[str] = []
    written(chosen, downloader, printed, saved=saved, with_audio=True)
    assert printed == [f"The sound of '{chosen[0][1].title}' is left out: No such file or directory"]
