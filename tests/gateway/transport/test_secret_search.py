"""What counts as the secret in a text: its whole in every form, and any run of it that is long enough (K1)."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable
from string import ascii_letters
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sunotui.gateway.transport import secret_search
from sunotui.gateway.transport.redaction import body_without_secret, masked
from sunotui.gateway.transport.secret_search import RUN, has_secret, replace_secret

pytestmark = pytest.mark.guarantee("K1", ordinary="parts of the token, in every form but base64")

SECRET = "sk-" + "".join(chr(ord("A") + (at * 7) % 26) + str(at % 10) for at in range(24))
MASK = "•••"
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "zero-width": "\u200b".join,
    "control characters": "\x00".join,
    "percent-encoded": lambda text: "".join(f"%{ord(char):02X}" for char in text),
    "percent-encoded twice": lambda text: "".join(f"%25{ord(char):02x}" for char in text),
    "escaped": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "escaped twice": lambda text: "".join(f"\\\\u{ord(char):04X}" for char in text),
    "escaped zero-width": "\\u200b".join,
    "mixed": lambda text: f"{text[:5]}\u200b%{ord(text[5]):02x}\\u2060{text[6:]}",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("start", range(len(SECRET) - RUN + 1))
def test_every_run_is_found_and_replaced_in_every_form(form: str, start: int) -> None:
    run = FORMS[form](SECRET[start : start + RUN])
    for text in (f"an {run} echo", f"雨{run}雨", f"{run}"):
        assert has_secret(text, SECRET)
        found = replace_secret(text, SECRET, MASK)
        assert MASK in found
        assert not has_secret(found, SECRET)
        assert found == text.replace(run, MASK)


@pytest.mark.parametrize("start", range(len(SECRET) - RUN + 2))
def test_a_shorter_run_shows_the_user_which_token_it_was(start: int) -> None:
    text = f"{SECRET[start : start + RUN - 1]}***"
    assert not has_secret(text, SECRET)
    assert masked(text.removeprefix("sk-"), SECRET) == text.removeprefix("sk-")


@pytest.mark.parametrize(
    ("between", "is_found"),
    [(" ", False), ("!", False), ("~", False), ("\t", False), ("\n", False), ("\r", False)]
    + [(char, True) for char in ("\x00", "\x1f", "\x7f", "\x80", "é", "\ud800")],
)
def test_only_characters_that_no_token_has_are_looked_over(between: str, is_found: bool) -> None:
    assert RUN == 12
    assert has_secret(f"{SECRET[:7]}{between}{SECRET[7:12]}", SECRET) is is_found
    assert not has_secret(f"{SECRET[:6]}{between}{SECRET[6:11]}", SECRET)


def test_a_token_without_one_of_its_ends_leaves_json() -> None:
    """Its first character was enough to be cut off, and the rest was shown and stored."""
    for part in (SECRET[1:], SECRET[:-1], SECRET[3:], SECRET[1:-1]):
        body = json.dumps({"data": "task-1", "message": f"Invalid token: {part} is unknown"}).encode()
        assert json.loads(body_without_secret(body, SECRET, MASK)[0]) == {
            "data": "task-1",
            "message": f"Invalid token: {MASK} is unknown",
        }


@pytest.mark.parametrize("length", range(8, RUN))
def test_of_a_secret_shorter_than_a_run_only_the_whole_counts(length: int) -> None:
    secret = SECRET[-length:]
    assert replace_secret(f"a {secret[:4]}\u200b{secret[4:]} b", secret, MASK) == f"a {MASK} b"
    assert not has_secret(f"a {secret[1:]} b {secret[:-1]} c", secret)


def test_the_secret_in_base64_is_separated_from_the_text_around_it() -> None:
    text = f"a {base64.b64encode(SECRET.encode()).decode()} b {SECRET[4:]} c {quote(SECRET, safe='')} d"
    found = replace_secret(text, SECRET, MASK)
    assert not has_secret(found, SECRET)
    assert re.sub("[A-Za-z0-9+/=]*•••[A-Za-z0-9+/=]*", MASK, found) == f"a {MASK} b {MASK} c {MASK} d"


def runs_in(text: str) -> bool:
    """The definition, without any of the search's short cuts."""
    bare = re.sub(r"(?<!\\)\\+u(?!00[2-7])[0-9A-Fa-f]{4}", "", text)
    bare = re.sub(r"[^\t\n\r -~]", "", bare)
    bare = re.sub(r"(?:%(?:25){0,4}|(?<!\\)\\+u00)([2-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), bare)
    return any(SECRET[at : at + RUN] in bare for at in range(len(SECRET) - RUN + 1))


PIECES = st.one_of(
    st.builds(lambda at, length: SECRET[at : at + length], st.integers(0, len(SECRET)), st.integers(1, 20)),
    st.sampled_from(["\u200b", "雨", "\x00", "\\u200b", "%", "\\", "\n", " ", '"', "é"]),
    st.builds(
        lambda at, length, form: FORMS[form](SECRET[at : at + length]),
        st.integers(0, len(SECRET)),
        st.integers(6, 20),
        st.sampled_from(sorted(FORMS.keys() - {"mixed"})),
    ),
)


@given(st.lists(PIECES, max_size=8).map("".join))
@example("\\\\u0041")
def test_the_search_finds_all_that_the_definition_does(text: str) -> None:
    if runs_in(text):
        assert has_secret(text, SECRET)
        found = replace_secret(text, SECRET, MASK)
        assert MASK in found


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, len(SECRET) - RUN), st.sampled_from(sorted(FORMS)))
def test_nothing_else_of_the_text_changes(before: str, after: str, start: int, form: str) -> None:
    run = FORMS[form](SECRET[start : start + RUN])
    before, after = f"{before.translate(NEUTRAL)} ", f" {after.translate(NEUTRAL)}"
    assert replace_secret(f"{before}{run}{after}", SECRET, MASK) == f"{before}{MASK}{after}"


NEUTRAL = {ord(char): "." for char in {*SECRET, "\\", "%"}}
"""Characters that could belong to the secret or to an escape."""


def test_each_part_of_the_secret_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: each part was compared as a whole for each of its anchors, which took 0.2 s for a small response."""
    places: list[int] = []

    def extended(text: str, secret: str, first: int, place: int) -> tuple[int, int]:
        places.append(place)
        return extend(text, secret, first, place)

    extend = secret_search._extended
    monkeypatch.setattr(secret_search, "_extended", extended)
    secret = "".join(random.Random(1).choices(ascii_letters, k=500))
    parts = 20
    assert replace_secret(f"{secret[1:]} " * parts, secret, MASK) == f"{MASK} " * parts
    assert len(places) == 2 * parts, "once to find, and once to replace"
