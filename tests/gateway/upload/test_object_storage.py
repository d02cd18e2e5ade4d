"""The file and the stranger's storage that it goes to: what may be sent, where to, and that nothing else goes along."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import (
    GatewayFailed,
    InvalidRequest,
    NetworkError,
    SunotuiError,
    UnreadableResponse,
    UnsafeUrl,
)
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url
from sunotui.gateway.submit.outcome import Accepted, Rejected
from sunotui.gateway.upload.audio_file import BLOCK, LARGEST_FILE
from sunotui.gateway.upload.object_storage import LONGEST_ADDRESS, LONGEST_FIELD, MOST_FIELDS, upload_target_in
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, Answering, answer, listening, page
from tests.gateway.upload_bench import FIELDS, START, UPLOAD, both, cut, rejected, uploaded

# --- which storage, which form ----------------------------------------------------------------------------------------

AFAR, HERE = BaseUrl("https", "gateway.example", 443), BaseUrl("http", "127.0.0.1", 8080)
NEARBY = parse_base_url("http://192.168.1.5:3000", allow_clear=True)
PLACES: dict[str, list[tuple[BaseUrl, bool]]] = {
    "https://suno-uploads.s3.amazonaws.com/": [(AFAR, True), (HERE, True), (NEARBY, True)],
    "https://storage.example:8443/a?b=c%20d": [(AFAR, True)],
    "https://gateway.example/media": [(AFAR, True)],
    "http://storage.example/": [(AFAR, False), (HERE, False)],
    "http://127.0.0.1:9/x": [(AFAR, False), (HERE, True), (NEARBY, False)],
    "http://localhost:9/x": [(AFAR, False), (HERE, True)],
    "https://127.0.0.1/x": [(AFAR, False)],
    "https://[::1]/x": [(AFAR, False), (HERE, True)],
    "https://[::ffff:127.0.0.1]/x": [(AFAR, False)],
    "https://10.0.0.1/x": [(AFAR, False)],
    "https://169.254.169.254/latest": [(AFAR, False)],
    "https://router.local/x": [(AFAR, False)],
    "https://router/x": [(AFAR, False), (HERE, False), (NEARBY, False)],
    "https://printer.lan/x": [(AFAR, False), (NEARBY, False)],
    "https://nas.home.arpa/x": [(AFAR, False)],
    "https://home.arpa/x": [(AFAR, False)],
    "https://db.internal/x": [(AFAR, False)],
    "https://box.localdomain/x": [(AFAR, False)],
    "http://192.168.1.5:3000/media": [(AFAR, False), (NEARBY, True)],
    "http://192.168.1.6:3000/media": [(NEARBY, False)],
    "https://user@storage.example/": [(AFAR, False)],
    "https://gateway.example@evil.example/": [(AFAR, False)],
    "https://127.1/": [(AFAR, False), (HERE, False)],
    "https://2130706433/": [(AFAR, False)],
    "https://storage.example\\@evil.example/": [(AFAR, False)],
    "https://storage.example/a b": [(AFAR, False)],
    "https://storage.example/\r\nX: y": [(AFAR, False)],
    "https://störage.example/": [(AFAR, False)],
    "https://storage.example/" + "x" * LONGEST_ADDRESS: [(AFAR, False)],
    "file:///etc/passwd": [(AFAR, False), (HERE, False)],
    "//storage.example/": [(AFAR, False)],
    "https://": [(AFAR, False)],
    "": [(AFAR, False)],
}


@pytest.mark.parametrize("url", PLACES, ids=lambda url: url[:40])
def test_where_a_file_may_go(url: str) -> None:
    for gateway, is_safe in PLACES[url]:
        if is_safe:
            assert upload_target_in({"url": url, "fields": {"key": "x"}}, gateway, TOKEN.reveal()).url == url
            continue
        with pytest.raises(UnsafeUrl):
            upload_target_in({"url": url, "fields": {"key": "x"}}, gateway, TOKEN.reveal())


def test_only_texts_of_the_form_go_on() -> None:
    fields = {"key": "a", "n": 5, "list": ["x"], "none": None, "file": "ours", "File": "ours"}
    place = upload_target_in({"url": "https://storage.example/", "fields": fields}, AFAR, TOKEN.reveal())
    assert place.fields == (("key", "a"),)


@pytest.mark.parametrize(
    "fields",
    [
        {f"field-{number}": "x" for number in range(MOST_FIELDS + 1)},
        {"key": "x" * (LONGEST_FIELD + 1)},
        {'key"; filename="x': "x"},
        {"key\r\nX-Evil: y": "x"},
        {"": "x"},
        {"ключ": "x"},
    ],
)
def test_a_form_that_no_storage_has(fields: dict[str, object]) -> None:
    with pytest.raises(UnreadableResponse):
        upload_target_in({"url": "https://storage.example/", "fields": fields}, AFAR, TOKEN.reveal())


@pytest.mark.parametrize(
    "reported",
    [
        {"url": "https://storage.example/", "fields": {"key": f"a/{TOKEN.reveal()}"}},
        {"url": f"https://storage.example/?k={TOKEN.reveal()}", "fields": {}},
    ],
)
def test_the_token_is_not_carried_there_by_the_form(reported: dict[str, object]) -> None:
    with pytest.raises(UnsafeUrl, match="token"):
        upload_target_in(reported, AFAR, TOKEN.reveal())


@pytest.mark.parametrize(
    "answer_told", [{}, {"url": 5}, {"url": None, "fields": {}}, {"url": "https://a.example/", "fields": []}]
)
def test_an_answer_that_names_no_storage(answer_told: dict[str, object]) -> None:
    with pytest.raises(UnreadableResponse):
        upload_target_in(answer_told, AFAR, TOKEN.reveal())


# --- the storage ------------------------------------------------------------------------------------------------------

S3_REFUSAL = "<Error><Code>AccessDenied</Code><Message>Policy expired\x1b[2J</Message></Error>"


STORAGES: dict[str, tuple[Answering, type[SunotuiError], str]] = {
    "a refusal": (answer(403, S3_REFUSAL, kind="application/xml"), GatewayFailed, "AccessDenied: Policy expired[2J"),
    "a refusal without end": (answer(403, b"x" * 20_000_000), GatewayFailed, "refused the file"),
    "a failure": (page(503), GatewayFailed, "refused the file"),
    "a cut": (cut, NetworkError, "could not be reached"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", SunotuiError, "storage"),
}


@pytest.mark.parametrize("name", STORAGES)
async def test_a_storage_that_fails(name: str, client_for: Client, song: Path) -> None:
    stored, expected, words = STORAGES[name]
    async with both(stored=stored) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, expected)
    assert words in outcome.error.sentence
    assert "nothing was made or charged" in outcome.error.sentence
    assert site.steps == [START]
    assert len(site.storage.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_storage_is_not_followed(status: int, client_for: Client, song: Path) -> None:
    async with listening(answer(204, "")) as elsewhere:
        away = answer(status, "", headers={"Location": f"{elsewhere.base_url.origin}/"})
        async with both(stored=away) as site:
            trouble = rejected(await uploaded(client_for, site, song), GatewayFailed)
        assert "not followed" in trouble.sentence
        assert elsewhere.connections == 0


async def test_a_storage_that_is_not_there(client_for: Client, song: Path) -> None:
    async with listening(b"") as gone:
        pass
    async with both(place=lambda url: {"id": UPLOAD, "url": gone.base_url.origin, "fields": FIELDS}) as site:
        rejected(await uploaded(client_for, site, song), NetworkError)


async def test_a_storages_cookie_is_not_given_to_anyone(client_for: Client, song: Path) -> None:
    async with both(stored=answer(204, "", headers={"Set-Cookie": "who=you"})) as site:
        await uploaded(client_for, site, song)
        await uploaded(client_for, site, song)
    for asked in site.gateway.asked + site.storage.asked:
        assert "cookie" not in asked.headers


async def test_the_environment_does_not_move_the_storage(
    client_for: Client, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(answer(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url.origin)
        async with both() as site:
            assert isinstance(await uploaded(client_for, site, song), Accepted)
        assert proxy.connections == 0


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "http://192.0.2.7/x", "http://user@127.0.0.1/x", "not an address"]
)
async def test_an_unsafe_storage_gets_nothing(url: str, client_for: Client, song: Path) -> None:
    async with both(place=lambda _: {"id": UPLOAD, "url": url, "fields": FIELDS}) as site:
        trouble = rejected(await uploaded(client_for, site, song), UnsafeUrl)
    assert "nothing was made or charged" in trouble.sentence
    assert site.storage.connections == 0


async def test_a_large_file_flows_past_the_loop(client_for: Client, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = BLOCK * 24 + 17
    with path.open("wb") as file:
        file.truncate(size)
    reported: list[int] = []
    async with both() as site:
        outcome = await uploaded(client_for, site, path, lambda sent, size: reported.append(sent))
        assert isinstance(outcome, Accepted)
        assert len(site.storage.asked[0].body) > size
    assert reported == [*range(0, size, BLOCK), size]


# --- the file ---------------------------------------------------------------------------------------------------------


def empty(folder: Path) -> Path:
    path = folder / "empty.mp3"
    path.touch()
    return path


def huge(folder: Path) -> Path:
    path = folder / "huge.mp3"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    return path


def pipe(folder: Path) -> Path:
    path = folder / "pipe.mp3"
    os.mkfifo(path)
    return path


def folder_named_so(folder: Path) -> Path:
    path = folder / "folder.mp3"
    path.mkdir()
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "none": (lambda folder: folder / "none.mp3", "no file at that path"),
    "a folder": (folder_named_so, "is no file"),
    "a pipe": (pipe, "is no file"),
    "a device": (lambda _: Path("/dev/zero"), "is no file"),
    "an empty one": (empty, "is empty"),
    "a huge one": (huge, "larger than 200 MiB"),
    "a name too long": (lambda folder: folder / ("x" * 5_000), "could not be read"),
    "a name with a NUL": (lambda _: Path("a\0b.mp3"), "could not be read"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_that_cannot_be_sent(name: str, client_for: Client, tmp_path: Path) -> None:
    made, words = FILES[name]
    async with both() as site:
        trouble = rejected(await uploaded(client_for, site, made(tmp_path)), InvalidRequest)
    assert words in trouble.sentence
    assert site.gateway.asked == []


async def test_a_file_that_becomes_shorter(client_for: Client, tmp_path: Path) -> None:
    path = tmp_path / "shrinking.wav"
    path.write_bytes(b"x" * BLOCK * 3)

    def cut_it(sent: int, size: int) -> None:
        if sent == BLOCK:
            os.truncate(path, BLOCK)

    async with both() as site:
        trouble = rejected(await uploaded(client_for, site, path, cut_it), InvalidRequest)
    assert "became shorter" in trouble.sentence
    assert site.steps == [START]
