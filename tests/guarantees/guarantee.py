"""The form of a guarantee's definition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One guarantee."""

    code: str
    """A letter and a number, such as "S1"."""
    title: str
    definition: str
    proof: str
    """How the tests prove it, in one or two sentences."""


@dataclass(frozen=True, slots=True)
class Group:
    """Guarantees about one subject, which share a letter."""

    letter: str
    title: str
    guarantees: tuple[Guarantee, ...]
