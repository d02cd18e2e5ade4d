"""The token is sent only to the configured origin, encrypted or on this computer (K2, K3, K4)."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sunotui.domain.errors import SunotuiError, UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.auth import TokenAuth
from tests.gateway.loopback import TOKEN, loopback_server, response
from tests.gateway.proxy_servers import Opening, http_proxy, socks_proxy
from tests.support.paths import ROOT
from tests.support.waiting import HANG_S

STATUSES = (301, 302, 303, 307, 308)
REDIRECTS = {
    "another port": "http://127.0.0.1:{port}/suno/fetch",
    "another host": "http://localhost:{port}/suno/fetch",
    "another scheme": "https://127.0.0.1:{port}/suno/fetch",
    "a user in the URL": "http://127.0.0.1:{own}@127.0.0.1:{port}/suno/fetch",
    "no scheme": "//127.0.0.1:{port}/suno/fetch",
    "a trailing dot": "http://localhost.:{port}/suno/fetch",
    "capitals": "HTTP://LOCALHOST:{port}/suno/fetch",
    "the same address as IPv6": "http://[::ffff:127.0.0.1]:{port}/suno/fetch",
    "a script": "javascript:alert(1)",
    "broken": "http://[/",
}
FOREIGN = [
    "https://gateway.example.evil.test/", "https://evilgateway.example/", "https://gateway.example:8443/",
    "http://gateway.example/", "https://gateway.example./", "https://good@gateway.example/",
    "https://gateway.example@evil.test/",
    "https://xn--gatewy-dua.example/", "https://gateway.examp1e/", "https://127.0.0.1/", "https://gateway.example.:443/",
]  # fmt: skip
SAME = ["https://GATEWAY.example/suno/fetch", "https://gateway.example:443/suno/fetch"]
UNSAFE = [
    "http://127.1", "http://0x7f.1", "http://0177.0.0.1", "http://2130706433", "http://127.0.0.1.nip.io",
    "http://[::ffff:10.0.0.1]",
    "http://localhost.evil.com", "http://localhost.", "http://local\u0440host", "http://0.0.0.0",
    "http://[::]", "http://10.0.0.1",
    "http://192.168.1.1", "http://169.254.169.254", "http://example.com", "http://127.0.0.1@evil.com",
    "http://evil.com#127.0.0.1",
    "http://evil.com?127.0.0.1", "http://127.0.0.1\\@evil.com", "http://127.0.0.1%2eevil.com", "http://①②⑦.0.0.1",
    "http://127.0.0.1 .evil.com", "http://localhosts", "http://128.0.0.1", "http://[fe80::1]",
    "ftp://127.0.0.1", "//evil.com:80", "http://suno_api", "http://127_0.0.0.1", "http://localhost_", "http://0x7f_1",
]  # fmt: skip
LOOPBACK = [
    "http://127.0.0.1",
    "http://127.255.0.7:1",
    "http://[::1]:3000",
    "http://localhost:8080",
    "http://LOCALHOST",
]
MAPPED = ["http://[::ffff:127.0.0.1]"]


async def expect_refusals(client: GatewayClient) -> None:
    """A request that is free fails, and the outcome of a paid one is unknown; then the client is closed."""
    with pytest.raises(SunotuiError):
        await client.fetch_tasks(["a"])
    assert isinstance(await client.submit(Payload("/suno/submit/music", '{"prompt":"mine"}')), Unknown)
    await client.aclose()


@pytest.mark.guarantee("K2", ordinary="5 redirects to 10 addresses; 11 spellings when the request is sent")
@pytest.mark.parametrize("status", STATUSES)
async def test_no_redirect_is_followed(status: int) -> None:
    """Fails with `follow_redirects=True` and without the hook that refuses redirects."""
    async with loopback_server(response(200, {"code": "success", "data": []})) as elsewhere:
        for target in REDIRECTS.values():
            location = target.format(port=elsewhere.port, own=1)
            async with loopback_server(response(status, "", headers={"Location": location})) as gateway:
                client = GatewayClient(gateway.base_url, TOKEN)
                await expect_refusals(client)
                assert len(gateway.requests) == 2
        assert (elsewhere.connections, elsewhere.requests) == (0, [])


@pytest.mark.guarantee("K2")
@pytest.mark.parametrize("address", FOREIGN)
def test_the_token_is_not_attached_for_another_origin(address: str) -> None:
    """Fails if hosts are compared with `startswith`."""
    flow = TokenAuth(BaseUrl("https", "gateway.example", 443), TOKEN).auth_flow(httpx.Request("POST", address))
    with pytest.raises(UnsafeUrl):
        next(flow)


@pytest.mark.guarantee("K2")
@pytest.mark.parametrize("address", SAME)
def test_another_spelling_of_the_origin_is_accepted(address: str) -> None:
    flow = TokenAuth(BaseUrl("https", "gateway.example", 443), TOKEN).auth_flow(httpx.Request("POST", address))
    assert "Authorization" in next(flow).headers


@pytest.mark.guarantee("K3", ordinary="31 disguises of a safe address, 5 addresses of this computer")
@pytest.mark.parametrize("address", UNSAFE)
def test_no_disguised_address_is_used_unencrypted(address: str) -> None:
    """Fails if every host that starts with "localhost" or "127." counts as loopback."""
    try:
        base = parse_base_url(address)
    except UnsafeUrl:
        return
    # Text without a valid scheme is treated as a host name for https, so the traffic is encrypted.
    assert not base.is_clear
    assert base.scheme == "https"


@pytest.mark.guarantee("K3")
@pytest.mark.parametrize("address", LOOPBACK)
def test_this_computer_needs_no_consent(address: str) -> None:
    assert not parse_base_url(address).is_clear


@pytest.mark.guarantee("K3")
@pytest.mark.parametrize("address", [*UNSAFE[:1], *MAPPED])
def test_another_spelling_of_loopback_is_refused_or_loopback(address: str) -> None:
    try:
        base = parse_base_url(address)
    except UnsafeUrl:
        return
    assert base.is_loopback


@pytest.mark.guarantee("K2", ordinary="5 redirects behind an HTTP and a SOCKS proxy")
@pytest.mark.parametrize("opening", [http_proxy, socks_proxy])
@pytest.mark.parametrize("status", STATUSES)
async def test_no_redirect_is_followed_through_a_proxy(status: int, opening: Opening) -> None:
    """Fails with `follow_redirects=True` and without the hook that refuses redirects."""
    moved = response(status, "", headers={"Location": "http://elsewhere.test/suno/fetch"})
    async with (
        loopback_server(response(200, {"code": "success", "data": []})) as elsewhere,
        loopback_server(moved) as gateway,
        opening({"gateway.test": gateway.port, "elsewhere.test": elsewhere.port}) as server,
    ):
        client = GatewayClient(BaseUrl("http", "gateway.test", 80), TOKEN, proxy=server.proxy)
        await expect_refusals(client)
        assert len(gateway.requests) == 2
        assert (elsewhere.connections, elsewhere.requests) == (0, [])
    assert {host for host, _ in server.targets} == {"gateway.test"}


CODE = """
import asyncio, json, sys
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.gateways.proxy import parse_proxy
from sunotui.domain.gateways.token import Token
from sunotui.gateway.client import GatewayClient
async def main():
    proxy = parse_proxy(sys.argv[2]) if sys.argv[2:] else None
    base_url = parse_base_url(sys.argv[1], allow_clear=True)
    client = GatewayClient(base_url, Token("sk-own-token-123456"), proxy=proxy)
    print((await client.fetch_tasks(["a"])).absent)
    await client.aclose()
    # An https client too: it reads its certificates, but nothing from the environment.
    other = GatewayClient(parse_base_url("https://127.0.0.1:9"), Token("sk-own-token-123456"))
    try:
        await other.fetch_tasks(["a"])
    except Exception as error:
        print(type(error).__name__)
    await other.aclose()
