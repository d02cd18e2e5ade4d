"""The search language: words, "exact phrases", -exclusions, and fields such as style:jazz len:>3:00."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.search.filters import (
    FIELDS,
    Filter,
    Flag,
    FlagFilter,
    NoSearchableText,
    QuerySyntaxError,
    parse_filter,
)
from sunotui.domain.search.folding import fold, is_spaceless
from sunotui.domain.song_reference import find_reference
from sunotui.domain.text import storable_text
from sunotui.named_tuple import NamedTuple

TEXT_LIMIT = 1_000
"""The maximum length of a search, in characters; the rest, for example of a pasted page, is ignored."""
TERMS_LIMIT = 16
"""The maximum number of words and fields of a search; the rest is ignored."""

TEXT_FIELDS = {
    "title": "title",
    "style": "tags",
    "tag": "tags",
    "tags": "tags",
    "lyrics": "lyrics",
    "prompt": "prompt",
    "description": "description",
    "id": "ids",
    "note": "note",
}
"""Fields that search for words, and the columns of the full-text index that they search."""
_SHOWN_ISSUES = 3
_REST_IGNORED = "the rest is ignored"
_WORDS = r"[^\W_]+"
# The first search compiles it, not every start.
_TOKEN = r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<exact>[^"]*)(?P<end>"?)|(?P<word>\S+))?'


class Term(NamedTuple):
    """Words that must occur, or must not."""

    text: str
    """Folded (domain/search/folding.py)."""
    column: str = ""
    """The column in which they must occur, next to each other; empty for any column."""
    is_exact: bool = False
    """Whether the last word must be a whole word; otherwise it may be the beginning of one."""
    is_excluded: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words in order, consisting of letters and digits only."""
        return tuple(re.findall(_WORDS, storable_text(self.text)))

    @property
    def is_prefix(self) -> bool:
        """Whether the last word may be the beginning of a longer one. In scripts without spaces each character is a
        word."""
        words = self.words
        return bool(words) and not self.is_exact and not is_spaceless(words[-1][-1])


class QueryIssue(NamedTuple):
    """A part of a search that is invalid; the rest of the search works."""

    at: int
    """The index of its first character in the text, from 0."""
    problem: str
    """What is wrong."""
    handling: str = ""
    """How the search treats this part, unless it ignores it."""

    @property
    def sentence(self) -> str:
        """The problem and its handling, for a screen that searches with the rest."""
        return f"{self.problem}; {self.handling}" if self.handling else self.problem


class Query(NamedTuple):
    """A parsed search. Without terms and filters it finds everything, unless `finds_nothing`.

    Ages such as `since:7d` stay relative: the same query runs again later. What a query means is defined by
    `matching.matches`.
    """

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    issues: tuple[QueryIssue, ...] = ()
    finds_nothing: bool = False
    """Whether it consists of symbols only, which the index does not contain."""
    text: str = ""
    """The text that was parsed."""

    @property
    def only_excludes_words(self) -> bool:
        """Whether its only conditions are words that must not occur."""
        return bool(self.terms) and not self.filters and all(term.is_excluded for term in self.terms)

    @property
    def is_empty(self) -> bool:
        """Whether it has no condition and so finds everything."""
        return not self.terms and not self.filters and not self.finds_nothing

    @property
    def has_words(self) -> bool:
        """Whether it has words by which results can be ranked."""
        return any(not term.is_excluded for term in self.terms)

    @property
    def wants_trash(self) -> bool:
        """Whether it includes tasks in the trash; other searches exclude them."""
        return any(
            one.flag is Flag.TRASHED and not one.is_excluded for one in self.filters if isinstance(one, FlagFilter)
        )

    def narrowed_by(self, other: Query) -> Query:
        """A search for what both queries match. Symbols are ignored if there are words or filters."""
        terms, filters = self.terms + other.terms, self.filters + other.filters
        finds_nothing = (self.finds_nothing or other.finds_nothing) and not terms and not filters
        return Query(terms, filters, self.issues + other.issues, finds_nothing, f"{self.text} {other.text}".strip())

    def require_valid(self) -> None:
        """Raise InvalidRequest for a search that is empty or has issues. For scripts, which must not run only a part of
        a search, or an empty one, in its place."""
        if not self.text.strip():
            raise InvalidRequest("The search is empty", advice="Give it words or filters, such as is:favourite")
        if self.issues:
            shown = "; ".join(f"at character {one.at + 1}: {one.problem}" for one in self.issues[:_SHOWN_ISSUES])
            raise InvalidRequest(f"The search was not understood, {shown}")


