"""What all documents have in common."""

from __future__ import annotations

from pydantic import ConfigDict
from typing_extensions import TypedDict


class Document(TypedDict):
    """A JSON object whose keys are known, of the exact types."""


Document.__pydantic_config__ = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)  # type: ignore[attr-defined]
