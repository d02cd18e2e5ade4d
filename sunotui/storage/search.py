"""How a search becomes SQL: the one place that knows, so that a full-text index can take over here."""

from sunotui.storage.storable import storable_text

_WORDS_LIMIT = 12
"""Words of a search that are looked at; a pasted page of text is not a search."""


def search_clause(search: str) -> tuple[str, list[str]]:
    """A condition on the table `task` and its values: every word of `search` occurs, in any case, as part of a word.

    Looks through titles, tags, lyrics, descriptions, what was asked for, and ids. An empty search is always true.
    """
    words = storable_text(search).casefold().split()[:_WORDS_LIMIT]
    if not words:
        return "1", []
    likes = " AND ".join(["words LIKE ? ESCAPE '\\'"] * len(words))
    return f"seq IN (SELECT seq FROM task_words WHERE {likes})", [f"%{_escaped(word)}%" for word in words]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