def shown_issues(issues: Sequence[QueryIssue]) -> str:
    """The first issue of a search, and how many more it has; empty without one."""
    if not issues:
        return ""
    return issues[0].sentence + (f"; and {len(issues) - 1} more" if len(issues) > 1 else "")


MATCH_ALL = Query()
"""The query without a condition, which matches every task outside the trash."""


def parse(text: str) -> Query:
    """Parse a search; never raises. Invalid parts are listed in `issues`."""
    query = _parse(text[:TEXT_LIMIT])
    if len(text) > TEXT_LIMIT:
        issue = QueryIssue(TEXT_LIMIT, f"A search has at most {TEXT_LIMIT:,} characters", _REST_IGNORED)
        query = query._replace(issues=(issue, *query.issues))
    return query._replace(text=text)


def parse_strictly(text: str) -> Query:
    """Parse a search for a script. Raises InvalidRequest for a search that is empty or has an invalid part."""
    query = parse(text)
    query.require_valid()
    return query


def _parse(text: str) -> Query:
    terms: list[Term] = []
    filters: list[Filter] = []
    issues: list[QueryIssue] = []
    has_symbols = False
    for at, found in tokens(text):
        if len(terms) + len(filters) >= TERMS_LIMIT:
            issues.append(QueryIssue(at, f"A search has at most {TERMS_LIMIT} words", _REST_IGNORED))
            break
        if found["exact"] is not None and not found["end"]:
            issues.append(QueryIssue(at, "The quotation mark is not closed"))
        part: Term | Filter | None
        try:
            part = _parse_token(found)
        except QuerySyntaxError as error:
            issues.append(QueryIssue(at, str(error), error.handling))
            has_symbols = has_symbols or isinstance(error, NoSearchableText)
            name = (found["field"] or "").lower()
            part = _words(found) if name and name not in {*FIELDS, *TEXT_FIELDS} else None
        if isinstance(part, Term):
            terms.append(part)
        elif part is not None:
            filters.append(part)
    finds_nothing = has_symbols and not terms and not filters
    return Query(tuple(terms), tuple(filters), tuple(issues), finds_nothing)


def tokens(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The words and fields of a search, each with the index of its first character."""
    pattern, at = re.compile(_TOKEN), 0
    while at < len(text):
        token = None if text[at].isspace() else pattern.match(text, at)
        if token is None or token.end() == at:
            at += 1
        else:
            yield at, token
            at = token.end()


def _parse_token(found: re.Match[str]) -> Term | Filter:
    name = (found["field"] or "").lower()
    reference = find_reference(found[0].removeprefix("-")) if found["word"] else None
    if reference is not None and reference.is_clip:
        # The link to a song finds its take.
        return _term(reference.id, TEXT_FIELDS["id"], found)
    # The scheme of a URL looks like a field, but a URL is searched for as words.
    if not name or (found["word"] or "").startswith("//"):
        return _words(found)
    value = (found["exact"] if found["exact"] is not None else found["word"] or "").strip()
    if name not in TEXT_FIELDS and name not in FIELDS:
        raise QuerySyntaxError(f"There is no field '{name[:40]}'", "it is searched for as a word")
    if not value:
        raise QuerySyntaxError(f"'{name}:' needs something to look for")
    if name in TEXT_FIELDS:
        return _term(value, TEXT_FIELDS[name], found)
    return parse_filter(name, value, is_excluded=bool(found["minus"]))


def _words(found: re.Match[str]) -> Term:
    """The token as plain words, with the name of an unknown field."""
    text = found["exact"] if found["exact"] is not None else found["word"] or ""
    return _term(f"{found['field']} {text}" if found["field"] else text, "", found)


def _term(text: str, column: str, found: re.Match[str]) -> Term:
    if not text.strip():
        raise QuerySyntaxError(f"'{found[0]}' has nothing to look for")
    folded = fold(text).strip()
    if not any(char.isalnum() for char in folded):
        raise NoSearchableText(f"'{text[:40]}' has no letter and no digit, and a search finds words only")
    return Term(folded, column, is_exact=found["exact"] is not None, is_excluded=bool(found["minus"]))
