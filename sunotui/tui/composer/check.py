"""The check before sending: what is missing, the bill, warnings, and the JSON that goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rich.cells import cell_len
from textual.content import Content

from sunotui.domain.gateways.money import Balance, Price, amount_text
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.library.detail.sections import pretty_json
from sunotui.tui.theming import glyphs

_BILL_WIDTH = 34
_MOST_JSON = 4_000
"""The maximum number of characters of the JSON that are shown."""


class CheckState(Enum):
    """Whether the request can be sent."""

    EMPTY = auto()
    """Nothing was written yet, or something is still missing."""
    READY = auto()
    WARNED = auto()
    """It can be sent, although there are warnings."""
    BLOCKED = auto()


@dataclass(frozen=True, slots=True)
class Bill:
    """What a request costs, as far as it is known."""

    requests: int = 1
    takes: int = 2
    """How many takes one request makes; 0 if it makes no takes, or if their number is not known."""
    price: Price | None = None
    balance: Balance | None = None
    profile: str = ""
    times: DurationEstimate | None = None

    @property
    def cost(self) -> str:
        """The usual price of all requests; empty if it is not known."""
        return amount_text(self.price.amount * self.requests, self.price.unit) if self.price is not None else ""

    @property
    def left_after(self) -> str:
        """The balance after the requests; empty if it is not known."""
        if self.price is None or self.balance is None or self.price.unit != self.balance.unit:
            return ""
        return amount_text(self.balance.remaining - self.price.amount * self.requests, self.balance.unit)

    @property
    def sentence(self) -> str:
        """How many requests, and how many takes they make."""
        requests = counted(self.requests, "request")
        if not self.takes:
            return requests
        return f"{requests} make{'s' if self.requests == 1 else ''} {counted(self.requests * self.takes, 'take')}"

    def rows(self) -> list[tuple[str, str]]:
        """Names and values, one a row."""
        found = [("Usual price", f"about {self.cost}" if self.cost else "not known yet")]
        if self.balance is not None:
            found.append(
                (f"Left on {formatting.fit(self.profile, min(16, cell_len(self.profile)))}", str(self.balance))
            )
        if self.left_after:
            found.append(("Left after it", self.left_after))
        if self.times is not None:
            first, last = (formatting.moment_of_clip(value) for value in (self.times.median_s, self.times.p90_s))
            found.append(("Usual time", first if first == last else f"{first} to {last}"))
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that is known about the form before it is sent."""

    state: CheckState = CheckState.EMPTY
    sentence: str = ""
    """What is missing or wrong, or what to do first."""
    reasons: Sequence[str] = ()
    """Further things that are wrong."""
    warnings: Sequence[str] = ()
    """One sentence each: what is wrong, then after a semicolon or a colon what to do."""
    bill: Bill | None = None
    path: str = ""
    body: str = ""
    """The request as it goes out; empty while it cannot be built."""

    def lines(self, width: int) -> Content:
        """The check as a page of this width."""
        rows = [*_hanging(*self._head(), width)]
        for reason in self.reasons:
            rows += _hanging(glyphs.FAILED, "$bad", Content.styled(reason, "$foreground"), width)
        if self.bill is not None:
            rows += [Content(""), Content.styled(self.bill.sentence, "$foreground")]
            for name, value in self.bill.rows():
                gap = " " * max(1, min(width, _BILL_WIDTH) - cell_len(name) - cell_len(value))
                rows.append(Content.assemble((name + gap, "$muted"), (value, "$foreground")))
        for warning in self.warnings:
            rows += [Content(""), *_hanging(glyphs.WARNING, "$warn", _split(warning), width)]
        return Content("\n").join(rows)

    def line(self, width: int) -> Content:
        """The check in one row of this width: the state, the bill if it fits, and the warning at the right. What is
        missing or wrong is shown completely, in as many rows as it needs."""
        return self._short_form(width)[0]

    def is_cut(self, width: int) -> bool:
        """Whether the row of this width leaves out something that is missing, wrong or warned of."""
        return self._short_form(width)[1]

    def _short_form(self, width: int) -> tuple[Content, bool]:
        """The row, and whether it leaves something out."""
        sign, colour, words = self._head(is_short=True)
        is_ready = self.state in {CheckState.READY, CheckState.WARNED}
        if not is_ready and self.reasons:
            words = Content.assemble(words, (f", and {len(self.reasons)} more", "$muted"))
        if not is_ready and words.cell_length > width - 4:
            lines = [Content.assemble(" ", line) for line in _hanging(sign, colour, words, width - 2)]
            return Content("\n").join(lines), bool(self.reasons or self.warnings)
        left = Content.assemble(" ", (f"{sign} " if sign else "", f"bold {colour}"), words)
        bill = f"  {self._short_bill()}" if self.bill is not None and is_ready else ""
        if not self.warnings:
            return Content.assemble(left, (bill, "$muted")).truncate(width, ellipsis=True), bool(self.reasons)
        first, *advice = _split(self.warnings[0]).plain.split("\n")
        count = len(self.warnings)
        text = first if count == 1 else f"{count} warnings"
        if left.cell_length + cell_len(bill) + cell_len(text) + 4 <= width:
            # The key that sends also shows the price, but the warning has only this row.
            left = Content.assemble(left, (bill, "$muted"))
        room = max(12, width - left.cell_length - 4)
        is_cut = count > 1 or bool(advice or self.reasons) or cell_len(text) > room
        text = formatting.fit(text, min(room, cell_len(text)))
        right = Content.assemble((f"{glyphs.WARNING} {text} ", "$warn"))
        left = left.truncate(max(0, width - right.cell_length - 1), ellipsis=True)
        row = Content.assemble(left, " " * max(0, width - left.cell_length - right.cell_length), right)
        return row, is_cut

    def json(self) -> Content:
        """The request as it goes out."""
        if not self.path:
            return Content.styled("The JSON is shown once the form is complete.", "$muted")
        return Content.assemble((f"POST {self.path}\n", "$muted"), pretty_json(self.body)[:_MOST_JSON])

    def _head(self, *, is_short: bool = False) -> tuple[str, str, Content]:
        """Sign, its colour, and the sentence."""
        match self.state:
            case CheckState.EMPTY:
                return "", "$muted", Content.styled(self.sentence, "$muted")
            case CheckState.READY:
                return (
                    glyphs.DONE,
                    "$good",
                    Content.styled("Ready" if is_short else "Ready to send", "bold $foreground"),
                )
            case CheckState.WARNED:
                words = "Ready" if is_short else "You can still send it (ctrl+s)"
                return glyphs.DONE, "$good", Content.styled(words, "bold $foreground")
            case CheckState.BLOCKED:
                return glyphs.FAILED, "$bad", Content.styled(self.sentence, "$bad")

    def _short_bill(self) -> str:
        bill = self.bill or Bill()
        parts = [counted(bill.requests * bill.takes, "take") if bill.takes else bill.sentence]
        parts += [f"about {bill.cost}"] if bill.cost else []
        parts += [f"{bill.left_after} after"] if bill.left_after else []
        return ", ".join(parts)


def _split(warning: str) -> Content:
    """A warning with its advice, which follows the first semicolon or colon, on lines of its own."""
    ends = [at for at in (warning.find("; "), warning.find(": ")) if at > 0]
    if not ends:
        return Content.styled(warning, "$warn")
    end = min(ends)
    return Content.assemble((warning[:end], "$warn"), ("\n" + warning[end + 2 :], "$muted"))


def _hanging(sign: str, colour: str, words: Content, width: int) -> list[Content]:
    """Wrapped lines with a sign before the first one; the others are indented as much."""
    if not sign:
        return words.wrap(max(1, width))
    lines = words.wrap(max(1, width - 2))
    return [
        Content.assemble((f"{sign} ", f"bold {colour}") if at == 0 else "  ", line) for at, line in enumerate(lines)
    ]
