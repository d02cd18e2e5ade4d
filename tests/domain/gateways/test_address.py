"""Host names, private ones and public ones."""

from __future__ import annotations

import pytest

from sunotui.domain.gateways.address import PRIVATE_ENDINGS, is_private_name, is_web_address


@pytest.mark.parametrize(
    "host", ["router", "localhost", "home.arpa", "suno.ai.", *(f"a{end}" for end in PRIVATE_ENDINGS)]
)
def test_a_private_name(host: str) -> None:
    assert is_private_name(host)


@pytest.mark.parametrize(
    "host", ["suno.ai", "cdn1.suno.ai", "my-lan.example", "local.example", "mylocal.example", "arpa.org"]
)
def test_a_public_name(host: str) -> None:
    assert not is_private_name(host)


@pytest.mark.parametrize(
    "text",
    [
        *("https://x.example/a.png", "http://x/é?a=b#c", "https://[::1]:8080/a", "https://例子.测试/a"),
        *("https://x.example.:443/a", "https://a_b.example/a"),
    ],
)
def test_a_web_address(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://", "https:///a", "x.example/a", "javascript:alert(1)", "https://x/ y", "https://x/\ny"),
        *("https://x/\x1b", "https://[", "ftp://x/a", "file:///etc/passwd"),
        *("https://x.example:99999/a", "https://x.example:a/a", "https://xn--a/a", "https://-é-.example/a"),
        *("https://127.1/a", "https://[::1/a"),
    ],
)
def test_an_invalid_web_address(text: str) -> None:
    assert not is_web_address(text)
