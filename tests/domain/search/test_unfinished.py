"""The last word of a search that is still being typed."""

from __future__ import annotations

import pytest

from sunotui.domain.search.query import parse
from sunotui.domain.search.unfinished import issues_while_typing


@pytest.mark.parametrize(
    "whole",
    [
        "is:favourite",
        "-status:failed",
        "kind:song",
        "len:>=3:00",
        "len:2:00-3:00",
        "rating:>4",
        "since:2026-01-31",
        "before:12h",
        "played:<7d",
        "played:>2026-01-31",
        'album:"Long Rain',
        "title:sea",
    ],
)
def test_no_beginning_of_a_valid_word_is_an_issue(whole: str) -> None:
    for end in range(len(whole) + 1):
        text = f"rain {whole[:end]}"
        assert issues_while_typing(text, parse(text).issues) == ()


@pytest.mark.parametrize(
    "text", ["is:nice", "len:x", "rating:9", "since:x", "artist:", "is: rain", "is: ", 'is:""', "!"]
)
def test_what_cannot_become_valid_is_an_issue(text: str) -> None:
    issues = parse(text).issues
    assert issues
    assert issues_while_typing(text, issues) == issues


def test_only_the_last_word_may_be_unfinished() -> None:
    text = "is:nice len:>"
    assert [issue.at for issue in issues_while_typing(text, parse(text).issues)] == [0]
