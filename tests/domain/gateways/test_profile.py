"""Base URLs: all valid forms, and no disguised ones."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import UnsafeUrl
from sunotui.domain.gateways.profile import is_profile_name, parse_base_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        ("api.example.com", "https://api.example.com"),
        ("HTTPS://API.Example.COM/suno/", "https://api.example.com"),
        ("https://example.com/v1", "https://example.com/v1"),
        ("https://example.com/v1/suno", "https://example.com/v1"),
        ("https://example.com:8443//", "https://example.com:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://localhost:3000/v1/", "http://localhost:3000/v1"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://suno_api", "https://suno_api"),
        ("https://API.xn--bcher-kva.example", "https://api.xn--bcher-kva.example"),
        ("https://my_stack_suno-api_1:3000/v1", "https://my_stack_suno-api_1:3000/v1"),
    ],
)
def test_forms_of_a_base_url(text: str, shown: str) -> None:
    assert str(parse_base_url(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "ftp://example.com",
        "https://user:pw@example.com",
        "https://good.com@evil.com",
        "https://example.com?x=1",
        "https://example.com#x",
        "https://exa mple.com",
        "https://example.com\\@evil.com",
        "https://ex\x1bample.com",
        "https://xn--…",
        "https://xn--a",
        "https://api.xn--a.example",
        "https://xn--",
        "https://127.1",
        "http://0x7f.1",
        "https://2130706433",
        "https://2130_706433",
        "https://0x7f_1",
        "https://127.0.0_0.1",
        "https://_example.com",
        "https://example_.com",
        "https://-example.com",
        "https://example..com",
        "https://example.com:99999",
        "https://[::1",
        "http://example.com",
        "http://localhost.evil.com",
        "http://127.0.0.1.nip.io",
        "http://10.0.0.1",
        "http://[::ffff:10.0.0.1]",
        "http://0.0.0.0",
    ],
)
def test_an_unsafe_base_url_is_rejected(text: str) -> None:
    with pytest.raises(UnsafeUrl):
        parse_base_url(text)


def test_http_to_another_computer_needs_consent() -> None:
    base = parse_base_url("http://nas.example.org:3000", allow_clear=True)
    assert base.is_clear
    assert not parse_base_url("http://127.0.0.1:3000").is_clear


@pytest.mark.parametrize(
    ("name", "is_fine"),
    [("main", True), ("a.b-c_1", True), ("", False), ("../x", False), ("-x", False), ("x" * 41, False)],
)
def test_profile_names(name: str, is_fine: bool) -> None:
    assert is_profile_name(name) is is_fine
