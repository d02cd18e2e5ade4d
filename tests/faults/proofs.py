"""What a file in this folder proves, in a form the table can be made of."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """One invariant and how far the tests of one file prove it; `PROVES` in each file is a tuple of these."""

    number: str
    """The invariant's number: a letter and a figure, as in S1."""
    counts_ci: str
    """How often the fault is injected in the ordinary suite: "40 kills"."""
    counts_long: str = ""
    """How often by `pytest -m long`; empty when the ordinary suite does it all."""
    gaps: str = ""
    """What is not covered, and why."""
    test: str = ""
    """A test elsewhere in the suite that proves it, as a path from the root; empty when it is the file itself."""
    last_long: str = ""
    """The last full run by `pytest -m long`: date, counts, seconds."""

    @property
    def order(self) -> tuple[str, int]:
        """The place of the number in the list: S2 before S10."""
        found = re.fullmatch(r"([A-Z])([0-9]{1,2})", self.number)
        if found is None:
            raise ValueError(f"{self.number!r} is no invariant's number: a letter and a figure are")
        return found[1], int(found[2])
