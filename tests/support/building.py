"""Generates values with Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


def with_defaults(kind: Callable[..., T]) -> Callable[..., T]:
    """The class as `st.builds` takes it to leave out the fields that have a default: of a named tuple, it would
    generate every field."""
    return partial(kind)
