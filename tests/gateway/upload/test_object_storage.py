"""Uploads to a foreign object storage: which files may be sent, where to, and that nothing else is sent."""

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
from tests.gateway.loopback import TOKEN, Responder, loopback_server, page, response
from tests.gateway.upload_server import FIELDS, START, UPLOAD, both, cut, rejected, uploaded

# --- upload targets ---------------------------------------------------------------------------------------------------

REMOTE, LOCAL = BaseUrl("https", "gateway.example", 443), BaseUrl("http", "127.0.0.1", 8080)
NEARBY = parse_base_url("http://192.168.1.5:3000", allow_clear=True)
STORAGE_URLS: dict[str, list[tuple[BaseUrl, bool]]] = {
    "https://suno-uploads.s3.amazonaws.com/": [(REMOTE, True), (LOCAL, True), (NEARBY, True)],
    "https://storage.example:8443/a?b=c%20d": [(REMOTE, True)],
    "https://gateway.example/media": [(REMOTE, True)],
    "http://storage.example/": [(REMOTE, False), (LOCAL, False)],
    "http://127.0.0.1:9/x": [(REMOTE, False), (LOCAL, True), (NEARBY, False)],
    "http://localhost:9/x": [(REMOTE, False), (LOCAL, True)],
    "https://127.0.0.1/x": [(REMOTE, False)],
    "https://[::1]/x": [(REMOTE, False), (LOCAL, True)],
    "https://[::ffff:127.0.0.1]/x": [(REMOTE, False)],
    "https://10.0.0.1/x": [(REMOTE, False)],
    "https://169.254.169.254/latest": [(REMOTE, False)],
    "https://router.local/x": [(REMOTE, False)],
    "https://router/x": [(REMOTE, False), (LOCAL, False), (NEARBY, False)],
    "https://printer.lan/x": [(REMOTE, False), (NEARBY, False)],
    "https://nas.home.arpa/x": [(REMOTE, False)],
    "https://home.arpa/x": [(REMOTE, False)],
    "https://db.internal/x": [(REMOTE, False)],
    "https://box.localdomain/x": [(REMOTE, False)],
    "http://192.168.1.5:3000/media": [(REMOTE, False), (NEARBY, True)],
    "http://192.168.1.6:3000/media": [(NEARBY, False)],
    "https://user@storage.example/": [(REMOTE, False)],
    "https://gateway.example@evil.example/": [(REMOTE, False)],
    "https://127.1/": [(REMOTE, False), (LOCAL, False)],
    "https://2130706433/": [(REMOTE, False)],
    "https://storage.example\\@evil.example/": [(REMOTE, False)],
    "https://storage.example/a b": [(REMOTE, False)],
    "https://storage.example/\r\nX: y": [(REMOTE, False)],
    "https://störage.example/": [(REMOTE, False)],
    "https://storage.example/" + "x" * LONGEST_ADDRESS: [(REMOTE, False)],
    "file:///etc/passwd": [(REMOTE, False), (LOCAL, False)],
    "//storage.example/": [(REMOTE, False)],
    "https://": [(REMOTE, False)],
    "": [(REMOTE, False)],
}


@pytest.mark.parametrize("url", STORAGE_URLS, ids=lambda url: url[:40])
def test_a_safe_storage_url_is_accepted_and_an_unsafe_one_refused(url: str) -> None:
    for gateway, is_safe in STORAGE_URLS[url]:
        if is_safe:
            assert upload_target_in({"url": url, "fields": {"key": "x"}}, gateway, TOKEN.reveal()).url == url
            continue
        with pytest.raises(UnsafeUrl):
            upload_target_in({"url": url, "fields": {"key": "x"}}, gateway, TOKEN.reveal())


def test_only_string_fields_are_forwarded() -> None:
    fields = {"key": "a", "n": 5, "list": ["x"], "none": None, "file": "ours", "File": "ours"}
    target = upload_target_in({"url": "https://storage.example/", "fields": fields}, REMOTE, TOKEN.reveal())
    assert target.fields == (("key", "a"),)


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
def test_an_invalid_form_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(UnreadableResponse):
        upload_target_in({"url": "https://storage.example/", "fields": fields}, REMOTE, TOKEN.reveal())


@pytest.mark.parametrize(
    "reported",
    [
        {"url": "https://storage.example/", "fields": {"key": f"a/{TOKEN.reveal()}"}},
        {"url": f"https://storage.example/?k={TOKEN.reveal()}", "fields": {}},
    ],
)
def test_a_target_that_contains_the_token_is_refused(reported: dict[str, object]) -> None:
    with pytest.raises(UnsafeUrl, match="token"):
        upload_target_in(reported, REMOTE, TOKEN.reveal())


@pytest.mark.parametrize(
    "document", [{}, {"url": 5}, {"url": None, "fields": {}}, {"url": "https://a.example/", "fields": []}]
)
def test_a_response_without_a_storage_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(UnreadableResponse):
        upload_target_in(document, REMOTE, TOKEN.reveal())


