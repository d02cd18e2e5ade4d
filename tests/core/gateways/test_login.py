"""Profiles that are created from the user's input."""

from __future__ import annotations

import pytest

from sunotui.core.gateways.login import profile_from
from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy

KNOWN = Profile(
    "main", parse_base_url("https://one.example"), dialect="prompt", proxy=Proxy("http", "proxy.example", 8080)
)


def test_a_new_address_keeps_all_settings_but_the_dialect() -> None:
    same = profile_from("main", "https://one.example/suno", known=KNOWN)
    other = profile_from("main", "https://two.example", known=KNOWN)
    assert (same.dialect, other.dialect) == (KNOWN.dialect, "")
    assert same.proxy == other.proxy == KNOWN.proxy


def test_a_profile_with_a_proxy_cannot_move_to_this_computer() -> None:
    """Refused where it is made: its login has not been tried, and it must not reach the config file."""
    with pytest.raises(ConfigError, match="through a proxy"):
        profile_from("main", "http://127.0.0.1:8000", known=KNOWN)
    assert profile_from("main", "http://127.0.0.1:8000", known=KNOWN._replace(proxy=None)).base_url.is_loopback


@pytest.mark.parametrize("name", ["", ENV_PROFILE, "a b", "n" * 41])
def test_some_names_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot have that name"):
        profile_from(name, "https://one.example")


def test_a_token_from_a_command_is_not_replaced() -> None:
    with pytest.raises(ConfigError, match="comes from a command"):
        profile_from("main", "https://one.example", known=KNOWN._replace(token_command=("pass", "gateway")))
