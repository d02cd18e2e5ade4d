"""A profile's proxy: everything goes through it, names are resolved behind it, and its failures are its own."""

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
from tests.gateway.loopback import TOKEN, answer, listening
from tests.gateway.proxy_servers import Opening, http_proxy, socks_proxy

HOST = "gateway.test"
CLEAR = BaseUrl("http", HOST, 80)
EMPTY = answer(200, {"code": "success", "data": []})
MADE = answer(200, {"code": "success", "data": "task-1"})
ORDER = Payload("/suno/submit/music", '{"prompt":"mine"}')
SECRETS = ("us:er", "pass word@1")

both_kinds = pytest.mark.parametrize("opening", [http_proxy, socks_proxy])


@asynccontextmanager
async def client_through(proxy: Proxy, base_url: BaseUrl = CLEAR) -> AsyncIterator[GatewayClient]:
    client = GatewayClient(base_url, TOKEN, proxy=proxy)
    async with aclosing(client):
        yield client


@both_kinds
async def test_requests_go_through_it_and_it_resolves_the_name(opening: Opening) -> None:
    async with listening(EMPTY) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert (await client.fetch_tasks(["a"])).absent == ("a",)
        (asked,) = gateway.asked
        assert asked.headers["host"] == HOST
        assert asked.headers["authorization"] == f"Bearer {TOKEN.reveal()}"
        assert not any(name.startswith("proxy-") for name in asked.headers)
    assert server.asked == [(HOST, 80)]


@both_kinds
async def test_a_paid_request_goes_out_once(opening: Opening) -> None:
    async with listening(MADE) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert isinstance(await client.submit(ORDER), Accepted)
        assert gateway.posts == 1


@both_kinds
async def test_an_answer_lost_behind_it_stays_unknown(opening: Opening) -> None:
    async def cut(_: object, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(cut) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy) as client:
            assert isinstance(await client.submit(ORDER), Unknown)
        assert gateway.posts == 1


@both_kinds
async def test_its_credentials_reach_it_and_nobody_else(opening: Opening) -> None:
    async with listening(EMPTY) as gateway, opening({HOST: gateway.port}, credentials=SECRETS) as server:
        async with client_through(server.proxy) as client:
            await client.fetch_tasks(["a"])
        assert len(gateway.asked) == 1
        assert SECRETS[1] not in str(gateway.asked)
        for wrong in (("us:er", "other"), ("", "")):
            async with client_through(Proxy(server.scheme, "127.0.0.1", server.port, *wrong)) as client:
                with pytest.raises(NetworkError) as caught:
                    await client.fetch_tasks(["a"])
                assert "The proxy" in caught.value.what
                assert "other" not in caught.value.sentence
        assert len(gateway.asked) == 1


@both_kinds
async def test_a_host_that_it_cannot_reach_costs_nothing(opening: Opening) -> None:
    """Broken once by events of a CONNECT that counted as sending: the outcome was unknown."""
    async with opening({}) as server, client_through(server.proxy, BaseUrl("https", HOST, 8443)) as client:
        outcome = await client.submit(ORDER)
    assert isinstance(outcome, Rejected)
    assert outcome.error.charge is not Charge.MAYBE
    assert outcome.error.what == "The proxy did not connect to the host behind it"
    assert server.asked == [(HOST, 8443)]
    assert TOKEN.reveal().encode() not in server.seen


async def test_a_forwarded_request_that_a_proxy_answers_stays_unknown() -> None:
    """Over http the answer of a proxy cannot be distinguished from the gateway's."""
    async with http_proxy({}) as server, client_through(server.proxy) as client:
        assert isinstance(await client.submit(ORDER), Unknown)
    assert server.asked == [(HOST, 80)]


@both_kinds
@pytest.mark.parametrize("nonsense", [b"\x00\x00\x00\x00", b"\x05", b"hello\r\n\r\n", b"\x05\x00" * 9])
async def test_nonsense_of_a_proxy_costs_nothing_before_the_request(opening: Opening, nonsense: bytes) -> None:
    address = BaseUrl("https", HOST, 443)
    async with opening({}, refuses=nonsense) as server, client_through(server.proxy, address) as client:
        assert isinstance(await client.submit(ORDER), Rejected)
    assert TOKEN.reveal().encode() not in server.seen


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_not_there_is_named_as_what_is_missing(scheme: str) -> None:
    async with listening(EMPTY) as gone:
        port = gone.port
    async with client_through(Proxy(scheme, "127.0.0.1", port)) as client:
        outcome = await client.submit(ORDER)
    assert isinstance(outcome, Rejected)
    assert (outcome.error.what, outcome.error.detail) == (
        "The proxy could not be reached",
        "it refused the connection",
    )


@pytest.mark.guarantee("K3", ordinary="https behind both kinds of proxy")
@both_kinds
async def test_through_a_tunnel_nothing_leaves_before_tls_is_agreed_on(opening: Opening) -> None:
    """As with a proxy that answers for the gateway itself: the far end speaks no TLS."""

    def speak_first(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, "no TLS here"))

    async with listening(EMPTY, before=speak_first) as gateway, opening({HOST: gateway.port}) as server:
        async with client_through(server.proxy, BaseUrl("https", HOST, 443)) as client:
            outcome = await client.submit(ORDER)
        assert isinstance(outcome, Rejected)
        assert outcome.error.detail == "no TLS connection could be agreed on"
    assert server.asked == [(HOST, 443)]
    assert b"\x16\x03" in server.seen, "a TLS greeting"
    assert b"Authorization: Bearer" not in server.seen
    assert b"mine" not in server.seen


@both_kinds
async def test_media_go_through_it_without_a_look_up_here(opening: Opening) -> None:
    """The name exists behind the proxy only: a look-up here would end before the proxy is asked."""
    async with opening({}) as server, aclosing(MediaDownloader()) as downloader:
        with pytest.raises(NetworkError):
            await downloader.fetch("https://cdn.gateway.test/a.mp3", 1_000, proxy=server.proxy)
    assert server.asked == [("cdn.gateway.test", 443)]


@both_kinds
async def test_a_file_goes_to_the_storage_through_it(opening: Opening, tmp_path: Path) -> None:
    file = tmp_path / "hum.mp3"
    file.write_bytes(b"ID3" + b"x" * 5_000)
    async with listening(answer(204)) as storage, opening({"storage.test": storage.port}) as server:
        place = UploadTarget("http://storage.test/bucket", (("key", "a"),))
        async with opened(str(file)) as audio:
            await send_file(place, audio, None, TimeLimits(), TOKEN.reveal(), server.proxy)
        (asked,) = storage.asked
    assert b"x" * 5_000 in asked.body
    assert "authorization" not in asked.headers
    assert server.asked == [("storage.test", 80)]
