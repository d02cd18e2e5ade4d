"""The proxy of a profile: all traffic uses it, it resolves the names, and its failures are reported as such."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from sunotui.domain.errors import Charge, NetworkError
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.media import MediaDownloader
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.connection import TimeLimits
from sunotui.gateway.upload.audio_file import opened
from sunotui.gateway.upload.object_storage import UploadTarget, send_file
from tests.gateway.loopback import TOKEN, loopback_server, response
from tests.gateway.proxy_servers import Opening, http_proxy, socks_proxy

HOST = "gateway.test"
HTTP_URL = BaseUrl("http", HOST, 80)
EMPTY = response(200, {"code": "success", "data": []})
ACCEPTED = response(200, {"code": "success", "data": "task-1"})
PAYLOAD = Payload("/suno/submit/music", '{"prompt":"mine"}')
SECRETS = ("us:er", "pass word@1")

both_proxies = pytest.mark.parametrize("opening", [http_proxy, socks_proxy])


@asynccontextmanager
async def client_through(proxy: Proxy, base_url: BaseUrl = HTTP_URL) -> AsyncIterator[GatewayClient]:
    client = GatewayClient(base_url, TOKEN, proxy=proxy)
    async with aclosing(client):
        yield client


@both_proxies
async def test_requests_use_the_proxy_and_it_resolves_the_name(opening: Opening) -> None:
    async with loopback_server(EMPTY) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert (await client.fetch_tasks(["a"])).absent == ("a",)
        (request,) = gateway.requests
        assert request.headers["host"] == HOST
        assert request.headers["authorization"] == f"Bearer {TOKEN.reveal()}"
        assert not any(name.startswith("proxy-") for name in request.headers)
    assert server.targets == [(HOST, 80)]


@both_proxies
async def test_a_paid_request_is_sent_once(opening: Opening) -> None:
    async with loopback_server(ACCEPTED) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert isinstance(await client.submit(PAYLOAD), Accepted)
        assert gateway.posts == 1


@both_proxies
async def test_a_response_lost_behind_the_proxy_is_unknown(opening: Opening) -> None:
    async def cut(_: object, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with loopback_server(cut) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert isinstance(await client.submit(PAYLOAD), Unknown)
        assert gateway.posts == 1


@both_proxies
async def test_the_credentials_reach_only_the_proxy(opening: Opening) -> None:
    async with loopback_server(EMPTY) as gateway, opening({HOST: gateway.port}, credentials=SECRETS) as server:
        async with client_through(server.proxy) as client:
            await client.fetch_tasks(["a"])
        assert len(gateway.requests) == 1
        assert SECRETS[1] not in str(gateway.requests)
        for wrong in (("us:er", "other"), ("", "")):
            async with client_through(Proxy(server.scheme, "127.0.0.1", server.port, *wrong)) as client:
                with pytest.raises(NetworkError) as caught:
                    await client.fetch_tasks(["a"])
                assert "The proxy" in caught.value.what
                assert "other" not in caught.value.sentence
        assert len(gateway.requests) == 1


@both_proxies
async def test_a_host_that_the_proxy_cannot_reach_is_rejected(opening: Opening) -> None:
    """When the events of a CONNECT counted as sending, the outcome was unknown."""
    async with opening({}) as server, client_through(server.proxy, BaseUrl("https", HOST, 8443)) as client:
        outcome = await client.submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert outcome.error.charge is not Charge.MAYBE
    assert outcome.error.what == "The proxy did not connect to the host behind it"
    assert server.targets == [(HOST, 8443)]
    assert TOKEN.reveal().encode() not in server.received


async def test_a_forwarded_request_with_a_response_of_the_proxy_is_unknown() -> None:
    """Over http the response of a proxy cannot be distinguished from the gateway's."""
    async with http_proxy({}) as server, client_through(server.proxy) as client:
        assert isinstance(await client.submit(PAYLOAD), Unknown)
    assert server.targets == [(HOST, 80)]


@both_proxies
@pytest.mark.parametrize("nonsense", [b"\x00\x00\x00\x00", b"\x05", b"hello\r\n\r\n", b"\x05\x00" * 9])
async def test_an_invalid_proxy_response_before_the_request_is_rejected(opening: Opening, nonsense: bytes) -> None:
    address = BaseUrl("https", HOST, 443)
    async with opening({}, fixed_response=nonsense) as server, client_through(server.proxy, address) as client:
        assert isinstance(await client.submit(PAYLOAD), Rejected)
    assert TOKEN.reveal().encode() not in server.received


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_an_unreachable_proxy_is_named_in_the_error(scheme: str) -> None:
    async with loopback_server(EMPTY) as gone:
        port = gone.port
    async with client_through(Proxy(scheme, "127.0.0.1", port)) as client:
        outcome = await client.submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert (outcome.error.what, outcome.error.detail) == (
        "The proxy could not be reached",
        "it refused the connection",
    )


@pytest.mark.guarantee("K3", ordinary="https behind both kinds of proxy")
@both_proxies
async def test_nothing_is_sent_through_a_tunnel_before_tls_is_established(opening: Opening) -> None:
    """The other end does not speak TLS, like a proxy that responds in place of the gateway."""

    def respond_at_once(writer: asyncio.StreamWriter) -> None:
        writer.write(response(200, "no TLS here"))

    async with loopback_server(EMPTY, on_connect=respond_at_once) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy, BaseUrl("https", HOST, 443)) as client:
            outcome = await client.submit(PAYLOAD)
        assert isinstance(outcome, Rejected)
        assert outcome.error.detail == "no TLS connection could be agreed on"
    assert server.targets == [(HOST, 443)]
    assert b"\x16\x03" in server.received, "a TLS ClientHello"
    assert b"Authorization: Bearer" not in server.received
    assert b"mine" not in server.received


@both_proxies
async def test_media_use_the_proxy_without_a_local_lookup(opening: Opening) -> None:
    """The name exists only behind the proxy: a local lookup would fail before the proxy is used."""
    async with opening({}) as server, aclosing(MediaDownloader()) as downloader:
        with pytest.raises(NetworkError):
            await downloader.fetch("https://cdn.gateway.test/a.mp3", 1_000, proxy=server.proxy)
    assert server.targets == [("cdn.gateway.test", 443)]


@both_proxies
async def test_a_file_is_uploaded_through_the_proxy(opening: Opening, tmp_path: Path) -> None:
    file = tmp_path / "hum.mp3"
    file.write_bytes(b"ID3" + b"x" * 5_000)
    async with loopback_server(response(204)) as storage, opening({"storage.test": storage.port}) as server:
        target = UploadTarget("http://storage.test/bucket", (("key", "a"),))
        async with opened(str(file)) as audio:
            await send_file(target, audio, None, TimeLimits(), TOKEN.reveal(), server.proxy)
        (request,) = storage.requests
    assert b"x" * 5_000 in request.body
    assert "authorization" not in request.headers
    assert server.targets == [("storage.test", 80)]
