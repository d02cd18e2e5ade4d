"""The user's own keys: valid ones are accepted, and each invalid one has a sentence."""

from __future__ import annotations

import pytest

from sunotui.tui.commands.keymap import checked


def test_good_keys_are_taken() -> None:
    keys = {"library.copy-url": "y, ctrl+y", "composer.send": "f5,ctrl+s"}
    assert checked(keys) == ({"library.copy-url": "y,ctrl+y", "composer.send": "f5,ctrl+s"}, [])


@pytest.mark.parametrize("key", ["ctrl+x", "alt+x", "ctrl+slash", "f12", "pageup", "escape", "ctrl+shift+left"])
def test_keys_without_a_character_may_precede_the_fields(key: str) -> None:
    assert checked({"composer.send": key, "everywhere.quit": key})[1] == []


@pytest.mark.parametrize(
    "key", ["Q", "?", "é", "f24", "pageup", "shift+tab", "ctrl+shift+left", "alt+enter", "slash", "full_stop", "comma"]
)
def test_every_key_name_of_textual_is_valid(key: str) -> None:
    assert checked({"library.copy-url": key}) == ({"library.copy-url": key}, [])


@pytest.mark.parametrize(
    ("name", "keys", "words"),
    [
        ("library.no-such", "x", "no command"),
        ("library.compose", "", "not a key"),
        ("library.compose", "Strg+Q!", "not a key"),
        ("library.compose", "ctrl+flurb", "not a key"),
        ("library.compose", "ctrl+", "not a key"),
        ("library.compose", "hyper+x", "not a key"),
        # Its keys have priority over those of the fields: a letter would send in the middle of a word.
        *(
            ("composer.send", key, "types text into a field")
            for key in ("s", "full_stop", "slash", "space", "shift+x", "é")
        ),
        ("composer.clear", "ctrl+n,x", "types text into a field"),
        # The same applies to the key that quits from every dialog.
        ("everywhere.quit", "x", "types text into a field"),
    ],
)
def test_invalid_keys_are_reported(name: str, keys: str, words: str) -> None:
    good, (complaint,) = checked({name: keys})
    assert good == {}
    assert words in complaint


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        (" y ,, ctrl+y , ", "y,ctrl+y"),
        ("Y", "Y"),
        ("7", "7"),
        ("f12", "f12"),
        ("ctrl+shift+f1", "ctrl+shift+f1"),
        ("question_mark", "question_mark"),
        (" , ", None),
        ("y;z", None),
        ("ctrl+", None),
        ("yy zz", None),
        ("y,!", "y,!"),
        ("Ctrl+y", None),
        ("é", "é"),
    ],
)
def test_a_list_of_keys_is_accepted_completely_or_not_at_all(keys: str, taken: str | None) -> None:
    good, complaints = checked({"library.copy-url": keys})
    assert good == ({} if taken is None else {"library.copy-url": taken})
    assert len(complaints) == (taken is None)


def test_an_invalid_entry_does_not_affect_the_others() -> None:
    good, complaints = checked({"library.no-such": "x", "library.copy-url": "y", "composer.send": "f5,f6"})
    assert good == {"library.copy-url": "y", "composer.send": "f5,f6"}
    assert len(complaints) == 1
