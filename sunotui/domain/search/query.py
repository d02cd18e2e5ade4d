"""What a person types to find takes: words, "exact words", -without, and fields such as tag:jazz len:>3:00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.search.filters import (
    FIELDS,
    Filter,
    Flag,
    FlagFilter,
    NoSearchableText,
    QuerySyntaxError,
    filter_of,
)
from sunotui.domain.search.folding import fold

TEXT_LIMIT = 1_000
"""Characters of a search that are looked at: a pasted page of text is no search."""
TERMS_LIMIT = 16
"""Words and fields that are looked at."""

TEXT_FIELDS = {
    "title": "title",
    "tag": "tags",
    "tags": "tags",
    "lyrics": "lyrics",
    "prompt": "prompt",
    "description": "description",
    "id": "ids",
    "note": "note",
}
"""Fields that hold words, and the columns of the library's index that they stand for."""
_MOST_COMPLAINTS = 3
_ONLY_THOSE = "what follows is not looked for"
_TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<exact>[^"]*)(?P<end>"?)|(?P<word>\S+))?')


class Term(NamedTuple):
    """Words that must occur, or must not."""

    text: str
    """Folded (domain/folding.py)."""
    column: str = ""
    """Where they must occur; anywhere when empty."""
    is_exact: bool = False
    """Whether these words must occur as they stand; of others the last may be the beginning of a word."""
    is_excluded: bool = False


class QueryIssue(NamedTuple):
    """What could not be understood; the rest of the search works all the same."""

    at: int
    """Where it begins in the text, from 0."""
    problem: str
    """What is wrong, without what is done about it: a script is refused, a screen searches the rest."""
    handling: str = ""
    """What a search of the rest does with it, where that is not to leave it out."""

    @property
    def sentence(self) -> str:
        """Both, for where the rest is searched."""
        return f"{self.problem}; {self.handling}" if self.handling else self.problem


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was understood. Without terms and filters it finds everything, unless `finds_nothing`."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    issues: tuple[QueryIssue, ...] = ()
    finds_nothing: bool = False
    """Whether it asks for symbols and nothing else: the index holds words only."""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, and so finds everything."""
        return not self.terms and not self.filters and not self.finds_nothing

    @property
    def has_words(self) -> bool:
        """Whether there are words that could fit well or badly."""
        return any(not term.is_excluded for term in self.terms)

    @property
    def wants_trash(self) -> bool:
        """Whether it asks for what was thrown away, which no search finds unasked."""
        return any(
            one.flag is Flag.TRASHED and not one.is_excluded for one in self.filters if isinstance(one, FlagFilter)
        )


def parse(text: str, now: float) -> Query:
    """Understand a search; never raises. `now` is what `since:7d` counts back from, in Unix seconds."""
    terms: list[Term] = []
    filters: list[Filter] = []
    complaints: list[QueryIssue] = []
    has_symbols = False
    if len(text) > TEXT_LIMIT:
        complaints.append(QueryIssue(TEXT_LIMIT, f"A search has at most {TEXT_LIMIT:,} characters", _ONLY_THOSE))
        text = text[:TEXT_LIMIT]
    for at, found in _tokens(text):
        if len(terms) + len(filters) >= TERMS_LIMIT:
            complaints.append(QueryIssue(at, f"A search has at most {TERMS_LIMIT} words", _ONLY_THOSE))
            break
        if found["exact"] is not None and not found["end"]:
            complaints.append(QueryIssue(at, "The quotation mark is not closed"))
        made: Term | Filter | None
        try:
            made = _made(found, now)
        except QuerySyntaxError as misunderstood:
            complaints.append(QueryIssue(at, str(misunderstood), misunderstood.handling))
            has_symbols = has_symbols or isinstance(misunderstood, NoSearchableText)
            field = (found["field"] or "").lower()
            made = _words(found) if field and field not in {*FIELDS, *TEXT_FIELDS} else None
        if isinstance(made, Term):
            terms.append(made)
        elif made is not None:
            filters.append(made)
    finds_nothing = has_symbols and not terms and not filters
    return Query(tuple(terms), tuple(filters), tuple(complaints), finds_nothing)


def parse_strictly(text: str, now: float) -> Query:
    """The same for scripts, where half a search must not pass for a whole one, or for everything.

    Raises InvalidRequest for a search that is empty or not understood throughout.
    """
    if not text.strip():
        raise InvalidRequest("The search is empty", advice="Give it words or filters, such as is:starred")
    query = parse(text, now)
    if query.issues:
        told = "; ".join(f"at character {one.at + 1}: {one.problem}" for one in query.issues[:_MOST_COMPLAINTS])
        raise InvalidRequest(f"The search was not understood, {told}")
    return query


def _tokens(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    at = 0
    while at < len(text):
        token = None if text[at].isspace() else _TOKEN.match(text, at)
        if token is None or token.end() == at:
            at += 1
        else:
            yield at, token
            at = token.end()


def _made(found: re.Match[str], now: float) -> Term | Filter:
    field = (found["field"] or "").lower()
    # An address is words, though its scheme looks like a field.
    if not field or (found["word"] or "").startswith("//"):
        return _words(found)
    value = (found["exact"] if found["exact"] is not None else found["word"] or "").strip()
    if field not in TEXT_FIELDS and field not in FIELDS:
        raise QuerySyntaxError(f"There is no field '{field[:40]}'", "it is looked for as a word")
    if not value:
        raise QuerySyntaxError(f"'{field}:' needs something to look for")
    if field in TEXT_FIELDS:
        return _term(value, TEXT_FIELDS[field], found)
    return filter_of(field, value, now, is_excluded=bool(found["minus"]))


def _words(found: re.Match[str]) -> Term:
    """The token as plain words, a field that is none among them."""
    text = found["exact"] if found["exact"] is not None else found["word"] or ""
    return _term(f"{found['field']} {text}" if found["field"] else text, "", found)


def _term(text: str, column: str, found: re.Match[str]) -> Term:
    if not text.strip():
        raise QuerySyntaxError(f"'{found[0]}' has nothing to look for")
    folded = fold(text).strip()
    if not any(char.isalnum() for char in folded):
        raise NoSearchableText(f"'{text[:40]}' has no letter and no digit, and a search finds words only")
    return Term(folded, column, is_exact=found["exact"] is not None, is_excluded=bool(found["minus"]))
