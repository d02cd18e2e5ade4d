"""Which hosts are public, also in the forms that hide an address of the local network."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import UnsafeUrl
from sunotui.gateway.media_address import check_public_name, is_public, origin_of


@pytest.mark.guarantee("W4", ordinary="addresses of local networks in all their forms")
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:192.168.0.1"),
        *("64:ff9b::10.0.0.1", "2002:7f00:1::"),
    ],
)
def test_addresses_of_the_local_network(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "cdn.example"])
def test_public_hosts(host: str) -> None:
    assert is_public(host)


@pytest.mark.guarantee("W4")
@pytest.mark.parametrize("url", ["http://cdn.example/", "https://router/", "https://a.internal/", "https://127.0.0.1/"])
def test_other_addresses_are_refused_as_written(url: str) -> None:
    with pytest.raises(UnsafeUrl):
        check_public_name(origin_of(url))
    check_public_name(origin_of("https://cdn.example:8443/a"))


@pytest.mark.parametrize("url", ["https://[", "https://user@cdn.example/", "ftp://cdn.example/", "", "https://0x7f.1/"])
def test_malformed_urls_are_refused(url: str) -> None:
    with pytest.raises(UnsafeUrl):
        origin_of(url)
