"""Parses each stylesheet of Textual once for all apps of a process; otherwise it takes a tenth of a test's time."""

from __future__ import annotations

from typing import Any

import pytest
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

_PARSED: dict[frozenset[tuple[str, str]], LRUCache[Any, Any]] = {}
"""The parsed sources for each set of variables, which are a theme's; nothing changes them after they were parsed."""


def share_parsed_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every stylesheet with the same variables use the same parsed rules."""
    create, set_variables = Stylesheet.__init__, Stylesheet.set_variables

    def share(stylesheet: Stylesheet) -> None:
        variables = frozenset(stylesheet._variables.items())
        stylesheet._parse_cache = _PARSED.setdefault(variables, LRUCache(4_096))

    def created(stylesheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        create(stylesheet, variables=variables)
        share(stylesheet)

    def variables_set(stylesheet: Stylesheet, variables: dict[str, str]) -> None:
        # It clears the cache that it has.
        stylesheet._parse_cache = LRUCache(1)
        set_variables(stylesheet, variables)
        share(stylesheet)

    monkeypatch.setattr(Stylesheet, "__init__", created)
    monkeypatch.setattr(Stylesheet, "set_variables", variables_set)