# --- the storage ------------------------------------------------------------------------------------------------------

S3_REFUSAL = "<Error><Code>AccessDenied</Code><Message>Policy expired\x1b[2J</Message></Error>"


STORAGES: dict[str, tuple[Responder, type[SunotuiError], str]] = {
    "a refusal": (response(403, S3_REFUSAL, kind="application/xml"), GatewayFailed, "AccessDenied: Policy expired[2J"),
    "an endless refusal": (response(403, b"x" * 20_000_000), GatewayFailed, "refused the file"),
    "a failure": (page(503), GatewayFailed, "refused the file"),
    "a closed connection": (cut, NetworkError, "could not be reached"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", SunotuiError, "storage"),
}


@pytest.mark.parametrize("name", STORAGES)
async def test_a_failing_storage_is_a_rejection(name: str, client_for: Client, song: Path) -> None:
    stored, expected, text = STORAGES[name]
    async with both(stored=stored) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, expected)
    assert text in outcome.error.sentence
    assert "nothing was made or charged" in outcome.error.sentence
    assert site.steps == [START]
    assert len(site.storage.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_of_a_storage_is_not_followed(status: int, client_for: Client, song: Path) -> None:
    async with loopback_server(response(204, "")) as elsewhere:
        redirect = response(status, "", headers={"Location": f"{elsewhere.base_url.origin}/"})
        async with both(stored=redirect) as site:
            error = rejected(await uploaded(client_for, site, song), GatewayFailed)
        assert "not followed" in error.sentence
        assert elsewhere.connections == 0


async def test_an_unreachable_storage_is_a_rejection(client_for: Client, song: Path) -> None:
    async with loopback_server(b"") as gone:
        pass
    async with both(target=lambda url: {"id": UPLOAD, "url": gone.base_url.origin, "fields": FIELDS}) as site:
        rejected(await uploaded(client_for, site, song), NetworkError)


async def test_a_cookie_of_a_storage_is_not_sent(client_for: Client, song: Path) -> None:
    async with both(stored=response(204, "", headers={"Set-Cookie": "who=you"})) as site:
        await uploaded(client_for, site, song)
        await uploaded(client_for, site, song)
    for request in site.gateway.requests + site.storage.requests:
        assert "cookie" not in request.headers


async def test_a_proxy_from_the_environment_is_not_used(
    client_for: Client, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with loopback_server(response(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url.origin)
        async with both() as site:
            assert isinstance(await uploaded(client_for, site, song), Accepted)
        assert proxy.connections == 0


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://192.0.2.7/x", "http://user@127.0.0.1/x", "not a URL"])
async def test_nothing_is_sent_to_an_unsafe_storage(url: str, client_for: Client, song: Path) -> None:
    async with both(target=lambda _: {"id": UPLOAD, "url": url, "fields": FIELDS}) as site:
        error = rejected(await uploaded(client_for, site, song), UnsafeUrl)
    assert "nothing was made or charged" in error.sentence
    assert site.storage.connections == 0


async def test_a_large_file_is_sent_in_blocks(client_for: Client, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = BLOCK * 24 + 17
    with path.open("wb") as file:
        file.truncate(size)
    reported: list[int] = []
    async with both() as site:
        outcome = await uploaded(client_for, site, path, lambda sent, size: reported.append(sent))
        assert isinstance(outcome, Accepted)
        assert len(site.storage.requests[0].body) > size
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


def folder_named_like_a_file(folder: Path) -> Path:
    path = folder / "folder.mp3"
    path.mkdir()
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a missing file": (lambda folder: folder / "none.mp3", "no file at that path"),
    "a folder": (folder_named_like_a_file, "is not a file"),
    "a pipe": (pipe, "is not a file"),
    "a device": (lambda _: Path("/dev/zero"), "is not a file"),
    "an empty file": (empty, "is empty"),
    "a huge file": (huge, "larger than 200 MiB"),
    "a name too long": (lambda folder: folder / ("x" * 5_000), "could not be read"),
    "a name with a NUL": (lambda _: Path("a\0b.mp3"), "could not be read"),
}


@pytest.mark.parametrize("name", FILES)
async def test_an_unreadable_file_is_rejected(name: str, client_for: Client, tmp_path: Path) -> None:
    make_file, text = FILES[name]
    async with both() as site:
        error = rejected(await uploaded(client_for, site, make_file(tmp_path)), InvalidRequest)
    assert text in error.sentence
    assert site.gateway.requests == []


async def test_a_file_that_shrinks_during_the_upload_is_rejected(client_for: Client, tmp_path: Path) -> None:
    path = tmp_path / "shrinking.wav"
    path.write_bytes(b"x" * BLOCK * 3)

    def truncate(sent: int, size: int) -> None:
        if sent == BLOCK:
            os.truncate(path, BLOCK)

    async with both() as site:
        error = rejected(await uploaded(client_for, site, path, truncate), InvalidRequest)
    assert "became shorter" in error.sentence
    assert site.steps == [START]
