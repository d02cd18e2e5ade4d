"""Proxy URLs in all valid forms, and hidden credentials."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.profile import Profile, checked_profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy, parse_proxy


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("socks5://127.0.0.1:1080", Proxy("socks5", "127.0.0.1", 1080)),
        (" SOCKS5h://Proxy.Example.com:9050/ ", Proxy("socks5h", "proxy.example.com", 9050)),
        ("http://squid_1:3128", Proxy("http", "squid_1", 3128)),
        ("http://[::1]:65535", Proxy("http", "::1", 65_535)),
        ("socks5://me:a%40b%3Ac@host:1", Proxy("socks5", "host", 1, "me", "a@b:c")),
        ("socks5://me@host:1", Proxy("socks5", "host", 1, "me")),
    ],
)
def test_forms_of_a_proxy_url(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy
    assert parse_proxy(proxy.url) == proxy


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("https://host:1", "starts with"),
        ("socks4://host:1", "starts with"),
        ("host:1080", "starts with"),
        ("://", "starts with"),
        ("socks5://", "no host"),
        ("socks5://:1080", "no host"),
        ("socks5://u:CANARY@:1080", "no host"),
        ("socks5://host", "a port from 1 to 65535"),
        ("socks5://host:", "a port from 1 to 65535"),
        ("socks5://host:0", "a port from 1 to 65535"),
        ("socks5://host:65536", "a port from 1 to 65535"),
        ("socks5://host:-1", "a port from 1 to 65535"),
        ("socks5://CANARY:CANARY@host:port", "a port from 1 to 65535"),
        ("socks5://host:1/CANARY", "ends with its port"),
        ("socks5://host:1?CANARY", "ends with its port"),
        ("socks5://127.1:1", "not a host name"),
        ("socks5://-host:1", "not a host name"),
        ("socks5://[CANARY:1", "could not be read"),
        ("socks5://ho st:1", "characters"),
        ("socks5://CANARY\u00e9@host:1", "characters"),
        ("socks5://CANARY%0a@host:1", "cannot be sent"),
        (f"socks5://{'x' * 256}@host:1", "cannot be sent"),
    ],
)
def test_an_invalid_proxy_url_is_reported_without_quoting_it(text: str, messages: str) -> None:
    with pytest.raises(ConfigError, match=messages) as caught:
        parse_proxy(text)
    assert "CANARY" not in caught.value.sentence


def test_credentials_are_never_shown() -> None:
    proxy = parse_proxy("socks5://CANARY-user:CANARY-word@10.0.0.1:1080")
    profile = Profile("a", parse_base_url("https://example.com"), proxy=proxy)
    assert str(proxy) == "socks5://•••@10.0.0.1:1080"
    assert "CANARY" not in f"{proxy} {proxy!r} {profile!r} {proxy.address}"
    assert str(parse_proxy("http://host:1")) == "http://host:1"


@pytest.mark.parametrize("address", ["http://127.0.0.1:3000", "http://localhost", "https://[::1]:8443"])
def test_a_gateway_on_this_computer_has_no_proxy(address: str) -> None:
    with pytest.raises(ConfigError, match="on this computer"):
        checked_profile(Profile("a", parse_base_url(address), proxy=Proxy("socks5", "host", 1)))
