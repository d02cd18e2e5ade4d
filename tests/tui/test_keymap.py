"""The user's own keys: what is taken, and a sentence for what is not."""

import pytest

from sunotui.tui.keymap import checked


def test_good_keys_are_taken() -> None:
    keys = {"library.copy-url": "y, ctrl+y", "composer.send": "f5,ctrl+s"}
    assert checked(keys) == ({"library.copy-url": "y,ctrl+y", "composer.send": "f5,ctrl+s"}, [])


@pytest.mark.parametrize(
    "key", ["Q", "?", "é", "f24", "pageup", "shift+tab", "ctrl+shift+left", "alt+enter", "slash", "full_stop", "comma"]
)
def test_every_key_that_textual_names_is_one(key: str) -> None:
    assert checked({"library.copy-url": key}) == ({"library.copy-url": key}, [])


@pytest.mark.parametrize(
    ("name", "keys", "words"),
    [
        ("library.no-such", "x", "no command"),
        ("library.compose", "", "no key"),
        ("library.compose", "Strg+Q!", "no key"),
        ("library.compose", "ctrl+flurb", "no key"),
        ("library.compose", "ctrl+", "no key"),
        ("library.compose", "hyper+x", "no key"),
        # Its keys come before those of the fields: a letter would send in the middle of a word.
        ("composer.send", "s", "text in the composer"),
        ("composer.clear", "ctrl+n,x", "text in the composer"),
    ],
)
def test_others_are_told(name: str, keys: str, words: str) -> None:
    good, (complaint,) = checked({name: keys})
    assert good == {}
    assert words in complaint