asyncio.run(main())
"""


@pytest.mark.guarantee(
    "K4", ordinary="9 hostile variables and a .netrc in a separate process, without and with a proxy"
)
@pytest.mark.parametrize("has_proxy", [False, True])
async def test_the_environment_does_not_redirect_the_token(tmp_path: Path, has_proxy: bool) -> None:
    """Only the proxy of the profile is used. Fails with `trust_env=True` and without our own transport (no client can
    be created), and with `ssl.create_default_context` (the file of TLS secrets is opened)."""
    keys = tmp_path / "tls-secrets"
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login evil password other-token\n")
    (tmp_path / ".netrc").chmod(0o600)
    empty = response(200, {"code": "success", "data": []})
    async with (
        loopback_server(response(502)) as proxy,
        loopback_server(empty) as gateway,
        http_proxy({"gateway.test": gateway.port}) as own,
    ):
        arguments = ["http://gateway.test", own.proxy.url] if has_proxy else [gateway.base_url.origin]
        hostile = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), proxy.base_url.origin)
        hostile |= {"ALL_PROXY": "garbage://[", "all_proxy": "socks5://127.0.0.1:1", "NO_PROXY": "", "no_proxy": ""}
        hostile |= {"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere", "SSLKEYLOGFILE": str(keys)}
        hostile |= {"REQUESTS_CA_BUNDLE": "/nowhere", "NETRC": str(tmp_path / ".netrc"), "HOME": str(tmp_path)}
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", CODE, *arguments],
            env={**os.environ, **hostile, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=HANG_S,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "('a',)\nNetworkError\n"), done.stderr[-1_000:]
        assert proxy.connections == 0
        assert own.targets == ([("gateway.test", 80)] if has_proxy else [])
        (request,) = gateway.requests
        assert request.headers["authorization"] == "Bearer sk-own-token-123456"
    assert not keys.exists()
