"""The dialect of a gateway: the setting, else the documented host, else flat."""

import pytest

from sunotui.domain.dialect import Dialect, DialectChoice, checked_setting, choose_dialect
from sunotui.domain.errors import SettingsTrouble


@pytest.mark.parametrize(
    ("setting", "host", "dialect", "is_proved"),
    [
        ("sunoapi", "api.key4u.example", Dialect.SUNOAPI, True),
        ("flat", "api.claude360.example", Dialect.FLAT, True),
        ("auto", "api.key4u.example", Dialect.NESTED, True),
        ("", "API.Yunwu.example", Dialect.NESTED, True),
        ("", "claude360.example", Dialect.SUNOAPI, True),
        ("", "api.cometapi.com", Dialect.FLAT, True),
        ("", "notkey4u.example", Dialect.FLAT, False),
        ("auto", "127.0.0.1", Dialect.FLAT, False),
    ],
)
def test_the_setting_comes_before_the_host(setting: str, host: str, dialect: Dialect, is_proved: bool) -> None:
    choice = choose_dialect(setting, host)
    assert (choice.dialect, choice.is_proved) == (dialect, is_proved)


def test_the_reason_names_what_decided() -> None:
    assert choose_dialect("nested", "x.example") == DialectChoice(Dialect.NESTED, "set in the profile", True)
    assert choose_dialect("", "api.key4u.example").reason == "documented for key4u"
    assert "nothing is documented" in choose_dialect("", "x.example").reason


@pytest.mark.parametrize("word", ["", "auto", "flat", "nested", "sunoapi", " Nested "])
def test_known_settings_are_kept_in_lower_case(word: str) -> None:
    assert checked_setting(word) == word.strip().lower()


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsTrouble) as refused:
        checked_setting("key4u")
    assert refused.value.what == "unknown dialect"
    assert refused.value.advice == "Use one of auto, flat, nested, sunoapi"
